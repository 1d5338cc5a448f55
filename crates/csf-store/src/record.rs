//! A record: bytes and the version under which they were written.

use std::fmt;
use std::sync::Arc;

use crate::wiped::Wiped;

/// The most bytes in one record.
pub const MAX_RECORD_BYTES: usize = 2 * 1024 * 1024;

/// How often a record was written: 1 for a new one, then one more each time. A record that was deleted and
/// made again begins at 1 again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// The version of a new record.
    pub const FIRST: Self = Self(1);

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A record as read: cheap to clone, wiped from memory with its last clone.
///
/// Its `Debug` shows the version and the length only.
#[derive(Clone)]
pub struct Record {
    version: Version,
    bytes: Arc<Wiped>,
}

impl Record {
    /// A record of these bytes.
    #[must_use]
    pub fn new(version: Version, bytes: Vec<u8>) -> Self {
        Self { version, bytes: Arc::new(bytes.into()) }
    }

    /// The same of bytes that are already held in a wiping buffer, so that no copy of them stays behind.
    #[must_use]
    pub fn of_secret(version: Version, bytes: impl Into<Wiped>) -> Self {
        Self { version, bytes: Arc::new(bytes.into()) }
    }

    /// The version under which the bytes were written.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record(version {}, {} bytes)", self.version.0, self.bytes.len())
    }
}
