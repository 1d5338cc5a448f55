//! The audit log: what is written, that nobody can change it unnoticed, and that without it nothing is given.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests report by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use csf_api::{ResourceType, Status};
use csf_node::audit_log::{Checked, check_chain};
use proto_primitive::content_from_json;
use serde_json::Value;
use support::{NodeBuilder, NodeProcess, RawRequest, RawResponse, Wire, csf};
use tempfile::TempDir;

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

fn log(state: &Path) -> PathBuf {
    state.join("audit.log")
}

/// The chain, checked as anybody can who reads the files.
fn checked(state: &Path) -> Checked {
    let id = std::fs::read_to_string(state.join("store-id")).unwrap_or_default();
    check_chain(state, id.trim_end())
}

fn holds(state: &Path) {
    let found = checked(state).findings;
    assert!(found.is_empty(), "{found:#?}");
}

/// The lines of a log, each an object with known members alone.
fn records(state: &Path) -> Vec<Value> {
    read(&std::fs::read_to_string(log(state)).expect("a log"))
}

fn read(text: &str) -> Vec<Value> {
    let read = |line: &str| {
        let record: Value = serde_json::from_str(line).expect("an object");
        let known = ["n", "t", "k", "r", "s", "o", "op", "to", "rsc", "g", "from", "upto", "p", "m", "h"];
        assert!(record.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())), "{line}");
        record
    };
    text.lines().map(read).collect()
}

/// The same with names, as the administrator reads it.
fn resolved(home: &Path) -> Vec<Value> {
    let output = csf(home, &["audit", "export", "--resolve"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(&String::from_utf8_lossy(&output.stdout))
}

fn count(records: &[Value], kind: &str) -> usize {
    records.iter().filter(|record| record["k"] == kind).count()
}

/// What a short life leaves: a registration, a denial, a policy, a key and its use, an orderly stop.
fn lived() -> TempDir {
    let node = mn().start();
    let mut meter = node.register("Cmeter");
    let mut other = node.register("Cother");
    assert_eq!(other.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    let all = r#"{"acr":[{"acor":["Cmeter"],"acop":63}]}"#;
    for (to, ty, body) in [
        (
            "-/Cmeter",
            ResourceType::ACCESS_CONTROL_POLICY,
            format!(r#"{{"m2m:acp":{{"rn":"p","pv":{all},"pvs":{all}}}}}"#),
        ),
        (
            "-/security/data/storage-soft",
            ResourceType::FLEX_CONTAINER,
            r#"{"csf:keyObject":{"rn":"k","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]}}"#.into(),
        ),
    ] {
        let content = content_from_json(body.as_bytes()).unwrap();
        assert_eq!(meter.create(to, ty, content).unwrap().status, Status::Created);
    }
    let input = r#"{"csf:signature":{"Salg":"ALG_ECDSA_SHA_256","kInf":"-/security/data/storage-soft/k","msg":"c2VjcmV0IG1lc3NhZ2U="}}"#;
    let content = content_from_json(input.as_bytes()).unwrap();
    assert_eq!(meter.invoke("-/security/data/function-signature", content).unwrap().status, Status::Updated);
    assert_eq!(meter.retrieve("-/Cmeter").unwrap().status, Status::Ok);
    node.stop()
}

#[test]
fn denials_administration_registrations_and_key_use_are_recorded() {
    let home = lived();
    let state = home.path().join("state");
    let records = resolved(home.path());
    let kinds = ["start", "registration", "denied", "administration", "key-use", "reads", "stop"];
    assert_eq!(kinds.map(|kind| count(&records, kind)), [1, 2, 1, 1, 2, 1, 1], "{records:#?}");
    let denial = records.iter().find(|record| record["k"] == "denied").unwrap();
    assert_eq!(
        (&denial["o"], &denial["op"], &denial["to"], &denial["rsc"]),
        (&"//csf.example/id-mn/Cother".into(), &2.into(), &"-/Cmeter".into(), &4103.into())
    );
    assert!(denial["g"].as_str().unwrap().contains("(proven)"), "{denial}");
    let checked = checked(&state);
    assert_eq!((checked.findings, checked.unfinished), (vec![], 0));
    assert_eq!(checked.chain.number(), u64::try_from(records.len()).unwrap());
    // Of contents there is nothing, and of names neither.
    let text = std::fs::read_to_string(log(&state)).unwrap();
    assert!(!text.contains("c2VjcmV0") && !text.contains("acor"));
    for name in ["Cmeter", "Cother", "CAdmin", "id-mn"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
}

#[test]
fn whoever_a_listener_turns_away_is_recorded_too() {
    let node = mn().set("audit.strict=true").set("http.believe_originators=true").start();
    let request = RawRequest::new("GET", "/cse-mn").set("Host", "evil.example");
    assert_eq!(Wire::tcp(&node).exchange(&request.bytes()).and_then(|a| a.rsc()), Some(4103));
    let records = records(&node.state());
    let last = records.last().unwrap();
    assert!(last["k"] == "denied" && last["g"].as_str().unwrap().contains("Host"), "{last}");
    assert!(last.get("o").is_none());
}

// Shows ACC-9.
#[test]
fn nothing_that_a_caller_sends_forges_a_line() {
    let node = mn().set("audit.strict=true").start();
    let before = records(&node.state()).len();
    let hostile = [
        ("X-M2M-Origin", "Cx\",\"k\":\"stop\",\"z\":\""),
        ("X-M2M-Origin", "Cx\\\"}"),
        ("X-M2M-Origin", "Cx\\n{}"),
        ("X-M2M-RI", "r\",\"k\":\"stop"),
    ];
    for (name, value) in hostile {
        for mut wire in [Wire::tcp(&node), Wire::local(&node)] {
            drop(wire.exchange(&RawRequest::new("GET", "/cse-mn").set(name, value).bytes()));
        }
    }
    for target in ["/cse-mn/%22,%22k%22:%22stop%22", "/cse-mn/a%0a%7b%7d", "/cse-mn/a%00"] {
        drop(Wire::tcp(&node).exchange(&RawRequest::new("GET", target).bytes()));
    }
    // The strangest names that are names: recorded as they are, in their members.
    let from = "C.~_-.%7B~";
    let answer = Wire::tcp(&node).exchange(&RawRequest::new("GET", "/cse-mn").bytes());
    assert_eq!(answer.and_then(|a| a.rsc()), Some(4103));
    drop(Wire::tcp(&node).exchange(&RawRequest::new("GET", "/cse-mn").set("X-M2M-Origin", from).bytes()));
    let records = resolved(node.directory());
    assert!(records[before..].iter().all(|record| record["k"] == "denied"), "{records:#?}");
    assert!(records[before..].iter().any(|record| record["to"] == "cse-mn"), "{records:#?}");
    holds(&node.state());
}

#[test]
fn in_strict_mode_the_record_is_on_the_disk_before_the_answer() {
    let node = mn().set("audit.strict=true").start();
    let state = node.state();
    drop(node.register("Cmeter"));
    let mut stranger = node.register("Cother");
    for expected in 1..=50 {
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
        assert_eq!(count(&records(&state), "denied"), expected);
    }
    let home = node.crash();
    assert_eq!(count(&records(&state), "denied"), 50);
    holds(&state);
    drop(home);
}

/// Lets the node's files grow no further: from now on, for the node, the disk is full.
fn fill_the_disk(node: &NodeProcess) {
    let size = log(&node.state()).metadata().unwrap().len();
    // The hard limit stays, so that there can be room again.
    let limit = format!("--fsize={size}:");
    let done = Command::new("prlimit").args(["--pid", &node.pid().to_string(), &limit]).status();
    assert!(done.expect("the program prlimit").success());
}

/// Lets them grow again.
fn empty_the_disk(node: &NodeProcess) {
    let done =
        Command::new("prlimit").args(["--pid", &node.pid().to_string(), "--fsize=unlimited:"]).status();
    assert!(done.expect("the program prlimit").success());
}

/// A node with a meter that has a key, and a stranger, whose disk is full from now on.
fn on_a_full_disk(strict: bool) -> NodeProcess {
    // A file that may not grow ends a process, unless it asks for an error instead.
    let ignoring = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""];
    let node = mn().under(&ignoring).set(&format!("audit.strict={strict}")).start();
    let mut meter = node.register("Cmeter");
    let mut stranger = node.register("Cother");
    let body = r#"{"csf:keyObject":{"rn":"k","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]}}"#;
    let content = content_from_json(body.as_bytes()).unwrap();
    let made = meter.create("-/security/data/storage-soft", ResourceType::FLEX_CONTAINER, content).unwrap();
    assert_eq!(made.status, Status::Created);
    assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    // A checkpoint, so that none is due while the disk is full.
    assert!(csf(node.directory(), &["audit", "verify"]).status.success());
    fill_the_disk(&node);
    node
}

// Shows ACC-9: no audit, no service.
#[test]
fn in_strict_mode_what_cannot_be_recorded_is_refused_and_not_done() {
    let node = on_a_full_disk(true);
    let (mut meter, mut stranger) = (node.as_originator("Cmeter"), node.as_originator("Cother"));
    let denied = stranger.retrieve("-/Cmeter").unwrap();
    assert_eq!(denied.status, Status::InternalServerError);
    let said = denied.content.as_ref().and_then(|content| content.value.as_text()).unwrap_or_default();
    assert!(said.contains("audit log cannot be written"), "{said}");
    let answer = Wire::tcp(&node).exchange(&RawRequest::new("GET", "/cse-mn").bytes());
    assert_eq!(answer.as_ref().and_then(RawResponse::rsc), Some(5000), "{answer:?}");
    // Nothing is done: the key stays, and no other is there.
    let key = "-/security/data/storage-soft/k";
    for _ in 0..2 {
        let refused = meter.delete(key).unwrap();
        assert_eq!(refused.status, Status::InternalServerError);
        let said = refused.content.as_ref().and_then(|content| content.value.as_text()).unwrap_or_default();
        assert!(said.contains("audit log cannot be written"), "{said}\n{}", node.stderr());
        assert_eq!(meter.retrieve(key).unwrap().status, Status::Ok);
    }
    // What needs no record is served, and the status says what is wrong.
    assert_eq!(meter.retrieve("-/Cmeter").unwrap().status, Status::Ok);
    let status = csf(node.directory(), &["status"]);
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.contains("NOT RECORDING: the log cannot be written, and what needs"), "{status}");
    // With room again, so is everything, and the log says that there was a gap.
    empty_the_disk(&node);
    assert_eq!(meter.delete(key).unwrap().status, Status::Deleted);
    assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    assert_eq!(count(&records(&node.state()), "gap"), 1);
    let home = node.stop();
    holds(&home.path().join("state"));
}

#[test]
fn without_strict_mode_the_node_goes_on_without_a_log_and_says_so() {
    let node = on_a_full_disk(false);
    let (mut meter, mut stranger) = (node.as_originator("Cmeter"), node.as_originator("Cother"));
    let recording = || {
        let status = csf(node.directory(), &["status"]);
        let status = String::from_utf8_lossy(&status.stdout).into_owned();
        (!status.contains("NOT RECORDING"), status)
    };
    // Within the time until the flush a record is only taken over; then the failure is known.
    while recording().0 {
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    }
    assert!(recording().1.contains("and the node goes on without; "), "{}", recording().1);
    assert_eq!(meter.retrieve("-/security/data/storage-soft/k").unwrap().status, Status::Ok);
    empty_the_disk(&node);
    while !recording().0 {
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    }
    let home = node.stop();
    let records = records(&home.path().join("state"));
    let gap = records.iter().find(|record| record["k"] == "gap").expect("a record of the gap");
    assert!(gap["g"].as_str().unwrap().ends_with("records could not be written"), "{gap}");
    holds(&home.path().join("state"));
}

// Shows ACC-1: denials, administration and key use are recorded, and what is read in windows.
#[test]
fn files_that_are_full_go_on_in_others_under_one_chain() {
    let node = mn().set("audit.strict=true").set("audit.file_bytes=4096").start();
    drop(node.register("Cmeter"));
    let mut stranger = node.register("Cother");
    for _ in 0..40 {
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    }
    let state = node.state();
    let found = checked(&state);
    assert!(found.findings.is_empty(), "{found:#?}");
    assert!(found.files.len() > 3, "{found:#?}");
    assert_eq!(count(&resolved(node.directory()), "denied"), 40);
    // A restart goes on in the last file.
    let home = mn().home(node.stop()).start().stop();
    let output = csf(home.path(), &["audit", "verify", "--json"]);
    assert!(output.status.success(), "{output:?}");
    assert!(checked(&state).files.len() >= found.files.len());
}
