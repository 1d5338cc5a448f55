//! The face that everybody uses: an engine, the vault before it and a cache before that.

mod sealing;

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use crate::batch::{Batch, Change};
use crate::cache::{Cache, Ticket};
use crate::error::StoreError;
use crate::feed::{Changes, Cursor, Feed};
use crate::key::RecordKey;
use crate::record::{Record, Version};
use crate::store::{Entries, Range, Store};
use crate::vault::Vault;

/// What a batch came to: its versions, or why it was refused.
type Outcome = Result<Vec<Option<Version>>, StoreError>;

/// Records over an engine. Records of sealed spaces pass the vault on the way in and out.
///
/// It must be the only writer of the engine: it knows each version before it seals, and the cache knows each
/// write. While a batch is being written its keys are in no cache, so a read gives either what was before the
/// batch or what is after, and after the batch is acknowledged only the latter.
pub struct Records<S> {
    store: S,
    vault: Vault,
    cache: RwLock<Cache>,
    feed: Mutex<Feed>,
    writer: Mutex<()>,
}

impl<S: Store> Records<S> {
    /// Records in this engine, sealed by this vault, with a cache of so many entries.
    #[must_use]
    pub fn new(store: S, vault: Vault, cache_entries: NonZeroUsize) -> Self {
        Self {
            store,
            vault,
            cache: RwLock::new(Cache::new(cache_entries)),
            feed: Mutex::default(),
            writer: Mutex::new(()),
        }
    }

    /// What [`Store::load`] would give, from memory alone; `None` when any of it would have to be read. It is
    /// the state of one moment: no batch is seen by half.
    #[must_use]
    pub fn cached(&self, keys: &[RecordKey]) -> Option<Vec<Option<Record>>> {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().map(|key| cache.get(key)).collect()
    }

    /// Where the change feed ends now.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        lock(&self.feed).cursor()
    }

    /// The records that were written since the cursor, those included of which it is not known whether they
    /// were, because the storage failed. What it names can be read already.
    #[must_use]
    pub fn changes_since(&self, cursor: Cursor) -> Changes {
        lock(&self.feed).since(cursor)
    }

    /// Commits batches that can be sealed before any of them is written.
    fn commit_run(&self, batches: &[Batch]) -> Vec<Outcome> {
        let sealed: Vec<_> =
            batches.iter().map(|batch| sealing::seal(&self.store, &self.vault, batch)).collect();
        let mut sent = Vec::with_capacity(batches.len());
        let mut ready = Vec::with_capacity(batches.len());
        let mut refused = Vec::with_capacity(batches.len());
        for (batch, sealed) in batches.iter().zip(sealed) {
            refused.push(sealed.map(|sealed| ready.push(sealed)).err());
            if matches!(refused.last(), Some(None)) {
                sent.push(batch);
            }
        }
        self.announce(&sent);
        let mut outcomes = self.store.commit(&ready);
        outcomes.resize(sent.len(), Err(StoreError::Unavailable("the engine gave no result".to_owned())));
        self.settle(&sent, &outcomes);

        let mut outcomes = outcomes.into_iter();
        refused
            .into_iter()
            .filter_map(|why| why.map_or_else(|| outcomes.next(), |why| Some(Err(why))))
            .collect()
    }

    /// Takes what is about to be written out of the cache.
    fn announce(&self, batches: &[&Batch]) {
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        for write in batches.iter().flat_map(|batch| batch.writes()).filter(|write| write.change.writes()) {
            cache.begin_write(&write.key);
        }
    }

    /// Puts what is now the state of the records into the cache, and their keys into the feed.
    fn settle(&self, batches: &[&Batch], outcomes: &[Outcome]) {
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        let mut feed = lock(&self.feed);
        for (batch, outcome) in batches.iter().zip(outcomes) {
            for (place, write) in batch.writes().iter().enumerate().filter(|(_, write)| write.change.writes())
            {
                cache.end_write(&write.key);
                match outcome {
                    Ok(versions) => {
                        let version = versions.get(place).copied().flatten();
                        cache.put(&write.key, state_after(&write.change, version));
                    }
                    // Refused: nothing happened.
                    Err(StoreError::Conflict(_) | StoreError::TooLarge(_)) => continue,
                    // Failed: nobody knows what happened.
                    Err(_) => cache.forget(&write.key),
                }
                feed.push(write.key.clone());
            }
        }
    }
}

impl<S: Store> Store for Records<S> {
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        if let Some(found) = self.cached(keys) {
            return Ok(found);
        }
        // All of them are read, also those in the cache, so that the answer is of one moment.
        let tickets: Vec<Ticket> = {
            let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
            keys.iter().map(|key| cache.ticket(key)).collect()
        };
        let stored = self.store.load(keys)?;
        let opened = keys
            .iter()
            .zip(stored)
            .map(|(key, record)| record.map(|record| sealing::open(&self.vault, key, record)).transpose());
        let opened: Vec<Option<Record>> = opened.collect::<Result<_, _>>()?;
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        for ((key, ticket), record) in keys.iter().zip(&tickets).zip(&opened) {
            cache.fill(key, ticket, record.clone());
        }
        Ok(opened)
    }

    fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        let stored = self.store.scan(range)?;
        let opened = stored.into_iter().map(|(key, record)| {
            let record = sealing::open(&self.vault, &key, record)?;
            Ok((key, record))
        });
        opened.collect()
    }

    fn commit(&self, batches: &[Batch]) -> Vec<Outcome> {
        let _alone = lock(&self.writer);
        let mut outcomes = Vec::with_capacity(batches.len());
        let mut rest = batches;
        while let Some((run, later)) = rest.split_at_checked(sealing::run_length(rest)) {
            if run.is_empty() {
                break;
            }
            outcomes.extend(self.commit_run(run));
            rest = later;
        }
        outcomes
    }
}

/// What the cache may remember of a record after this change.
fn state_after(change: &Change, version: Option<Version>) -> Option<Record> {
    match change {
        Change::Put(bytes) => version.map(|version| Record::of_secret(version, bytes.clone())),
        Change::Check | Change::Delete => None,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done under these locks can leave them half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
