//! What the durable engines keep when they are closed and opened again.

use csf_store::{Expect, Store, Version};

use crate::{Engine, SPACES, SealedSqlite, Sqlite, commit_one, put, read};

fn a_store_opened_again_has_its_records_and_versions<E: Engine>() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    for space in SPACES {
        let [kept, removed] = ["kept", "removed"].map(|path| space.key(path));
        for round in 1..=3_u64 {
            let store = E::open(&path);
            if round > 1 {
                assert_eq!(read(&store, &kept), Some((round - 1, (round - 1).to_be_bytes().to_vec())));
                assert_eq!(read(&store, &removed), None);
            }
            put(&store, &kept, &round.to_be_bytes());
            let again = commit_one(&store, |batch| batch.put(removed.clone(), Expect::Absent, vec![0]));
            assert_eq!(again, Ok(vec![Some(Version::FIRST)]));
            commit_one(&store, |batch| batch.delete(removed.clone(), Expect::Any)).unwrap();
        }
    }
}

#[test]
fn a_bare_store_opened_again_has_its_records_and_versions() {
    a_store_opened_again_has_its_records_and_versions::<Sqlite>();
}

#[test]
fn a_sealed_store_opened_again_has_its_records_and_versions() {
    a_store_opened_again_has_its_records_and_versions::<SealedSqlite>();
}

/// The log and the table as they lie on the disk while the store is open, as after a loss of power.
#[test]
fn what_was_acknowledged_is_in_the_files_without_closing_the_store() {
    let directory = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&directory.path().join("records.db"));
    let key = SPACES[1].key("acknowledged");
    put(&store, &key, b"one");
    put(&store, &key, b"two");
    for name in ["records.db", "records.db-wal"] {
        std::fs::copy(directory.path().join(name), copy.path().join(name)).unwrap();
    }
    let survivor = Sqlite::open(&copy.path().join("records.db"));
    assert_eq!(read(&survivor, &key), Some((2, b"two".to_vec())));
    assert_eq!(store.load(&[]).unwrap().len(), 0);
}
