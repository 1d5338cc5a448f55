//! Along the lines of one file, each checked to be the one that follows.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use csf_service::Chain;

use super::finding::{Finding, Wrong};
use super::line::{self, Entry, MAX_LINE_BYTES};
use super::secret::AuditKey;

/// How many lines are looked through for one that is missing.
const MAX_LOOKED_THROUGH: usize = 1_000_000;

/// Where a walk begins.
pub(super) struct From<'a> {
    pub(super) path: &'a Path,
    pub(super) name: &'a str,
    /// The chain before the first line.
    pub(super) chain: Chain,
    /// The first record of the file.
    pub(super) first: u64,
    /// Where in the file the first line begins.
    pub(super) offset: u64,
    /// To check seals with.
    pub(super) key: Option<&'a AuditKey>,
}

/// Where it ends.
#[derive(Debug)]
pub(super) struct To {
    pub(super) chain: Chain,
    /// How many bytes of the file the chain covers.
    pub(super) end: u64,
    /// How many bytes of an unfinished line follow.
    pub(super) unfinished: u64,
    /// Whether the last line says that another file goes on.
    pub(super) continued: bool,
}

/// The kind in a line, without reading the rest: nothing that anybody wrote comes before it.
pub(super) fn kind_of(line: &str) -> &str {
    let after = line.split_once(",\"k\":\"").map_or("", |(_, after)| after);
    after.split('"').next().unwrap_or_default()
}

/// Walks to the end of the file, and shows each line with the chain after it.
pub(super) fn walk(from: From<'_>, mut each: impl FnMut(&str, &Chain)) -> Result<To, Finding> {
    let From { path, name, mut chain, first, offset, key } = from;
    let unreadable = |error| Finding::unreadable(name, &error);
    let mut file = File::open(path).map_err(unreadable)?;
    file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    let (mut end, mut continued) = (offset, false);
    let mut text = Vec::new();
    loop {
        text.clear();
        let read = reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut text).map_err(unreadable)?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        let before = chain.clone();
        let number = before.number().saturating_add(1);
        let place = number.saturating_sub(first).saturating_add(1);
        let Some(whole) = text.strip_suffix(b"\n") else {
            if read >= MAX_LINE_BYTES {
                return Err(Finding::at(name, place, Wrong::Edited, "is longer than any line of a log"));
            }
            return Ok(To { chain, end, unfinished: read, continued });
        };
        let whole = std::str::from_utf8(whole).unwrap_or_default();
        let Some(parts) = line::split(whole) else {
            return Err(wrong_line(name, place, whole, number, &mut reader));
        };
        if chain.link(parts.chained) != parts.hash {
            return Err(wrong_line(name, place, whole, number, &mut reader));
        }
        if key.is_some_and(|key| !key.has_sealed(&parts.seal, before.hash(), number, parts.sealed)) {
            let text = "was not sealed with the key of this log: whoever wrote it is not this node";
            return Err(Finding::at(name, place, Wrong::Unsealed, text));
        }
        continued = kind_of(whole) == "continued";
        each(whole, &chain);
        end = end.saturating_add(read);
    }
}

/// In which way a line is wrong that is not the one with this number.
fn wrong_line(name: &str, place: u64, line: &str, number: u64, rest: &mut impl BufRead) -> Finding {
    let found = Entry::read(line).map(|entry| entry.number()).filter(|found| *found > 0);
    let (wrong, text) = match found {
        Some(found) if found > number => match later(number, rest) {
            true => (
                Wrong::Moved,
                format!("holds record {found} where {number} belongs, which comes later: lines were moved"),
            ),
            false => {
                let last = found.saturating_sub(1);
                let records = if number == last {
                    format!("record {number}")
                } else {
                    format!("records {number} to {last}")
                };
                (Wrong::Removed, format!("holds record {found}: before it, {records} were taken out"))
            }
        },
        Some(found) if found < number => (
            Wrong::Moved,
            format!("holds record {found} where {number} belongs: a line was moved or repeated"),
        ),
        Some(_) => (Wrong::Edited, format!("record {number} was edited, or the one before it")),
        None => (Wrong::Edited, format!("is no line of a log; record {number} belongs here")),
    };
    Finding::at(name, place, wrong, text)
}

/// Whether the record with this number comes later in the file.
fn later(number: u64, rest: &mut impl BufRead) -> bool {
    let begin = format!("{{\"n\":{number},");
    let mut text = Vec::new();
    for _ in 0..MAX_LOOKED_THROUGH {
        text.clear();
        match rest.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut text) {
            Ok(1..) if text.starts_with(begin.as_bytes()) => return true,
            Ok(1..) => {}
            _ => return false,
        }
    }
    false
}
