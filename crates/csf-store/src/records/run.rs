//! A run: batches whose conditions were found to hold, to be written as one.
//!
//! The engine would find out by itself which batches happen, but the version tree must say it in the same
//! commit. So the conditions are evaluated here, against the tree and the cache, and the engine gets exact ones.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Outcome;
use super::counts::{Counts, Due};
use crate::batch::{Batch, Change, Expect, Write};
use crate::error::StoreError;
use crate::freshness::Stamp;
use crate::key::{RecordKey, Sealing};
use crate::record::{Record, Version};
use crate::vault::{Vault, tag_of};

/// The version of each record that a run has to do with, `None` where there is none.
type Versions = HashMap<RecordKey, Option<Version>>;

/// A record of which something must be looked up.
pub(super) struct Unknown {
    pub(super) key: RecordKey,
    pub(super) what: Wanted,
}

/// What must be looked up of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Its newest version.
    Version,
    /// The version that is stored, not the one that should be.
    Stored,
    /// All of it.
    Count,
}

/// What was looked up.
#[derive(Default)]
pub(super) struct Learnt {
    pub(super) versions: Vec<(RecordKey, Option<Version>)>,
    pub(super) counts: Vec<(RecordKey, Option<Record>)>,
}

#[derive(Default)]
pub(super) struct Run<'a> {
    now: Versions,
    counts: Counts<'a>,
    written: HashSet<&'a RecordKey>,
    checks: BTreeMap<RecordKey, Expect>,
    writes: Batch,
    stamps: Vec<(&'a RecordKey, Option<Stamp>)>,
    members: Vec<(&'a Batch, Outcome)>,
}

impl<'a> Run<'a> {
    /// The records of which this batch must know more than the run does.
    pub(super) fn unknown(&self, batch: &'a Batch) -> Vec<Unknown> {
        let unknown = batch.writes().iter().filter_map(|write| {
            let (what, known) = match write.change {
                // What was just written is not stored yet: the batch will wait.
                Change::Count(_) => {
                    (Wanted::Count, self.counts.knows(&write.key) || self.written.contains(&write.key))
                }
                _ if is_blind(write) => (Wanted::Stored, self.now.contains_key(&write.key)),
                _ => (Wanted::Version, self.now.contains_key(&write.key)),
            };
            (!known).then(|| Unknown { key: write.key.clone(), what })
        });
        unknown.collect()
    }

    /// Learns of records as they are in the store.
    pub(super) fn learn(&mut self, found: Learnt) {
        self.now.extend(found.versions);
        for (key, record) in found.counts {
            self.now.insert(key.clone(), record.as_ref().map(Record::version));
            self.counts.learn(key, record.as_ref());
        }
    }

    /// Takes the batch in, or its refusal. False: it writes what an earlier one of this run wrote, so it must
    /// wait for the next run.
    pub(super) fn add(&mut self, vault: &Vault, batch: &'a Batch) -> bool {
        if batch.writes().iter().any(|write| self.counts_what_was_written(write)) {
            return false;
        }
        let outcome = match self.versions_after(batch) {
            Ok(_) if batch.writes().iter().any(|write| self.writes_again(write)) => return false,
            Ok(versions) => self.seal(vault, batch).map(|()| versions),
            Err(refused) => Err(refused),
        };
        self.members.push((batch, outcome));
        true
    }

    /// The batch is answered with this.
    pub(super) fn refuse(&mut self, batch: &'a Batch, why: StoreError) {
        self.members.push((batch, Err(why)));
    }

    fn writes_again(&self, write: &Write) -> bool {
        let counts = matches!(write.change, Change::Count(_));
        write.change.writes()
            && (self.written.contains(&write.key) || (!counts && self.counts.takes_on(&write.key)))
    }

    fn counts_what_was_written(&self, write: &Write) -> bool {
        matches!(write.change, Change::Count(_)) && self.written.contains(&write.key)
    }

    /// The versions that the batch leaves, if its conditions hold.
    fn versions_after(&self, batch: &Batch) -> Outcome {
        batch.check_plain_bounds()?;
        let after = |write: &Write| {
            let current = self.now.get(&write.key).copied().flatten();
            if !write.expect.holds(current) {
                return Err(StoreError::Conflict(write.key.clone()));
            }
            Ok(match write.change {
                Change::Check => current,
                Change::Delete => None,
                Change::Put(_) => exactly(current).version_after(),
                Change::Count(step) => {
                    let after = self.counts.version_after(&write.key, step);
                    Some(after.ok_or_else(|| StoreError::Conflict(write.key.clone()))?)
                }
            })
        };
        batch.writes().iter().map(after).collect()
    }

    fn seal(&mut self, vault: &Vault, batch: &'a Batch) -> Result<(), StoreError> {
        let mut sealed = Vec::with_capacity(batch.writes().len());
        for write in batch.writes() {
            let expect = exactly(self.now.get(&write.key).copied().flatten());
            sealed.push(match (&write.change, expect.version_after(), write.key.sealing()) {
                (Change::Put(bytes), Some(version), Sealing::Sealed) => {
                    let bytes = vault.seal(&write.key, version, bytes)?;
                    let tag = tag_of(&bytes).ok_or_else(|| StoreError::TooLarge(write.key.clone()))?;
                    Some((bytes, Some(Stamp { version, tag })))
                }
                (Change::Put(bytes), ..) => Some((bytes.to_vec(), None)),
                // A count is sealed when its last step is taken.
                (Change::Check | Change::Delete | Change::Count(_), ..) => None,
            });
        }
        for (write, sealed) in batch.writes().iter().zip(sealed) {
            let key = &write.key;
            let current = self.now.get(key).copied().flatten();
            let expect = exactly(current);
            match (&write.change, sealed) {
                (Change::Check, _) if self.written.contains(key) || self.counts.takes_on(key) => {}
                (Change::Check, _) => drop(self.checks.insert(key.clone(), expect)),
                (Change::Delete, _) if current.is_none() => {}
                (Change::Delete, _) => self.write(key, None, |batch| batch.delete(key.clone(), expect)),
                (Change::Put(_), Some((bytes, stamp))) => {
                    self.write(key, stamp, |batch| batch.put(key.clone(), expect, bytes));
                    self.now.insert(key.clone(), expect.version_after());
                }
                (Change::Put(_), None) => {}
                (Change::Count(_), _) => {
                    self.counts.take_on(write);
                    let after = self.counts.written(key);
                    self.now.insert(key.clone(), after.map(|record| record.version()));
                }
            }
            if matches!(write.change, Change::Delete) {
                self.now.insert(key.clone(), None);
            }
        }
        Ok(())
    }

    fn write(&mut self, key: &'a RecordKey, stamp: Option<Stamp>, add: impl FnOnce(&mut Batch)) {
        add(&mut self.writes);
        self.checks.remove(key);
        self.written.insert(key);
        if key.sealing() == Sealing::Sealed {
            self.stamps.push((key, stamp));
        }
    }

    /// Adds the counts, each as it is after the last step of the run. No batch can be added any more.
    pub(super) fn close_counts(&mut self, vault: &Vault) -> Result<(), StoreError> {
        for Due { key, expect, bytes } in self.counts.due() {
            let (bytes, stamp) = match (expect.version_after(), key.sealing()) {
                (Some(version), Sealing::Sealed) => {
                    let bytes = vault.seal(key, version, &bytes)?;
                    let tag = tag_of(&bytes).ok_or_else(|| StoreError::TooLarge(key.clone()))?;
                    (bytes, Some(Stamp { version, tag }))
                }
                _ => (bytes, None),
            };
            self.write(key, stamp, |batch| batch.put(key.clone(), expect, bytes));
        }
        Ok(())
    }

    /// What changes in the version tree.
    pub(super) fn stamps(&self) -> &[(&'a RecordKey, Option<Stamp>)] {
        &self.stamps
    }

    /// How many batches were taken in.
    pub(super) const fn len(&self) -> usize {
        self.members.len()
    }

    /// What the engine shall write, under exact conditions; what the batches come to if it does; and the counts.
    pub(super) fn finish(self) -> (Batch, Vec<(&'a Batch, Outcome)>, Counts<'a>) {
        let mut writes = self.writes;
        for (key, expect) in self.checks {
            writes.check(key, expect);
        }
        (writes, self.members, self.counts)
    }
}

/// A record that is written whatever is there, even if that is not authentic: only the engine knows over what.
fn is_blind(write: &Write) -> bool {
    write.expect == Expect::Any && matches!(write.change, Change::Put(_) | Change::Delete)
}

fn exactly(current: Option<Version>) -> Expect {
    current.map_or(Expect::Absent, Expect::Version)
}
