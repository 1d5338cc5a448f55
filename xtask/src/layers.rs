//! `cargo xtask layers`: fails on a dependency between the project's crates that the architecture forbids.

mod picture;
mod rules;

use std::path::Path;

use crate::arguments::Grammar;
use crate::cargo::{self, Reach};
use crate::failure::Failure;
use crate::task::Task;
use rules::Rules;

pub(crate) const TASK: Task = Task {
    name: "layers",
    summary: "check that no crate depends on one it must not know",
    help: "\
cargo xtask layers

Compares the dependencies of the project's crates with the table in xtask/layers.toml and prints them as
layers, top first. Some arrows are forbidden whatever the table says: a plug-in to a plug-in, a plug-in to
the service layer, the transport layer to a plug-in, a protocol crate to the service or transport layer.
",
    grammar: Grammar { flags: &[], options: &[], names: 0 },
    run: |root, _| {
        let findings = check(root, true)?;
        findings.iter().for_each(|finding| println!("{finding}"));
        match findings.len() {
            0 => Ok(()),
            n => Err(Failure::Found(format!("{n} forbidden or unknown"))),
        }
    },
};

/// Everything that is wrong with the layers; prints the picture if wanted.
pub(crate) fn check(root: &Path, draw: bool) -> Result<Vec<String>, Failure> {
    let path = root.join("xtask/layers.toml");
    let text = std::fs::read_to_string(&path).map_err(|e| Failure::file(&path, &e))?;
    let rules: Rules = Rules::read(&text)?;
    let crates = cargo::metadata(root, Reach::Members)?.packages;
    if draw {
        print!("{}", picture::draw(&crates));
    }
    Ok(rules.judge(&crates))
}
