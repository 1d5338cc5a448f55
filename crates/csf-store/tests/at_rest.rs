//! What lies on the disk: nothing of a sealed record, and no sealed record that was tampered with is believed.

#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::num::NonZeroUsize;
use std::path::Path;

use csf_store::{
    Batch, Epoch, Expect, Range, RecordKey, Records, Space, SqliteStore, Store, StoreError, StoreId, Vault,
};
use rusqlite::{Connection, params};
use tempfile::TempDir;

const SEALED: Space = Space::sealed("secrets");
const OPEN: Space = Space::open("notices");
const SECRET: &[u8] = b"the launch code is 00000000";
const NOTICE: &[u8] = b"the cafeteria opens at 7:30";

fn open(path: &Path) -> Records<SqliteStore> {
    let vault = Vault::new(StoreId([9; 16]), Epoch(1), [8; 32].into());
    let store = SqliteStore::open(path).unwrap();
    drop(Records::found(&store, &vault));
    Records::open(store, vault, NonZeroUsize::new(8).unwrap()).unwrap()
}

fn put(store: &impl Store, key: RecordKey, bytes: &[u8]) {
    let mut batch = Batch::new();
    batch.put(key, Expect::Any, bytes.to_vec());
    store.commit(&[batch]).remove(0).unwrap();
}

/// Whether any file of the directory contains these bytes.
fn is_on_disk(directory: &Path, wanted: &[u8]) -> bool {
    let files =
        std::fs::read_dir(directory).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(wanted.len()).any(|window| window == wanted))
}

// Shows ARC-4 and SDH-1.
#[test]
fn a_sealed_record_is_in_no_file_and_an_open_one_is() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("records.db"));
    for number in 0..100 {
        put(&store, SEALED.key(&number.to_string()), &[SECRET, &SECRET.repeat(number)].concat());
        put(&store, OPEN.key(&number.to_string()), NOTICE);
    }
    assert!(directory.path().join("records.db-wal").metadata().unwrap().len() > 0);
    assert!(!is_on_disk(directory.path(), SECRET), "while the store is open");
    assert!(is_on_disk(directory.path(), NOTICE), "the search finds nothing at all");
    drop(store);
    assert!(!is_on_disk(directory.path(), SECRET), "after it was closed");
    assert!(is_on_disk(directory.path(), NOTICE), "the search finds nothing at all");
}

/// Two sealed records and an open one, changed on the disk by this statement, then read again.
fn after_tampering(sql: &str, arguments: impl rusqlite::Params) -> (TempDir, Records<SqliteStore>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let store = open(&path);
    put(&store, SEALED.key("a"), b"alpha");
    put(&store, SEALED.key("b"), b"beta");
    put(&store, OPEN.key("a"), b"open");
    drop(store);
    let disk = Connection::open(&path).unwrap();
    assert!(disk.execute(sql, arguments).unwrap() > 0, "nothing was tampered with");
    drop(disk);
    let store = open(&path);
    (directory, store)
}

#[track_caller]
fn assert_refused(store: &impl Store, path: &str) {
    let refused = StoreError::NotAuthentic(SEALED.key(path));
    assert_eq!(store.load(&[SEALED.key(path)]).unwrap_err(), refused);
    let range = Range { space: SEALED, prefix: path.into(), after: None, limit: 9, backwards: false };
    assert_eq!(store.scan(&range).unwrap_err(), refused);
}

// Shows ARC-4.
#[test]
fn records_that_were_swapped_on_the_disk_are_refused() {
    // Both at once: a row that is updated must not see the other one's new value.
    let swap = "WITH was AS MATERIALIZED (SELECT key, value FROM record)
                UPDATE record SET value = was.value FROM was
                WHERE record.key IN (?1, ?2) AND was.key IN (?1, ?2) AND was.key <> record.key";
    let (_directory, store) = after_tampering(swap, params![b"secrets/a", b"secrets/b"]);
    assert_refused(&store, "a");
    assert_refused(&store, "b");
}

// Shows ARC-4.
#[test]
fn a_record_whose_version_was_changed_on_the_disk_is_refused() {
    let (_directory, store) = after_tampering("UPDATE record SET version = 2 WHERE key = ?1", [b"secrets/a"]);
    assert_refused(&store, "a");
    assert_eq!(store.load(&[SEALED.key("b")]).unwrap()[0].as_ref().unwrap().bytes(), b"beta");
}

// Shows ARC-4.
#[test]
fn a_record_that_was_copied_to_another_path_on_the_disk_is_refused() {
    let copy = "INSERT INTO record SELECT ?2, version, value FROM record WHERE key = ?1";
    let (_directory, store) = after_tampering(copy, params![b"secrets/a", b"secrets/c"]);
    assert_refused(&store, "c");
    assert_eq!(store.load(&[SEALED.key("a")]).unwrap()[0].as_ref().unwrap().bytes(), b"alpha");
}

// Shows ARC-4.
#[test]
fn an_open_record_on_the_disk_never_passes_for_a_sealed_one() {
    let plain = "UPDATE record SET value = ?2 WHERE key = ?1";
    let (_directory, store) = after_tampering(plain, params![b"secrets/a", b"planted"]);
    assert_refused(&store, "a");
    let (_directory, store) = after_tampering(plain, params![b"notices/a", b"planted"]);
    assert_eq!(store.load(&[OPEN.key("a")]).unwrap()[0].as_ref().unwrap().bytes(), b"planted");
}

#[test]
fn a_refused_record_can_be_replaced_and_is_readable_again() {
    let (_directory, store) = after_tampering("UPDATE record SET version = 7 WHERE key = ?1", [b"secrets/a"]);
    assert_refused(&store, "a");
    put(&store, SEALED.key("a"), b"restored");
    assert_eq!(store.load(&[SEALED.key("a")]).unwrap()[0].as_ref().unwrap().bytes(), b"restored");
}
