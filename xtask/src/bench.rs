//! `cargo xtask bench`: measures release builds of the nodes against their targets.

use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::arguments::{Arguments, Grammar};
use crate::cargo::{self, Reach};
use crate::failure::Failure;
use crate::task::Task;

pub(crate) const TASK: Task = Task {
    name: "bench",
    summary: "measure release builds of the nodes (crate bench/)",
    help: "\
cargo xtask bench [NAME] [--check] [--json FILE]

Builds the nodes with `cargo build --release -p csf-node`, then runs the crate `bench/` with
`--nodes DIR [NAME]`, where DIR holds the nodes' binaries. NAME selects one measurement; without it all are made
that do not take minutes (`scale` does). --json also writes the figures for programs.

The bench crate ends with exit code 3 when a figure misses its target. That is a report, not a failure,
unless --check is given: machines differ. Any other bad ending fails always.
",
    grammar: Grammar { flags: &["--check"], options: &["--json"], names: 1 },
    run,
};

/// The exit code by which the bench crate says that a figure missed its target.
const MISSED: i32 = 3;

fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let manifest = root.join("bench/Cargo.toml");
    if !manifest.is_file() {
        return Err(Failure::Surroundings("there is no bench/Cargo.toml: nothing to measure yet".to_owned()));
    }
    let mut build = cargo::command(root);
    build.args(["build", "--release", "-p", "csf-node"]);
    if !status(&mut build)?.success() {
        return Err(Failure::Surroundings("the nodes do not build".to_owned()));
    }
    let nodes = cargo::metadata(root, Reach::Members)?.target_directory.join("release");
    let mut bench = cargo::command(root);
    bench.args(["run", "--release", "--manifest-path"]).arg(&manifest);
    bench.args(["--", "--nodes"]).arg(nodes).args(arguments.names());
    if let Some(file) = arguments.option("--json") {
        bench.arg("--json").arg(file);
    }
    verdict(status(&mut bench)?.code(), arguments.has("--check"))
}

fn status(command: &mut Command) -> Result<ExitStatus, Failure> {
    command.status().map_err(|e| Failure::program("cargo", e))
}

fn verdict(code: Option<i32>, check: bool) -> Result<(), Failure> {
    match code {
        Some(0) => Ok(()),
        Some(MISSED) if check => Err(Failure::Found("a figure missed its target".to_owned())),
        Some(MISSED) => {
            eprintln!("a figure missed its target; with --check this would be a failure");
            Ok(())
        }
        Some(other) => Err(Failure::Surroundings(format!("the bench crate ended with exit code {other}"))),
        None => Err(Failure::Surroundings("the bench crate was killed".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn a_missed_target_fails_only_when_asked_for_and_a_crash_always() {
        assert!(verdict(Some(0), true).is_ok());
        assert!(verdict(Some(3), false).is_ok());
        assert!(verdict(Some(3), true).is_err());
        assert!(verdict(Some(101), false).is_err());
        assert!(verdict(None, false).is_err());
    }
}
