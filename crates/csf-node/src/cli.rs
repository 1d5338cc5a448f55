//! The tool `csf`: what a person at a shell can ask of a node, and of its configuration.
//!
//! ```text
//!   words ─ arguments ─▶ Command ─▶ requests ─ connection ─▶ the node's socket
//!                                       └─▶ Report ─▶ a table, or one line of JSON
//! ```
//!
//! Each command is a file with one function from a session to a report; none of them prints, and none
//! knows whether a node or a script answers. It refuses to be a second way into the node: what it may do is
//! what its user may do over the same socket.
//!
//! Exit codes: 0; 2 for a wrong command line or configuration; 1 for everything else.

mod arguments;
mod assignment;
mod backup;
mod config;
mod connection;
mod create;
mod delete;
mod failure;
mod get;
mod invoke;
mod kinds;
mod ls;
mod report;
mod session;
mod status;
mod table;
mod text;
mod update;

#[cfg(test)]
mod script;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::profile::Profile;
use arguments::{Arguments, Command};
use failure::Failure;
use report::Report;
use session::Session;

/// Runs the tool with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (json, only) = (arguments.global.json, arguments.global.only.clone());
    match run(arguments).and_then(|report| print(&report, json, only.as_deref())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when standard error is gone too.
            let _ = writeln!(std::io::stderr(), "csf: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(arguments: Arguments) -> Result<Report, Failure> {
    let Arguments { global, command } = arguments;
    let profile = Profile::named(&global.profile)
        .ok_or_else(|| Failure::Usage(format!("there is no profile '{}'", global.profile)))?;
    // What needs no node.
    match &command {
        Command::Config(command) => return config::run(profile, global.flags.sources(), command),
        Command::Backup { directory } => return backup::backup(profile, global.flags.sources(), directory),
        Command::Restore { directory } => return backup::restore(profile, global.flags.sources(), directory),
        _ => {}
    }
    let (node, from, config) = connection::open(profile, global)?;
    let mut session = Session::new(node, from);
    match command {
        Command::Status => status::run(&mut session, &config),
        Command::Ls { address } => ls::run(&mut session, &address),
        Command::Get { address } => get::run(&mut session, &address),
        Command::Create(create) => create::run(&mut session, create),
        Command::Update(update) => update::run(&mut session, update),
        Command::Delete { address } => delete::run(&mut session, &address),
        Command::Invoke { function, inputs } => invoke::run(&mut session, &function, &inputs),
        Command::Config(_) | Command::Backup { .. } | Command::Restore { .. } => {
            Err(Failure::Usage("this command needs no node".to_owned()))
        }
    }
}

fn print(report: &Report, json: bool, only: Option<&str>) -> Result<(), Failure> {
    let mut bytes = match only {
        Some(name) => report.only(name).ok_or_else(|| Failure::Member(name.to_owned()))?.into_bytes(),
        None if json => report.json(),
        None => report.text().as_bytes().to_vec(),
    };
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    match std::io::stdout().write_all(&bytes) {
        // A reader that has seen enough is no failure.
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Output(e)),
        _ => Ok(()),
    }
}
