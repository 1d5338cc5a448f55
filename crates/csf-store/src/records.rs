//! The face that everybody uses: an engine, the vault and the version tree before it, a cache before those.

mod commit;
mod counts;
mod read;
mod reseal;
mod run;

pub use reseal::Resealed;

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use crate::batch::Batch;
use crate::cache::Cache;
use crate::error::StoreError;
use crate::feed::{Changes, Cursor, Feed};
use crate::freshness::{self, Freshness};
use crate::key::RecordKey;
use crate::record::{Record, Version};
use crate::store::{Entries, Range, Store, commit_one};
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
    tree: Freshness,
    cache: RwLock<Cache>,
    feed: Mutex<Feed>,
    writer: Mutex<()>,
}

impl<S: Store> Records<S> {
    /// The records of this engine, sealed by this vault, with a cache of so many entries, which take 512 bytes each
    /// on average at most, and 128 bytes each for nodes of the tree. The engine was made
    /// ready before, by [`Identity::create`](crate::Identity::create) or [`Records::found`].
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAuthentic`] when the root of the version tree is missing, or of another vault; otherwise
    /// as [`Store::load`].
    pub fn open(store: S, vault: Vault, cache_entries: NonZeroUsize) -> Result<Self, StoreError> {
        Ok(Self {
            tree: Freshness::open(&store, &vault, cache_entries.get())?,
            store,
            vault,
            cache: RwLock::new(Cache::new(cache_entries)),
            feed: Mutex::default(),
            writer: Mutex::new(()),
        })
    }

    /// Makes an empty engine ready for records sealed by this vault, where it has no
    /// [`Identity`](crate::Identity).
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it was made ready before; otherwise as [`Store::commit`].
    pub fn found(store: &S, vault: &Vault) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        freshness::found(vault, &mut batch)?;
        commit_one(store, batch).map(drop)
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
}

impl<S: Store> Store for Records<S> {
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        // If one is missing all of them are read, also those in the cache, so that the answer is of one moment.
        self.cached(keys).map_or_else(|| self.load_fresh(keys), Ok)
    }

    fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        self.scan_fresh(range)
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        self.store.is_empty()
    }

    fn commit(&self, batches: &[Batch]) -> Vec<Outcome> {
        let _alone = lock(&self.writer);
        let mut outcomes = Vec::with_capacity(batches.len());
        while let Some(rest) = batches.get(outcomes.len()..).filter(|rest| !rest.is_empty()) {
            outcomes.extend(self.commit_run(rest));
        }
        outcomes
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done under these locks can leave them half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
