//! `csf doctor` and the health in `csf status`: with a node that is well, with one that is ill, and without one.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::Output;

use csf_api::Status;
use support::{NodeBuilder, NodeProcess, csf};

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

/// The doctor on these directories, with the local socket of the tests and ports that are always free.
fn doctor(home: &Path, more: &[&str]) -> Output {
    let socket = format!("local.socket={}", home.join("run/csf.sock").display());
    let ports = ["--set", "http.listen=127.0.0.1:0", "--set", "management.listen=127.0.0.1:0"];
    csf(home, &[&["doctor", "--set", &socket][..], &ports, more].concat())
}

fn told(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What the doctor says is ill, each with what to do.
fn ill(output: &Output) -> Vec<(String, String, String)> {
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = document.get("findings").and_then(serde_json::Value::as_array).expect("findings");
    let text = |finding: &serde_json::Value, name: &str| {
        finding.get(name).and_then(serde_json::Value::as_str).expect(name).to_owned()
    };
    let ill = findings.iter().filter(|finding| text(finding, "state") == "ill");
    ill.map(|finding| (text(finding, "about"), text(finding, "says"), text(finding, "remedy"))).collect()
}

#[test]
fn around_a_node_that_is_well_nothing_is_ill_whether_it_runs_or_not() {
    let node = mn().start();
    drop(node.register("Cmeter"));
    let (code, text) = told(&doctor(node.directory(), &[]));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("it runs, and nothing ails it") && text.ends_with("nothing is ill\n"), "{text}");
    let status = csf(node.directory(), &["status"]);
    assert!(told(&status).1.contains("health            well\n"), "{:?}", told(&status));
    let home = node.stop();
    let (code, text) = told(&doctor(home.path(), &[]));
    assert_eq!(code, Some(0), "{text}");
    for part in ["none runs here", "the chain of", "is its user's alone; keep a copy", "MiB are free"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn what_ails_a_running_node_is_told_by_doctor_and_status() {
    // A file that may not grow ends a process, unless it asks for an error instead.
    let node = mn().under(&["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).set("audit.strict=true").start();
    let limit = format!("--fsize={0}:{0}", node.state().join("audit.log").metadata().expect("a log").len());
    let words = ["--pid", &node.pid().to_string(), &limit];
    let done = std::process::Command::new("prlimit").args(words).status();
    assert!(done.expect("the program prlimit").success());
    let ask = || node.as_originator("CAdmin").retrieve("cse-mn/security").expect("an answer").status;
    while ask() != Status::InternalServerError {}
    let output = doctor(node.directory(), &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    let ill = ill(&output);
    let audit = ill.iter().find(|(about, says, _)| about == "node" && says.contains("audit"));
    assert!(audit.is_some_and(|(.., remedy)| remedy.contains("make room")), "{ill:?}");
    let status = csf(node.directory(), &["status"]);
    assert!(told(&status).1.contains("health            ILL: audit: "), "{:?}", told(&status));
}

#[test]
fn without_a_node_what_would_stop_it_is_named_with_its_file() {
    let node = mn().start();
    let key = std::fs::read_dir(node.directory().join("data/csf")).expect("keys").next();
    let key = key.expect("a key").expect("an entry").path();
    let home = node.stop();
    // The log is changed, the key is gone, somebody has the port.
    let mut log =
        std::fs::OpenOptions::new().append(true).open(home.path().join("state/audit.log")).expect("a log");
    writeln!(log, "{{\"n\":99}}").expect("a line");
    let kept = std::fs::read(&key).expect("a key");
    std::fs::remove_file(&key).expect("a key");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = format!("management.listen={}", taken.local_addr().expect("an address"));
    let output = doctor(home.path(), &["--set", &port, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let ill = ill(&output);
    for (about, part, remedy) in [
        ("root key", key.display().to_string(), "put it back from where you keep it"),
        ("audit log", "state/audit.log: line".into(), "find out who changed it"),
        ("ports", format!("management.listen: {}", taken.local_addr().expect("an address")), "another port"),
    ] {
        let found = ill.iter().find(|(a, says, _)| a == about && says.contains(&part));
        assert!(found.is_some_and(|(.., r)| r.contains(remedy)), "{about}: {ill:?}");
    }
    assert_eq!(ill.len(), 3, "{ill:?}");
    // The twin: what is mended is no longer told.
    std::fs::write(&key, kept).expect("a key");
    drop(taken);
    let again = doctor(home.path(), &["--json"]);
    assert!(!String::from_utf8_lossy(&again.stdout).contains("put it back"), "the key is back");
}

#[test]
fn a_configuration_that_does_not_hold_is_ill_with_its_line() {
    let node = mn().start();
    std::fs::write(node.state().join("csf.toml"), "[http]\nlisen = \"off\"\n").expect("a file");
    let (code, text) = told(&doctor(node.directory(), &[]));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("csf.toml:2: there is no key 'http.lisen'; did you mean 'http.listen'?"), "{text}");
}
