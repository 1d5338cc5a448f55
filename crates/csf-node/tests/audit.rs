//! The audit log: what is written, that nobody can change it unnoticed, and that without it nothing is given.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests report by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use csf_api::{ResourceType, Status};
use csf_node::audit_log::{Broken, Verified, verify};
use proto_primitive::content_from_json;
use serde_json::Value;
use support::{NodeBuilder, NodeProcess, RawRequest, RawResponse, Wire};
use tempfile::TempDir;

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

fn log(state: &Path) -> PathBuf {
    state.join("audit.log")
}

fn verified(state: &Path) -> Result<Verified, Broken> {
    let id = std::fs::read_to_string(state.join("store-id")).unwrap_or_default();
    verify(&log(state), id.trim_end())
}

/// The lines of a log, each an object with known members alone.
fn records(state: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log(state)).expect("a log");
    let read = |line: &str| {
        let record: Value = serde_json::from_str(line).expect("an object");
        let known = ["n", "t", "k", "o", "op", "to", "rsc", "g", "h"];
        assert!(record.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())), "{line}");
        record
    };
    text.lines().map(read).collect()
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
    let records = records(&state);
    let kinds = ["start", "registration", "denied", "administration", "key-use", "reads", "stop"];
    assert_eq!(kinds.map(|kind| count(&records, kind)), [1, 2, 1, 1, 2, 1, 1], "{records:#?}");
    let denial = records.iter().find(|record| record["k"] == "denied").unwrap();
    assert_eq!(
        (&denial["o"], &denial["op"], &denial["to"], &denial["rsc"]),
        (&"//csf.example/id-mn/Cother".into(), &2.into(), &"-/Cmeter".into(), &4103.into())
    );
    assert!(denial["g"].as_str().unwrap().contains("(proven)"), "{denial}");
    let verified = verified(&state).expect("the chain holds");
    assert_eq!(verified.chain.number(), u64::try_from(records.len()).unwrap());
    assert!(!verified.unfinished);
    // Of contents there is nothing.
    let text = std::fs::read_to_string(log(&state)).unwrap();
    assert!(!text.contains("c2VjcmV0") && !text.contains("acor"));
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

#[test]
fn whatever_is_changed_is_found_at_its_line() {
    let home = lived();
    let state = home.path().join("state");
    let whole = std::fs::read_to_string(log(&state)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let changed = |lines: &[&str]| {
        std::fs::write(log(&state), lines.join("\n") + "\n").unwrap();
        match verified(&state) {
            Ok(_) => None,
            Err(Broken::Line(number)) => Some(number),
            Err(broken @ Broken::Unreadable(_)) => panic!("{broken}"),
        }
    };
    assert_eq!(changed(&lines), None);
    let edited = lines[3].replacen("Cother", "Cmeter", 1);
    assert_ne!(edited, lines[3]);
    let mut with = lines.clone();
    with[3] = &edited;
    assert_eq!(changed(&with), Some(4));
    let mut with = lines.clone();
    with.swap(1, 2);
    assert_eq!(changed(&with), Some(2));
    let mut with = lines.clone();
    with.remove(4);
    assert_eq!(changed(&with), Some(5));
    let mut with = lines.clone();
    with.insert(2, lines[1]);
    assert_eq!(changed(&with), Some(3));
    let mut with = lines.clone();
    with.insert(2, "");
    assert_eq!(changed(&with), Some(3));
    // The chain of one store is not that of another.
    std::fs::write(log(&state), &whole).unwrap();
    assert!(matches!(verify(&log(&state), "00000000000000000000000000000000"), Err(Broken::Line(1))));
    // A node does not go on with a log that somebody changed.
    std::fs::write(log(&state), whole.replacen("Cother", "Cmeter", 1)).unwrap();
    let (status, said) = mn().home(home).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("audit.log: line ") && said.contains("was changed"), "{said}");
}

#[test]
fn the_chain_goes_on_after_a_restart_and_an_unfinished_line_is_taken_off() {
    let home = lived();
    let state = home.path().join("state");
    let before = records(&state).len();
    let text = std::fs::read_to_string(log(&state)).unwrap();
    std::fs::write(log(&state), format!("{text}{{\"n\":99,\"t\":\"2026")).unwrap();
    assert!(verified(&state).expect("the chain holds").unfinished);
    let home = mn().home(home).start().stop();
    let records = records(&state);
    assert_eq!(records.len(), before + 2, "{records:#?}");
    assert_eq!(records[before]["k"], "start");
    assert_eq!(records[before]["n"], before + 1);
    assert!(std::fs::read_to_string(log(&state)).unwrap().starts_with(&text));
    assert!(!verified(&state).expect("the chain holds").unfinished);
    drop(home);
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
    let records = records(&node.state());
    assert!(records[before..].iter().all(|record| record["k"] == "denied"), "{records:#?}");
    assert!(records[before..].iter().any(|record| record["to"] == "cse-mn"), "{records:#?}");
    assert!(verified(&node.state()).is_ok());
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
    assert!(verified(&state).is_ok());
    drop(home);
}

/// Lets the node's files grow no further: from now on, for the node, the disk is full.
fn fill_the_disk(node: &NodeProcess) {
    let size = log(&node.state()).metadata().unwrap().len();
    let limit = format!("--fsize={size}:{size}");
    let done = Command::new("prlimit").args(["--pid", &node.pid().to_string(), &limit]).status();
    assert!(done.expect("the program prlimit").success());
}

// Shows ACC-9: no audit, no service.
#[test]
fn where_the_log_cannot_be_written_what_needs_it_is_refused() {
    for strict in [false, true] {
        // A file that may not grow ends a process, unless it asks for an error instead.
        let ignoring = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""];
        let node = mn().under(&ignoring).set(&format!("audit.strict={strict}")).start();
        let mut meter = node.register("Cmeter");
        let mut stranger = node.register("Cother");
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
        fill_the_disk(&node);
        let mut denied = || stranger.retrieve("-/Cmeter").unwrap().status;
        if !strict {
            // Within the time until the flush a record is only taken over; then the failure is known.
            while denied() == Status::OriginatorHasNoPrivilege {}
        }
        assert_eq!(denied(), Status::InternalServerError);
        let answer = Wire::tcp(&node).exchange(&RawRequest::new("GET", "/cse-mn").bytes());
        assert_eq!(answer.as_ref().and_then(RawResponse::rsc), Some(5000), "{answer:?}");
        // What needs no record is served.
        assert_eq!(meter.retrieve("-/Cmeter").unwrap().status, Status::Ok);
        let state = node.state();
        let home = node.crash();
        assert!(verified(&state).is_ok());
        // With room again, so is everything.
        let node = mn().home(home).start();
        let refused = node.as_originator("Cother").retrieve("-/Cmeter").unwrap().status;
        assert_eq!(refused, Status::OriginatorHasNoPrivilege);
    }
}
