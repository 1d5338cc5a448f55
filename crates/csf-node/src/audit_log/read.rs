//! Reading the records of a log one after the other, without a judgement on whether they are the right ones.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::files::{self, CURRENT};
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
    let names = files::names(directory).map_err(|e| NodeError::file(directory, "read the directory", &e))?;
    for name in names {
        let path = directory.join(&name);
        let failed = |e: std::io::Error| NodeError::file(&path, "read the audit log", &e);
        let mut reader = BufReader::new(File::open(&path).map_err(failed)?);
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
