//! The storage seam: what an engine must be able to do.

use std::sync::Arc;

use crate::batch::Batch;
use crate::error::StoreError;
use crate::key::{RecordKey, Space};
use crate::record::{Record, Version};

/// A part of a space to read in order of keys.
#[derive(Clone, Debug)]
pub struct Range {
    /// The space.
    pub space: Space,
    /// Only paths that begin with this.
    pub prefix: Box<str>,
    /// Only paths after this one (before it, when reading backwards), for the next page.
    pub after: Option<Box<str>>,
    /// The most entries to give.
    pub limit: usize,
    /// From the last to the first.
    pub backwards: bool,
}

impl Range {
    /// The range as stored keys, for an engine: from the first, inclusive, to the second, exclusive. `None`
    /// when nothing can lie between them.
    #[must_use]
    pub fn bounds(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut first = self.space.key(&self.prefix).as_str().as_bytes().to_vec();
        let mut end = first.clone();
        // The least string after everything that begins with the prefix. The last byte of UTF-8 text is
        // never 0xFF, and a space's prefix is never empty, so this cannot wrap.
        if let Some(last) = end.last_mut() {
            *last = last.saturating_add(1);
        }
        if let Some(after) = &self.after {
            let mut after = self.space.key(after).as_str().as_bytes().to_vec();
            if self.backwards {
                end = end.min(after);
            } else {
                after.push(0);
                first = first.max(after);
            }
        }
        (first < end).then_some((first, end))
    }

    /// The key that an engine stored as these bytes; `None` when they are no key of this space.
    #[must_use]
    pub fn key_of(&self, stored: &[u8]) -> Option<RecordKey> {
        let text = std::str::from_utf8(stored).ok()?;
        let path = text.strip_prefix(self.space.name())?.strip_prefix('/')?;
        Some(self.space.key(path))
    }
}

/// Records in order of their keys.
pub type Entries = Vec<(RecordKey, Record)>;

/// A storage engine. What it returns from [`Store::commit`] is durable.
pub trait Store: Send + Sync {
    /// The records under these keys as of one moment, in the order of the keys; `None` where there is none.
    ///
    /// # Errors
    ///
    /// When the storage below fails; never for a record that is not there.
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError>;

    /// The records of a range.
    ///
    /// # Errors
    ///
    /// When the storage below fails.
    fn scan(&self, range: &Range) -> Result<Entries, StoreError>;

    /// Whether there is no record at all, of whatever space.
    ///
    /// # Errors
    ///
    /// When the storage below fails.
    fn is_empty(&self) -> Result<bool, StoreError>;

    /// Writes the batches in order, each all or nothing, and makes all of them durable at once. A later batch
    /// sees what an earlier one wrote. The result for each batch: the versions of its entries afterwards, in
    /// order; `None` where there is no record.
    ///
    /// # Errors
    ///
    /// Per batch: [`StoreError::Conflict`] when an expectation fails, [`StoreError::TooLarge`] when a bound
    /// is broken; the other batches go on. When the storage below fails, every batch fails.
    fn commit(&self, batches: &[Batch]) -> Vec<Result<Vec<Option<Version>>, StoreError>>;
}

/// Commits a single batch.
pub(crate) fn commit_one(
    store: &(impl Store + ?Sized),
    batch: Batch,
) -> Result<Vec<Option<Version>>, StoreError> {
    let nothing = || Err(StoreError::Unavailable("the engine gave no result".to_owned()));
    store.commit(&[batch]).pop().unwrap_or_else(nothing)
}

/// So that an engine can be shared, and chosen at run time: `Records<Arc<dyn Store>>`.
impl<S: Store + ?Sized> Store for Arc<S> {
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        (**self).load(keys)
    }

    fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        (**self).scan(range)
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        (**self).is_empty()
    }

    fn commit(&self, batches: &[Batch]) -> Vec<Result<Vec<Option<Version>>, StoreError>> {
        (**self).commit(batches)
    }
}
