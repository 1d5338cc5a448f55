//! What was acknowledged is there after any end of the node, and what lies on the disk is of no use elsewhere.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::path::{Path, PathBuf};

use csf_api::{Content, Object, Response, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::NodeProcess;
use tempfile::TempDir;

const CONTAINER: u16 = 3;
const INSTANCE: u16 = 4;
const POLICY: u16 = 1;
const FLEX: u16 = 28;

/// An originator that nobody has but a policy.
const SECRET_ORIGINATOR: &str = "CknownToOnePolicyOnly";
const ORDINARY_CONTENT: &str = "an ordinary reading of 21.5 degrees";

fn create(client: &mut Client, to: &str, ty: u16, content: &str) -> Response {
    let content = content_from_json(content.as_bytes()).expect("a content");
    client.create(to, csf_api::ResourceType::from_number(ty), content).expect("an answer")
}

#[track_caller]
fn created(client: &mut Client, to: &str, ty: u16, content: &str) -> Object {
    let response = create(client, to, ty, content);
    assert_eq!(response.status, Status::Created, "{response:?}");
    object(response)
}

fn object(response: Response) -> Object {
    match response.content.map(|content| content.value) {
        Some(Value::Object(object)) => object,
        other => panic!("no object: {other:?}"),
    }
}

fn key(client: &mut Client, name: &str) -> Object {
    let body = format!(
        r#"{{"csf:keyObject":{{"rn":"{name}","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign","verify"]}}}}"#
    );
    created(client, "-/security/data/storage-soft", FLEX, &body)
}

fn policy_body(name: &str, reader: &str) -> String {
    format!(
        r#"{{"m2m:acp":{{"rn":"{name}","pv":{{"acr":[{{"acor":["Cmeter"],"acop":63}},{{"acor":["{reader}"],"acop":2}}]}},"pvs":{{"acr":[{{"acor":["Cmeter"],"acop":63}}]}}}}}}"#
    )
}

/// Signs a message, or verifies a signature of it; the answer's content.
fn signature(client: &mut Client, key: &str, given: Option<&str>) -> Response {
    let mut input = Object::new()
        .with("Salg", Value::text("ALG_ECDSA_SHA_256"))
        .with("kInf", Value::text(&format!("-/security/data/storage-soft/{key}")))
        .with("msg", Value::text("aGVsbG8="));
    if let Some(given) = given {
        input.set("Sgn", Value::text(given));
    }
    let content = Content::new("csf:signature", Value::Object(input));
    client.invoke("-/security/data/function-signature", content).expect("an answer")
}

fn text(object: &Object, name: &str) -> String {
    object.get(name).and_then(Value::as_text).expect("a text").to_owned()
}

/// A node with one of everything, and a signature made by it.
struct Filled {
    node: NodeProcess,
    signature: String,
    seen: Vec<Option<Content>>,
}

const EVERYTHING: [&str; 7] = [
    "-/Cmeter",
    "-/Cmeter/readers",
    "-/Cmeter/readings",
    "-/Cmeter/readings/first",
    "-/Cmeter/readings/la",
    "-/security/data/storage-soft/signer",
    "-/security/data/storage-soft/pin",
];

fn fill(node: NodeProcess) -> Filled {
    let mut meter = node.register("Cmeter");
    created(&mut meter, "-/Cmeter", POLICY, &policy_body("readers", SECRET_ORIGINATOR));
    created(
        &mut meter,
        "-/Cmeter",
        CONTAINER,
        r#"{"m2m:cnt":{"rn":"readings","acpi":["cse-mn/Cmeter/readers"]}}"#,
    );
    let first = format!(r#"{{"m2m:cin":{{"rn":"first","con":"{ORDINARY_CONTENT}"}}}}"#);
    created(&mut meter, "-/Cmeter/readings", INSTANCE, &first);
    created(&mut meter, "-/Cmeter/readings", INSTANCE, r#"{"m2m:cin":{"con":{"t":21.5}}}"#);
    key(&mut meter, "signer");
    let pin = r#"{"csf:dataObject":{"rn":"pin","cnd":"csf:dataObject","msg":"UElOIDQ3MTE="}}"#;
    created(&mut meter, "-/security/data/storage-soft", FLEX, pin);
    let signature = text(&object(signature(&mut meter, "signer", None)), "Sgn");
    let seen = see(&mut meter);
    Filled { node, signature, seen }
}

fn see(meter: &mut Client) -> Vec<Option<Content>> {
    let retrieve = |to| {
        let response = meter.retrieve(to).expect("an answer");
        assert_eq!(response.status, Status::Ok, "{to}: {response:?}");
        response.content
    };
    EVERYTHING.into_iter().map(retrieve).collect()
}

fn mn() -> support::NodeBuilder {
    NodeProcess::with().profile("mn")
}

#[test]
fn everything_is_there_after_an_orderly_stop_and_after_a_crash() {
    let ends: [fn(NodeProcess) -> TempDir; 2] = [NodeProcess::stop, NodeProcess::crash];
    for end in ends {
        let Filled { node, signature: old, seen } = fill(mn().start());
        let node = mn().home(end(node)).start();
        // The identity still belongs to the user that registered it, without another registration.
        let mut meter = node.as_originator("Cmeter");
        assert_eq!(see(&mut meter), seen);
        let right = |r: Response| object(r).get("vR").and_then(Value::as_bool);
        assert_eq!(right(signature(&mut meter, "signer", Some(&old))), Some(true));
        let new = text(&object(signature(&mut meter, "signer", None)), "Sgn");
        assert_eq!(right(signature(&mut meter, "signer", Some(&new))), Some(true));
        // The twin: not every signature is right.
        let other = key(&mut meter, "other");
        assert!(other.get("kDt").is_some());
        assert_eq!(right(signature(&mut meter, "other", Some(&old))), Some(false));
        let response = node.as_originator("Cother").retrieve("-/Cmeter").expect("an answer");
        assert_eq!(response.status, Status::OriginatorNotAuthenticated);
    }
}

/// Copies a directory of files.
fn copy(from: &Path, to: &Path) {
    use std::os::unix::fs::{DirBuilderExt, FileTypeExt};
    std::fs::DirBuilder::new().mode(0o700).create(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        if !entry.file_type().expect("a type").is_socket() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}

/// The one key file of the node that lived here.
fn key_file(home: &TempDir) -> PathBuf {
    let mut files = std::fs::read_dir(home.path().join("data/csf")).expect("a directory");
    let file = files.next().expect("a key file").expect("an entry").path();
    assert!(files.next().is_none());
    file
}

// Shows ARC-4, SDH-1: a copy of the store without what opens it gives nothing.
#[test]
fn a_copy_of_the_state_without_its_key_does_not_open() {
    let home = fill(mn().start()).node.stop();
    let copied = tempfile::tempdir().expect("a directory");
    copy(&home.path().join("state"), &copied.path().join("state"));
    let missing = copied.path().join("data/csf").join(key_file(&home).file_name().expect("a name"));
    let (status, said) = mn().home(copied).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains(missing.to_str().expect("a path")), "the missing file is not named: {said}");
    // The original still opens.
    assert_eq!(see(&mut mn().home(home).start().as_originator("Cmeter")).len(), EVERYTHING.len());
}

// Shows ARC-4.
#[test]
fn the_key_of_another_node_does_not_open_the_store() {
    let (home, other) = (fill(mn().start()).node.stop(), fill(mn().start()).node.stop());
    let right = std::fs::read(key_file(&home)).expect("a key");
    std::fs::copy(key_file(&other), key_file(&home)).expect("a copy");
    let path = key_file(&home);
    let copied = tempfile::tempdir().expect("a directory");
    copy(&home.path().join("state"), &copied.path().join("state"));
    let (status, said) = mn().home(copied).set(&format!("soft.root_key={}", path.display())).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("key"), "{said}");
    std::fs::write(&path, right).expect("a key");
    assert_eq!(see(&mut mn().home(home).start().as_originator("Cmeter")).len(), EVERYTHING.len());
}

/// The root in the key file, in hexadecimal digits.
fn root(home: &TempDir) -> String {
    let text = std::fs::read_to_string(key_file(home)).expect("a key file");
    let root = text.trim_end().rsplit(':').next().expect("a root").to_owned();
    assert_eq!(root.len(), 64);
    root
}

fn store(home: &TempDir) -> rusqlite::Connection {
    rusqlite::Connection::open(home.path().join("state/csf.sqlite")).expect("a store")
}

/// Flips one bit in the middle of the record with this key.
fn flip(home: &TempDir, key: &str) {
    let store = store(home);
    let read = "SELECT value FROM record WHERE key = CAST(?1 AS BLOB)";
    let mut value: Vec<u8> = store.query_row(read, [key], |row| row.get(0)).expect("the record");
    let middle = value.len() / 2;
    value[middle] ^= 1;
    let write = "UPDATE record SET value = ?2 WHERE key = CAST(?1 AS BLOB)";
    assert_eq!(store.execute(write, rusqlite::params![key, value]), Ok(1));
}

// Shows ARC-4, ACC-9.
#[test]
fn an_altered_policy_is_refused_and_permits_nothing() {
    let Filled { node, seen, .. } = fill(mn().start());
    let policy =
        seen[1].as_ref().and_then(|c| c.value.as_object()).map(|o| text(o, "ri")).expect("an identifier");
    let home = node.stop();
    flip(&home, &format!("res/{policy}"));
    let node = mn().home(home).start();
    let mut meter = node.as_originator("Cmeter");
    let status = |to: &str, meter: &mut Client| meter.retrieve(to).expect("an answer").status;
    assert_eq!(status("-/Cmeter/readers", &mut meter), Status::InternalServerError);
    assert_eq!(status("-/Cmeter/readings", &mut meter), Status::OriginatorHasNoPrivilege);
    // What does not depend on it works on.
    assert_eq!(status("-/Cmeter", &mut meter), Status::Ok);
}

/// A row of the store as it lies there.
fn row(home: &TempDir, key: &str) -> (i64, Vec<u8>) {
    let read = "SELECT version, value FROM record WHERE key = CAST(?1 AS BLOB)";
    store(home).query_row(read, [key], |row| Ok((row.get(0)?, row.get(1)?))).expect("the record")
}

// Shows ARC-4, ACC-9.
#[test]
fn a_policy_set_back_to_what_it_was_is_refused_and_permits_nothing() {
    let status = |to: &str, client: &mut Client| client.retrieve(to).expect("an answer").status;
    let node = mn().start();
    let (mut meter, mut reader) = (node.register("Cmeter"), node.register("Creader"));
    let policy = created(&mut meter, "-/Cmeter", POLICY, &policy_body("readers", "Creader"));
    let policy = format!("res/{}", text(&policy, "ri"));
    let container = r#"{"m2m:cnt":{"rn":"readings","acpi":["cse-mn/Cmeter/readers"]}}"#;
    created(&mut meter, "-/Cmeter", CONTAINER, container);
    assert_eq!(status("-/Cmeter/readings", &mut reader), Status::Ok);
    drop((meter, reader));
    let home = node.stop();
    let permitting = row(&home, &policy);

    let node = mn().home(home).start();
    let mut meter = node.as_originator("Cmeter");
    let withdrawn = r#"{"m2m:acp":{"pv":{"acr":[{"acor":["Cmeter"],"acop":63}]}}}"#;
    let withdrawn = content_from_json(withdrawn.as_bytes()).expect("a content");
    let response = meter.update("-/Cmeter/readers", withdrawn).expect("an answer");
    assert_eq!(response.status, Status::Updated, "{response:?}");
    let refused = Status::OriginatorHasNoPrivilege;
    assert_eq!(status("-/Cmeter/readings", &mut node.as_originator("Creader")), refused);
    drop(meter);
    let home = node.stop();

    let set_back = "UPDATE record SET version = ?2, value = ?3 WHERE key = CAST(?1 AS BLOB)";
    let (version, value) = permitting;
    assert_eq!(store(&home).execute(set_back, rusqlite::params![policy, version, value]), Ok(1));
    let node = mn().home(home).start();
    let (mut meter, mut reader) = (node.as_originator("Cmeter"), node.as_originator("Creader"));
    assert_eq!(status("-/Cmeter/readings", &mut reader), refused);
    assert_eq!(status("-/Cmeter/readers", &mut meter), Status::InternalServerError);
    // What does not depend on it works on.
    assert_eq!(status("-/Cmeter", &mut meter), Status::Ok);
}

// Shows ARC-4: a counter that is set back gives no room.
#[test]
fn a_counter_set_back_to_what_it_was_counts_for_nothing() {
    let container = |name: &str| format!(r#"{{"m2m:cnt":{{"rn":"{name}"}}}}"#);
    let node = mn().start();
    let (mut meter, mut reader) = (node.register("Cmeter"), node.register("Creader"));
    created(&mut meter, "-/Cmeter", CONTAINER, &container("first"));
    created(&mut reader, "-/Creader", CONTAINER, &container("first"));
    drop((meter, reader));
    let home = node.stop();
    let like = "SELECT CAST(key AS TEXT) FROM record WHERE key LIKE 'count/%Cmeter'";
    let count: String = store(&home).query_row(like, [], |row| row.get(0)).expect("a count");
    let (version, value) = row(&home, &count);

    let node = mn().home(home).start();
    created(&mut node.as_originator("Cmeter"), "-/Cmeter", CONTAINER, &container("second"));
    let home = node.stop();
    let set_back = "UPDATE record SET version = ?2, value = ?3 WHERE key = CAST(?1 AS BLOB)";
    assert_eq!(store(&home).execute(set_back, rusqlite::params![count, version, value]), Ok(1));

    let node = mn().home(home).start();
    let mut meter = node.as_originator("Cmeter");
    let refused = create(&mut meter, "-/Cmeter", CONTAINER, &container("third"));
    assert_eq!(refused.status, Status::InternalServerError);
    created(&mut node.as_originator("Creader"), "-/Creader", CONTAINER, &container("second"));
}

// Shows ARC-4.
#[test]
fn an_altered_registration_speaks_for_nobody() {
    let home = fill(mn().start()).node.stop();
    flip(&home, "res/Cmeter");
    let node = mn().home(home).start();
    let response = node.as_originator("Cmeter").retrieve("-/Cmeter").expect("an answer");
    assert_eq!(response.status, Status::InternalServerError);
}

#[test]
fn an_altered_foundation_keeps_the_node_from_starting() {
    let home = fill(mn().start()).node.stop();
    flip(&home, "state/policy-epoch");
    let (status, said) = mn().home(home).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
}

/// Whether any file of the state directory holds these bytes.
fn on_disk(state: &Path, wanted: &[u8]) -> bool {
    let files = std::fs::read_dir(state).expect("a directory").map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.is_file()).any(|path| {
        let bytes = std::fs::read(&path).expect("a file");
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

// Shows ARC-4: what is sensitive is sealed, and what is ordinary shows that the search finds what is there.
#[test]
fn nothing_sensitive_lies_in_clear_on_the_disk() {
    let Filled { node, .. } = fill(mn().start());
    let state = node.state();
    let sealed_and_ordinary = |state: &Path| {
        assert!(!on_disk(state, SECRET_ORIGINATOR.as_bytes()));
        assert!(!on_disk(state, b"acor"));
        assert!(on_disk(state, ORDINARY_CONTENT.as_bytes()));
    };
    // While the node runs, much of it lies in the write-ahead log; afterwards in the store.
    sealed_and_ordinary(&state);
    let home = node.stop();
    sealed_and_ordinary(&state);
    // Nor does the key that opens everything.
    let root = root(&home);
    let bytes: Vec<u8> = (0..root.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&root[at..at + 2], 16).expect("digits"))
        .collect();
    assert!(!on_disk(&state, root.as_bytes()) && !on_disk(&state, &bytes));
}

// Shows ARC-4: neither in logs nor in core dumps.
#[test]
fn even_at_its_most_talkative_the_log_holds_no_secret_and_there_are_no_core_dumps() {
    let Filled { node, signature, .. } = fill(mn().set("log.level=trace").start());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", node.pid())).expect("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    drop(node.as_originator("Cother").retrieve("-/Cmeter"));
    let home = node.stop();
    let said = std::fs::read_to_string(home.path().join("stderr")).expect("a log");
    let root = root(&home);
    for wanted in [SECRET_ORIGINATOR, ORDINARY_CONTENT, "aGVsbG8=", signature.as_str(), "Cmeter", &root] {
        assert!(!said.contains(wanted), "{wanted}: {said}");
    }
}
