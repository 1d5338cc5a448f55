//! docs/authentication.md with a key elsewhere: `openssl` has it, and makes the answer (ACC-7).

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::process::Command;

use support::{NodeProcess, program};

/// The commands that the page shows for OpenSSL.
fn shown() -> String {
    let page = include_str!("../../../docs/authentication.md");
    let (_, after) = page.split_once("With an Ed25519 key and OpenSSL:\n\n```\n").expect("the example");
    after.split_once("```").expect("its end").0.to_owned()
}

/// Runs these commands as somebody at a shell of the node would.
fn run(node: &NodeProcess, commands: &str) -> (Option<i32>, String) {
    let tool = program("csf");
    let folder = tool.parent().and_then(std::path::Path::to_str).expect("a folder");
    let output = Command::new("sh")
        .args(["-ec", commands])
        .current_dir(node.directory())
        .env_clear()
        .env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap_or_default()))
        .env("HOME", node.directory())
        .env("XDG_DATA_HOME", node.directory().join("data"))
        .env("CSF_STATE", node.state())
        .env("CSF_LOCAL_SOCKET", node.socket())
        .output()
        .expect("a shell");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

// Shows ACC-7.
#[test]
fn what_openssl_signs_as_the_page_says_authenticates_its_owner_and_nothing_else_does() {
    let node = NodeProcess::with().profile("mn").start();
    let (code, said) = run(&node, "csf --as Ca create - ae rn=a; csf --as Cb create - ae rn=b");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&node, &shown());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("//csf.example/id-mn/Ca"), "{said}");
    // Once more with the same key, and the failing twins: another purpose, and a new key that nobody registered.
    let without = |words: &[&str]| {
        let whole = shown();
        let stay = |line: &&str| !words.iter().any(|word| line.contains(word));
        whole.lines().filter(stay).collect::<Vec<_>>().join("\n")
    };
    let again = without(&["create -/security", "genpkey"]);
    assert_eq!(run(&node, &again).0, Some(0));
    let other_purpose = again.replace("authenticate statement", "authenticate statement --purpose x");
    assert_ne!(other_purpose, again);
    for wrong in [other_purpose, without(&["create -/security"])] {
        let (code, said) = run(&node, &wrong);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("false"), "{said}");
    }
}
