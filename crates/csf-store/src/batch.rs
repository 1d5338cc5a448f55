//! Batches: writes that happen all or not at all, under conditions.

use std::fmt;

use zeroize::Zeroizing;

use crate::key::RecordKey;
use crate::record::Version;

/// What must be true of a record for a batch to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// There is no such record.
    Absent,
    /// The record has this version.
    Version(Version),
    /// Anything.
    Any,
}

/// What a batch does to one record.
pub enum Change {
    /// Nothing; only the expectation is checked.
    Check,
    /// Store these bytes as the next version.
    Put(Zeroizing<Vec<u8>>),
    /// Remove the record.
    Delete,
}

/// One entry of a batch.
pub struct Write {
    /// Which record.
    pub key: RecordKey,
    /// What must be true of it.
    pub expect: Expect,
    /// What happens to it.
    pub change: Change,
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let change = match &self.change {
            Change::Check => "check".to_owned(),
            Change::Put(bytes) => format!("put {} bytes", bytes.len()),
            Change::Delete => "delete".to_owned(),
        };
        write!(f, "{:?}: {change} if {:?}", self.key, self.expect)
    }
}

/// Writes that happen together or not at all. No key may occur twice.
#[derive(Debug, Default)]
pub struct Batch {
    writes: Vec<Write>,
}

impl Batch {
    /// A batch that does nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { writes: Vec::new() }
    }

    /// Adds: the record must have this state.
    pub fn check(&mut self, key: RecordKey, expect: Expect) {
        self.writes.push(Write { key, expect, change: Change::Check });
    }

    /// Adds: store the bytes if the record has this state.
    pub fn put(&mut self, key: RecordKey, expect: Expect, bytes: Vec<u8>) {
        self.writes.push(Write { key, expect, change: Change::Put(Zeroizing::new(bytes)) });
    }

    /// Adds: remove the record if it has this state.
    pub fn delete(&mut self, key: RecordKey, expect: Expect) {
        self.writes.push(Write { key, expect, change: Change::Delete });
    }

    /// The entries in order.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Whether the batch does nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}
