//! The log of a node: one number of the node's own ties the lines of a request together, no caller writes in it,
//! and no identity stands in it at `info` and above.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use csf_api::{Content, Object, Operation, ResourceType, Status};
use serde_json::Value;
use support::{NodeBuilder, NodeProcess, RawRequest, Wire};

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

/// The lines of the log; what the node says to people at start is none.
fn lines(node: &NodeProcess) -> Vec<Value> {
    let text = node.stderr();
    text.lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn saying<'a>(lines: &'a [Value], message: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["message"] == message).collect()
}

fn make_key(node: &NodeProcess) -> Status {
    let body = Object::new()
        .with("rn", csf_api::Value::text("k"))
        .with("cnd", csf_api::Value::text("csf:keyObject"))
        .with("kAl", csf_api::Value::text("EC_P256"))
        .with("kUs", csf_api::Value::texts(["sign"]));
    let mut admin = node.admin();
    let mut request = admin.request(Operation::Create, "-/security/data/storage-soft").expect("an address");
    request.resource_type = Some(ResourceType::FLEX_CONTAINER);
    request.content = Some(Content::new("csf:keyObject", csf_api::Value::Object(body)));
    admin.send(&request).expect("an answer").status
}

#[test]
fn one_number_ties_a_request_to_the_lane_of_the_secure_environment_and_back() {
    let node = mn().set("log.level=debug").start();
    assert_eq!(make_key(&node), Status::Created);
    let lines = lines(&node);
    let lane = saying(&lines, "a command takes the lane");
    let made = lane.iter().find(|line| line["command"] == "generate-key").expect("a key is made on the lane");
    let number = made["request"].as_str().expect("a number");
    for message in ["a secure environment answered", "a request was answered"] {
        assert!(saying(&lines, message).iter().any(|line| line["request"] == number), "{message}");
    }
    // Another request has another.
    assert_eq!(node.admin().retrieve("-").expect("an answer").status, Status::Ok);
    let again = self::lines(&node);
    let answered = saying(&again, "a request was answered");
    assert_ne!(answered.last().expect("a line")["request"], number);
}

// Shows that the log of the node and its audit log tell of the same request by the same number.
#[test]
fn an_audit_record_carries_the_number_of_its_request_and_one_of_the_node_itself_carries_none() {
    let node = mn().set("log.level=debug").set("audit.strict=true").start();
    assert_eq!(make_key(&node), Status::Created);
    assert_eq!(node.admin().update(CONFIGURATION, depth(9)).expect("an answer").status, Status::Updated);
    let lines = lines(&node);
    let numbers: Vec<_> =
        saying(&lines, "a request was answered").iter().map(|line| line["request"].clone()).collect();
    let [made, changed] = &numbers[..] else { panic!("two requests: {lines:#?}") };
    let log = std::fs::read_to_string(node.state().join("audit.log")).expect("a log");
    let records: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of =
        |kind: &str| records.iter().filter(|r| r["k"] == kind).map(|r| r["r"].clone()).collect::<Vec<_>>();
    assert_eq!(of("key-use"), std::slice::from_ref(made), "{log}");
    // The change is carried out in a task of its own, and told of before and after it.
    assert_eq!(of("administration"), [changed.clone(), changed.clone()], "{log}");
    assert_eq!((of("segment"), of("start")), (vec![Value::Null], vec![Value::Null]));
    let number = made.as_str().expect("a number");
    for (number, found) in [(number, 1), ("00000-1", 0)] {
        let listed = support::csf(node.directory(), &["audit", "list", "--request", number, "--json"]);
        let listed: Value = serde_json::from_slice(&listed.stdout).expect("JSON");
        assert_eq!(listed.as_array().map(Vec::len), Some(found), "{listed}");
    }
}

/// The configuration of the node.
const CONFIGURATION: &str = "-/security/administration/configuration";

/// A change of how deep resources may lie.
fn depth(depth: i64) -> Content {
    let set = Object::new().with("limits.depth", csf_api::Value::Integer(depth));
    let change = Object::new().with("set", csf_api::Value::Object(set));
    Content::new("csf:configurationChange", csf_api::Value::Object(change))
}

#[test]
fn nothing_that_a_caller_sends_writes_in_the_log() {
    let node = mn().set("log.level=trace").start();
    let forged = "r\", \"level\":\"error\",\"message\":\"forged";
    for request in [
        RawRequest::new("GET", "/cse-mn").set("X-M2M-RI", forged),
        RawRequest::new("GET", "/cse-mn").set("X-M2M-Origin", "Cx\u{1b}[2Jforged"),
        RawRequest::new("GET", "/cse-mn/%0Aforged%1b%5b2J"),
        RawRequest::new("GET", "/cse-mn").line("GET /cse-mn\u{1b}forged HTTP/1.1"),
        RawRequest::new("FORGED", "/cse-mn"),
    ] {
        drop(Wire::tcp(&node).exchange(&request.bytes()));
    }
    drop(node.register("Cmeter"));
    let text = node.stderr();
    assert!(!text.contains('\u{1b}') && !text.contains("\"forged"), "{text}");
    for line in lines(&node) {
        assert_ne!(line["message"], "forged");
        assert_ne!(line["request"], "r1", "the caller's identifier is not the node's");
    }
}

#[test]
fn no_identity_stands_in_the_log_at_info_even_where_the_store_was_changed() {
    let node = mn().set("log.level=info").start();
    let mut meter = node.register("Cmeter");
    assert_eq!(meter.retrieve("cse-mn/Cmeter").expect("an answer").status, Status::Ok);
    let home = node.stop();
    let store = rusqlite::Connection::open(home.path().join("state/csf.sqlite")).expect("a store");
    let changed =
        "UPDATE record SET value = zeroblob(length(value)) WHERE CAST(key AS TEXT) LIKE 'res/Cmeter%'";
    assert!(store.execute(changed, []).expect("a table of records") > 0);
    drop(store);
    let node = mn().home(home).set("log.level=info").start();
    let refused = node.as_originator("Cmeter").retrieve("cse-mn/Cmeter").expect("an answer").status;
    assert_eq!(refused, Status::InternalServerError);
    let lines = lines(&node);
    let damage = lines.iter().find(|line| line["level"] == "error").expect("an error is logged");
    assert!(damage["error"].as_str().is_some_and(|why| why.contains("'res' is not authentic")), "{damage}");
    assert!(damage["request"].as_str().is_some(), "{damage}");
    for line in &lines {
        let text = line.to_string();
        assert!(!text.contains("Cmeter") && !text.contains("CAdmin"), "{text}");
    }
}
