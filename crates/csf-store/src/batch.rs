//! Batches: writes that happen all or not at all, under conditions.

use std::collections::HashSet;
use std::fmt;

use zeroize::Zeroizing;

use crate::count::Step;
use crate::error::StoreError;
use crate::key::{MAX_KEY_BYTES, RecordKey, Sealing};
use crate::record::{MAX_RECORD_BYTES, Version};
use crate::vault::SEAL_OVERHEAD;

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

impl Expect {
    /// Whether a record in this state (`None`: there is none) meets the expectation.
    #[must_use]
    pub fn holds(self, current: Option<Version>) -> bool {
        match self {
            Self::Absent => current.is_none(),
            Self::Version(version) => current == Some(version),
            Self::Any => true,
        }
    }

    /// The version of a record that is written under this expectation, where it tells.
    pub(crate) const fn version_after(self) -> Option<Version> {
        match self {
            Self::Absent => Some(Version::FIRST),
            Self::Version(version) => Some(version.next()),
            Self::Any => None,
        }
    }
}

/// What a batch does to one record.
#[derive(Clone)]
pub enum Change {
    /// Nothing; only the expectation is checked.
    Check,
    /// Store these bytes as the next version.
    Put(Zeroizing<Vec<u8>>),
    /// Remove the record.
    Delete,
    /// Take the number in the record on by a step, whatever it is now.
    Count(Step),
}

impl Change {
    /// Whether the record is another one afterwards.
    pub(crate) const fn writes(&self) -> bool {
        matches!(self, Self::Put(_) | Self::Delete | Self::Count(_))
    }
}

/// One entry of a batch.
#[derive(Clone)]
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
            Change::Count(step) => format!("count {step:?}"),
        };
        write!(f, "{:?}: {change} if {:?}", self.key, self.expect)
    }
}

/// Writes that happen together or not at all. No key may occur twice.
#[derive(Clone, Debug, Default)]
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

    /// Adds: the count is there and this step leads to a number that is allowed; it is taken.
    ///
    /// It depends on no version, so batches that take steps of the same count are made durable together. The version
    /// that comes of it is one in which the step is taken, and perhaps others.
    pub fn count(&mut self, key: RecordKey, step: Step) {
        self.writes.push(Write { key, expect: Expect::Any, change: Change::Count(step) });
    }

    /// Moves the entries of another batch to the end of this one.
    pub(crate) fn append(&mut self, other: &mut Self) {
        self.writes.append(&mut other.writes);
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

    /// What every engine checks before anything else: no key too long or named twice, no record too large.
    /// A record of a sealed space may be longer by [`SEAL_OVERHEAD`], for engines see it sealed.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`] with the first key that breaks a bound.
    pub fn check_bounds(&self) -> Result<(), StoreError> {
        self.check_lengths(SEAL_OVERHEAD)
    }

    /// The same of a batch that is not sealed yet.
    pub(crate) fn check_plain_bounds(&self) -> Result<(), StoreError> {
        self.check_lengths(0)
    }

    fn check_lengths(&self, overhead: usize) -> Result<(), StoreError> {
        let mut seen = HashSet::with_capacity(self.writes.len());
        for write in &self.writes {
            let most = match write.key.sealing() {
                Sealing::Sealed => MAX_RECORD_BYTES.saturating_add(overhead),
                Sealing::Open => MAX_RECORD_BYTES,
            };
            let fits = match &write.change {
                Change::Put(bytes) => bytes.len() <= most,
                Change::Check | Change::Delete | Change::Count(_) => true,
            };
            if !fits || write.key.as_str().len() > MAX_KEY_BYTES || !seen.insert(write.key.as_str()) {
                return Err(StoreError::TooLarge(write.key.clone()));
            }
        }
        Ok(())
    }
}
