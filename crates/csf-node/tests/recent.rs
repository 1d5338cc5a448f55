//! `csf explain --recent` and `--request`: what was decided lately, told to the administrator, and tied to the logs.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::process::Output;

use csf_api::Status;
use serde_json::Value;
use support::{NodeProcess, csf};

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(node: &NodeProcess, words: &[&str]) -> Value {
    let whole = [words, &["--json"]].concat();
    serde_json::from_str(&done(&csf(node.directory(), &whole))).expect("JSON")
}

fn list(told: &Value) -> &[Value] {
    told.pointer("/csf:explanation/lst").and_then(Value::as_array).expect("a list")
}

// Shows ACC-1 and IDP-2: one number leads from the audit log and the log of the node to the explanation, without names.
#[test]
fn a_refusal_is_found_by_its_number_and_explained_without_names_unless_they_are_resolved() {
    let node = NodeProcess::with().profile("mn").set("log.level=debug").start();
    drop(node.register("Cmeter"));
    let mut other = node.register("Cother");
    assert_eq!(other.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    let told = json(&node, &["explain", "--recent", "5", "--refused"]);
    let [one] = list(&told) else { panic!("one refusal: {told}") };
    let number = one["req"].as_str().expect("a number");
    assert!(one["fr"].as_str().unwrap().starts_with('~') && one["to"].as_str().unwrap().starts_with('~'));
    assert!(!told.to_string().contains("Cother") && !told.to_string().contains("Cmeter"), "{told}");
    // The same request, in the audit log and in the log of the node.
    let audited = json(&node, &["audit", "list", "--request", number]);
    assert_eq!((&audited[0]["k"], &audited[0]["o"]), (&"denied".into(), &one["fr"]), "{audited}");
    assert!(node.stderr().contains(&format!("\"request\":\"{number}\"")));
    // Why, and with names, which leaves a record.
    let said = done(&csf(node.directory(), &["explain", "--request", number, "--resolve"]));
    assert!(said.contains("Cother (proven) RETRIEVE cse-mn/Cmeter: refused"), "{said}");
    assert!(said.contains("against the policies of then"), "{said}");
    assert!(said.contains("refused: the originator is not the creator"), "{said}");
    let resolved = json(&node, &["audit", "list", "--kind", "administration"]);
    assert_eq!(resolved.as_array().map(Vec::len), Some(1), "{resolved}");
    let table = done(&csf(node.directory(), &["explain", "--recent", "--resolve"]));
    assert!(table.starts_with("REQUEST ") && table.contains("//csf.example/id-mn/Cother"), "{table}");
    let unknown = done(&csf(node.directory(), &["explain", "--request", "00000-1"]));
    assert!(unknown.contains("no decision of this request is kept"), "{unknown}");
}

// Shows ACC-1: nobody but the administrator.
#[test]
fn nobody_else_is_told_what_was_decided() {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Cmeter"));
    let socket = node.socket();
    let number = list(&json(&node, &["explain", "--recent", "1"]))[0]["req"].as_str().unwrap().to_owned();
    for words in [&["explain", "--recent"][..], &["explain", "--request", &number]] {
        let whole = [words, &["--as", "Cmeter", "--socket", socket.to_str().unwrap()]].concat();
        let output = csf(node.directory(), &whole);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("(4103)"), "{output:?}");
        assert!(output.stdout.is_empty());
        // The twin: the administrator is told.
        assert!(!done(&csf(node.directory(), words)).is_empty());
    }
}
