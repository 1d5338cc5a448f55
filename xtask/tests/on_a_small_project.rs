//! The program itself, run in a small project of its own: what it builds, runs, counts and prints.

#![expect(clippy::unwrap_used, reason = "a broken fixture ends the test at once")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Writes a project with one crate, `sample`, whose tests are given, and the requirements.
fn project(name: &str, tests: &str, requirements: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&root);
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[workspace]\nmembers = ['sample']\nresolver = '3'\n[profile.ci]\ninherits = 'dev'\n",
    );
    write("xtask/Cargo.toml", "# Marks the root.\n");
    write("sample/Cargo.toml", "[package]\nname = 'sample'\nversion = '0.1.0'\nedition = '2024'\n");
    write(
        "sample/src/lib.rs",
        "//! A sample.\n//!\n//! ```\n//! assert_eq!(sample::ONE, 1);\n//! ```\npub const ONE: u8 = 1;\n",
    );
    write("sample/src/main.rs", "fn main() {}\n");
    write("sample/tests/works.rs", tests);
    write("tests/conformance/requirements.toml", requirements);
    root
}

fn xtask(root: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(words).current_dir(root).env("CARGO_TARGET_DIR", root.join("target"));
    command.env_remove("CI").env_remove("RUSTFLAGS").output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const TESTS: &str = r#"
#[test]
fn passes() { assert_eq!(sample::ONE, 1); }
#[test]
fn is_told_what_to_use() {
    assert_eq!(std::env::var("CSF_TEST_PROFILE").unwrap(), "asn");
    assert_eq!(std::env::var("CSF_TEST_SE").unwrap(), "soft");
    assert!(std::path::Path::new(&std::env::var("CARGO_BIN_EXE_sample").unwrap()).is_file());
}
#[test]
fn fails() { panic!("as it should"); }
"#;

const REQUIREMENTS: &str = r#"
[[section]]
prefix = "ACC"
title = "Access"
clauses = "6"
[[requirement]]
id = "ACC-1"
level = "M"
clause = "6"
title = "Shown"
part = [{ text = "all of it", tests = ["sample/works::passes", "sample/works::is_told_what_to_use"] }]
[[requirement]]
id = "ACC-2"
level = "M"
clause = "6"
title = "Half"
part = [{ text = "one half", tests = ["sample/works::passes"] }, { text = "other half", tests = [] }]
"#;

#[test]
fn test_counts_every_outcome_and_ends_with_the_verdict() {
    let root = project("counts", TESTS, REQUIREMENTS);
    let output = xtask(&root, &["test", "sample/works"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    // Two failed: the profile here is mn, not asn.
    assert_eq!(text.lines().last(), Some("1 passed, 2 failed"), "{text}");
    assert!(text.contains("sample/works::fails") && text.contains("as it should"), "{text}");

    let output = xtask(&root, &["test", "check/doc"]);
    assert_eq!(stdout(&output), "1 passed, 0 failed\n");
    assert!(output.status.success());

    // The fixture compiles without a warning, but is not formatted.
    let output = xtask(&root, &["test", "check/clippy", "check/fmt"]);
    assert_eq!(stdout(&output).lines().last(), Some("1 passed, 1 failed"), "{}", stdout(&output));

    let output = xtask(&root, &["test", "no-such-suite"]);
    assert_eq!(output.status.code(), Some(2), "nothing was tested, and that is no success");
}

#[test]
fn a_project_that_does_not_build_fails() {
    let root = project("broken", "not rust", REQUIREMENTS);
    let output = xtask(&root, &["test", "sample/works"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().last(), Some("0 passed, 1 failed"));
}

#[test]
fn conformance_is_computed_from_the_tests_that_ran() {
    let root = project("conformance", TESTS, REQUIREMENTS);
    let json = root.join("table.json");
    let words = ["conformance", "--profile", "asn", "--require", "ACC-1", "--json", json.to_str().unwrap()];
    let output = xtask(&root, &words);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("2 requirements: 1 met, 1 begun, 0 open, 0 exception, 0 FAILED"), "{text}");
    assert!(text.contains("lacks other half"), "{text}");
    let table: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(table["requirements"][0]["verdict"], "met");

    let required = xtask(&root, &["conformance", "--profile", "asn", "--require", "ACC-2"]);
    assert_eq!(required.status.code(), Some(1), "begun is not met");
    let failing = xtask(&root, &["conformance", "--profile", "mn"]);
    assert_eq!(failing.status.code(), Some(1), "a named test fails with this profile");
    assert!(stdout(&failing).contains("1 FAILED"));
}

#[test]
fn a_named_test_that_does_not_exist_is_an_error() {
    let root = project(
        "renamed",
        TESTS,
        &REQUIREMENTS.replace("sample/works::passes\"]", "sample/works::passed\"]"),
    );
    let output = xtask(&root, &["conformance", "--profile", "asn"]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("sample/works::passed is no test"), "{error}");
}

#[test]
fn without_words_it_explains_itself_and_an_unknown_one_is_a_usage_error() {
    let root = project("words", TESTS, REQUIREMENTS);
    let output = xtask(&root, &[]);
    assert!(output.status.success() && stdout(&output).contains("cargo xtask test"));
    assert_eq!(xtask(&root, &["tset"]).status.code(), Some(2));
    assert_eq!(xtask(&root, &["test", "--instal"]).status.code(), Some(2));
    assert!(stdout(&xtask(&root, &["tidy", "--help"])).starts_with("cargo xtask tidy"));
}
