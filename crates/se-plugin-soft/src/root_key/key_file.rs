//! The key file itself: read with suspicion, made once, never overwritten.

use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use super::ROOT_BYTES;
use super::whole_file::{self, sync_directory};
use crate::error::SoftError;

const FORMAT: &str = "csf-root-1";
/// More than any key file has: format, name, two colons, 64 digits, a line feed.
const MAX_FILE_BYTES: usize = 256;
pub(super) const HEX: &[u8; 16] = b"0123456789abcdef";

/// A key file and the store that it must name.
pub(super) struct KeyFile<'a> {
    pub(super) path: &'a Path,
    pub(super) store: &'a str,
}

impl KeyFile<'_> {
    /// The root in the file; `None` when there is no file.
    pub(super) fn read(&self) -> Result<Option<Zeroizing<[u8; ROOT_BYTES]>>, SoftError> {
        let failed = |why| SoftError::file(self.path, "read the key file", why);
        // Before opening, because opening a named pipe would wait for a writer.
        match std::fs::metadata(self.path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(self.damaged()),
            Err(why) if why.kind() == ErrorKind::NotFound => return self.nothing_there().map(|()| None),
            Err(why) => return Err(failed(why)),
        }
        let file = File::open(self.path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(SoftError::KeyFileExposed { path: self.path.to_owned(), mode });
        }
        // The full size from the start: a vector that grows leaves copies behind that nobody wipes.
        let mut content = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES.saturating_add(1)));
        file.take(MAX_FILE_BYTES as u64).read_to_end(&mut content).map_err(failed)?;
        let root = self.parse(&content)?;
        // A second name of the file would be a second place of the root.
        whole_file::tidy(self.path);
        Ok(Some(root))
    }

    /// Writes the root into a new file, which is on the disk when this returns.
    pub(super) fn create(&self, root: &[u8; ROOT_BYTES]) -> Result<(), SoftError> {
        if let Some(directory) = self.path.parent() {
            make_directory(directory).map_err(|why| SoftError::file(directory, "make the directory", why))?;
        }
        // Half a file would stop the next start, and nothing was sealed under this root yet.
        whole_file::create(self.path, &self.spell(root))
            .map_err(|why| SoftError::file(self.path, "make the key file", why))
    }

    fn parse(&self, content: &[u8]) -> Result<Zeroizing<[u8; ROOT_BYTES]>, SoftError> {
        let line = content.strip_suffix(b"\n").unwrap_or(content);
        let mut fields = line.split(|byte| *byte == b':');
        let (format, store, root) = (fields.next(), fields.next(), fields.next());
        if format != Some(FORMAT.as_bytes()) || fields.next().is_some() {
            return Err(self.damaged());
        }
        let root = root.and_then(unhex).ok_or_else(|| self.damaged())?;
        let found = store.and_then(|name| std::str::from_utf8(name).ok()).ok_or_else(|| self.damaged())?;
        if found != self.store {
            return Err(SoftError::KeyFileForeign {
                path: self.path.to_owned(),
                found: found.into(),
                expected: self.store.into(),
            });
        }
        Ok(root)
    }

    fn spell(&self, root: &[u8; ROOT_BYTES]) -> Zeroizing<Vec<u8>> {
        let mut line = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES));
        for field in [FORMAT, ":", self.store, ":"] {
            line.extend_from_slice(field.as_bytes());
        }
        for byte in root {
            let digit = |value: u8| HEX.get(usize::from(value)).copied();
            line.extend(digit(byte >> 4).into_iter().chain(digit(byte & 15)));
        }
        line.push(b'\n');
        line
    }

    /// A symbolic link that leads nowhere is not the absence of a key file: the disk with it may be missing.
    fn nothing_there(&self) -> Result<(), SoftError> {
        match std::fs::symlink_metadata(self.path) {
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(()),
            Err(why) => Err(SoftError::file(self.path, "read the key file", why)),
            Ok(_) => {
                let why = io::Error::new(ErrorKind::NotFound, "the symbolic link leads nowhere");
                Err(SoftError::file(self.path, "read the key file", why))
            }
        }
    }

    fn damaged(&self) -> SoftError {
        SoftError::KeyFileDamaged { path: self.path.to_owned() }
    }
}

/// Makes a directory for its owner alone, and those above it that are missing.
fn make_directory(directory: &Path) -> io::Result<()> {
    let missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    let new: Vec<&Path> = directory.ancestors().take_while(missing).collect();
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    new.into_iter().try_for_each(sync_directory)
}

fn unhex(digits: &[u8]) -> Option<Zeroizing<[u8; ROOT_BYTES]>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() != ROOT_BYTES || !rest.is_empty() {
        return None;
    }
    let value = |digit: u8| HEX.iter().position(|known| *known == digit);
    let mut root = Zeroizing::new([0; ROOT_BYTES]);
    for (byte, [high, low]) in root.iter_mut().zip(pairs) {
        *byte = u8::try_from(value(*high)? << 4 | value(*low)?).ok()?;
    }
    Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> KeyFile<'static> {
        KeyFile { path: Path::new("/k"), store: "s1" }
    }

    fn parsed(content: &str) -> Option<[u8; ROOT_BYTES]> {
        file().parse(content.as_bytes()).ok().map(|root| *root)
    }

    #[test]
    fn a_root_is_read_as_it_is_spelled() {
        let root: [u8; ROOT_BYTES] = std::array::from_fn(|at| at as u8 * 8 + 3);
        let line = file().spell(&root);
        assert_eq!(file().parse(&line).ok().map(|root| *root), Some(root));
        assert_eq!(
            file().parse(line.strip_suffix(b"\n").expect("a line")).ok().map(|root| *root),
            Some(root)
        );
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let hex = "0123456789abcdef".repeat(4);
        assert!(parsed(&format!("csf-root-1:s1:{hex}\n")).is_some());
        for bad in [
            String::new(),
            "\n".to_owned(),
            hex.clone(),
            format!("csf-root-2:s1:{hex}\n"),
            format!("csf-root-1:s2:{hex}\n"),
            format!("csf-root-1:{hex}\n"),
            format!("csf-root-1:s1:{hex}:\n"),
            format!("csf-root-1:s1:{hex}\n\n"),
            format!("csf-root-1:s1:{hex}\r\n"),
            format!(" csf-root-1:s1:{hex}\n"),
            format!("csf-root-1:s1:{}\n", &hex[..62]),
            format!("csf-root-1:s1:{hex}00\n"),
            format!("csf-root-1:s1:{}\n", hex.to_uppercase()),
            format!("csf-root-1:s1:{}g\n", &hex[..63]),
        ] {
            assert!(parsed(&bad).is_none(), "{bad:?}");
        }
    }
}
