//! Writing: runs of batches, each with the part of the version tree above it, as one batch of the engine.

use std::sync::{Arc, PoisonError};

use super::counts::Counts;
use super::run::{Learnt, Run, Unknown, Wanted};
use super::{Outcome, Records, lock};
use crate::batch::{Batch, Change};
use crate::error::StoreError;
use crate::freshness::{self, Draft, Root};
use crate::key::Sealing;
use crate::record::{Record, Version};
use crate::store::{Store, commit_one};

impl<S: Store> Records<S> {
    /// Commits as many of the batches as can be written at once: at least one. Nobody else may write meanwhile.
    pub(super) fn commit_run(&self, batches: &[Batch]) -> Vec<Outcome> {
        let root = match self.tree.settled_root(&self.store, &self.vault) {
            Ok(root) => root,
            Err(why) => return vec![Err(why); batches.len()],
        };
        let mut run = Run::default();
        for batch in batches {
            match self.versions_now(&root, run.unknown(batch)) {
                Ok(found) => {
                    run.learn(found);
                    if !run.add(&self.vault, batch) {
                        break;
                    }
                }
                Err(why) => run.refuse(batch, why),
            }
        }
        self.write(&root, run)
    }

    /// The versions of these records: of sealed ones as the tree says, unless they are written blindly, of open
    /// ones as they are stored.
    fn versions_now(&self, root: &Root, unknown: Vec<Unknown>) -> Result<Learnt, StoreError> {
        let Learnt { versions: mut found, mut counts } = Learnt::default();
        let mut stored = Vec::new();
        for Unknown { key, what } in unknown {
            let blind = what == Wanted::Stored;
            let cached = self.cache.read().unwrap_or_else(PoisonError::into_inner).get(&key);
            if what == Wanted::Count {
                let record = cached.map_or_else(|| self.load_written(root, &key), Ok)?;
                counts.push((key, record));
                continue;
            }
            if let Some(cached) = cached.filter(|_| !blind) {
                found.push((key, cached.map(|record| record.version())));
            } else if key.sealing() == Sealing::Sealed && !blind {
                let stamp = self.tree.stamp((&self.store, &self.vault), root, key.as_str())?;
                found.push((key, stamp.map(|stamp| stamp.version)));
            } else {
                stored.push(key);
            }
        }
        if !stored.is_empty() {
            let records = self.store.load(&stored)?;
            let versions = records.into_iter().map(|record| record.map(|record| record.version()));
            found.extend(stored.into_iter().zip(versions));
        }
        Ok(Learnt { versions: found, counts })
    }

    fn write(&self, root: &Arc<Root>, mut run: Run<'_>) -> Vec<Outcome> {
        let failed = |run: Run<'_>, why: StoreError| vec![Err(why); run.len()];
        if let Err(why) = run.close_counts(&self.vault) {
            return failed(run, why);
        }
        let mut draft = Draft::new(&self.tree, (&self.store, &self.vault), root);
        for (key, stamp) in run.stamps() {
            if let Err(lost) = draft.set(key.as_str(), *stamp) {
                return failed(run, lost.into());
            }
        }
        let sealed = !run.stamps().is_empty();
        let (mut writes, members, counts) = run.finish();
        let tree = match sealed.then(|| draft.seal(&mut writes)).transpose() {
            Ok(tree) => tree,
            Err(why) => return vec![Err(why); members.len()],
        };
        if writes.is_empty() {
            return members.into_iter().map(|(_, outcome)| outcome).collect();
        }
        if let Some(tree) = &tree {
            self.tree.begin(root, tree);
        }
        let accepted = members.iter().filter(|(_, outcome)| outcome.is_ok());
        self.announce(accepted.map(|&(batch, _)| batch));
        let written = commit_one(&self.store, writes).map(drop).map_err(of_engine);
        if let Some(tree) = tree {
            self.tree.settle(root, tree, freshness::Outcome::of(&written));
        }
        let settled = members.into_iter().map(|(batch, outcome)| {
            let outcome = written.clone().and(Ok(outcome?));
            self.settle(batch, &outcome, &counts);
            outcome
        });
        settled.collect()
    }

    /// Takes what is about to be written out of the cache.
    fn announce<'a>(&self, batches: impl Iterator<Item = &'a Batch>) {
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        for write in batches.flat_map(Batch::writes).filter(|write| write.change.writes()) {
            cache.begin_write(&write.key);
        }
    }

    /// Puts what is now the state of the records into the cache, and their keys into the feed.
    fn settle(&self, batch: &Batch, outcome: &Outcome, counts: &Counts<'_>) {
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        let mut feed = lock(&self.feed);
        for (place, write) in batch.writes().iter().enumerate().filter(|(_, write)| write.change.writes()) {
            cache.end_write(&write.key);
            match outcome {
                Ok(_) if matches!(write.change, Change::Count(_)) => match counts.written(&write.key) {
                    Some(record) => cache.put(&write.key, Some(record)),
                    None => cache.forget(&write.key),
                },
                Ok(versions) => {
                    let version = versions.get(place).copied().flatten();
                    cache.put(&write.key, state_after(&write.change, version));
                }
                // Failed: nobody knows what happened.
                Err(_) => cache.forget(&write.key),
            }
            feed.push(write.key.clone());
        }
    }
}

/// The conditions held when they were evaluated, and nobody else writes: an engine that finds otherwise holds
/// what this node did not write.
fn of_engine(why: StoreError) -> StoreError {
    match why {
        StoreError::Conflict(key) => StoreError::NotAuthentic(key),
        why => why,
    }
}

/// What the cache may remember of a record after this change.
fn state_after(change: &Change, version: Option<Version>) -> Option<Record> {
    match change {
        Change::Put(bytes) => version.map(|version| Record::of_secret(version, bytes.clone())),
        Change::Check | Change::Delete | Change::Count(_) => None,
    }
}
