//! The SQLite file: who may open it, and which files are refused, untouched.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may stop at the first surprise")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use csf_store::{Batch, Expect, Space, SqliteStore, Store, StoreError};
use rusqlite::Connection;

#[track_caller]
fn assert_foreign_and_untouched(path: &Path) {
    let before = std::fs::read(path).unwrap();
    let Err(StoreError::Foreign(why)) = SqliteStore::open(path) else { panic!("not refused as foreign") };
    assert!(why.contains(path.to_str().unwrap()), "{why}");
    assert_eq!(std::fs::read(path).unwrap(), before);
}

fn filled(path: &Path) {
    let store = SqliteStore::open(path).unwrap();
    let mut batch = Batch::new();
    batch.put(Space::open("file").key("a"), Expect::Absent, b"a".to_vec());
    store.commit(&[batch]).remove(0).unwrap();
}

#[test]
fn every_file_of_a_new_store_is_its_owners_alone() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("records.db")).unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap().map(Result::unwrap) {
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["records.db", "records.db-lock", "records.db-shm", "records.db-wal"]);
    drop(store);
}

#[test]
fn a_store_that_was_closed_is_one_file_and_what_was_read_before_does_not_matter() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    filled(&path);
    let store = SqliteStore::open(&path).unwrap();
    assert!(store.load(&[Space::open("file").key("a")]).unwrap()[0].is_some());
    drop(store);
    assert!(!directory.path().join("records.db-wal").exists());
}

#[test]
fn a_file_that_is_no_database_is_foreign() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("letter.txt");
    std::fs::write(&path, "Dear store,\n".repeat(1000)).unwrap();
    assert_foreign_and_untouched(&path);
}

#[test]
fn a_database_of_another_application_is_foreign() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE record(key, version, value)").unwrap();
    drop(other);
    assert_foreign_and_untouched(&path);
}

#[test]
fn a_store_of_a_newer_layout_is_foreign_and_the_same_file_of_ours_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    filled(&path);
    let set_layout =
        |layout: i64| Connection::open(&path).unwrap().pragma_update(None, "user_version", layout);
    set_layout(2).unwrap();
    assert_foreign_and_untouched(&path);
    set_layout(1).unwrap();
    let found = SqliteStore::open(&path).unwrap().load(&[Space::open("file").key("a")]).unwrap();
    assert_eq!(found[0].as_ref().unwrap().bytes(), b"a");
}

#[test]
fn an_empty_file_becomes_a_store() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    std::fs::write(&path, "").unwrap();
    filled(&path);
}

#[test]
fn a_store_is_open_only_once_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let first = SqliteStore::open(&path).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::Unavailable(why)) if why.contains("in use")));
    drop(first);
    assert!(SqliteStore::open(&path).is_ok());
}

#[test]
fn a_store_that_cannot_be_made_says_where() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("no such directory/records.db");
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::Unavailable(why)) if why.contains("no such")));
}

#[test]
fn a_store_damaged_in_the_middle_fails_and_does_not_pretend_to_be_empty() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    filled(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let found = SqliteStore::open(&path).and_then(|store| store.load(&[Space::open("file").key("a")]));
    assert!(matches!(found, Err(StoreError::Unavailable(_))), "{found:?}");
}
