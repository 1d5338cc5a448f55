//! The file beside the data that says how the root comes from the passphrase: parameters and salt, no secret.
//!
//! ```text
//!   csf-passphrase-1:argon2id:65536:3:4:7f03…32 digits…
//!   format           KiB of memory, passes, lanes, salt
//! ```
//!
//! Nothing authenticates it but its use: with another salt or parameter the root is another, and opens nothing.
//! The bounds are what remains: whoever can write the file can have the node take neither more memory than
//! [`MAX_MEMORY_KIB`] nor much time.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::ops::RangeInclusive;
use std::path::Path;

use super::key_file::HEX;
use super::whole_file;
use crate::error::SoftError;

const FORMAT: &str = "csf-passphrase-1";
const KIND: &str = "argon2id";
/// More than the file has.
const MAX_FILE_BYTES: u64 = 128;
pub(super) const SALT_BYTES: usize = 16;

/// RFC 9106 section 4, second recommended option: 64 MiB, 3 passes, 4 lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// The most memory that a file can ask for, in KiB: 256 MiB.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
/// The bounds of the memory; the lowest is the least that is still recommended anywhere (19 MiB).
const MEMORY_BOUNDS: RangeInclusive<u32> = 19 * 1024..=MAX_MEMORY_KIB;
const PASSES_BOUNDS: RangeInclusive<u32> = 1..=16;
const LANES_BOUNDS: RangeInclusive<u32> = 1..=16;

/// How a root comes from a passphrase. A new one asks for 64 MiB of memory (RFC 9106 section 4).
pub(super) struct Recipe {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
    pub(super) salt: [u8; SALT_BYTES],
}

impl Recipe {
    /// The parameters of today, with a salt of its own.
    pub(super) fn new() -> Result<Self, SoftError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|_| SoftError::Randomness)?;
        Ok(Self { memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt })
    }

    fn spell(&self) -> String {
        let salt = self.salt.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let salt: String =
            salt.filter_map(|digit| HEX.get(usize::from(digit)).copied()).map(char::from).collect();
        format!("{FORMAT}:{KIND}:{}:{}:{}:{salt}\n", self.memory_kib, self.passes, self.lanes)
    }

    /// Reads one spelling, and no other that means the same.
    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.strip_suffix('\n')?.split(':');
        if fields.next() != Some(FORMAT) || fields.next() != Some(KIND) {
            return None;
        }
        let mut number = |bounds: RangeInclusive<u32>| {
            fields.next()?.parse().ok().filter(|number| bounds.contains(number))
        };
        let (memory_kib, passes, lanes) =
            (number(MEMORY_BOUNDS)?, number(PASSES_BOUNDS)?, number(LANES_BOUNDS)?);
        let (pairs, rest) = fields.next()?.as_bytes().as_chunks::<2>();
        if pairs.len() != SALT_BYTES || !rest.is_empty() {
            return None;
        }
        let value = |digit: u8| HEX.iter().position(|known| *known == digit);
        let mut salt = [0; SALT_BYTES];
        for (byte, [high, low]) in salt.iter_mut().zip(pairs) {
            *byte = u8::try_from(value(*high)? << 4 | value(*low)?).ok()?;
        }
        let recipe = Self { memory_kib, passes, lanes, salt };
        (recipe.spell() == text).then_some(recipe)
    }
}

/// The file.
pub(super) struct PassphraseFile<'a> {
    pub(super) path: &'a Path,
}

impl PassphraseFile<'_> {
    /// What it says; `None` when there is no file.
    pub(super) fn read(&self) -> Result<Option<Recipe>, SoftError> {
        let failed = |why| SoftError::file(self.path, "read", why);
        // Before opening, because opening a named pipe would wait for a writer.
        match std::fs::symlink_metadata(self.path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(self.damaged()),
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(failed(why)),
        }
        let mut text = Vec::new();
        File::open(self.path).map_err(failed)?.take(MAX_FILE_BYTES).read_to_end(&mut text).map_err(failed)?;
        let recipe = std::str::from_utf8(&text).ok().and_then(Recipe::parse);
        recipe.map(Some).ok_or_else(|| self.damaged())
    }

    /// Writes it, which is on the disk when this returns.
    pub(super) fn create(&self, recipe: &Recipe) -> Result<(), SoftError> {
        // Half a file would stop the next start, and nothing was sealed with this salt yet.
        whole_file::create(self.path, recipe.spell().as_bytes())
            .map_err(|why| SoftError::file(self.path, "make", why))
    }

    fn damaged(&self) -> SoftError {
        SoftError::PassphraseFileDamaged { path: self.path.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_is_read_as_it_is_spelled() {
        let recipe = Recipe::new().expect("randomness");
        let read = Recipe::parse(&recipe.spell()).expect("a recipe");
        assert_eq!((read.memory_kib, read.passes, read.lanes, read.salt), (65_536, 3, 4, recipe.salt));
        assert_ne!(Recipe::new().expect("randomness").salt, recipe.salt);
    }

    #[test]
    fn what_is_beyond_the_bounds_or_spelled_otherwise_is_refused() {
        let salt = "0123456789abcdef0123456789abcdef";
        let with =
            |middle: &str| Recipe::parse(&format!("csf-passphrase-1:argon2id:{middle}:{salt}\n")).is_some();
        assert!(with("65536:3:4") && with("19456:1:1") && with("262144:16:16"));
        for bad in [
            "262145:3:4",
            "4294967295:3:4",
            "19455:3:4",
            "8:3:4",
            "65536:0:4",
            "65536:17:4",
            "65536:3:0",
            "65536:3:17",
            "065536:3:4",
            "+65536:3:4",
            "65536:3",
            "65536:3:4:5",
            "-1:3:4",
            "65536::4",
            "",
        ] {
            assert!(!with(bad), "{bad}");
        }
        for bad in [
            String::new(),
            format!("csf-passphrase-1:argon2id:65536:3:4:{salt}"),
            format!("csf-passphrase-2:argon2id:65536:3:4:{salt}\n"),
            format!("csf-passphrase-1:argon2i:65536:3:4:{salt}\n"),
            format!("csf-passphrase-1:argon2id:65536:3:4:{}\n", &salt[..30]),
            format!("csf-passphrase-1:argon2id:65536:3:4:{salt}00\n"),
            format!("csf-passphrase-1:argon2id:65536:3:4:{}\n", salt.to_uppercase()),
            format!("csf-passphrase-1:argon2id:65536:3:4:{salt}\n\n"),
        ] {
            assert!(Recipe::parse(&bad).is_none(), "{bad:?}");
        }
    }
}
