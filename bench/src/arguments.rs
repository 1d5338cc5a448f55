//! The command line.

use std::path::PathBuf;

use crate::bare::Role;
use crate::failure::Failure;
use crate::measurement::{MEASUREMENTS, Measurement};

/// What this process is to do.
pub(crate) enum Task {
    Measure(Arguments),
    /// Be what a node is compared with; the measuring process starts it so.
    Bare(Role),
}

/// What to measure.
pub(crate) struct Arguments {
    /// The directory with the nodes' programs.
    pub(crate) nodes: PathBuf,
    /// Where to write the figures for programs.
    pub(crate) json: Option<PathBuf>,
    pub(crate) measurements: Vec<&'static Measurement>,
}

impl Task {
    pub(crate) fn of_process() -> Result<Self, Failure> {
        parse(std::env::args().skip(1))
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Task, Failure> {
    let (mut nodes, mut json, mut measurements) = (None, None, Vec::new());
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| Failure::Usage(format!("{word} needs a value")));
        match word.as_str() {
            "--nodes" => nodes = Some(PathBuf::from(value()?)),
            "--json" => json = Some(PathBuf::from(value()?)),
            "bare-page" => return Ok(Task::Bare(Role::Page { path: value()? })),
            "bare-echo" => return Ok(Task::Bare(Role::Echo { socket: value()?.into() })),
            name => measurements.push(named(name)?),
        }
    }
    let nodes = nodes.ok_or_else(|| Failure::Usage("--nodes is missing".into()))?;
    if measurements.is_empty() {
        measurements.extend(MEASUREMENTS.iter().filter(|measurement| !measurement.long));
    }
    Ok(Task::Measure(Arguments { nodes, json, measurements }))
}

fn named(name: &str) -> Result<&'static Measurement, Failure> {
    MEASUREMENTS.iter().find(|m| m.name == name).copied().ok_or_else(|| {
        let names: Vec<_> = MEASUREMENTS.iter().map(|m| m.name).collect();
        Failure::Usage(format!("there is no measurement '{name}'; there are {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(line: &str) -> Result<Vec<&'static str>, Failure> {
        match parse(line.split_whitespace().map(str::to_owned))? {
            Task::Measure(arguments) => Ok(arguments.measurements.iter().map(|m| m.name).collect()),
            Task::Bare(_) => Ok(vec!["bare"]),
        }
    }

    #[test]
    fn names_select_and_no_name_is_all_that_is_not_long() {
        let short = MEASUREMENTS.iter().filter(|measurement| !measurement.long).count();
        assert_eq!(measured("--nodes d").unwrap().len(), short);
        assert_eq!(measured("--nodes d scale").unwrap(), ["scale"]);
        assert_eq!(measured("--nodes d idle size --json f").unwrap(), ["idle", "size"]);
    }

    #[test]
    fn a_wrong_line_is_refused() {
        for line in ["", "idle", "--nodes", "--nodes d nothing", "--nodes d --json"] {
            assert!(matches!(measured(line), Err(Failure::Usage(_))), "{line}");
        }
    }
}
