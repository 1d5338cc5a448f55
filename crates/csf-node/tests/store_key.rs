//! A new key for the store: a node seals everything anew under it while it serves.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::collections::BTreeSet;

use csf_api::{ResourceType, Status};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeBuilder, NodeProcess};
use tempfile::TempDir;

const CONTAINERS: usize = 100;

/// What the node says when it is done.
const DONE: &str = "sealed under its new key";

fn with_new_store_key() -> NodeBuilder {
    NodeProcess::with().under(&["sh", "-c", r#"exec "$0" "$@" --new-store-key"#])
}

fn fill(node: &NodeProcess) {
    let mut meter = node.register("Cmeter");
    for number in 0..CONTAINERS {
        let body = format!(r#"{{"m2m:cnt":{{"rn":"c{number}"}}}}"#);
        let body = content_from_json(body.as_bytes()).expect("a content");
        let response = meter.create("-/Cmeter", ResourceType::CONTAINER, body).expect("an answer");
        assert_eq!(response.status, Status::Created, "{response:?}");
    }
}

const KEYS: usize = 10;

fn make_keys(meter: &mut Client) {
    for number in 0..KEYS {
        let body = format!(
            r#"{{"csf:keyObject":{{"rn":"k{number}","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]}}}}"#
        );
        let body = content_from_json(body.as_bytes()).expect("a content");
        let made = meter.create("-/security/data/storage-soft", ResourceType::FLEX_CONTAINER, body);
        assert_eq!(made.expect("an answer").status, Status::Created);
    }
}

/// Signs with each of the keys; nobody else can.
fn sign_with_all(node: &NodeProcess, guest: &mut Client) {
    let mut meter = node.as_originator("Cmeter");
    let sign = |client: &mut Client, number: usize| {
        let key = format!("-/security/data/storage-soft/k{number}");
        let input =
            format!(r#"{{"csf:signature":{{"Salg":"ALG_ECDSA_SHA_256","kInf":"{key}","msg":"AQID"}}}}"#);
        let input = content_from_json(input.as_bytes()).expect("an input");
        client.invoke("-/security/data/function-signature", input).expect("an answer").status
    };
    for number in 0..KEYS {
        assert_eq!(sign(&mut meter, number), Status::Updated, "{number}");
        assert_eq!(sign(guest, number), Status::OriginatorHasNoPrivilege, "{number}");
    }
}

fn see(meter: &mut Client, number: usize) -> Status {
    meter.retrieve(&format!("-/Cmeter/c{number}")).expect("an answer").status
}

/// The epochs in which the sealed records of the store are sealed: those whose first byte is the format.
fn epochs(home: &TempDir) -> BTreeSet<u64> {
    epochs_in(home, "csf.sqlite", "key LIKE 'fresh/%' OR key LIKE 'name/%' OR key LIKE 'child/%'")
}

/// The epochs in which the keys of the software environment are sealed.
fn epochs_of_keys(home: &TempDir) -> BTreeSet<u64> {
    epochs_in(home, "soft.sqlite", "key LIKE 'key/%'")
}

fn epochs_in(home: &TempDir, file: &str, which: &str) -> BTreeSet<u64> {
    let store = rusqlite::Connection::open(home.path().join("state").join(file)).expect("a store");
    let mut all = store.prepare(&format!("SELECT value FROM record WHERE {which}")).expect("a statement");
    let values = all.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("rows");
    let epoch = |value: Vec<u8>| {
        let (_, rest) = value.split_first().expect("a record");
        u64::from_be_bytes(*rest.first_chunk().expect("an epoch"))
    };
    values.map(|value| epoch(value.expect("a row"))).collect()
}

// Shows ARC-4.
#[test]
fn a_node_seals_its_store_anew_while_it_serves() {
    let node = NodeProcess::start();
    fill(&node);
    make_keys(&mut node.as_originator("Cmeter"));
    let mut guest = node.register("Cguest");
    sign_with_all(&node, &mut guest);
    drop(guest);
    let home = node.stop();
    assert_eq!((epochs(&home), epochs_of_keys(&home)), (BTreeSet::from([1]), BTreeSet::from([1])));

    let node = with_new_store_key().home(home).start();
    let mut meter = node.as_originator("Cmeter");
    // Each request is one moment later, and answered rightly whichever key its records are under.
    let mut asked = 0;
    while !node.stderr().contains(DONE) {
        assert_eq!(see(&mut meter, asked % CONTAINERS), Status::Ok, "{}", node.stderr());
        asked += 1;
        assert!(asked < 1_000_000, "it never ends: {}", node.stderr());
    }
    drop(meter);
    let home = node.stop();
    assert_eq!((epochs(&home), epochs_of_keys(&home)), (BTreeSet::from([2]), BTreeSet::from([2])));

    let node = NodeProcess::with().home(home).start();
    let mut meter = node.as_originator("Cmeter");
    (0..CONTAINERS).for_each(|number| assert_eq!(see(&mut meter, number), Status::Ok));
    sign_with_all(&node, &mut node.as_originator("Cguest"));
    assert!(!node.stderr().contains(DONE), "there was nothing to do");
}

#[test]
fn a_new_key_is_refused_to_whoever_cannot_open_the_store() {
    let node = NodeProcess::start();
    fill(&node);
    let home = node.stop();
    let keys = home.path().join("data/csf");
    let root =
        std::fs::read_dir(&keys).expect("a directory").next().expect("the root").expect("a file").path();
    let right = std::fs::read(&root).expect("the root");
    std::fs::write(&root, vec![7; right.len()]).expect("another root");
    let (status, said, home) = with_new_store_key().home(home).start_refused_on();
    assert_eq!(status.code(), Some(1), "{said}");
    assert_eq!(epochs(&home), BTreeSet::from([1]));
    // Nothing was changed: under the right root everything is there, in the epoch that it had.
    std::fs::write(&root, right).expect("the root");
    let node = NodeProcess::with().home(home).start();
    let mut meter = node.as_originator("Cmeter");
    (0..CONTAINERS).for_each(|number| assert_eq!(see(&mut meter, number), Status::Ok));
    assert!(!node.stderr().contains(DONE), "a new epoch was begun");
}

/// How often the node is killed in the midst of it.
const KILLS: usize = 8;

// Shows ARC-4.
#[test]
fn killed_in_the_midst_of_it_again_and_again_a_node_loses_nothing_and_comes_to_the_end() {
    let node = NodeProcess::start();
    fill(&node);
    make_keys(&mut node.as_originator("Cmeter"));
    drop(node.register("Cguest"));
    let mut home = node.stop();
    for kill in 0..KILLS {
        let node = with_new_store_key().home(home).start();
        // At other moments each time: after so many answers.
        let mut meter = node.as_originator("Cmeter");
        for number in 0..kill * 20 {
            assert_eq!(see(&mut meter, number % CONTAINERS), Status::Ok, "{}", node.stderr());
        }
        drop(meter);
        home = node.crash();
    }
    let node = with_new_store_key().home(home).start();
    let (mut meter, mut guest) = (node.as_originator("Cmeter"), node.as_originator("Cguest"));
    let mut asked = 0;
    while !node.stderr().contains(DONE) {
        assert_eq!(see(&mut meter, asked % CONTAINERS), Status::Ok, "{}", node.stderr());
        asked += 1;
        assert!(asked < 1_000_000, "it never ends: {}", node.stderr());
    }
    sign_with_all(&node, &mut guest);
    drop((meter, guest));
    let home = node.stop();
    let (of_the_store, of_keys) = (epochs(&home), epochs_of_keys(&home));
    assert!(of_the_store.len() == 1 && of_keys.len() == 1, "{of_the_store:?} {of_keys:?}");
    assert!(of_the_store.first() > Some(&1) && of_keys.first() > Some(&1), "{of_the_store:?} {of_keys:?}");
    let node = NodeProcess::with().home(home).start();
    sign_with_all(&node, &mut node.as_originator("Cguest"));
}
