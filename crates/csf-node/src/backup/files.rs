//! Files of a backup: digested, copied, kept from the eyes of others, and on the disk before it is said so.

use std::fmt::Write as _;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::NodeError;

/// How much is read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// What a file holds, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Summary {
    /// How many bytes.
    pub(super) bytes: u64,
    /// Their SHA-256, in hexadecimal digits.
    pub(super) digest: String,
}

/// The digest in hexadecimal digits.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    spell(&Sha256::digest(bytes))
}

/// The bytes that these hexadecimal digits are, in lower case.
pub(super) fn unspell<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    (spell(&bytes) == text).then_some(bytes)
}

/// Bytes in hexadecimal digits.
pub(super) fn spell(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        // A string takes every text.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads a file to its end.
pub(super) fn summary(path: &Path) -> Result<Summary, NodeError> {
    let failed = |e| NodeError::file(path, "read the file", &e);
    pass(&mut open(path)?, &mut std::io::sink()).map_err(failed)
}

/// Copies a file into a new one for its owner alone, which is on the disk when this returns; at most so many bytes
/// of it. The summary is that of the bytes that were written.
pub(super) fn copy(from: &Path, to: &Path, most: u64) -> Result<Summary, NodeError> {
    let mut new = create(to)?;
    let summary = pass(&mut open(from)?.take(most), &mut new)
        .map_err(|e| NodeError::file(from, &format!("copy the file to {}", to.display()), &e))?;
    new.sync_all().map_err(|e| NodeError::file(to, "write the file", &e))?;
    Ok(summary)
}

/// Writes a new file for its owner alone, which is on the disk when this returns.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), NodeError> {
    let mut new = create(path)?;
    let written = new.write_all(content).and_then(|()| new.sync_all());
    written.map_err(|e| NodeError::file(path, "write the file", &e))
}

/// Has the names in a directory survive a loss of power.
pub(super) fn sync(directory: &Path) -> Result<(), NodeError> {
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|e| NodeError::file(directory, "write the directory", &e))
}

fn open(path: &Path) -> Result<File, NodeError> {
    // Before opening, because opening a named pipe would wait for a writer.
    let is_file = std::fs::metadata(path).map_err(|e| NodeError::file(path, "read the file", &e))?.is_file();
    if !is_file {
        return Err(NodeError::text(format!("{}: is no file", path.display())));
    }
    File::open(path).map_err(|e| NodeError::file(path, "read the file", &e))
}

fn create(path: &Path) -> Result<File, NodeError> {
    let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    new.map_err(|e| NodeError::file(path, "make the file", &e))
}

fn pass(from: &mut impl Read, to: &mut impl Write) -> std::io::Result<Summary> {
    let (mut digest, mut bytes) = (Sha256::new(), 0_u64);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => return Ok(Summary { bytes, digest: spell(&digest.finalize()) }),
            Ok(read) => chunk.get(..read).unwrap_or_default(),
            Err(why) if why.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(why) => return Err(why),
        };
        digest.update(read);
        to.write_all(read)?;
        bytes = bytes.saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
    }
}

/// A new directory for its owner alone, which is removed with everything in it unless it is kept.
pub(super) struct Unfinished(Option<PathBuf>);

impl Unfinished {
    /// Makes it.
    pub(super) fn make(path: PathBuf) -> Result<Self, NodeError> {
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|e| NodeError::file(&path, "make the directory", &e))?;
        Ok(Self(Some(path)))
    }

    /// Lets it be.
    pub(super) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // Whatever made this end is told already.
            drop(std::fs::remove_dir_all(path));
        }
    }
}
