//! The bounds on keys, records and batches.

use csf_store::{
    Expect, MAX_KEY_BYTES, MAX_RECORD_BYTES, RecordKey, SEAL_OVERHEAD, Space, Store, StoreError,
};

use crate::{SPACES, commit_one, on_every_engine, read};

on_every_engine!(
    a_key_of_the_longest_length_is_stored_and_a_longer_one_refused,
    a_record_of_the_largest_size_is_stored_and_a_larger_one_refused,
    a_batch_that_names_a_key_twice_writes_nothing,
    an_empty_record_is_a_record,
);

fn key_of_length(space: Space, length: usize) -> RecordKey {
    let key = space.key(&"k".repeat(length - space.name().len() - 1));
    assert_eq!(key.as_str().len(), length);
    key
}

fn a_key_of_the_longest_length_is_stored_and_a_longer_one_refused(store: &impl Store) {
    for space in SPACES {
        let [longest, longer] = [MAX_KEY_BYTES, MAX_KEY_BYTES + 1].map(|length| key_of_length(space, length));
        let write = |key: &RecordKey| commit_one(store, |batch| batch.put(key.clone(), Expect::Any, vec![1]));
        assert!(write(&longest).is_ok());
        assert_eq!(read(store, &longest), Some((1, vec![1])));
        assert_eq!(write(&longer), Err(StoreError::TooLarge(longer.clone())));
        assert_eq!(read(store, &longer), None);
        let check = commit_one(store, |batch| batch.check(longer.clone(), Expect::Absent));
        assert_eq!(check, Err(StoreError::TooLarge(longer)));
    }
}

fn a_record_of_the_largest_size_is_stored_and_a_larger_one_refused(store: &impl Store) {
    for space in SPACES {
        let key = space.key("large");
        let write = |size| commit_one(store, |batch| batch.put(key.clone(), Expect::Any, vec![7; size]));
        assert!(write(MAX_RECORD_BYTES).is_ok());
        // A bare engine leaves room for the seal in a sealed space.
        let larger = MAX_RECORD_BYTES + 1 + if space == SPACES[0] { SEAL_OVERHEAD } else { 0 };
        assert_eq!(write(larger), Err(StoreError::TooLarge(key.clone())));
        let (version, bytes) = read(store, &key).unwrap();
        assert_eq!((version, bytes.len()), (1, MAX_RECORD_BYTES));
        assert!(bytes.iter().all(|&byte| byte == 7));
    }
}

fn a_batch_that_names_a_key_twice_writes_nothing(store: &impl Store) {
    for space in SPACES {
        let [other, twice] = ["other", "twice"].map(|path| space.key(path));
        let outcome = commit_one(store, |batch| {
            batch.put(other.clone(), Expect::Any, vec![1]);
            batch.check(twice.clone(), Expect::Absent);
            batch.put(twice.clone(), Expect::Any, vec![2]);
        });
        assert_eq!(outcome, Err(StoreError::TooLarge(twice.clone())));
        assert_eq!((read(store, &other), read(store, &twice)), (None, None));
    }
}

fn an_empty_record_is_a_record(store: &impl Store) {
    for space in SPACES {
        let key = space.key("empty");
        commit_one(store, |batch| batch.put(key.clone(), Expect::Absent, Vec::new())).unwrap();
        assert_eq!(read(store, &key), Some((1, Vec::new())));
    }
}
