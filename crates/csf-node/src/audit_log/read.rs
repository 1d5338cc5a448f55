//! Reading the records of a log one after the other, without a judgement on whether they are the right ones.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;

use super::files::{self, Beginning, CURRENT};
use super::line::{Entry, MAX_LINE_BYTES};
use crate::error::NodeError;

/// Shows each record to `each`, oldest first, with its line, until that says no.
///
/// # Errors
///
/// Names the file that cannot be read, or the line that is none.
pub(crate) fn each(
    directory: &Path,
    mut each: impl FnMut(&str, Entry) -> Result<bool, NodeError>,
) -> Result<(), NodeError> {
    // Opened first: a node that begins another file meanwhile gives this one another name.
    let mut current = File::open(directory.join(CURRENT)).ok();
    let mut begin = u64::MAX;
    if let Some(file) = &mut current {
        let beginning = files::beginning_of(file, directory, CURRENT);
        if let Ok(Beginning::Head(head)) = beginning {
            begin = head.first;
        }
        file.rewind().map_err(|e| NodeError::file(&directory.join(CURRENT), "read the audit log", &e))?;
    }
    let names = files::names(directory).map_err(|e| NodeError::file(directory, "read the directory", &e))?;
    let older = |name: &String| files::first_of(name).is_some_and(|first| first < begin);
    for name in names.into_iter().filter(older).chain(current.is_some().then(|| CURRENT.to_owned())) {
        let path = directory.join(&name);
        let failed = |e: std::io::Error| NodeError::file(&path, "read the audit log", &e);
        let file = if name == CURRENT { current.take() } else { None };
        let mut reader = BufReader::new(file.map_or_else(|| File::open(&path), Ok).map_err(failed)?);
        let mut text = Vec::new();
        for place in 1_u64.. {
            text.clear();
            let read = reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut text).map_err(failed)?;
            let whole = text.strip_suffix(b"\n");
            if read == 0 || (whole.is_none() && name == CURRENT) {
                // What is just being written has no end yet.
                break;
            }
            let line = whole.and_then(|whole| std::str::from_utf8(whole).ok());
            let Some((line, entry)) = line.and_then(|line| Some((line, Entry::read(line)?))) else {
                return Err(NodeError::text(format!(
                    "{}: line {place} is no line of an audit log; csf audit verify says what is wrong with it",
                    path.display()
                )));
            };
            if !each(line, entry)? {
                return Ok(());
            }
        }
    }
    Ok(())
}
