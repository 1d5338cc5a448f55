//! What lies on the disk is compared with what was written last: single rows set back, removed or brought back.

#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use csf_store::{
    Batch, Epoch, Expect, MemoryStore, Range, RecordKey, Records, Space, SqliteStore, Store, StoreError,
    StoreId, Vault,
};
use rusqlite::{Connection, params};

const SEALED: Space = Space::sealed("secrets");
const OPEN: Space = Space::open("notices");

/// More than a few nodes of the tree hold.
const RECORDS: usize = 300;

/// Everything on the disk, by key: version and bytes.
type Rows = BTreeMap<Vec<u8>, (i64, Vec<u8>)>;

fn open(path: &Path) -> Result<Records<SqliteStore>, StoreError> {
    let vault = Vault::new(StoreId([9; 16]), Epoch(1), [8; 32].into());
    let store = SqliteStore::open(path)?;
    match Records::found(&store, &vault) {
        Ok(()) | Err(StoreError::Conflict(_)) => Records::open(store, vault, NonZeroUsize::new(8).unwrap()),
        Err(why) => Err(why),
    }
}

fn put(store: &impl Store, key: RecordKey, bytes: &str) {
    let mut batch = Batch::new();
    batch.put(key, Expect::Any, bytes.as_bytes().to_vec());
    store.commit(&[batch]).remove(0).unwrap();
}

fn delete(store: &impl Store, key: RecordKey) {
    let mut batch = Batch::new();
    batch.delete(key, Expect::Any);
    store.commit(&[batch]).remove(0).unwrap();
}

fn name(number: usize) -> String {
    format!("{number:03}")
}

fn rows(path: &Path) -> Rows {
    let disk = Connection::open(path).unwrap();
    let mut all = disk.prepare("SELECT key, version, value FROM record").unwrap();
    let rows = all.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Makes one row on the disk what it was then; `None`: there was none.
fn set_row(path: &Path, key: &[u8], row: Option<&(i64, Vec<u8>)>) {
    let disk = Connection::open(path).unwrap();
    disk.execute("DELETE FROM record WHERE key = ?1", [key]).unwrap();
    if let Some((version, value)) = row {
        disk.execute(
            "INSERT INTO record(key, version, value) VALUES(?1, ?2, ?3)",
            params![key, version, value],
        )
        .unwrap();
    }
}

/// Two states of one store: before and after changes, removals and additions.
fn two_states(path: &Path) -> (Rows, Rows) {
    let store = open(path).unwrap();
    let one = |number| {
        let mut batch = Batch::new();
        batch.put(SEALED.key(&name(number)), Expect::Absent, b"old".to_vec());
        batch
    };
    let all: Vec<Batch> = (0..RECORDS).map(one).collect();
    store.commit(&all).into_iter().for_each(|outcome| drop(outcome.unwrap()));
    put(&store, OPEN.key("a"), "old");
    drop(store);
    let before = rows(path);
    let store = open(path).unwrap();
    put(&store, OPEN.key("a"), "new");
    (0..RECORDS).step_by(50).for_each(|number| put(&store, SEALED.key(&name(number)), "new"));
    (1..RECORDS).step_by(50).for_each(|number| delete(&store, SEALED.key(&name(number))));
    // Made again: its version is that of its first life.
    delete(&store, SEALED.key(&name(2)));
    put(&store, SEALED.key(&name(2)), "new");
    drop(store);
    (before, rows(path))
}

type Texts = BTreeMap<String, String>;

fn all_by_range(store: &impl Store) -> Result<Texts, StoreError> {
    let range = Range { space: SEALED, prefix: "".into(), after: None, limit: 10_000, backwards: false };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let found = store.scan(&range)?;
    Ok(found.into_iter().map(|(key, record)| (key.path().to_owned(), text(record.bytes()))).collect())
}

/// Each record by itself: the truth, or a refusal.
fn each_alone(store: &impl Store) -> Vec<Result<Option<String>, StoreError>> {
    let one = |number| {
        let found = store.load(&[SEALED.key(&name(number))])?.remove(0);
        Ok(found.map(|record| String::from_utf8(record.bytes().to_vec()).unwrap()))
    };
    (0..RECORDS).map(one).collect()
}

fn is_refused<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::NotAuthentic(_)))
}

// Shows ARC-4.
#[test]
fn every_single_row_that_is_set_back_is_noticed_and_no_old_state_is_believed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let (before, after) = two_states(&path);
    let store = open(&path).unwrap();
    let (truth, each_truth) = (all_by_range(&store).unwrap(), each_alone(&store));
    drop(store);
    assert!(truth.len() < RECORDS && truth.values().any(|text| text == "new"));

    let changed: Vec<&Vec<u8>> = before
        .keys()
        .chain(after.keys().filter(|key| !before.contains_key(*key)))
        .filter(|key| before.get(*key) != after.get(*key) && !key.starts_with(b"notices/"))
        .collect();
    assert!(changed.iter().filter(|key| key.starts_with(b"secrets/")).count() >= 13);
    assert!(changed.iter().filter(|key| key.starts_with(b"fresh/")).count() >= 4, "too few nodes changed");
    for key in changed {
        set_row(&path, key, before.get(key));
        let store = open(&path).unwrap();
        let answers = each_alone(&store);
        let what = String::from_utf8_lossy(key);
        for (answer, true_answer) in answers.iter().zip(&each_truth) {
            assert!(is_refused(answer) || answer == true_answer, "{what}: {answer:?}");
        }
        assert!(is_refused(&all_by_range(&store)), "{what} was set back, and a range does not notice");
        assert!(answers.iter().any(is_refused), "{what} was set back, and no record notices");
        drop(store);
        set_row(&path, key, after.get(key));
    }
    assert_eq!(all_by_range(&open(&path).unwrap()), Ok(truth), "the disk was put back as it was");
}

// Shows ARC-4.
#[test]
fn every_single_row_that_is_removed_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let (_, after) = two_states(&path);
    let sealed = after.iter().filter(|(key, _)| key.starts_with(b"fresh/") || key.ends_with(b"50"));
    for (key, row) in sealed.filter(|(key, _)| !key.ends_with(b"root")) {
        set_row(&path, key, None);
        let store = open(&path).unwrap();
        assert!(is_refused(&all_by_range(&store)), "{}", String::from_utf8_lossy(key));
        assert!(each_alone(&store).iter().any(is_refused), "{}", String::from_utf8_lossy(key));
        drop(store);
        set_row(&path, key, Some(row));
    }
}

#[test]
fn without_its_root_a_store_with_records_is_not_opened() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    two_states(&path);
    set_row(&path, b"fresh/root", None);
    let store = SqliteStore::open(&path).unwrap();
    let vault = Vault::new(StoreId([9; 16]), Epoch(1), [8; 32].into());
    assert!(is_refused(&Records::open(store, vault, NonZeroUsize::MIN).map(drop)));
}

#[test]
fn an_open_record_that_was_set_back_is_believed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let (before, _) = two_states(&path);
    set_row(&path, b"notices/a", before.get(b"notices/a".as_slice()));
    let found = open(&path).unwrap().load(&[OPEN.key("a")]).unwrap().remove(0).unwrap();
    assert_eq!(found.bytes(), b"old");
}

#[test]
fn the_whole_store_set_back_at_once_is_a_state_that_it_had() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let (before, after) = two_states(&path);
    for key in before.keys().chain(after.keys()) {
        set_row(&path, key, before.get(key));
    }
    let found = all_by_range(&open(&path).unwrap()).unwrap();
    assert_eq!((found.len(), found.values().all(|text| text == "old")), (RECORDS, true));
}

// Shows ARC-4.
#[test]
fn nothing_is_written_on_the_strength_of_a_record_that_was_set_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let (before, _) = two_states(&path);
    set_row(&path, b"secrets/050", before.get(b"secrets/050".as_slice()));
    let tampered = rows(&path);
    let store = open(&path).unwrap();
    for expect in [1, 2].map(|version| Expect::Version(csf_store::Version(version))) {
        let mut batch = Batch::new();
        batch.check(SEALED.key("050"), expect);
        batch.put(OPEN.key("a"), Expect::Any, b"written".to_vec());
        store.commit(&[batch]).remove(0).unwrap_err();
    }
    drop(store);
    assert_eq!(rows(&path), tampered);
    // What does not depend on it goes on, and a blind write replaces it.
    let store = open(&path).unwrap();
    put(&store, OPEN.key("a"), "written");
    put(&store, SEALED.key("051"), "written");
    put(&store, SEALED.key("050"), "mended");
    assert_eq!(all_by_range(&store).unwrap().get("050").map(String::as_str), Some("mended"));
}

/// ARC-4: what is remembered of the tree judges what is read; it does not stand in for reading.
#[test]
fn a_record_that_is_set_back_while_the_nodes_above_it_are_in_memory_is_noticed() {
    let vault = Vault::new(StoreId([9; 16]), Epoch(1), [8; 32].into());
    let engine = Arc::new(MemoryStore::new());
    Records::found(&engine, &vault).unwrap();
    let records = Records::open(Arc::clone(&engine), vault, NonZeroUsize::MIN).unwrap();
    let keys: Vec<RecordKey> = (0..RECORDS).map(|number| SEALED.key(&name(number))).collect();
    keys.iter().for_each(|key| put(&records, key.clone(), "old"));
    let old = engine.load(&keys).unwrap();
    keys.iter().for_each(|key| put(&records, key.clone(), "new"));
    // Every node is in memory now, and of the records one.
    keys.iter().for_each(|key| assert!(records.load(std::slice::from_ref(key)).is_ok()));

    for (key, old) in keys.iter().zip(old).step_by(7) {
        delete(&engine, key.clone());
        let mut batch = Batch::new();
        batch.put(key.clone(), Expect::Absent, old.unwrap().bytes().to_vec());
        engine.commit(&[batch]).remove(0).unwrap();
    }
    for (number, key) in keys.iter().enumerate() {
        let found = records.load(std::slice::from_ref(key));
        if number.is_multiple_of(7) {
            assert_eq!(found.unwrap_err(), StoreError::NotAuthentic(key.clone()));
        } else {
            assert_eq!(found.unwrap().remove(0).unwrap().bytes(), b"new");
        }
    }
}
