//! Checking an audit log: that every line is there, unchanged and in its place.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use csf_service::Chain;

use super::line;

/// The longest line that is read.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// A log whose chain holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Where the chain ends: the number of records, and the last hash.
    pub chain: Chain,
    /// How many bytes of the file the chain covers.
    pub bytes: u64,
    /// Whether an unfinished line follows, as a crash leaves it.
    pub unfinished: bool,
}

/// A log whose chain does not hold.
#[derive(Debug)]
pub enum Broken {
    /// The file cannot be read.
    Unreadable(std::io::Error),
    /// This line, counted from 1, is not the one that was written there.
    Line(u64),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Self::Line(n) => write!(f, "line {n} was changed, moved or taken out"),
        }
    }
}

impl std::error::Error for Broken {}

/// Checks the log of this store from its first line to its last.
///
/// Lines taken off the end cannot be noticed here: that takes the anchored checkpoints.
///
/// # Errors
///
/// The first line that does not belong where it stands.
pub fn verify(path: &Path, store_id: &str) -> Result<Verified, Broken> {
    let mut reader = BufReader::new(File::open(path).map_err(Broken::Unreadable)?);
    let mut chain = Chain::begin(store_id);
    let mut bytes = 0_u64;
    let mut text = Vec::new();
    loop {
        text.clear();
        let read =
            reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut text).map_err(Broken::Unreadable)?;
        let number = chain.number().saturating_add(1);
        let Some(whole) = text.strip_suffix(b"\n") else {
            if u64::try_from(read).is_ok_and(|read| read >= MAX_LINE_BYTES) {
                return Err(Broken::Line(number));
            }
            return Ok(Verified { chain, bytes, unfinished: read > 0 });
        };
        let (body, hash) =
            std::str::from_utf8(whole).ok().and_then(line::split).ok_or(Broken::Line(number))?;
        if chain.link(body) != hash {
            return Err(Broken::Line(number));
        }
        bytes = bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
    }
}
