//! Another store key: everything is sealed anew under it, beside everything else, and then the old one opens nothing.

#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use csf_store::{
    Batch, Epoch, Expect, MemoryStore, RecordKey, Records, Space, Store, StoreError, StoreId, Vault, Version,
};

const SEALED: Space = Space::sealed("secrets");
const OPEN: Space = Space::open("notices");
const RECORDS: usize = 300;
/// Records of one page, so few that there are many pages.
const PAGE: usize = 7;

type Engine = Arc<MemoryStore>;

fn of_epoch(epoch: u64) -> Vault {
    Vault::new(StoreId([9; 16]), Epoch(epoch), [u8::try_from(epoch).unwrap(); 32].into())
}

fn of_both() -> Vault {
    of_epoch(2).with_previous(Epoch(1), [1; 32].into())
}

fn open(engine: &Engine, vault: Vault) -> Result<Records<Engine>, StoreError> {
    Records::open(Arc::clone(engine), vault, NonZeroUsize::new(8).unwrap())
}

fn key(number: usize) -> RecordKey {
    SEALED.key(&format!("{number:03}"))
}

fn put(store: &impl Store, key: RecordKey, bytes: &[u8]) {
    let mut batch = Batch::new();
    batch.put(key, Expect::Any, bytes.to_vec());
    store.commit(&[batch]).remove(0).unwrap();
}

/// Records that were sealed in the first epoch.
fn filled(records: usize) -> Engine {
    let engine = Engine::default();
    Records::found(&engine, &of_epoch(1)).unwrap();
    let store = open(&engine, of_epoch(1)).unwrap();
    (0..records).for_each(|number| put(&store, key(number), number.to_string().as_bytes()));
    put(&store, OPEN.key("a"), b"open");
    engine
}

/// Seals at most so many pages anew; how many records that were, and whether it came to the end.
fn reseal(records: &Records<Engine>, pages: usize) -> Result<(usize, bool), StoreError> {
    let (mut after, mut sealed) = (None, 0_usize);
    for _ in 0..pages {
        let page = records.reseal(after.as_ref(), PAGE)?;
        sealed = sealed.saturating_add(page.sealed);
        after = page.after;
        if after.is_none() {
            return Ok((sealed, true));
        }
    }
    Ok((sealed, false))
}

fn all(records: &Records<Engine>, count: usize) -> Result<Vec<String>, StoreError> {
    let keys: Vec<RecordKey> = (0..count).map(key).collect();
    let found = records.load(&keys)?;
    Ok(found
        .iter()
        .map(|record| String::from_utf8(record.as_ref().unwrap().bytes().to_vec()).unwrap())
        .collect())
}

fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

// Shows ARC-4.
#[test]
fn after_all_is_sealed_anew_the_new_key_alone_opens_everything_and_the_old_one_nothing() {
    let engine = filled(RECORDS);
    assert!(open(&engine, of_epoch(2)).is_err(), "the new key alone, too early");
    let records = open(&engine, of_both()).unwrap();
    assert_eq!(all(&records, RECORDS), Ok(numbers(RECORDS)), "before");
    assert_eq!(reseal(&records, usize::MAX), Ok((RECORDS, true)));
    drop(records);
    assert_eq!(all(&open(&engine, of_epoch(2)).unwrap(), RECORDS), Ok(numbers(RECORDS)), "after");
    assert!(open(&engine, of_epoch(1)).is_err());
    assert_eq!(
        reseal(&open(&engine, of_both()).unwrap(), usize::MAX),
        Ok((0, true)),
        "there is nothing left"
    );
}

#[test]
fn a_store_without_a_record_is_sealed_anew_too() {
    let engine = filled(0);
    assert_eq!(reseal(&open(&engine, of_both()).unwrap(), usize::MAX), Ok((0, true)));
    assert!(open(&engine, of_epoch(1)).is_err());
    assert!(open(&engine, of_epoch(2)).is_ok());
}

#[test]
fn what_was_interrupted_goes_on_where_it_was() {
    let engine = filled(RECORDS);
    let (first, ended) = reseal(&open(&engine, of_both()).unwrap(), 20).unwrap();
    assert_eq!((first, ended), (20 * PAGE, false));
    assert!(all(&open(&engine, of_both()).unwrap(), RECORDS).is_ok());
    let (second, ended) = reseal(&open(&engine, of_both()).unwrap(), usize::MAX).unwrap();
    assert_eq!((first.saturating_add(second), ended), (RECORDS, true));
    assert_eq!(all(&open(&engine, of_epoch(2)).unwrap(), RECORDS), Ok(numbers(RECORDS)));
}

#[test]
fn writers_go_on_meanwhile_and_nothing_they_wrote_is_lost() {
    let engine = filled(RECORDS);
    let records = open(&engine, of_both()).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in (0..RECORDS).rev().step_by(2) {
                put(&records, key(number), b"written meanwhile");
            }
        });
        while !writer.is_finished() {
            reseal(&records, usize::MAX).unwrap();
        }
        writer.join().unwrap();
    });
    assert!(reseal(&records, usize::MAX).unwrap().1);
    drop(records);
    let found = all(&open(&engine, of_epoch(2)).unwrap(), RECORDS).unwrap();
    for (number, text) in found.iter().enumerate() {
        let written = (RECORDS.saturating_sub(number)) % 2 == 1;
        assert_eq!(*text, if written { "written meanwhile".to_owned() } else { number.to_string() });
    }
}

// Shows ARC-4.
#[test]
fn a_record_that_was_set_back_is_not_sealed_anew_as_the_newest() {
    let engine = filled(RECORDS);
    let old = engine.load(&[key(5)]).unwrap().pop().flatten().unwrap();
    put(&open(&engine, of_epoch(1)).unwrap(), key(5), b"newest");
    // The engine counts the versions, so the old bytes come with a version that is not theirs, or too early.
    let mut batch = Batch::new();
    batch.put(key(5), Expect::Version(Version(2)), old.bytes().to_vec());
    engine.commit(&[batch]).remove(0).unwrap();
    let records = open(&engine, of_both()).unwrap();
    assert_eq!(reseal(&records, usize::MAX), Err(StoreError::NotAuthentic(key(5))));
    assert_eq!(records.load(&[key(5)]).unwrap_err(), StoreError::NotAuthentic(key(5)));
}
