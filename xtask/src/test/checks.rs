//! The checks beside the test executables: what each runs, and when.

use std::path::Path;
use std::process::Stdio;

use super::tally::Tally;
use crate::failure::Failure;
use crate::libtest::{self, Outcome};
use crate::{cargo, layers, licences, tidy};

/// One check.
pub(super) struct Check {
    /// Its name; the suite is `check/NAME`.
    pub(super) name: &'static str,
    /// Whether it comes before the test executables.
    pub(super) before_tests: bool,
    /// Does it and counts the outcome under the suite's name.
    pub(super) run: fn(&Path, &str, &mut Tally),
}

/// All checks, cheapest first.
pub(super) fn checks() -> impl Iterator<Item = Check> {
    let early = |name, run| Check { name, before_tests: true, run };
    [
        early("fmt", |root, suite, tally| tool(root, suite, tally, &["fmt", "--all", "--check"])),
        early("tidy", |root, suite, tally| findings(suite, tally, tidy::check(root).map(|(found, _)| found))),
        early("layers", |root, suite, tally| findings(suite, tally, layers::check(root, false))),
        early("licences", |root, suite, tally| {
            findings(suite, tally, licences::check(root).map(|(found, _)| found));
        }),
        early("clippy", |root, suite, tally| {
            let words = ["clippy", "--workspace", "--all-targets", "--profile", "ci", "--", "-D", "warnings"];
            tool(root, suite, tally, &words);
        }),
        early("features", features),
        Check { name: "doc", before_tests: false, run: documentation },
    ]
    .into_iter()
}

/// The builds of the node that lack an optional component: the features that each has.
const BUILDS: [&str; 3] = ["", "access-management", "sensitive-functions"];

/// What clippy says where components are left out; with all of them it says it of the workspace.
fn features(root: &Path, suite: &str, tally: &mut Tally) {
    for on in BUILDS {
        let crates = ["clippy", "--profile", "ci", "-p", "csf-service", "-p", "csf-node", "--lib", "--bins"];
        let on = if on.is_empty() { String::new() } else { format!("csf-node/{on}") };
        let choice = ["--no-default-features", "--features", &on, "--", "-D", "warnings"];
        tool(root, suite, tally, &[&crates[..], &choice].concat());
    }
}

fn findings(suite: &str, tally: &mut Tally, found: Result<Vec<String>, Failure>) {
    match found {
        Ok(found) if found.is_empty() => tally.pass(1),
        Ok(found) => tally.fail(suite, &found.join("\n")),
        Err(failure) => tally.fail(suite, &failure.to_string()),
    }
}

fn tool(root: &Path, suite: &str, tally: &mut Tally, words: &[&str]) {
    match cargo::command(root).args(words).stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => tally.pass(1),
        Ok(output) => {
            let out = String::from_utf8_lossy(&output.stdout);
            tally.fail(suite, &format!("{out}{}", String::from_utf8_lossy(&output.stderr)));
        }
        Err(error) => tally.fail(suite, &error.to_string()),
    }
}

fn documentation(root: &Path, suite: &str, tally: &mut Tally) {
    let mut command = cargo::command(root);
    command
        .args(["test", "--doc", "--workspace", "--profile", "ci", "--no-fail-fast"])
        .stderr(Stdio::inherit());
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => return tally.fail(suite, &error.to_string()),
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let report = libtest::read(&text);
    tally.pass(report.count(Outcome::Passed));
    tally.ignore(report.count(Outcome::Ignored));
    for test in report.tests.iter().filter(|test| test.outcome == Outcome::Failed) {
        tally.fail(&format!("{suite} {}", test.name), "");
    }
    let told = report.count(Outcome::Failed) > 0;
    if told {
        tally.show(suite, &text);
    } else if !report.complete || !output.status.success() {
        tally.fail(suite, &format!("broke off ({})\n{text}", output.status));
    }
}

#[cfg(test)]
mod tests {
    use super::BUILDS;

    #[test]
    fn every_feature_of_the_node_is_checked_alone() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/csf-node/Cargo.toml");
        let table: toml::Table = std::fs::read_to_string(manifest).unwrap().parse().unwrap();
        let features = table["features"].as_table().unwrap().keys().map(String::as_str);
        let alone = features.filter(|name| *name != "default");
        assert_eq!(BUILDS.into_iter().skip(1).collect::<Vec<_>>(), alone.collect::<Vec<_>>());
    }
}
