//! Conditional writes, versions, and the atomicity of a batch.

use csf_store::{Expect, Store, StoreError, Version};

use crate::{SPACES, commit_one, on_every_engine, put, read};

on_every_engine!(
    a_new_record_has_version_one_and_each_write_adds_one,
    a_record_made_again_after_its_deletion_begins_at_one,
    a_write_that_expects_absence_conflicts_with_a_record,
    a_write_that_expects_a_version_conflicts_with_every_other_state,
    a_conflicting_batch_writes_nothing,
    a_check_guards_a_batch_and_changes_nothing,
    deleting_what_is_not_there_is_no_conflict_unless_expected,
    an_empty_batch_succeeds,
    loading_gives_the_records_in_the_order_of_the_keys,
    a_store_with_a_record_of_any_space_is_not_empty,
);

fn a_new_record_has_version_one_and_each_write_adds_one(store: &impl Store) {
    for space in SPACES {
        let key = space.key("counted");
        for version in 1..=5 {
            let written = commit_one(store, |batch| batch.put(key.clone(), Expect::Any, vec![version]));
            assert_eq!(written, Ok(vec![Some(Version(version.into()))]));
            assert_eq!(read(store, &key), Some((version.into(), vec![version])));
        }
    }
}

fn a_record_made_again_after_its_deletion_begins_at_one(store: &impl Store) {
    for space in SPACES {
        let key = space.key("again");
        put(store, &key, b"one");
        put(store, &key, b"two");
        let gone = commit_one(store, |batch| batch.delete(key.clone(), Expect::Version(Version(2))));
        assert_eq!(gone, Ok(vec![None]));
        assert_eq!(read(store, &key), None);
        put(store, &key, b"anew");
        assert_eq!(read(store, &key), Some((1, b"anew".to_vec())));
    }
}

fn a_write_that_expects_absence_conflicts_with_a_record(store: &impl Store) {
    for space in SPACES {
        let key = space.key("only once");
        let create = |byte| commit_one(store, |batch| batch.put(key.clone(), Expect::Absent, vec![byte]));
        assert_eq!(create(1), Ok(vec![Some(Version::FIRST)]));
        assert_eq!(create(2), Err(StoreError::Conflict(key.clone())));
        assert_eq!(read(store, &key), Some((1, vec![1])));
    }
}

fn a_write_that_expects_a_version_conflicts_with_every_other_state(store: &impl Store) {
    for space in SPACES {
        let key = space.key("exact");
        let replace = |version| {
            let expect = Expect::Version(Version(version));
            commit_one(store, |batch| batch.put(key.clone(), expect, b"new".to_vec()))
        };
        assert_eq!(replace(1), Err(StoreError::Conflict(key.clone())), "there is none yet");
        put(store, &key, b"old");
        for wrong in [0, 2, u64::MAX] {
            assert_eq!(replace(wrong), Err(StoreError::Conflict(key.clone())));
            assert_eq!(read(store, &key), Some((1, b"old".to_vec())));
        }
        assert_eq!(replace(1), Ok(vec![Some(Version(2))]));
        let delete = commit_one(store, |batch| batch.delete(key.clone(), Expect::Version(Version(1))));
        assert_eq!(delete, Err(StoreError::Conflict(key.clone())));
        assert_eq!(read(store, &key), Some((2, b"new".to_vec())));
    }
}

fn a_conflicting_batch_writes_nothing(store: &impl Store) {
    for space in SPACES {
        let [first, stale, last] = ["a", "b", "c"].map(|path| space.key(path));
        put(store, &first, b"before");
        put(store, &stale, b"before");
        let outcome = commit_one(store, |batch| {
            batch.put(first.clone(), Expect::Any, b"after".to_vec());
            batch.delete(stale.clone(), Expect::Version(Version(9)));
            batch.put(last.clone(), Expect::Absent, b"after".to_vec());
        });
        assert_eq!(outcome, Err(StoreError::Conflict(stale.clone())));
        assert_eq!(read(store, &first), Some((1, b"before".to_vec())));
        assert_eq!(read(store, &stale), Some((1, b"before".to_vec())));
        assert_eq!(read(store, &last), None);
    }
}

fn a_check_guards_a_batch_and_changes_nothing(store: &impl Store) {
    for space in SPACES {
        let [guard, guarded] = ["guard", "guarded"].map(|path| space.key(path));
        put(store, &guard, b"here");
        let write_if = |expect| {
            commit_one(store, |batch| {
                batch.check(guard.clone(), expect);
                batch.put(guarded.clone(), Expect::Any, b"written".to_vec());
            })
        };
        assert_eq!(write_if(Expect::Absent), Err(StoreError::Conflict(guard.clone())));
        assert_eq!(read(store, &guarded), None);
        let versions = Ok(vec![Some(Version(1)), Some(Version(1))]);
        assert_eq!(write_if(Expect::Version(Version(1))), versions);
        assert_eq!(read(store, &guard), Some((1, b"here".to_vec())));
        assert_eq!(read(store, &guarded), Some((1, b"written".to_vec())));
    }
}

fn deleting_what_is_not_there_is_no_conflict_unless_expected(store: &impl Store) {
    for space in SPACES {
        let key = space.key("nothing");
        let delete = |expect| commit_one(store, |batch| batch.delete(key.clone(), expect));
        assert_eq!(delete(Expect::Any), Ok(vec![None]));
        assert_eq!(delete(Expect::Absent), Ok(vec![None]));
        assert_eq!(delete(Expect::Version(Version(1))), Err(StoreError::Conflict(key.clone())));
    }
}

fn an_empty_batch_succeeds(store: &impl Store) {
    assert_eq!(commit_one(store, |_| {}), Ok(Vec::new()));
    assert_eq!(store.commit(&[]), []);
}

fn loading_gives_the_records_in_the_order_of_the_keys(store: &impl Store) {
    for space in SPACES {
        let keys = ["z", "a", "none", "m", "a"].map(|path| space.key(path));
        for path in ["a", "m", "z"] {
            put(store, &space.key(path), path.as_bytes());
        }
        let found = store.load(&keys).unwrap();
        let bytes: Vec<_> = found.iter().map(|record| record.as_ref().map(|record| record.bytes())).collect();
        assert_eq!(bytes, [Some(&b"z"[..]), Some(b"a"), None, Some(b"m"), Some(b"a")]);
    }
    assert!(store.load(&[]).unwrap().is_empty());
}

fn a_store_with_a_record_of_any_space_is_not_empty(store: &impl Store) {
    // A store with a vault has an identity from the first.
    let before = store.is_empty().unwrap();
    for space in SPACES {
        put(store, &space.key("only"), b"");
        assert_eq!(store.is_empty(), Ok(false));
        assert_eq!(commit_one(store, |batch| batch.delete(space.key("only"), Expect::Any)), Ok(vec![None]));
        assert_eq!(store.is_empty(), Ok(before));
    }
}
