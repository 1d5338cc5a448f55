//! The list of tasks, and the way from words to one of them.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::task::Task;
use crate::{bench, cargo, conformance, layers, licences, model, test, tidy, torture};

const TASKS: &[Task] = &[
    test::TASK,
    conformance::TASK,
    torture::TASK,
    model::TASK,
    layers::TASK,
    tidy::TASK,
    licences::TASK,
    bench::TASK,
];

const HEADING: &str = "\
cargo xtask TASK [OPTIONS]: what this project does besides compiling.

First time here? `cargo xtask test` builds everything, runs every test and every check, and ends with
one line: `N passed, N failed`. While you work, narrow it: `cargo xtask test csf-access`.
";

/// Runs the task that the words name; without words, explains what there is.
pub(crate) fn run(words: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = words.split_first() else {
        print!("{}", overview());
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", overview());
        return Ok(());
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        let names: Vec<&str> = TASKS.iter().map(|task| task.name).collect();
        return Err(Failure::Usage(format!("there is no task `{name}`; there are: {}", names.join(", "))));
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        print!("{}", task.help);
        return Ok(());
    }
    let arguments = Arguments::parse(rest, &task.grammar)?;
    (task.run)(&cargo::find_root()?, &arguments)
}

fn overview() -> String {
    let mut text = format!("{HEADING}\nTasks:\n");
    for task in TASKS {
        text.push_str(&format!("  {:<12} {}\n", task.name, task.summary));
    }
    text.push_str("\n`cargo xtask TASK --help` explains one of them.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{TASKS, overview, run};
    use crate::failure::Failure;

    #[test]
    fn the_overview_names_every_task_and_each_explains_itself() {
        let text = overview();
        for task in TASKS {
            assert!(text.contains(task.name));
            assert!(task.help.starts_with(&format!("cargo xtask {}", task.name)), "{}", task.name);
            assert!(task.help.ends_with('\n'), "{}", task.name);
        }
    }

    #[test]
    fn an_unknown_task_is_a_usage_error_that_lists_the_known_ones() {
        let Err(Failure::Usage(text)) = run(&["tests".to_owned()]) else { panic!("accepted") };
        assert!(text.contains("conformance"), "{text}");
    }
}
