//! Clause 6.4.1: at least one secure environment, each with exactly one security level.

use std::fs;

use conformance::{Reading, Speaker};
use support::NodeProcess;

// Shows TRN-2.
#[test]
fn a_node_whose_only_secure_environment_is_gone_does_not_start_and_says_so() {
    let home = NodeProcess::start().crash();
    let keys: Vec<_> =
        fs::read_dir(home.path().join("data/csf")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(keys.len(), 1);
    let away = home.path().join("away.key");
    fs::rename(&keys[0], &away).unwrap();
    let (status, said) = NodeProcess::with().home(home).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
    let name = keys[0].file_name().unwrap().to_str().unwrap();
    assert!(said.contains(name), "it does not say what it lacks: {said}");
}

// Shows TRN-2.
#[test]
fn each_secure_environment_states_exactly_one_level_and_why() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let children = meter.children("-/security");
    let environments: Vec<_> = children.iter().filter(|child| child.contains("/environment-")).collect();
    assert!(!environments.is_empty());
    for address in environments {
        let shown = meter.retrieve(address);
        let levels = shown.object().iter().filter(|(name, _)| *name == "seL").count();
        assert_eq!(levels, 1, "{address}");
        assert!((0..=3).contains(&shown.number("seL")), "{address}");
        assert!(!shown.text("lvR").is_empty(), "{address} does not say why");
        // The node says the same when it starts.
        let said = format!("security level {}: {}", shown.number("seL"), shown.text("lvR"));
        assert!(node.stderr().contains(&said), "{}", node.stderr());
    }
}

// Shows TRN-2. A plain key file is worth nothing against whoever reads the disk.
#[test]
fn the_software_environment_with_a_plain_key_file_states_level_0() {
    let node = NodeProcess::start();
    let shown = Speaker::registered(&node, "Cmeter").retrieve("-/security/environment-soft");
    assert_eq!(shown.number("seL"), 0);
}
