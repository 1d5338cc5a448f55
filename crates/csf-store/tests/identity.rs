//! The identity of a store: made once, never mistaken for absent.

#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use csf_store::{
    Batch, Epoch, Expect, Identity, MAX_SEALED_KEY_BYTES, MemoryStore, Space, Store, StoreError, StoreId,
    Vault, new_store_id,
};
use sha2::{Digest, Sha256};

const META: Space = Space::open("meta");

fn identity() -> Identity {
    Identity {
        store: StoreId([0x3c; 16]),
        epoch: Epoch(5),
        sealed_key: b"sealed by the environment".to_vec(),
        previous: None,
    }
}

fn vault() -> Vault {
    Vault::new(identity().store, identity().epoch, [1; 32].into())
}

fn overwrite(store: &MemoryStore, bytes: &[u8]) {
    let mut batch = Batch::new();
    batch.put(META.key("identity"), Expect::Any, bytes.to_vec());
    store.commit(&[batch]).remove(0).unwrap();
}

#[test]
fn a_new_store_has_none_and_keeps_the_one_it_is_given() {
    let store = MemoryStore::new();
    assert_eq!((store.is_empty(), Identity::load(&store)), (Ok(true), Ok(None)));
    Identity::create(&store, &identity(), &vault()).unwrap();
    assert_eq!(Identity::load(&store), Ok(Some(identity())));
}

#[test]
fn a_store_is_never_given_a_second_identity() {
    let store = MemoryStore::new();
    Identity::create(&store, &identity(), &vault()).unwrap();
    let other = Identity { epoch: Epoch(6), ..identity() };
    assert!(matches!(Identity::create(&store, &other, &vault()), Err(StoreError::Conflict(_))));
    assert_eq!(Identity::load(&store), Ok(Some(identity())));
}

#[test]
fn a_damaged_identity_is_foreign_and_not_absent() {
    let store = MemoryStore::new();
    Identity::create(&store, &identity(), &vault()).unwrap();
    let good = store.load(&[META.key("identity")]).unwrap()[0].as_ref().unwrap().bytes().to_vec();
    for place in 0..good.len() {
        let mut bent = good.clone();
        bent[place] ^= 0x10;
        overwrite(&store, &bent);
        assert!(matches!(Identity::load(&store), Err(StoreError::Foreign(_))), "byte {place}");
        overwrite(&store, &good[..place]);
        assert!(matches!(Identity::load(&store), Err(StoreError::Foreign(_))), "cut at {place}");
    }
    overwrite(&store, &good);
    assert_eq!(Identity::load(&store), Ok(Some(identity())));
}

#[test]
fn a_sealed_key_has_a_least_and_a_most_length() {
    for (length, fits) in
        [(0, false), (1, true), (MAX_SEALED_KEY_BYTES, true), (MAX_SEALED_KEY_BYTES + 1, false)]
    {
        let store = MemoryStore::new();
        let identity = Identity { sealed_key: vec![7; length], ..identity() };
        assert_eq!(Identity::create(&store, &identity, &vault()).is_ok(), fits, "{length} bytes");
        assert_eq!(Identity::load(&store), Ok(fits.then_some(identity)));
    }
}

#[test]
fn a_store_name_is_read_as_it_is_written() {
    let name = new_store_id().unwrap();
    assert_ne!(name, new_store_id().unwrap());
    assert_eq!(StoreId::parse(&name.to_string()), Some(name));
    assert_eq!(StoreId([0x0f; 16]).to_string(), "0f".repeat(16));
    for wrong in
        ["", "0f", &"0f".repeat(15), &"0f".repeat(17), &"0F".repeat(16), &"0g".repeat(16), &"é".repeat(16)]
    {
        assert_eq!(StoreId::parse(wrong), None, "{wrong:?}");
    }
}

#[test]
fn the_sealed_key_is_not_shown() {
    let shown = format!("{:?}", identity());
    assert!(shown.contains(&"3c".repeat(16)) && !shown.contains("sealed by"), "{shown}");
}

#[test]
fn an_epoch_begins_only_after_the_present_one_and_only_when_the_last_change_is_finished() {
    let store = MemoryStore::new();
    Identity::create(&store, &identity(), &vault()).unwrap();
    let begin =
        |identity: &Identity, epoch| identity.clone().begin_epoch(&store, Epoch(epoch), b"next".to_vec());
    for epoch in [0, 4, 5] {
        assert!(matches!(begin(&identity(), epoch), Err(StoreError::Foreign(_))), "{epoch}");
    }
    assert_eq!(Identity::load(&store), Ok(Some(identity())));
    let begun = begin(&identity(), 900).unwrap();
    assert_eq!((begun.epoch, begun.previous.as_ref().unwrap().0), (Epoch(900), Epoch(5)));
    assert!(matches!(begin(&begun, 901), Err(StoreError::Foreign(_))));
    let finished = begun.finish_epoch(&store).unwrap();
    assert_eq!(begin(&finished, 901).unwrap().epoch, Epoch(901));
}

#[test]
fn an_epoch_after_a_restore_is_later_than_any_begun_since_and_than_that_of_an_earlier_restore() {
    let backup = Epoch(3);
    let (first, second) =
        (backup.after_restore(1_700_000_000_000_000), backup.after_restore(1_700_000_000_000_001));
    assert!(second > first && first > Epoch(3 + Epoch::RESTORE_STEP - 1));
    // Also where the clock was lost.
    assert_eq!(first.after_restore(0), Epoch(first.0 + Epoch::RESTORE_STEP));
    // Where there is none left, none is made up: the store refuses to begin it.
    assert_eq!(Epoch(u64::MAX).after_restore(5), Epoch(u64::MAX));
}

#[test]
fn a_store_that_lost_its_identity_is_not_given_another() {
    let store = MemoryStore::new();
    let mut batch = Batch::new();
    batch.put(Space::sealed("any").key("record"), Expect::Any, vec![7]);
    assert!(store.commit(&[batch]).remove(0).is_ok());
    match Identity::load(&store) {
        Err(StoreError::Foreign(why)) => assert!(why.contains("identity is missing"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_store_of_another_form_is_refused_with_both_forms_and_the_remedy() {
    let store = MemoryStore::new();
    Identity::create(&store, &identity(), &vault()).unwrap();
    let good = store.load(&[META.key("identity")]).unwrap()[0].as_ref().unwrap().bytes().to_vec();
    let (content, _) = good.split_last_chunk::<32>().unwrap();
    for (form, age) in [(1_u8, "an older version"), (3, "a newer version")] {
        let content = [&[form], &content[1..]].concat();
        overwrite(&store, &[content.as_slice(), &Sha256::digest(&content)].concat());
        match Identity::load(&store) {
            Err(StoreError::Foreign(why)) => {
                for wanted in [&format!("form {form}"), "form 2", age, "--state DIR"] {
                    assert!(why.contains(wanted), "{wanted}: {why}");
                }
            }
            other => panic!("{other:?}"),
        }
    }
    overwrite(&store, &good);
    assert_eq!(Identity::load(&store), Ok(Some(identity())));
}
