//! Sensitive data on a real node: over HTTP on the sockets and on the network, on the disk, and with the tool.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use base64ct::{Base64, Encoding as _};
use csf_api::{Content, ResourceType, Response, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeProcess, RawRequest, Wire, program};
use tempfile::TempDir;

const STORAGE: &str = "-/security/data/storage-soft";
const SECRET: &[u8] = b"the operator key of subscription 17";
const OTHERS: &[u8] = b"another secret, of the same length.";

fn mn() -> support::NodeBuilder {
    NodeProcess::with().profile("mn")
}

fn store(client: &mut Client, name: &str, octets: &[u8]) -> Response {
    let msg = Base64::encode_string(octets);
    let body = format!(r#"{{"csf:dataObject":{{"rn":"{name}","cnd":"csf:dataObject","msg":"{msg}"}}}}"#);
    let content = content_from_json(body.as_bytes()).expect("a content");
    client.create(STORAGE, ResourceType::FLEX_CONTAINER, content).expect("an answer")
}

fn read(client: &mut Client, name: &str) -> Response {
    client.retrieve(&format!("{STORAGE}/{name}")).expect("an answer")
}

fn member(response: &Response, name: &str) -> Option<Value> {
    let object = response.content.as_ref().and_then(|content: &Content| content.value.as_object());
    object.and_then(|object| object.get(name)).cloned()
}

fn octets(response: &Response) -> Vec<u8> {
    let text = member(response, "msg").expect("a content");
    Base64::decode_vec(text.as_text().expect("a text")).expect("base64")
}

fn id(client: &mut Client, name: &str) -> String {
    member(&read(client, name), "ri").and_then(|id| id.as_text().map(str::to_owned)).expect("an identifier")
}

/// Whether any file below this directory holds the secret.
fn holds_secret(directory: &Path) -> bool {
    holds(directory, SECRET)
}

/// Whether any file below this directory holds these octets, in any form that they had on their way.
fn holds(directory: &Path, secret: &[u8]) -> bool {
    let text = Base64::encode_string(secret);
    let forms = [secret, text.as_bytes()];
    let entries =
        std::fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path());
    entries.into_iter().any(|path| {
        if path.is_dir() {
            return holds(&path, secret);
        }
        let bytes = if path.is_file() { std::fs::read(&path).expect("a file") } else { Vec::new() };
        forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == *form))
    })
}

// Shows SDH-1 and SDH-2, over HTTP on the local socket.
#[test]
fn the_owner_stores_and_reads_and_nobody_else_does() {
    let node = mn().start();
    let [mut meter, mut other] = ["Cmeter", "Cother"].map(|stem| node.register(stem));
    assert_eq!(store(&mut meter, "d", SECRET).status, Status::Created);
    assert_eq!(octets(&read(&mut meter, "d")), SECRET);
    assert_eq!(read(&mut other, "d").status, Status::OriginatorHasNoPrivilege);
    assert!(member(&read(&mut other, "d"), "msg").is_none());
    let seen = read(&mut node.admin(), "d");
    assert_eq!((seen.status, member(&seen, "own")), (Status::Ok, Some(Value::text("Cmeter"))));
    assert_eq!((member(&seen, "msg"), member(&seen, "cbs")), (None, Some(Value::Integer(35))));
    let named = node.admin().retrieve(&format!("{STORAGE}/d#msg")).expect("an answer");
    assert_eq!(named.status, Status::OriginatorHasNoPrivilege);
    let deleted = node.admin().delete(&format!("{STORAGE}/d")).expect("an answer");
    assert_eq!(deleted.status, Status::Deleted);
    assert_eq!(read(&mut meter, "d").status, Status::NotFound);
}

// Shows SDH-1: on a network, where nothing proves a caller yet, nobody stores and nobody reads.
#[test]
fn a_name_on_the_network_neither_stores_nor_reads() {
    for lab in [&[][..], &["http.believe_originators=true"]] {
        let node = lab.iter().fold(mn(), |node, setting| node.set(setting)).start();
        assert_eq!(store(&mut node.register("Cmeter"), "d", SECRET).status, Status::Created);
        let body = r#"{"csf:dataObject":{"rn":"e","cnd":"csf:dataObject","msg":"AA=="}}"#;
        let storage = "/-/security/data/storage-soft";
        let object = format!("{storage}/d");
        for (request, local) in [
            (RawRequest::new("GET", &object), 2000),
            (RawRequest::update(&object, r#"{"csf:dataObject":{"msg":"AA=="}}"#), 2004),
            (RawRequest::create(storage, 28, body), 2001),
            (RawRequest::new("DELETE", &object), 2002),
        ] {
            let request = request.bytes();
            let refused = Wire::tcp(&node).exchange(&request).expect("an answer");
            assert_eq!(refused.rsc(), Some(4103), "{}", refused.text());
            assert!(!refused.text().contains(&Base64::encode_string(SECRET)));
            // The same request on the socket, where the kernel proves who asks.
            assert_eq!(Wire::local(&node).exchange(&request).and_then(|a| a.rsc()), Some(local));
        }
    }
}

// Shows SDH-1: neither in the store, nor beside it, nor in logs and audit.
#[test]
fn no_file_of_the_node_holds_the_content() {
    let node = mn().set("log.level=trace").start();
    let mut meter = node.register("Cmeter");
    assert_eq!(store(&mut meter, "d", SECRET).status, Status::Created);
    assert_eq!(octets(&read(&mut meter, "d")), SECRET);
    let change = format!(r#"{{"csf:dataObject":{{"msg":"{}"}}}}"#, Base64::encode_string(SECRET));
    let change = content_from_json(change.as_bytes()).expect("a content");
    assert_eq!(meter.update(&format!("{STORAGE}/d"), change).expect("an answer").status, Status::Updated);
    assert_eq!(read(&mut node.register("Cother"), "d").status, Status::OriginatorHasNoPrivilege);
    assert!(!holds_secret(node.directory()));
    let home = node.stop();
    assert!(!holds_secret(home.path()));
    let audit = std::fs::read_to_string(home.path().join("state/audit.log")).expect("an audit log");
    assert_eq!(audit.matches(r#""k":"data-use""#).count(), 3, "{audit}");
    // The search finds what is there.
    std::fs::write(home.path().join("state/found"), SECRET).expect("a file");
    assert!(holds_secret(home.path()));
}

// Shows SDH-1: what was acknowledged is there after any end of the node.
#[test]
fn stored_data_outlives_a_stop_and_a_crash() {
    let ends: [fn(NodeProcess) -> TempDir; 2] = [NodeProcess::stop, NodeProcess::crash];
    for end in ends {
        let node = mn().start();
        assert_eq!(store(&mut node.register("Cmeter"), "d", SECRET).status, Status::Created);
        let node = mn().home(end(node)).start();
        assert_eq!(octets(&read(&mut node.as_originator("Cmeter"), "d")), SECRET);
        assert_eq!(read(&mut node.register("Cother"), "d").status, Status::OriginatorHasNoPrivilege);
    }
}

// Shows SDH-1 and ARC-4: another key for the store seals what lies in it anew, and loses nothing.
#[test]
fn stored_data_is_given_out_while_the_store_gets_another_key_and_afterwards() {
    let node = mn().start();
    let mut meter = node.register("Cmeter");
    let names: Vec<String> = (0..8).map(|number| format!("d{number}")).collect();
    for name in &names {
        assert_eq!(store(&mut meter, name, SECRET).status, Status::Created);
    }
    let home = node.stop();
    let node = mn().under(&["sh", "-c", r#"exec "$0" "$@" --new-store-key"#]).home(home).start();
    let mut meter = node.as_originator("Cmeter");
    let mut rounds = 0;
    while !node.stderr().contains("sealed under its new key") {
        assert!(names.iter().all(|name| octets(&read(&mut meter, name)) == SECRET), "{}", node.stderr());
        rounds += 1;
        assert!(rounds < 100_000, "it never ends: {}", node.stderr());
    }
    assert!(names.iter().all(|name| octets(&read(&mut meter, name)) == SECRET));
    drop(meter);
    let node = mn().home(node.stop()).start();
    let mut meter = node.as_originator("Cmeter");
    assert!(names.iter().all(|name| octets(&read(&mut meter, name)) == SECRET));
}

// Shows SDH-1 and ARC-4: whoever writes to the disk moves no content to where somebody else may read it.
#[test]
fn a_content_that_was_moved_or_cut_on_the_disk_is_refused() {
    type Harm = fn(&[u8], &[u8]) -> Vec<u8>;
    let harms: [Harm; 3] = [
        |_, theirs| theirs.to_vec(),
        |own, _| own[..own.len() / 2].to_vec(),
        |own, _| own.iter().map(|byte| byte ^ 1).collect(),
    ];
    for harm in harms {
        let node = mn().start();
        let [mut meter, mut other] = ["Cmeter", "Cother"].map(|stem| node.register(stem));
        assert_eq!(store(&mut meter, "d", SECRET).status, Status::Created);
        assert_eq!(store(&mut other, "o", OTHERS).status, Status::Created);
        let keys = [id(&mut meter, "d"), id(&mut other, "o")].map(|id| format!("content/{id}"));
        let home = node.stop();
        {
            let store = rusqlite::Connection::open(home.path().join("state/csf.sqlite")).expect("a store");
            let value = |key: &str| -> Vec<u8> {
                let read = "SELECT value FROM record WHERE key = CAST(?1 AS BLOB)";
                store.query_row(read, [key], |row| row.get(0)).expect("the record")
            };
            let harmed = harm(&value(&keys[0]), &value(&keys[1]));
            let write = "UPDATE record SET value = ?2 WHERE key = CAST(?1 AS BLOB)";
            assert_eq!(store.execute(write, rusqlite::params![keys[0], harmed]), Ok(1));
        }
        let node = mn().home(home).start();
        let mut meter = node.as_originator("Cmeter");
        let refused = read(&mut meter, "d");
        assert_eq!(refused.status, Status::InternalServerError);
        let said = member(&refused, "msg").or_else(|| refused.content.map(|content| content.value));
        assert!(
            said.as_ref().and_then(Value::as_text).is_some_and(|text| text.contains("damaged")),
            "{said:?}"
        );
        assert_eq!(octets(&read(&mut node.as_originator("Cother"), "o")), OTHERS);
        // It can be replaced, and it can go.
        let change = content_from_json(br#"{"csf:dataObject":{"msg":"AA=="}}"#).expect("a content");
        let changed = meter.update(&format!("{STORAGE}/d"), change).expect("an answer");
        assert_eq!(changed.status, Status::Updated);
        assert_eq!(octets(&read(&mut meter, "d")), [0]);
        assert_eq!(meter.delete(&format!("{STORAGE}/d")).expect("an answer").status, Status::Deleted);
    }
}

// Shows SDH-1: the limits as an operator sets them.
#[test]
fn limits_of_stored_data_that_are_configured_are_kept() {
    let node =
        ["limits.data_object_bytes=4", "limits.data_objects_per_owner=2", "limits.data_bytes_per_owner=7"]
            .iter()
            .fold(mn(), |node, setting| node.set(setting))
            .start();
    let mut meter = node.register("Cmeter");
    for (name, octets, status) in [
        ("a", &b"12345"[..], Status::NotAcceptable),
        ("a", b"1234", Status::Created),
        ("b", b"1234", Status::NotAcceptable),
        ("b", b"123", Status::Created),
        ("c", b"", Status::NotAcceptable),
    ] {
        assert_eq!(store(&mut meter, name, octets).status, status, "{name}: {octets:?}");
    }
    assert_eq!(store(&mut node.register("Cother"), "c", b"1234").status, Status::Created);
}

// Shows SDH-2.
#[test]
fn a_hand_over_of_what_an_owner_left_behind_is_in_the_audit_log() {
    let node = mn().start();
    let [mut meter, mut next] = ["Cmeter", "Cnext"].map(|stem| node.register(stem));
    assert_eq!(store(&mut meter, "d", SECRET).status, Status::Created);
    assert_eq!(meter.delete("-/Cmeter").expect("an answer").status, Status::Deleted);
    let update = |client: &mut Client, body: &str| {
        let content = content_from_json(body.as_bytes()).expect("a content");
        client.update(&format!("{STORAGE}/d"), content).expect("an answer").status
    };
    let (name, take) = (r#"{"csf:dataObject":{"nOw":"Cnext"}}"#, r#"{"csf:dataObject":{"own":"Cnext"}}"#);
    assert_eq!(update(&mut next, take), Status::OriginatorHasNoPrivilege);
    assert_eq!(update(&mut node.admin(), name), Status::Updated);
    assert_eq!(update(&mut next, take), Status::Updated);
    assert_eq!(octets(&read(&mut next, "d")), SECRET);
    let home = node.stop();
    let audit = support::csf(home.path(), &["audit", "export", "--resolve"]);
    let audit = String::from_utf8(audit.stdout).expect("lines");
    let of = |kind: &str, who: &str| {
        let of_kind = audit.lines().filter(|line| line.contains(&format!(r#""k":"{kind}""#)));
        of_kind.filter(|line| line.contains(who) && line.contains("storage-soft/d")).count()
    };
    assert_eq!(
        (of("denied", "Cnext"), of("administration", "CAdmin"), of("data-use", "Cnext")),
        (1, 1, 2),
        "{audit}"
    );
    assert!(audit.contains("hand-over (proven)"), "{audit}");
}

/// Runs the tool with these words and this on its standard input.
fn csf(node: &NodeProcess, words: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(program("csf"))
        .args(words)
        .env_clear()
        .env("CSF_STATE", node.state())
        .env("CSF_LOCAL_SOCKET", node.socket())
        .env("HOME", node.directory())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool");
    child.stdin.take().expect("its input").write_all(input).expect("written");
    child.wait_with_output().expect("its output")
}

// Shows SDH-1 and SDH-2, with the tool: what is stored need not be on a command line.
#[test]
fn the_tool_stores_what_comes_by_its_input_and_shows_it_to_the_owner_only() {
    let node = mn().start();
    drop([node.register("Cmeter"), node.register("Cother")]);
    let object = format!("{STORAGE}/d");
    let made = csf(&node, &["--as", "Cmeter", "create", STORAGE, "data", "rn=d", "--octets", "-"], SECRET);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let get = |from: &[&str]| csf(&node, &[from, &["get", &object, "--only", "msg"]].concat(), b"");
    let own = get(&["--as", "Cmeter"]);
    assert_eq!(String::from_utf8_lossy(&own.stdout).trim_end(), Base64::encode_string(SECRET));
    for from in [&["--as", "Cother"][..], &[]] {
        let refused = get(from);
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{from:?}");
    }
    let seen = csf(&node, &["get", &object], b"");
    let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
    assert!(seen.contains("Cmeter") && !seen.contains("msg"), "{seen}");
    let file = node.directory().join("next");
    std::fs::write(&file, OTHERS).expect("a file");
    let path = file.to_str().expect("a path");
    let changed = csf(&node, &["--as", "Cmeter", "update", &object, "--octets", path], b"");
    assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
    let own = get(&["--as", "Cmeter"]);
    assert_eq!(String::from_utf8_lossy(&own.stdout).trim_end(), Base64::encode_string(OTHERS));
    assert!(csf(&node, &["delete", &object], b"").status.success());
    assert!(!get(&["--as", "Cmeter"]).status.success());
}

// Shows SDH-2 and SDH-4: what is imported is on no command line, in no file, and in no answer.
#[test]
fn the_tool_imports_a_key_that_no_file_of_the_node_holds() {
    let node = mn().set("log.level=trace").start();
    drop([node.register("Cmeter"), node.register("Cother")]);
    let key = &SECRET[..32];
    let words = ["create", STORAGE, "key", "rn=k", "kAl=HMAC_SHA_256", "kUs=[\"mac\"]", "--octets", "-"];
    let import = |input| csf(&node, &[&["--as", "Cmeter"][..], &words].concat(), input);
    let short = import(&key[..13]);
    assert!(!short.status.success() && !String::from_utf8_lossy(&short.stderr).contains("operator"));
    let made = import(key);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let object = format!("{STORAGE}/k");
    for from in [&["--as", "Cmeter"][..], &[]] {
        let seen = csf(&node, &[from, &["get", &object]].concat(), b"");
        let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
        assert!(seen.contains("HMAC_SHA_256") && !seen.contains("kMt"), "{seen}");
    }
    let use_by = |from: &str| {
        let kinf = format!("kInf={object}");
        let words = ["--as", from, "invoke", "mac", "Salg=ALG_HMAC_SHA_256", &kinf, "msg=c2FtcGxl"];
        csf(&node, &words, b"").status.success()
    };
    assert!(use_by("Cmeter") && !use_by("Cother"));
    assert!(!holds(node.directory(), key));
    let home = node.stop();
    assert!(!holds(home.path(), key));
    std::fs::write(home.path().join("state/found"), key).expect("a file");
    assert!(holds(home.path(), key));
}

#[test]
fn the_examples_of_the_documentation_end_as_they_say() {
    let node = mn().start();
    let ran = support::examples::run("sensitive-data.md", &node);
    assert_eq!(ran.printed_by("base64 -d"), "PIN 4711");
    assert!(ran.refused >= 2 && ran.printed.len() >= 8, "{ran:?}");
}
