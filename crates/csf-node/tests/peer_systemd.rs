//! The unit of the packaged service, as systemd itself reads and judges it.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use csf_api::Value;
use support::{NodeProcess, program};
use tempfile::TempDir;

/// The greatest exposure that the unit may have, in tenths; systemd calls up to 2.0 "safe enough to be proud of".
const MOST_EXPOSED: &str = "20";

/// The unit in a directory of its own, with the program of this build in place of the installed one.
fn unit(change: impl FnOnce(String) -> String) -> (TempDir, String) {
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/systemd/csf@.service");
    let text = std::fs::read_to_string(packaged).expect("the unit");
    let installed = "ExecStart=/usr/bin/csf-%i ";
    assert!(text.contains(installed), "{text}");
    let built = program("csf-mn");
    let text = text.replace(installed, &format!("ExecStart={} ", built.display()));
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("csf@.service"), change(text)).expect("a file");
    let name = directory.path().join("csf@mn.service").to_string_lossy().into_owned();
    (directory, name)
}

fn analyze(words: &[&str]) -> Output {
    Command::new("systemd-analyze").args(words).arg("--no-pager").output().expect("systemd-analyze")
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let verified = |change: fn(String) -> String| {
        let (_directory, name) = unit(change);
        let output = analyze(&["verify", "--man=no", &name]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Only what it says of this unit: a machine may have others that are wrong.
        let ours: Vec<String> =
            said.lines().filter(|line| line.contains("csf@")).map(str::to_owned).collect();
        ours
    };
    assert_eq!(verified(|text| text), Vec::<String>::new());
    let wrong = verified(|text| text.replace("ProtectClock=", "ProtectClocks="));
    assert!(wrong.iter().any(|line| line.contains("ProtectClocks")), "{wrong:?}");
}

#[test]
fn the_unit_is_hardened_as_systemd_measures_it() {
    let safe = |change: fn(String) -> String| {
        let (directory, _) = unit(change);
        let path = directory.path().join("csf@.service").to_string_lossy().into_owned();
        let output = analyze(&["security", "--offline=true", &format!("--threshold={MOST_EXPOSED}"), &path]);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (success, said) = safe(|text| text);
    assert!(success, "{said}");
    let (success, said) = safe(|text| text.replace("SystemCallFilter=", "#").replace("ProtectSystem=", "#"));
    assert!(!success, "the threshold finds nothing: {said}");
}

/// The configuration that is packaged beside the unit, with the credential that the unit hands over.
#[test]
fn a_node_starts_with_the_packaged_configuration() {
    let credentials = tempfile::tempdir().expect("a directory");
    std::fs::write(credentials.path().join("csf-root"), [0x5a; 48]).expect("a file");
    let variable = format!("CREDENTIALS_DIRECTORY={}", credentials.path().display());
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/csf.toml");
    let variable_of_file = format!("PACKAGED={}", packaged.display());
    let node = NodeProcess::with()
        .under(&[
            "env",
            &variable,
            &variable_of_file,
            "sh",
            "-c",
            "exec \"$0\" \"$@\" --config \"$PACKAGED\"",
        ])
        .start();
    let environment = node.admin().retrieve("-/security/environment-soft").expect("an answer");
    let level =
        environment.content.as_ref().and_then(|content| content.value.as_object()?.get("seL").cloned());
    assert_eq!(level, Some(Value::Integer(1)));
}
