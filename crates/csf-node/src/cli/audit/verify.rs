//! `csf audit verify`: what a check of the log found, in words and as JSON.

use csf_api::{Object, Value};

use super::super::failure::Failure;
use super::super::report::Report;
use super::super::table::Table;
use super::super::text::printable;
use super::{Keeper, store_of};
use crate::audit_log::{self, Checked};
use crate::config::Config;

/// Checks the log.
pub(super) fn run(
    config: &Config,
    chain_only: bool,
    keeper: impl FnOnce() -> Result<Keeper, Failure>,
) -> Result<Report, Failure> {
    let store = store_of(config)?;
    if chain_only {
        let how = "the chain alone; whether the end was cut off, or all of it written anew, does not show";
        return Ok(report(&audit_log::check_chain(&config.state, &store), how));
    }
    let mut keeper = keeper()?;
    if let Some(guard) = keeper.guard() {
        let how = "chain, seals, and the newest checkpoint in the store";
        return Ok(report(&guard.check(&config.state, &store), how));
    }
    let (number, hash) = keeper
        .anchor()?
        .ok_or_else(|| Failure::Connection("the node named no checkpoint of its audit log".to_owned()))?;
    let checked = audit_log::check_against(&config.state, &store, number, &hash)
        .ok_or_else(|| Failure::Connection("the node named a checkpoint that is none".to_owned()))?;
    Ok(report(&checked, "chain, and a checkpoint that the running node made for this"))
}

fn report(checked: &Checked, how: &str) -> Report {
    let good = checked.findings.is_empty();
    let last = checked.chain.number();
    let first = checked.files.first().map_or(0, |(_, first, _)| *first);
    let mut table = Table::new();
    table.row(["checked".to_owned(), how.to_owned()]);
    table.row([
        "records".to_owned(),
        if first == 0 { "none".to_owned() } else { format!("{first} to {last}") },
    ]);
    table.row(["files".to_owned(), checked.files.len().to_string()]);
    if let Some(number) = checked.anchored {
        table.row(["checkpoint".to_owned(), format!("record {number}")]);
    }
    for absent in &checked.absent {
        table.row([
            printable(&absent.why),
            format!("records {} to {}, as a record says", absent.first, absent.last),
        ]);
    }
    if checked.gaps > 0 {
        table.row(["not written".to_owned(), format!("{} times, as records say", checked.gaps)]);
    }
    if checked.unfinished > 0 {
        let text = format!("{} bytes of a line that was never finished", checked.unfinished);
        table.row(["unfinished".to_owned(), text]);
    }
    let mut text = table.to_string();
    let verdict =
        if good { "\nthe log is as the node wrote it\n" } else { "\nTHE LOG IS NOT AS THE NODE WROTE IT\n" };
    text.push_str(verdict);
    for finding in &checked.findings {
        text.push_str(&format!("{}\n", printable(&finding.to_string())));
    }
    Report::new(text, json(checked, first, how)).bad_news(!good)
}

fn json(checked: &Checked, first: u64, how: &str) -> Value {
    let integer = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let findings = checked.findings.iter().map(|finding| {
        let object = Object::new()
            .with("file", Value::text(&finding.file))
            .with("line", finding.line.map_or(Value::Null, integer))
            .with("wrong", Value::text(finding.wrong.name()))
            .with("text", Value::text(&finding.text));
        Value::Object(object)
    });
    let absent = checked.absent.iter().map(|absent| {
        let object = Object::new()
            .with("from", integer(absent.first))
            .with("upto", integer(absent.last))
            .with("why", Value::text(&absent.why));
        Value::Object(object)
    });
    let whole = Object::new()
        .with("ok", Value::Bool(checked.findings.is_empty()))
        .with("checked", Value::text(how))
        .with("from", integer(first))
        .with("upto", integer(checked.chain.number()))
        .with("files", Value::texts(checked.files.iter().map(|(name, ..)| name.as_str())))
        .with("checkpoint", checked.anchored.map_or(Value::Null, integer))
        .with("seals", Value::Bool(checked.sealed))
        .with("absent", Value::List(absent.collect()))
        .with("gaps", integer(checked.gaps))
        .with("unfinished", integer(checked.unfinished))
        .with("findings", Value::List(findings.collect()));
    Value::Object(whole)
}
