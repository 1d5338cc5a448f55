//! `cargo xtask model`: the node against a naive reference, in many more random sequences than a test run has.

use std::path::Path;

use crate::arguments::{Arguments, Grammar};
use crate::cargo;
use crate::failure::Failure;
use crate::task::Task;

/// How many sequences are run unless told otherwise.
const SEQUENCES: u64 = 100_000;
/// The most sequences of one run.
const MOST_SEQUENCES: u64 = 100_000_000;
/// The seed of the first sequence unless told otherwise.
const SEED: u64 = 1;

pub(crate) const TASK: Task = Task {
    name: "model",
    summary: "let random sequences of events happen to a node and to a naive reference, and compare decisions",
    help: "\
cargo xtask model [--sequences N] [--seed S]

Changes policies, groups, roles and tokens, lets time pass and asks, at random: N sequences of it, 100,000 by
default, of which each is made from its own seed: S, S+1 and so on, from 1 by default. After each request the
node must permit or refuse as a reference does that was written from the specification and shares no code with
it. The tests themselves (csf-service/model) run 2,000.

The first difference ends the run: it prints the seed, the shortest prefix of its events that shows the
difference, and which of them are needed. `cargo xtask model --sequences 1 --seed S` shows it again.
",
    grammar: Grammar { flags: &[], options: &["--sequences", "--seed"], names: 0 },
    run,
};

fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let sequences = number(arguments, "--sequences", SEQUENCES, MOST_SEQUENCES)?;
    let seed = number(arguments, "--seed", SEED, u64::MAX)?;
    let words = ["test", "--profile", "ci", "-p", "csf-service", "--test", "model"];
    let words = [&words[..], &["the_node_decides_as_the_text_does", "--", "--nocapture"]].concat();
    let mut command = cargo::command(root);
    command.args(&words).env("CSF_TEST_SEQUENCES", sequences.to_string());
    let status = command.env("CSF_TEST_SEED", seed.to_string()).status();
    let status = status.map_err(|e| Failure::program("cargo", e))?;
    if status.success() { Ok(()) } else { Err(Failure::Found(format!("cargo {}", words.join(" ")))) }
}

fn number(arguments: &Arguments, option: &str, otherwise: u64, most: u64) -> Result<u64, Failure> {
    let Some(text) = arguments.option(option) else { return Ok(otherwise) };
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Failure::Usage(format!("{option} takes a number from 1 to {most}")))
}

#[cfg(test)]
mod tests {
    use super::TASK;
    use crate::arguments::Arguments;
    use crate::failure::Failure;

    #[test]
    fn numbers_that_mean_nothing_are_a_usage_error() {
        for word in ["--sequences=0", "--sequences=many", "--sequences=100000001", "--seed=-1", "--seed=0"] {
            let arguments = Arguments::parse(&[word.to_owned()], &TASK.grammar).unwrap();
            let refused = (TASK.run)(std::path::Path::new("/"), &arguments);
            assert!(matches!(refused, Err(Failure::Usage(_))), "{word}");
        }
    }
}
