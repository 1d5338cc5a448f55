//! A state directory that lost a part: one clear sentence, and nothing is changed.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use support::NodeProcess;
use tempfile::TempDir;

fn mn() -> support::NodeBuilder {
    NodeProcess::with().profile("mn")
}

/// A state directory with a registration in it, and without the record of this key.
fn without(key: &str) -> TempDir {
    let node = mn().start();
    drop(node.register("Cmeter"));
    let home = node.stop();
    let store = rusqlite::Connection::open(home.path().join("state/csf.sqlite")).expect("a store");
    let delete = "DELETE FROM record WHERE key = CAST(?1 AS BLOB)";
    assert_eq!(store.execute(delete, [key]), Ok(1), "{key}");
    home
}

/// Every record with its version, in order.
fn records(home: &TempDir) -> Vec<(Vec<u8>, i64)> {
    let store = rusqlite::Connection::open(home.path().join("state/csf.sqlite")).expect("a store");
    let mut all = store.prepare("SELECT key, version FROM record ORDER BY key").expect("a query");
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("records")
}

/// Starts on it, in vain: the start says all this, ends with this code and changes no record.
fn must_be_refused(home: TempDir, code: i32, wanted: &[&str]) -> TempDir {
    let before = records(&home);
    let (status, said, home) = mn().home(home).start_refused_on();
    assert_eq!(status.code(), Some(code), "{said}");
    for wanted in wanted {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert_eq!(records(&home), before);
    home
}

// The record is sealed and in the version tree, so that it is missing is not mistaken for an older layout.
#[test]
fn a_store_that_lost_the_record_of_its_layout_is_refused() {
    drop(must_be_refused(without("state/layout"), 1, &["state/layout"]));
}

#[test]
fn a_store_that_lost_its_identity_gets_no_new_one() {
    let home = must_be_refused(without("meta/identity"), 1, &["csf.sqlite", "identity is missing", "backup"]);
    // It does not help to ask again.
    drop(must_be_refused(home, 1, &["identity is missing"]));
}

// The twin: a state directory that lost nothing is the next start's.
#[test]
fn a_store_of_this_layout_with_its_identity_is_started_on() {
    let node = mn().start();
    drop(node.register("Cmeter"));
    let home = node.stop();
    let before = records(&home).len();
    let home = mn().home(home).start().stop();
    assert_eq!(records(&home).len(), before);
}
