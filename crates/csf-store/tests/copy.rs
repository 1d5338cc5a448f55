//! A copy of a store that somebody else has open.

#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use csf_store::{
    Batch, Epoch, Expect, Identity, Range, Records, Space, SqliteStore, Store, StoreError, StoreId, Vault,
};

const SPACE: Space = Space::sealed("space");
const PAIR: [&str; 2] = ["left", "right"];

fn vault() -> Vault {
    Vault::new(StoreId([7; 16]), Epoch(1), [1; 32].into())
}

fn identity() -> Identity {
    Identity { store: StoreId([7; 16]), epoch: Epoch(1), sealed_key: b"sealed".to_vec(), previous: None }
}

fn records(store: SqliteStore) -> Records<SqliteStore> {
    Records::open(store, vault(), NonZeroUsize::MIN).unwrap()
}

fn made(path: &Path) -> Records<SqliteStore> {
    let store = SqliteStore::open(path).unwrap();
    Identity::create(&store, &identity(), &vault()).unwrap();
    records(store)
}

fn put(records: &Records<SqliteStore>, paths: &[&str], content: &[u8]) {
    let mut batch = Batch::new();
    for path in paths {
        batch.put(SPACE.key(path), Expect::Any, content.to_vec());
    }
    records.commit(&[batch]).remove(0).unwrap();
}

#[test]
fn a_copy_has_what_was_committed_while_the_store_is_open_and_is_its_owners_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (from, to) = (directory.path().join("a"), directory.path().join("b"));
    let open = made(&from);
    put(&open, &["before"], b"1");
    assert_eq!(SqliteStore::copy(&from, &to), Ok(identity()));
    put(&open, &["after"], b"1");
    assert_eq!(to.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    let copy = records(SqliteStore::open(&to).unwrap());
    let found = copy.load(&[SPACE.key("before"), SPACE.key("after")]).unwrap();
    assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn no_batch_is_in_a_copy_by_half_however_many_are_written_meanwhile() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("a");
    let open = made(&from);
    put(&open, &PAIR, &0_u32.to_be_bytes());
    std::thread::scope(|scope| {
        let copies = scope.spawn(|| {
            for n in 0..20 {
                SqliteStore::copy(&from, &directory.path().join(format!("copy-{n}"))).unwrap();
            }
        });
        let mut n = 0_u32;
        while !copies.is_finished() {
            n += 1;
            put(&open, &PAIR, &n.to_be_bytes());
        }
        assert!(n > 20, "hardly anything was written meanwhile: {n}");
    });
    for n in 0..20 {
        // Opening it and reading its range shows that the version tree agrees with the records, too.
        let copy = records(SqliteStore::open(&directory.path().join(format!("copy-{n}"))).unwrap());
        let range = Range { space: SPACE, prefix: "".into(), after: None, limit: 9, backwards: false };
        let pair = copy.scan(&range).unwrap();
        assert_eq!(pair.len(), 2);
        assert_eq!(pair[0].1.bytes(), pair[1].1.bytes());
    }
}

#[test]
fn what_was_deleted_leaves_no_trace_in_a_copy() {
    let directory = tempfile::tempdir().unwrap();
    let (from, to) = (directory.path().join("a"), directory.path().join("b"));
    let open = made(&from);
    let mut batch = Batch::new();
    let gone = Space::open("open").key("gone");
    batch.put(gone.clone(), Expect::Absent, b"a trace that must not stay".repeat(400));
    open.commit(&[batch]).remove(0).unwrap();
    let mut batch = Batch::new();
    batch.delete(gone, Expect::Any);
    open.commit(&[batch]).remove(0).unwrap();
    drop(open);
    SqliteStore::copy(&from, &to).unwrap();
    let found = |path: &Path| std::fs::read(path).unwrap().windows(9).any(|part| part == b"that must");
    assert!(found(&from) || found(&directory.path().join("a-wal")), "the test shows nothing");
    assert!(!found(&to));
}

#[test]
fn only_a_store_with_an_identity_is_copied_and_never_over_something() {
    let directory = tempfile::tempdir().unwrap();
    let [from, to, none, text] = ["a", "b", "none", "text"].map(|name| directory.path().join(name));
    drop(made(&from));
    std::fs::write(&to, "precious").unwrap();
    assert!(matches!(SqliteStore::copy(&from, &to), Err(StoreError::Unavailable(_))));
    assert_eq!(std::fs::read(&to).unwrap(), b"precious");

    std::fs::write(&text, "Dear store,\n".repeat(1000)).unwrap();
    let new = directory.path().join("new");
    let Err(StoreError::Foreign(why)) = SqliteStore::copy(&text, &new) else { panic!("a letter was copied") };
    assert!(why.contains(text.to_str().unwrap()), "{why}");
    assert!(matches!(SqliteStore::copy(&none, &new), Err(StoreError::Unavailable(_))));
    assert!(!new.exists() && !none.exists());

    drop(SqliteStore::open(&none).unwrap());
    assert!(matches!(SqliteStore::copy(&none, &new), Err(StoreError::Foreign(_))));
}
