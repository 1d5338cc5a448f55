//! The files of an audit log: `audit.log`, which grows, and those that are full, named after their first record.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::line::{About, Entry, MAX_LINE_BYTES};

/// The file that grows.
pub(crate) const CURRENT: &str = "audit.log";
/// Digits of a number in a name.
const DIGITS: usize = 20;
/// More full files than a log has; beyond it the directory is not what it should be.
const MAX_FILES: usize = 100_000;

/// The name of the full file that begins with this record.
pub(super) fn full_name(first: u64) -> String {
    format!("audit-{first:020}.log")
}

/// The first record of the full file with this name; `None` for any other name.
pub(crate) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("audit-")?.strip_suffix(".log")?;
    if digits.len() != DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// The names of the files of the log in this directory, in the order of their records.
pub(crate) fn names(directory: &Path) -> std::io::Result<Vec<String>> {
    let mut full = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let Ok(name) = entry?.file_name().into_string() else { continue };
        if first_of(&name).is_some() {
            full.push(name);
        }
        if full.len() > MAX_FILES {
            return Err(std::io::Error::other("there are too many audit files"));
        }
    }
    // Their numbers have the same length.
    full.sort_unstable();
    if std::fs::symlink_metadata(directory.join(CURRENT)).is_ok() {
        full.push(CURRENT.to_owned());
    }
    Ok(full)
}

/// What the first line of a file says.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// The number of its first record.
    pub(super) first: u64,
    /// When it began, as in the log.
    pub(super) time: String,
    pub(super) about: About,
}

/// What a file begins with.
pub(super) enum Beginning {
    /// A line.
    Head(Head),
    /// No whole line.
    Nothing,
    /// Something else.
    Other,
}

/// Reads the first line of a file.
pub(super) fn beginning(directory: &Path, name: &str) -> std::io::Result<Beginning> {
    beginning_of(&File::open(directory.join(name))?, directory, name)
}

/// The same of a file that is open, and stands at its beginning.
pub(super) fn beginning_of(file: &File, directory: &Path, name: &str) -> std::io::Result<Beginning> {
    let path = directory.join(name);
    let mut text = Vec::new();
    BufReader::new(file).take(MAX_LINE_BYTES).read_until(b'\n', &mut text)?;
    let Some(line) = text.strip_suffix(b"\n") else {
        let long = u64::try_from(text.len()).is_ok_and(|read| read >= MAX_LINE_BYTES);
        return Ok(if long { Beginning::Other } else { Beginning::Nothing });
    };
    let entry = std::str::from_utf8(line).ok().and_then(Entry::read);
    let Some(entry) = entry.filter(|entry| entry.kind() == "segment" && entry.number() > 0) else {
        return Ok(Beginning::Other);
    };
    let time = entry.text("t").unwrap_or_default().to_owned();
    let (first, about) = (entry.number(), entry.about());
    Ok(match about.after {
        Some(_) => Beginning::Head(Head { name: name.to_owned(), path, first, time, about }),
        None => Beginning::Other,
    })
}

/// The first lines of all full files, in order; those of which the first line is none are left out.
pub(super) fn full(directory: &Path) -> std::io::Result<Vec<Head>> {
    let mut heads = Vec::new();
    for name in names(directory)?.iter().filter(|name| *name != CURRENT) {
        if let Beginning::Head(head) = beginning(directory, name)? {
            heads.push(head);
        }
    }
    heads.sort_by_key(|head| head.first);
    Ok(heads)
}

/// Has the names in a directory survive a loss of power.
pub(super) fn sync(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_files_are_known_by_their_name_alone() {
        assert_eq!(first_of(&full_name(4711)), Some(4711));
        for other in
            ["audit.log", "audit-1.log", "audit-0000000000000000000x.log", "audit-00000000000000004711"]
        {
            assert_eq!(first_of(other), None, "{other}");
        }
    }
}
