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
mod audit;
mod authenticate;
mod backup;
mod config;
mod connection;
mod create;
mod credentials;
mod delete;
mod doctor;
mod examples;
mod explain;
mod failure;
mod get;
mod invoke;
mod kinds;
mod ls;
mod manual;
mod recent;
mod registry;
mod report;
mod running;
mod session;
mod status;
mod suggest;
mod table;
mod text;
mod update;

#[cfg(test)]
mod script;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use csf_api::Credentials;

use crate::config::Config;
use crate::error::NodeError;
use crate::hardening;
use crate::profile::Profile;
use arguments::{Arguments, Command};
use failure::Failure;
use report::Report;
use session::Session;

/// Runs the tool with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments =
        Arguments::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit());
    let (json, only) = (arguments.global.json, arguments.global.only.clone());
    let told = run(arguments).and_then(|report| {
        print(&report, json, only.as_deref())?;
        if let Some(note) = report.note() {
            let _ = writeln!(std::io::stderr(), "csf: {note}");
        }
        Ok(if report.is_bad_news() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    });
    match told {
        Ok(code) => code,
        Err(failure) => {
            let mut said = if json { failure.json() } else { format!("csf: {failure}").into_bytes() };
            said.push(b'\n');
            // Nobody is left to tell when standard error is gone too.
            let _ = std::io::stderr().write_all(&said);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// The whole command line, with its examples: what is parsed, and what help, manual and completions are made from.
fn command() -> clap::Command {
    examples::attach(Arguments::command())
}

fn run(arguments: Arguments) -> Result<Report, Failure> {
    // Keys, data and tokens pass through the tool as well.
    hardening::leave_no_dump().map_err(|e| NodeError::part("hardening", &e))?;
    let Arguments { global, command: mut asked } = arguments;
    let profile = Profile::named(&global.profile)
        .ok_or_else(|| Failure::Usage(format!("there is no profile '{}'", global.profile)))?;
    // What needs no node.
    match &asked {
        Command::Config(asked) if !asked.needs_a_node() => {
            return config::run(profile, global.flags.sources(), asked);
        }
        Command::Audit(asked) => return audit::run(profile, global, asked),
        Command::Authenticate(asked) if !asked.needs_a_node() => return authenticate::statement(asked),
        Command::Doctor => return Ok(doctor::run(profile, global.flags.sources())),
        Command::Backup { directory } => return backup::backup(profile, global.flags.sources(), directory),
        Command::Restore { directory } => return backup::restore(profile, global.flags.sources(), directory),
        Command::Completions { shell } => return Ok(manual::completions(command(), *shell)),
        Command::Manual { into: Some(directory), .. } => return manual::into(command(), directory),
        Command::Manual { command: words, into: None } => return manual::page(command(), words),
        _ => {}
    }
    let mut credentials = credentials::credentials(&global.roles, &global.tokens)?;
    // These are those of whom it is about, not of whoever asks.
    if let Command::Explain(asked) = &mut asked {
        asked.credentials = std::mem::replace(&mut credentials, Credentials::NONE);
    }
    let (node, from, config) = connection::open(profile, global)?;
    let mut session = Session::bringing(node, from, credentials);
    let address = address(&asked);
    ask(&mut session, asked, &config).map_err(|failure| match address {
        Some(address) => suggest::nearest_to(&mut session, &address, failure),
        None => failure,
    })
}

fn ask(
    session: &mut Session<csf_client::Client>,
    asked: Command,
    config: &Config,
) -> Result<Report, Failure> {
    match asked {
        Command::Status => status::run(session, config),
        Command::Registry => registry::run(session),
        Command::Ls { address } => ls::run(session, &address),
        Command::Get { address } => get::run(session, &address),
        Command::Create(create) => create::run(session, create),
        Command::Update(update) => update::run(session, update),
        Command::Delete { address } => delete::run(session, &address),
        Command::Explain(asked) if recent::is_meant(&asked) => recent::run(session, &asked),
        Command::Explain(asked) => explain::run(session, &asked),
        Command::Invoke { function, inputs, octets } => {
            invoke::run(session, &function, &inputs, octets.as_deref())
        }
        Command::Authenticate(asked) => authenticate::run(session, &asked),
        Command::Config(asked) if asked.needs_a_node() => running::run(session, &asked),
        Command::Config(_)
        | Command::Audit(_)
        | Command::Doctor
        | Command::Backup { .. }
        | Command::Restore { .. }
        | Command::Completions { .. }
        | Command::Manual { .. } => Err(Failure::Usage("this command needs no node".to_owned())),
    }
}

/// The address that a command is about.
fn address(asked: &Command) -> Option<String> {
    match asked {
        Command::Ls { address } | Command::Get { address } | Command::Delete { address } => {
            Some(address.clone())
        }
        Command::Create(create) => Some(create.parent.clone()),
        Command::Update(update) => Some(update.address.clone()),
        Command::Invoke { function, .. } => Some(invoke::locate(function).0),
        _ => None,
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
