//! A run: batches whose conditions were found to hold, to be written as one.
//!
//! The engine would find out by itself which batches happen, but the version tree must say it in the same
//! commit. So the conditions are evaluated here, against the tree and the cache, and the engine gets exact ones.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Outcome;
use crate::batch::{Batch, Change, Expect, Write};
use crate::error::StoreError;
use crate::freshness::Stamp;
use crate::key::{RecordKey, Sealing};
use crate::record::Version;
use crate::vault::{Vault, tag_of};

/// The version of each record that a run has to do with, `None` where there is none.
type Versions = HashMap<RecordKey, Option<Version>>;

/// A record whose version must be looked up.
pub(super) struct Unknown {
    pub(super) key: RecordKey,
    /// The version that is stored counts, not the one that should be.
    pub(super) blind: bool,
}

#[derive(Default)]
pub(super) struct Run<'a> {
    now: Versions,
    written: HashSet<&'a RecordKey>,
    checks: BTreeMap<RecordKey, Expect>,
    writes: Batch,
    stamps: Vec<(&'a RecordKey, Option<Stamp>)>,
    members: Vec<(&'a Batch, Outcome)>,
}

impl<'a> Run<'a> {
    /// The records of which this batch must know more than the run does.
    pub(super) fn unknown(&self, batch: &'a Batch) -> Vec<Unknown> {
        let unknown = batch.writes().iter().filter(|write| !self.now.contains_key(&write.key));
        unknown.map(|write| Unknown { key: write.key.clone(), blind: is_blind(write) }).collect()
    }

    /// Learns the versions of records as they are in the store.
    pub(super) fn learn(&mut self, found: impl IntoIterator<Item = (RecordKey, Option<Version>)>) {
        self.now.extend(found);
    }

    /// Takes the batch in, or its refusal. False: it writes what an earlier one of this run wrote, so it must
    /// wait for the next run.
    pub(super) fn add(&mut self, vault: &Vault, batch: &'a Batch) -> bool {
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
        write.change.writes() && self.written.contains(&write.key)
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
                (Change::Check | Change::Delete, ..) => None,
            });
        }
        for (write, sealed) in batch.writes().iter().zip(sealed) {
            let key = &write.key;
            let current = self.now.get(key).copied().flatten();
            let expect = exactly(current);
            match (&write.change, sealed) {
                (Change::Check, _) if self.written.contains(key) => {}
                (Change::Check, _) => drop(self.checks.insert(key.clone(), expect)),
                (Change::Delete, _) if current.is_none() => {}
                (Change::Delete, _) => self.write(key, None, |batch| batch.delete(key.clone(), expect)),
                (Change::Put(_), Some((bytes, stamp))) => {
                    self.write(key, stamp, |batch| batch.put(key.clone(), expect, bytes));
                    self.now.insert(key.clone(), expect.version_after());
                }
                (Change::Put(_), None) => {}
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

    /// What changes in the version tree.
    pub(super) fn stamps(&self) -> &[(&'a RecordKey, Option<Stamp>)] {
        &self.stamps
    }

    /// How many batches were taken in.
    pub(super) const fn len(&self) -> usize {
        self.members.len()
    }

    /// What the engine shall write, under exact conditions, and what the batches come to if it does.
    pub(super) fn finish(self) -> (Batch, Vec<(&'a Batch, Outcome)>) {
        let mut writes = self.writes;
        for (key, expect) in self.checks {
            writes.check(key, expect);
        }
        (writes, self.members)
    }
}

/// A record that is written whatever is there, even if that is not authentic: only the engine knows over what.
fn is_blind(write: &Write) -> bool {
    write.expect == Expect::Any && write.change.writes()
}

fn exactly(current: Option<Version>) -> Expect {
    current.map_or(Expect::Absent, Expect::Version)
}
