//! `csf audit`: who may see names, what is listed, exported and pruned, and what works without a node.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests report by panicking")]

use std::path::Path;
use std::process::Output;

use csf_api::{Content, Object, Status, Value as Member};
use serde_json::Value;
use support::{NodeBuilder, NodeProcess, RawRequest, RawResponse, Wire, csf};

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn").set("audit.strict=true").set("audit.file_bytes=4096")
}

/// A node with a log of several files.
fn lived(builder: NodeBuilder) -> NodeProcess {
    let node = builder.start();
    drop(node.register("Cmeter"));
    drop(node.register("Cother"));
    fill(&node);
    node
}

/// Refusals, for several files more.
fn fill(node: &NodeProcess) {
    let mut stranger = node.as_originator("Cother");
    for _ in 0..40 {
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    }
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(home: &Path, words: &[&str]) -> Value {
    serde_json::from_str(&done(&csf(home, &[words, &["--json"]].concat()))).expect("JSON")
}

/// The pseudonym of whoever was refused.
fn pseudonym(home: &Path) -> String {
    let listed = json(home, &["audit", "list", "--outcome", "denied", "--limit", "1"]);
    listed.pointer("/0/o").and_then(Value::as_str).expect("a pseudonym").to_owned()
}

const OTHER: &str = "//csf.example/id-mn/Cother";

// Shows IDP-2: names are not in the log, and the administrator has them back, with a node and without.
#[test]
fn an_administrator_resolves_pseudonyms_and_finds_records_by_name() {
    let node = lived(mn());
    let home = node.directory().to_owned();
    let who = pseudonym(&home);
    assert!(who.starts_with('~') && !who.contains("Cother"), "{who}");
    let check = || {
        assert_eq!(json(&home, &["audit", "resolve", &who])[&who], OTHER);
        let named = json(&home, &["audit", "list", "--originator", "Cother", "--resolve"]);
        let named = named.as_array().unwrap();
        assert_eq!(named.len(), 41, "a registration and the refusals");
        assert!(named.iter().all(|record| record["o"] == OTHER));
        assert_eq!(named[40]["to"], "-/Cmeter");
        let by_pseudonym = json(&home, &["audit", "list", "--originator", &who, "--limit", "7"]);
        assert_eq!(by_pseudonym.as_array().unwrap().len(), 7);
        let none = json(&home, &["audit", "list", "--originator", "Cnobody"]);
        assert_eq!(none.as_array().unwrap().len(), 0);
        let unknown = csf(&home, &["audit", "resolve", "~AAAA"]);
        assert_eq!(unknown.status.code(), Some(1), "{unknown:?}");
        assert!(refused(&csf(&home, &["audit", "resolve", "Cother"])).contains("is no pseudonym"));
    };
    check();
    let kept = node.stop();
    check();
    drop(kept);
}

// Shows IDP-2 and ACC-1: nobody but a proven administrator opens a pseudonym, and the attempts are recorded.
#[test]
fn nobody_else_resolves_prunes_or_asks_for_checkpoints() {
    let node = lived(mn().set("http.believe_originators=true").set("lab.administrator=true"));
    let who = pseudonym(node.directory());
    let at = "-/security/administration";
    for (name, value) in [
        ("rsv", Member::texts([who.as_str()])),
        ("psn", Member::text(OTHER)),
        ("anc", Member::Bool(true)),
        ("prn", Member::text("20990101T000000")),
    ] {
        let question = || Content::new("csf:audit", Member::Object(Object::new().with(name, value.clone())));
        let mut meter = node.as_originator("Cmeter");
        let answer = meter.update(at, question()).unwrap();
        assert_eq!(answer.status, Status::OriginatorHasNoPrivilege, "{name}");
        let said = answer.content.as_ref().and_then(|content| content.value.as_text()).unwrap_or_default();
        assert!(!said.contains("Cother"), "{name}: {said}");
        // A name that a laboratory switch lets somebody claim is no proof.
        let body = proto_primitive::content_to_json(&question());
        let request = RawRequest::new("PUT", "/cse-mn/security/administration")
            .set("X-M2M-Origin", "CAdmin")
            .body("application/json", body);
        let answer = Wire::tcp(&node).exchange(&request.bytes());
        assert_eq!(answer.as_ref().and_then(RawResponse::rsc), Some(4103), "{name} {answer:?}");
        // The twin: the administrator is answered on the administration socket.
        if name != "prn" {
            assert_eq!(node.admin().update(at, question()).unwrap().status, Status::Updated, "{name}");
        }
    }
    let refusal = csf(
        node.directory(),
        &["audit", "resolve", &who, "--as", "Cmeter", "--socket", node.socket().to_str().unwrap()],
    );
    assert!(refused(&refusal).contains("(4103)"), "{refusal:?}");
    let recorded = json(node.directory(), &["audit", "list", "--kind", "administration", "--resolve"]);
    assert!(
        recorded.as_array().unwrap().iter().any(|r| r["o"] == "//csf.example/id-mn/CAdmin" && r["to"] == at)
    );
}

#[test]
fn what_is_asked_wrongly_is_refused_with_the_reason() {
    let node = mn().start();
    for (body, says) in [
        (Member::Object(Object::new()), "one question at a time"),
        (Member::Object(Object::new().with("rsv", Member::text("x"))), "must be a list"),
        (Member::Object(Object::new().with("rsv", Member::texts(vec!["x"; 501]))), "at most 500"),
        (Member::Object(Object::new().with("prn", Member::text("yesterday"))), "must be a time"),
        (Member::Object(Object::new().with("key", Member::Bool(true))), "is asked 'rsv'"),
        (Member::text("rsv"), "must be an object"),
    ] {
        let answer =
            node.admin().update("-/security/administration", Content::new("csf:audit", body)).unwrap();
        assert_eq!(answer.status, Status::BadRequest);
        let said = answer.content.as_ref().and_then(|content| content.value.as_text()).unwrap_or_default();
        assert!(said.contains(says), "{said}");
    }
    for words in [
        &["audit", "list", "--since", "yesterday"][..],
        &["audit", "list", "--outcome", "perhaps"],
        &["audit", "list", "--limit", "0"],
        &["audit", "prune"],
        &["audit", "prune", "--before", "soon"],
        &["audit", "resolve"],
    ] {
        let output = csf(node.directory(), words);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    assert!(refused(&csf(nowhere.path(), &["audit", "verify"])).contains("no node keeps its state there"));
    assert!(!nowhere.path().join("state").exists(), "nothing is made");
}

#[test]
fn a_list_is_by_time_outcome_and_kind_and_an_export_is_the_log_itself() {
    let node = lived(mn());
    let home = node.directory();
    let count = |words: &[&str]| {
        json(home, &[&["audit", "list", "--limit", "1000"], words].concat()).as_array().unwrap().len()
    };
    assert_eq!(count(&["--outcome", "denied"]), 40);
    assert_eq!(count(&["--outcome", "4103"]), 40);
    assert_eq!(count(&["--outcome", "permitted"]), 2);
    assert_eq!(count(&["--kind", "registration"]), 2);
    assert_eq!(count(&["--since", "2020-01-01", "--kind", "start"]), 1);
    assert_eq!(count(&["--until", "2020-01-01"]), 0);
    let table = done(&csf(home, &["audit", "list", "--limit", "3"]));
    assert!(table.starts_with("N ") && table.lines().count() == 4, "{table}");

    let exported = done(&csf(home, &["audit", "export", "--outcome", "denied"]));
    assert_eq!(exported.lines().count(), 40);
    assert!(!exported.contains("Cother"));
    let first = exported.lines().next().unwrap();
    let mut files = std::fs::read_dir(node.state()).unwrap().map(|entry| entry.unwrap().path());
    assert!(
        files.any(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains(first))),
        "{first}"
    );
    let resolved = done(&csf(home, &["audit", "export", "--outcome", "denied", "--resolve"]));
    assert_eq!(resolved.matches(OTHER).count(), 40);
    // A line that is none is named.
    let home = node.stop();
    let log = home.path().join("state/audit.log");
    std::fs::write(&log, "what?\n").unwrap();
    let said = refused(&csf(home.path(), &["audit", "list"]));
    assert!(said.contains("audit.log: line 1 is no line of an audit log"), "{said}");
}

#[test]
fn pruning_leaves_a_proof_and_what_is_pruned_is_not_missing() {
    let node = lived(mn());
    let home = node.directory().to_owned();
    let before = json(&home, &["audit", "verify"]);
    assert_eq!(before["from"], 1);
    assert!(before["files"].as_array().unwrap().len() > 3);
    let nothing = json(&home, &["audit", "prune", "--before", "2020-01-01"]);
    assert_eq!(nothing["files"], 0);
    let pruned = json(&home, &["audit", "prune", "--before", "2099-01-01"]);
    assert_eq!((&pruned["from"], pruned["files"].as_u64() > Some(2)), (&1.into(), true), "{pruned}");
    let after = json(&home, &["audit", "verify"]);
    assert_eq!(after["absent"][0]["why"], "pruned");
    assert_eq!(after["absent"][0]["upto"], pruned["upto"]);
    assert_eq!(after["from"].as_u64().unwrap(), pruned["upto"].as_u64().unwrap() + 1);
    // Without a node too, and a start goes on.
    let kept = mn().home(node.stop()).start().stop();
    let after = json(kept.path(), &["audit", "verify"]);
    assert_eq!(after["absent"][0]["why"], "pruned");
    // The proof is worth nothing for other records: one file more, and verification fails.
    let node = mn().home(kept).start();
    fill(&node);
    let home = node.stop();
    let state = home.path().join("state");
    let mut full: Vec<_> = std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().path()).collect();
    full.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with("audit-0"));
    full.sort();
    std::fs::remove_file(&full[0]).unwrap();
    let output = csf(home.path(), &["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("missing"), "{output:?}");
}

#[test]
fn a_file_that_was_changed_is_not_pruned() {
    let home = lived(mn()).stop();
    let state = home.path().join("state");
    let mut full: Vec<_> = std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().path()).collect();
    full.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with("audit-0"));
    full.sort();
    let text = std::fs::read_to_string(&full[1]).unwrap();
    std::fs::write(&full[1], text.replacen("denied", "permit", 1)).unwrap();
    let said = refused(&csf(home.path(), &["audit", "prune", "--before", "2099-01-01"]));
    assert!(said.contains("edited") && said.contains("nothing was removed"), "{said}");
    assert!(full.iter().all(|path| path.exists()));
    let node = mn().home(home).start();
    let said = refused(&csf(node.directory(), &["audit", "prune", "--before", "2099-01-01"]));
    assert!(said.contains("edited") && said.contains("nothing was removed"), "{said}");
}

#[test]
fn a_copy_without_the_root_shows_its_chain_alone() {
    let home = lived(mn()).stop();
    std::fs::remove_dir_all(home.path().join("data")).unwrap();
    let said = refused(&csf(home.path(), &["audit", "verify"]));
    assert!(said.contains("the root key of this node is not there"), "{said}");
    assert!(!home.path().join("data").exists(), "no other root is made");
    let chain = json(home.path(), &["audit", "verify", "--chain-only"]);
    assert_eq!(
        (&chain["ok"], &chain["checkpoint"], &chain["seals"]),
        (&true.into(), &Value::Null, &false.into())
    );
    let listed = json(home.path(), &["audit", "list"]);
    assert!(!listed.to_string().contains("Cother"));
    assert!(refused(&csf(home.path(), &["audit", "list", "--resolve"])).contains("root key"));
}

// What was answered is listed, although the log may take its time to write it; without a node, that is said.
#[test]
fn a_list_is_complete_up_to_the_moment_and_without_a_node_says_so() {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Cmeter"));
    let mut other = node.register("Cother");
    for so_far in 1..=5 {
        assert_eq!(other.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
        let output = csf(node.directory(), &["audit", "list", "--outcome", "denied", "--json"]);
        let listed: Value = serde_json::from_str(&done(&output)).unwrap();
        assert_eq!(listed.as_array().unwrap().len(), so_far);
        assert!(output.stderr.is_empty(), "{output:?}");
    }
    let exported = done(&csf(node.directory(), &["audit", "export", "--kind", "administration"]));
    assert_eq!(exported, "", "to read the log leaves nothing in it");
    // Nobody else has it written, though it tells them nothing.
    let question = Content::new("csf:audit", Member::Object(Object::new().with("fls", Member::Bool(true))));
    let answer = other.update("-/security/administration", question).unwrap();
    assert_eq!(answer.status, Status::OriginatorHasNoPrivilege);
    let home = node.stop();
    let output = csf(home.path(), &["audit", "list", "--outcome", "denied"]);
    assert_eq!(done(&output).lines().count(), 7, "a headline and six refusals");
    assert!(String::from_utf8_lossy(&output.stderr).contains("no node runs"), "{output:?}");
}

// The examples of docs/audit.md do what stands beside them.
#[test]
fn every_example_in_the_documentation_works() {
    let node = lived(mn());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit.md");
    let text = std::fs::read_to_string(path).expect("docs/audit.md");
    let mut ran = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("$ csf ")) {
        let line = line.split(['#', '>']).next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let said = done(&csf(node.directory(), &words));
        assert!(!said.is_empty(), "{line}");
        assert_eq!(said.contains(OTHER), line.contains("--resolve"), "{line}: {said}");
        ran += 1;
    }
    assert!(ran >= 5, "{ran}");
}

// Whatever is kept for so long only goes when another file is full, and the proof says so.
#[test]
fn full_files_are_removed_after_the_time_that_the_configuration_says() {
    let node = lived(mn());
    let kept = node.stop();
    // A file ends at least a second before the next but one is full; time itself decides here.
    let node = mn().set("audit.keep_seconds=1").home(kept).start();
    let absent = || json(node.directory(), &["audit", "verify"])["absent"][0]["why"].clone();
    while absent() != "pruned" {
        fill(&node);
    }
    let home = node.stop();
    assert_eq!(json(home.path(), &["audit", "verify"])["ok"], true);
}

// Shows ADM-1 in part: a backup takes the whole log along, and a restored one goes on with it.
#[test]
fn a_backup_has_every_file_of_the_log_and_a_restored_node_goes_on_under_the_same_chain() {
    let node = lived(mn());
    let home = node.directory().to_owned();
    let before = json(&home, &["audit", "verify"]);
    let there = home.join("backup");
    done(&csf(&home, &["backup", there.to_str().unwrap()]));
    let who = pseudonym(&home);
    let kept = node.stop();
    std::fs::rename(home.join("state"), home.join("lost")).unwrap();
    done(&csf(&home, &["restore", there.to_str().unwrap()]));
    let restored = json(&home, &["audit", "verify"]);
    assert_eq!((&restored["ok"], &restored["from"]), (&true.into(), &1.into()), "{restored}");
    assert!(restored["upto"].as_u64() > before["upto"].as_u64(), "{restored}");
    assert_eq!(json(&home, &["audit", "resolve", &who])[&who], OTHER);
    let kept = mn().home(kept).start().stop();
    assert_eq!(json(kept.path(), &["audit", "verify"])["ok"], true);
    // A full file that is missing in a backup, or changed, is named.
    let full = std::fs::read_dir(&there).unwrap().map(|entry| entry.unwrap().path());
    let full = full.into_iter().find(|path| path.to_string_lossy().contains("audit-0")).expect("a full file");
    std::fs::write(&full, "{}").unwrap();
    std::fs::rename(kept.path().join("state"), kept.path().join("again")).unwrap();
    let said = refused(&csf(kept.path(), &["restore", there.to_str().unwrap()]));
    assert!(said.contains("audit-0") && said.contains("changed"), "{said}");
}
