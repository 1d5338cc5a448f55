//! `cargo xtask torture`: a node that is killed again and again, and one that is watched while it writes.

use std::path::Path;

use crate::arguments::{Arguments, Grammar};
use crate::cargo;
use crate::failure::Failure;
use crate::packages;
use crate::task::Task;

/// How often the node is killed unless told otherwise.
const KILLS: u32 = 200;
/// The most kills of one run.
const MOST_KILLS: u32 = 100_000;

pub(crate) const TASK: Task = Task {
    name: "torture",
    summary: "kill a node under a load of writes, and see that no acknowledged write is lost",
    help: "\
cargo xtask torture [--kills N]

Starts a node, has four clients write instances and keys, kills it with SIGKILL at a random moment, starts it
again on what is left, and looks for every write that was acknowledged: N times, 200 by default. The tests
themselves (csf-node/crashes) do 20.

Then it watches a node with `strace`, and sees that the log of the store is flushed to the disk before a write
is answered. Without strace, or where processes may not be watched, that part fails and says so.
",
    grammar: Grammar { flags: &[], options: &["--kills"], names: 0 },
    run,
};

fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let kills = match arguments.option("--kills") {
        None => KILLS,
        Some(text) => text
            .parse()
            .ok()
            .filter(|kills| (1..=MOST_KILLS).contains(kills))
            .ok_or_else(|| Failure::Usage(format!("--kills takes a number from 1 to {MOST_KILLS}")))?,
    };
    cargo(root, &["build", "--profile", "ci", "-p", "csf-node", "--bins"], kills)?;
    let test = ["test", "--profile", "ci", "-p", "csf-node", "--test"];
    cargo(root, &[&test[..], &["crashes", "--", "--nocapture"]].concat(), kills)?;
    if !packages::is_there("strace") {
        return Err(Failure::Surroundings(
            "strace is missing (Debian package strace): that writes are flushed before they are answered was not \
             looked at"
                .to_owned(),
        ));
    }
    cargo(root, &[&test[..], &["watched", "--", "--nocapture"]].concat(), kills)
}

fn cargo(root: &Path, words: &[&str], kills: u32) -> Result<(), Failure> {
    let mut command = cargo::command(root);
    command.args(words).env("CSF_TEST_KILLS", kills.to_string());
    let status = command.status().map_err(|e| Failure::program("cargo", e))?;
    if status.success() { Ok(()) } else { Err(Failure::Found(format!("cargo {}", words.join(" ")))) }
}

#[cfg(test)]
mod tests {
    use super::TASK;
    use crate::arguments::Arguments;
    use crate::failure::Failure;

    #[test]
    fn a_number_of_kills_that_means_nothing_is_a_usage_error() {
        for kills in ["0", "-1", "many", "100001"] {
            let words = [format!("--kills={kills}")];
            let arguments = Arguments::parse(&words, &TASK.grammar).unwrap();
            let refused = (TASK.run)(std::path::Path::new("/"), &arguments);
            assert!(matches!(refused, Err(Failure::Usage(_))), "{kills}");
        }
    }
}
