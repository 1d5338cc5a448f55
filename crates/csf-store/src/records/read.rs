//! Reading: what the engine holds, compared with the version tree.

use std::sync::PoisonError;

use super::{Records, lock};
use crate::cache::Ticket;
use crate::error::StoreError;
use crate::freshness::{Lost, Missing, Root, Span, Stamp};
use crate::key::{RecordKey, Sealing};
use crate::record::Record;
use crate::store::{Entries, Range, Store};
use crate::vault::tag_of;

/// How often a read is tried beside a writer; after that the writer waits for it.
const FREE_TRIES: usize = 2;

impl<S: Store> Records<S> {
    /// Reads and compares. What was read while a commit went on fits the root before it or the one after it;
    /// what was read across the end of one may fit neither, so it is read again, at last with nobody writing:
    /// what does not fit then was tampered with.
    pub(super) fn of_one_moment<T>(&self, read: impl Fn(&Root) -> Result<T, Lost>) -> Result<T, StoreError> {
        for _ in 0..FREE_TRIES {
            for root in self.tree.roots() {
                match read(&root) {
                    Err(Lost::Changed(_)) => {}
                    found => return found.map_err(StoreError::from),
                }
            }
        }
        let _alone = lock(&self.writer);
        let root = self.tree.settled_root(&self.store, &self.vault)?;
        read(&root).map_err(StoreError::from)
    }

    pub(super) fn load_fresh(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        let (tickets, stored) = self.of_one_moment(|root| {
            let tickets: Vec<Ticket> = {
                let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
                keys.iter().map(|key| cache.ticket(key)).collect()
            };
            let stored = self.with_missing_nodes(root, keys)?;
            for (key, record) in keys.iter().zip(&stored) {
                if key.sealing() == Sealing::Sealed {
                    let newest = self.tree.stamp((&self.store, &self.vault), root, key.as_str())?;
                    if newest != stamp_of(record.as_ref()) {
                        return Err(Lost::Changed(key.clone()));
                    }
                }
            }
            Ok((tickets, stored))
        })?;
        let opened = keys.iter().zip(stored);
        let opened = opened.map(|(key, record)| record.map(|record| self.unsealed(key, record)).transpose());
        let opened: Vec<Option<Record>> = opened.collect::<Result<_, _>>()?;
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        for ((key, ticket), record) in keys.iter().zip(&tickets).zip(&opened) {
            cache.fill(key, ticket, record.clone());
        }
        Ok(opened)
    }

    /// The record as it is now, for the one who writes: there is one moment only.
    pub(super) fn load_written(&self, root: &Root, key: &RecordKey) -> Result<Option<Record>, StoreError> {
        let stored = self.store.load(std::slice::from_ref(key))?.pop().flatten();
        if key.sealing() == Sealing::Sealed {
            let newest = self.tree.stamp((&self.store, &self.vault), root, key.as_str())?;
            if newest != stamp_of(stored.as_ref()) {
                return Err(StoreError::NotAuthentic(key.clone()));
            }
        }
        stored.map(|record| self.unsealed(key, record)).transpose()
    }

    /// The records as they are stored. The nodes of the tree that are needed to judge them come with the same
    /// question, for most of the time is the way to the engine.
    fn with_missing_nodes(&self, root: &Root, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, Lost> {
        let mut missing: Vec<Missing> = Vec::new();
        for key in keys.iter().filter(|key| key.sealing() == Sealing::Sealed) {
            missing.extend(self.tree.missing(root, key.as_str()).filter(|node| !missing.contains(node)));
        }
        let mut wanted = keys.to_vec();
        wanted.extend(missing.iter().map(Missing::key));
        let mut stored = self.store.load(&wanted)?;
        let nodes = stored.split_off(keys.len().min(stored.len()));
        for (missing, node) in missing.iter().zip(nodes) {
            self.tree.take_in(&self.vault, missing, node)?;
        }
        Ok(stored)
    }

    pub(super) fn scan_fresh(&self, range: &Range) -> Result<Entries, StoreError> {
        let bounds = range.bounds().filter(|_| range.space.key("").sealing() == Sealing::Sealed);
        let stored = self.of_one_moment(|root| {
            let stored = self.store.scan(range)?;
            if let Some((first, end)) = &bounds {
                let span = Span { first, end, limit: range.limit, backwards: range.backwards };
                let newest = self.tree.stamps((&self.store, &self.vault), root, &span)?;
                compare(range, &newest, &stored)?;
            }
            Ok(stored)
        })?;
        let opened = stored.into_iter().map(|(key, record)| {
            let record = self.unsealed(&key, record)?;
            Ok((key, record))
        });
        opened.collect()
    }

    /// The record as it was before it was sealed.
    fn unsealed(&self, key: &RecordKey, record: Record) -> Result<Record, StoreError> {
        match key.sealing() {
            Sealing::Open => Ok(record),
            Sealing::Sealed => {
                let plaintext = self.vault.open(key, record.version(), record.bytes())?;
                Ok(Record::of_secret(record.version(), plaintext))
            }
        }
    }
}

/// Whether these are all records of the range, and the newest; else the first that is not.
fn compare(range: &Range, newest: &[(Box<str>, Stamp)], stored: &Entries) -> Result<(), Lost> {
    let fits = |at: &usize| match (newest.get(*at), stored.get(*at)) {
        (Some((name, stamp)), Some((key, record))) => {
            **name == *key.as_str() && Some(*stamp) == stamp_of(Some(record))
        }
        (None, None) => true,
        _ => false,
    };
    let Some(at) = (0..newest.len().max(stored.len())).find(|at| !fits(at)) else { return Ok(()) };
    let missing = newest.get(at).and_then(|(name, _)| range.key_of(name.as_bytes()));
    let present = stored.get(at).map(|(key, _)| key.clone());
    let culprit = match (missing, present) {
        (Some(missing), Some(present)) if range.backwards => missing.max(present),
        (Some(missing), Some(present)) => missing.min(present),
        (missing, present) => missing.or(present).unwrap_or_else(|| range.space.key("")),
    };
    Err(Lost::Changed(culprit))
}

fn stamp_of(record: Option<&Record>) -> Option<Stamp> {
    let record = record?;
    // Nothing is stored under a tag of zeros: bytes too short to have one never fit.
    let tag = tag_of(record.bytes()).unwrap_or_default();
    Some(Stamp { version: record.version(), tag })
}
