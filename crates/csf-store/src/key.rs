//! Where a record lies: a space and a path in it.

use std::fmt;

/// The longest record key, in bytes, space included.
pub const MAX_KEY_BYTES: usize = 1024;

/// Whether the vault seals the records of a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sealing {
    /// Sealed: unreadable and unchangeable without the vault.
    Sealed,
    /// Stored as it is: for what anyone who can read the disk may know and change.
    Open,
}

/// A family of records, declared as a constant by the crate that owns it.
///
/// Whether a record is sealed follows from its key alone; nothing that lies on the disk can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Space {
    name: &'static str,
    sealing: Sealing,
}

impl Space {
    /// A space whose records are sealed. The name is one short lower-case word, unique in the project.
    #[must_use]
    pub const fn sealed(name: &'static str) -> Self {
        Self { name, sealing: Sealing::Sealed }
    }

    /// A space whose records are stored as they are.
    #[must_use]
    pub const fn open(name: &'static str) -> Self {
        Self { name, sealing: Sealing::Open }
    }

    /// The key of the record at this path.
    #[must_use]
    pub fn key(self, path: &str) -> RecordKey {
        self.joined(&[self.name, path])
    }

    /// The key of the record with this name below a path.
    #[must_use]
    pub fn key_below(self, path: &str, name: &str) -> RecordKey {
        self.joined(&[self.name, path, name])
    }

    fn joined(self, segments: &[&str]) -> RecordKey {
        RecordKey { sealing: self.sealing, text: segments.join("/").into() }
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// The key of a record: `space/path`, ordered by its bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    text: Box<str>,
    sealing: Sealing,
}

impl RecordKey {
    /// The key of a sealed record, from its whole text.
    pub(crate) const fn of_sealed(text: Box<str>) -> Self {
        Self { text, sealing: Sealing::Sealed }
    }

    /// The whole key, `space/path`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path without its space.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.split_once('/').map_or("", |(_, path)| path)
    }

    /// Whether the vault seals the record.
    #[must_use]
    pub const fn sealing(&self) -> Sealing {
        self.sealing
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
