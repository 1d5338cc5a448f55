//! `csf audit list` and `csf audit export`.

use std::collections::{HashMap, VecDeque};
use std::io::Write;

use csf_api::{Content, Object, Value};
use proto_primitive::content_from_json;

use super::super::failure::Failure;
use super::super::report::Report;
use super::super::table::Table;
use super::super::text::printable;
use super::{Choice, Keeper, store_of};
use crate::audit_log::{self, Entry, PSEUDONYM_MARK};
use crate::config::Config;
use crate::error::NodeError;

/// How many names are asked for together, and how many records wait for that.
const TOGETHER: usize = 250;
/// How many names are remembered.
const REMEMBERED: usize = 10_000;

/// Names already known, and whoever knows the others.
struct Names<'a> {
    keeper: &'a mut Keeper,
    known: HashMap<String, Option<String>>,
}

impl Names<'_> {
    /// Puts names in the place of pseudonyms, where they are known.
    fn put(&mut self, entries: &mut [Entry]) -> Result<(), Failure> {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let wanted = entries.iter().flat_map(Entry::pseudonyms);
        let mut wanted: Vec<String> =
            wanted.filter(|text| !self.known.contains_key(*text)).map(str::to_owned).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let names = if wanted.is_empty() { Vec::new() } else { self.keeper.resolve(&wanted)? };
        self.known.extend(wanted.into_iter().zip(names));
        for entry in entries {
            entry.resolve(|pseudonym| self.known.get(pseudonym).cloned().flatten());
        }
        Ok(())
    }
}

/// The pseudonym of whoever is chosen, and whoever has the key where somebody is needed for this.
fn prepare(
    config: &Config,
    choice: &Choice,
    resolve: bool,
    keeper: impl FnOnce() -> Result<Keeper, Failure>,
) -> Result<(Option<String>, Option<Keeper>), Failure> {
    store_of(config)?;
    match choice.entity.as_deref() {
        Some(pseudonym) if pseudonym.starts_with(PSEUDONYM_MARK) => {
            Ok((Some(pseudonym.to_owned()), resolve.then(keeper).transpose()?))
        }
        Some(name) => {
            let mut keeper = keeper()?;
            let pseudonym = keeper.pseudonym(name, config)?;
            Ok((Some(pseudonym), Some(keeper)))
        }
        None => Ok((None, resolve.then(keeper).transpose()?)),
    }
}

/// Lists the newest of the records that are chosen.
pub(super) fn list(
    config: &Config,
    choice: &Choice,
    limit: u32,
    resolve: bool,
    keeper: impl FnOnce() -> Result<Keeper, Failure>,
) -> Result<Report, Failure> {
    let (originator, mut keeper) = prepare(config, choice, resolve, keeper)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut newest = VecDeque::new();
    audit_log::each(&config.state, |_, entry| {
        if choice.takes(&entry, originator.as_deref()) {
            if newest.len() >= limit {
                newest.pop_front();
            }
            newest.push_back(entry);
        }
        Ok(true)
    })?;
    let newest = newest.make_contiguous();
    if let Some(keeper) = keeper.as_mut().filter(|_| resolve) {
        Names { keeper, known: HashMap::new() }.put(newest)?;
    }
    let mut table = Table::headed(&["N", "TIME", "REQUEST", "KIND", "WHO", "WHAT", "OF", "ANSWER", "WHY"]);
    let mut json = Vec::with_capacity(newest.len());
    for entry in newest.iter() {
        let text = |name| printable(entry.text(name).unwrap_or("-"));
        table.row([
            entry.number().to_string(),
            text("t"),
            text("r"),
            text("k"),
            text("o"),
            entry.operation().map_or("-", |operation| operation.name()).to_owned(),
            text("to"),
            entry.status().map_or("-".to_owned(), |code| code.to_string()),
            text("g"),
        ]);
        json.push(value(entry));
    }
    Ok(Report::new(table.to_string(), Value::List(json)))
}

/// A record as a value of a report.
fn value(entry: &Entry) -> Value {
    // A content has a root, and a record none.
    let content = content_from_json(format!("{{\"csf:record\":{}}}", entry.json()).as_bytes());
    content.map_or(Value::Object(Object::new()), |Content { value, .. }| value)
}

/// Prints the records that are chosen as lines of JSON, the oldest first; without names, each line as it is.
pub(super) fn export(
    config: &Config,
    choice: &Choice,
    resolve: bool,
    keeper: impl FnOnce() -> Result<Keeper, Failure>,
) -> Result<Report, Failure> {
    let (originator, mut keeper) = prepare(config, choice, resolve, keeper)?;
    let mut names = keeper.as_mut().filter(|_| resolve).map(|keeper| Names { keeper, known: HashMap::new() });
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut waiting: Vec<Entry> = Vec::new();
    let mut failure = None;
    let say = |names: &mut Names<'_>, waiting: &mut Vec<Entry>, out: &mut dyn Write| {
        names.put(waiting)?;
        for entry in waiting.drain(..) {
            writeln!(out, "{}", entry.json()).map_err(Failure::Output)?;
        }
        Ok::<(), Failure>(())
    };
    audit_log::each(&config.state, |line, entry| {
        if !choice.takes(&entry, originator.as_deref()) {
            return Ok(true);
        }
        let said = match &mut names {
            None => writeln!(out, "{line}").map_err(Failure::Output),
            Some(names) => {
                waiting.push(entry);
                if waiting.len() < TOGETHER { Ok(()) } else { say(names, &mut waiting, &mut out) }
            }
        };
        Ok::<bool, NodeError>(said.map_err(|why| failure = Some(why)).is_ok())
    })?;
    if let (None, Some(names)) = (&failure, &mut names) {
        failure = say(names, &mut waiting, &mut out).err();
    }
    let flushed = out.flush().map_err(Failure::Output);
    match failure.map_or(flushed, Err) {
        // A reader that has seen enough is no failure.
        Err(Failure::Output(e)) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(Report::printed()),
        Err(why) => Err(why),
        Ok(()) => Ok(Report::printed()),
    }
}
