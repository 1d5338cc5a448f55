//! `cargo xtask tidy`: the rules of the house that no lint knows.

mod decisions;
mod files;
mod links;
mod members;
mod requirement_ids;
mod settings;
mod source;
mod text;

use std::path::Path;

use crate::arguments::{Arguments, Grammar};
use crate::failure::Failure;
use crate::task::Task;
use files::File;
use settings::Settings;

pub(crate) const TASK: Task = Task {
    name: "tidy",
    summary: "check the rules of the house that no lint knows",
    help: "\
cargo xtask tidy

Looks at every file that git tracks or would track, and fails on:
  - a .rs file that does not begin with `//!`, is a mod.rs, is named after nothing (utils, common, …),
    has more than 450 lines without a reason in xtask/tidy.toml, or holds unfinished or silenced code
  - trailing whitespace, a missing last newline, a path of somebody's machine
  - a workspace member without a comment line above it
  - a decision page that the index does not name, a link to a file that is not there
  - a requirement id that tests/conformance/requirements.toml does not know
",
    grammar: Grammar { flags: &[], options: &[], names: 0 },
    run: |root, _: &Arguments| {
        let (findings, median) = check(root)?;
        findings.iter().for_each(|finding| println!("{finding}"));
        println!("median source file: {median} lines");
        match findings.len() {
            0 => Ok(()),
            n => Err(Failure::Found(format!("{n} untidy"))),
        }
    },
};

/// Everything untidy, as `file:line: what`, and the median length of source files.
pub(crate) fn check(root: &Path) -> Result<(Vec<String>, usize), Failure> {
    let files = files::read(root)?;
    let settings = Settings::read(files.iter().find(|file| file.path == "xtask/tidy.toml"))?;
    let mut findings: Vec<Finding> = Vec::new();
    for file in &files {
        findings.extend(source::judge(file, &settings));
        findings.extend(text::judge(file, &settings));
    }
    findings.extend(settings.unneeded(&files));
    findings.extend(members::judge(&files));
    findings.extend(decisions::judge(&files));
    findings.extend(links::judge(&files));
    findings.extend(requirement_ids::judge(&files));
    findings.sort();
    Ok((findings.iter().map(Finding::to_string).collect(), source::median_length(&files)))
}

/// One thing to tidy up.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(file: &File, line: usize, what: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, what: what.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}
