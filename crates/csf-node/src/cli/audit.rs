//! `csf audit`: the audit log, read from its files; names behind pseudonyms, checkpoints and pruning from whoever has
//! its key: the running node for its administrator, or this tool where no node runs and the root is at hand.

mod choice;
mod keeper;
mod show;
mod verify;

use clap::Subcommand;
use csf_api::{Object, Value};

use super::arguments::Global;
use super::failure::Failure;
use super::report::Report;
use super::table::Table;
use crate::audit_log::{self, PSEUDONYM_MARK};
use crate::config::Config;
use crate::error::NodeError;
use crate::hardening;
use crate::node::{clock, state};
use crate::profile::Profile;
pub(crate) use choice::Choice;
use keeper::Keeper;

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List records, the newest last
    List {
        #[command(flatten)]
        choice: Choice,
        /// At most so many, the newest
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// Show names instead of pseudonyms; for the administrator
        #[arg(long)]
        resolve: bool,
    },
    /// Check that every record is there, unchanged, in its place and of this node; exit code 1 if not
    ///
    /// While the node runs, the log is held against a checkpoint that the node makes for this. Where no node runs
    /// and the root is at hand, it is held against the newest checkpoint in the store, and each seal is checked.
    Verify {
        /// Check the chain alone: without the node, the root and the checkpoint
        #[arg(long)]
        chain_only: bool,
    },
    /// Print records as lines of JSON, all of them or some
    Export {
        #[command(flatten)]
        choice: Choice,
        /// Print names instead of pseudonyms; for the administrator
        #[arg(long)]
        resolve: bool,
    },
    /// Say who or what pseudonyms stand for; for the administrator
    Resolve {
        /// As they stand in the log
        #[arg(required = true, value_name = "PSEUDONYM")]
        pseudonyms: Vec<String>,
    },
    /// Remove full files of which every record is older, with a record that proves it
    Prune {
        /// A day or a moment, in UTC
        #[arg(long, value_name = "TIME", value_parser = choice::moment)]
        before: csf_api::UtcTime,
    },
    /// Put a log aside that somebody changed, and begin a new one; the node must not run
    Renew,
}

/// Does it.
pub(crate) fn run(
    profile: &'static Profile,
    global: Global,
    command: &AuditCommand,
) -> Result<Report, Failure> {
    let config = Config::load(profile, global.flags.clone().sources())?;
    hardening::apply().map_err(|e| NodeError::part("hardening", &e))?;
    let reads = matches!(command, AuditCommand::List { .. } | AuditCommand::Export { .. });
    let stale = if reads { Keeper::flush(profile, global.clone(), &config) } else { None };
    let keeper = || Keeper::open(profile, global, &config);
    let report = match command {
        AuditCommand::List { choice, limit, resolve } => {
            show::list(&config, choice, *limit, *resolve, keeper)
        }
        AuditCommand::Export { choice, resolve } => show::export(&config, choice, *resolve, keeper),
        AuditCommand::Verify { chain_only } => verify::run(&config, *chain_only, keeper),
        AuditCommand::Resolve { pseudonyms } => resolve(&mut keeper()?, pseudonyms),
        AuditCommand::Prune { before } => prune(&mut keeper()?, *before),
        AuditCommand::Renew => renew(&config, &keeper()?),
    };
    report.map(|report| report.noting(stale))
}

/// The name of the store in the state directory.
fn store_of(config: &Config) -> Result<String, Failure> {
    let state = config.state.display();
    let none = || {
        NodeError::text(format!(
            "{state}: no node keeps its state there; name the state directory with --state, and its profile"
        ))
    };
    Ok(state::name(&config.state)?.ok_or_else(none)?.to_string())
}

fn resolve(keeper: &mut Keeper, pseudonyms: &[String]) -> Result<Report, Failure> {
    if let Some(other) = pseudonyms.iter().find(|text| !text.starts_with(PSEUDONYM_MARK)) {
        return Err(Failure::Usage(format!("'{other}' is no pseudonym: they begin with {PSEUDONYM_MARK}")));
    }
    let names = keeper.resolve(pseudonyms)?;
    let mut table = Table::new();
    let mut json = Object::new();
    for (pseudonym, name) in pseudonyms.iter().zip(&names) {
        let shown = name.as_deref().map_or("(no pseudonym of this log)".to_owned(), super::text::printable);
        table.row([pseudonym.clone(), shown]);
        json.set(pseudonym, name.as_deref().map_or(Value::Null, Value::text));
    }
    let unknown = names.iter().any(Option::is_none);
    Ok(Report::new(table.to_string(), Value::Object(json)).bad_news(unknown))
}

fn prune(keeper: &mut Keeper, before: csf_api::UtcTime) -> Result<Report, Failure> {
    let pruned = keeper.prune(before, clock::now())?;
    let text = match pruned.files {
        0 => format!("nothing was removed: no full file has only records older than {before}\n"),
        n => format!(
            "removed {n} files with the records {} to {}; a record in the log proves it\n",
            pruned.first, pruned.last
        ),
    };
    let integer = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let json = Object::new()
        .with("files", integer(pruned.files))
        .with("from", integer(pruned.first))
        .with("upto", integer(pruned.last));
    Ok(Report::new(text, Value::Object(json)))
}

fn renew(config: &Config, keeper: &Keeper) -> Result<Report, Failure> {
    let Some(records) = keeper.records() else {
        return Err(NodeError::text("the node runs; stop it before its audit log is begun anew").into());
    };
    let renewed = audit_log::renew(&config.state, &store_of(config)?, records, clock::now())?;
    let aside = renewed.aside.display().to_string();
    let text = format!(
        "the log up to record {} is in {aside}: keep it, it is evidence\n\
         a new one begins after it, and says so; the node can start\n",
        renewed.last
    );
    let json = Object::new()
        .with("aside", Value::text(&aside))
        .with("upto", Value::Integer(i64::try_from(renewed.last).unwrap_or(i64::MAX)));
    Ok(Report::new(text, Value::Object(json)))
}
