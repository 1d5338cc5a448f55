//! Measures release builds of the nodes against bare servers and fixed targets.
//!
//! ```text
//!   csf-bench ──┬── load ──▶ csf-mn          the subject, a process of its own
//!               └── load ──▶ csf-bench bare  the same work without a Security CSF, likewise
//! ```
//!
//! The two take turns, several rounds each, under the same load generator; the ratio within a round is the
//! result, so that a slow or busy machine is slow or busy for both. Which work, how long and how often is fixed
//! in `workload.rs`; `docs/performance.md` has the method and figures.

mod access;
mod alternate;
mod arguments;
mod bare;
mod cipher;
mod digest;
mod failure;
mod figure;
mod idle;
mod instances;
mod keep_alive;
mod key_operation;
mod load;
mod mac;
mod machine;
mod measurement;
mod node;
mod open;
mod operators;
mod payload;
mod peer;
mod process;
mod report;
mod retrieve;
mod round_trips;
mod scale;
mod series;
mod signature;
mod size;
mod start;
mod tokens;
mod workload;

use std::process::ExitCode;

use arguments::{Arguments, Task};
use failure::Failure;
use machine::Machine;
use report::{Report, Section};

/// The exit code that says that a figure missed its target.
const MISSED: u8 = 3;
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let outcome = Task::of_process().and_then(|task| match task {
        Task::Measure(arguments) => measure(&arguments),
        Task::Bare(role) => bare::serve(&role).map(|()| ExitCode::SUCCESS),
    });
    outcome.unwrap_or_else(|failure| {
        eprintln!("csf-bench: {failure}");
        if matches!(failure, Failure::Usage(_)) { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
    })
}

fn measure(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut report = Report { machine: Machine::look(), sections: Vec::new() };
    report.machine.print();
    for measurement in &arguments.measurements {
        eprintln!("measuring {} …", measurement.name);
        let section = Section { measurement, figures: (measurement.run)(&arguments.nodes)? };
        section.print();
        report.sections.push(section);
    }
    if let Some(path) = &arguments.json {
        report.write_json(path)?;
    }
    Ok(if report.missed() { ExitCode::from(MISSED) } else { ExitCode::SUCCESS })
}
