//! The counts of a run: each read once, taken on step by step, and written once.

use std::collections::BTreeMap;

use crate::batch::{Change, Expect, Write};
use crate::count::Step;
use crate::key::RecordKey;
use crate::record::{Record, Version};

/// The counts that a run has to do with.
#[derive(Default)]
pub(super) struct Counts<'a> {
    by_key: BTreeMap<RecordKey, Count<'a>>,
}

struct Count<'a> {
    /// As it is stored; `None` where there is none.
    stored: Option<Version>,
    bytes: Vec<u8>,
    /// The key in the first batch that takes it on; `None` while nobody does.
    taken_on: Option<&'a RecordKey>,
}

/// A count that is to be written.
pub(super) struct Due<'a> {
    pub(super) key: &'a RecordKey,
    pub(super) expect: Expect,
    pub(super) bytes: Vec<u8>,
}

impl<'a> Counts<'a> {
    /// Whether it was read.
    pub(super) fn knows(&self, key: &RecordKey) -> bool {
        self.by_key.contains_key(key)
    }

    /// Whether a batch of this run takes it on.
    pub(super) fn takes_on(&self, key: &RecordKey) -> bool {
        self.by_key.get(key).is_some_and(|count| count.taken_on.is_some())
    }

    /// Learns what is stored, or that nothing is.
    pub(super) fn learn(&mut self, key: RecordKey, record: Option<&Record>) {
        let (stored, bytes) = record.map(|r| (r.version(), r.bytes().to_vec())).unzip();
        self.by_key.insert(key, Count { stored, bytes: bytes.unwrap_or_default(), taken_on: None });
    }

    /// The version after this step, if it leads anywhere.
    pub(super) fn version_after(&self, key: &RecordKey, step: Step) -> Option<Version> {
        let count = self.by_key.get(key)?;
        step.from(&count.bytes)?;
        // However many steps there are, they are one write.
        count.stored.map(Version::next)
    }

    /// Takes the steps of a batch, of which each was found to lead somewhere.
    pub(super) fn take_on(&mut self, write: &'a Write) {
        let Change::Count(step) = write.change else { return };
        let Some(count) = self.by_key.get_mut(&write.key) else { return };
        if let Some(after) = step.from(&count.bytes) {
            count.bytes = after.to_vec();
            count.taken_on = Some(&write.key);
        }
    }

    /// What is to be written.
    pub(super) fn due(&self) -> Vec<Due<'a>> {
        let due = self.by_key.values().filter_map(|count| {
            let (key, stored) = (count.taken_on?, count.stored?);
            Some(Due { key, expect: Expect::Version(stored), bytes: count.bytes.clone() })
        });
        due.collect()
    }

    /// The count as it is once it is written; `None` where nobody took it on.
    pub(super) fn written(&self, key: &RecordKey) -> Option<Record> {
        let count = self.by_key.get(key).filter(|count| count.taken_on.is_some())?;
        Some(Record::of_secret(count.stored?.next(), count.bytes.clone()))
    }
}
