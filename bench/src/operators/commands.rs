//! Commands of the tool, from the start of its process to its end, beside a node that runs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::node::{Home, Node};
use crate::retrieve::furnish;
use crate::workload::{MOST_COMMAND_MILLIS, RUNS};

/// The commands.
const COMMANDS: [(&str, &[&str]); 4] = [
    ("csf status", &["status"]),
    ("csf explain", &["explain", "Cvisitor", "retrieve", "-/readings"]),
    ("csf audit list", &["audit", "list"]),
    ("csf config check", &["config", "check"]),
];

pub(super) fn measure(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    node.wait_until_ready()?;
    furnish(&node)?;
    let mut figures = Vec::new();
    for (name, words) in COMMANDS {
        let mut took = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let begin = Instant::now();
            run(nodes, &home, words)?;
            took.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        let target = Target::AtMost(MOST_COMMAND_MILLIS);
        figures.push(Figure::median(format!("{name}, p50"), Unit::Millis, &took).target(target));
    }
    Ok(figures)
}

fn run(nodes: &Path, home: &Home, words: &[&str]) -> Result<(), Failure> {
    let program = nodes.join("csf");
    let mut command = Command::new(&program);
    home.place(&mut command);
    let output =
        command.args(words).stdin(Stdio::null()).output().map_err(|e| Failure::file(&program, &e))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failure::subject(format!("csf {}: {said}", words.join(" "))))
}
