//! The storage seam: what an engine must be able to do.

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

/// Records in order of their keys.
pub type Entries = Vec<(RecordKey, Record)>;

/// A storage engine. What it returns from [`Store::commit`] is durable.
pub trait Store: Send + Sync {
    /// The records under these keys, in the order of the keys; `None` where there is none.
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

    /// Writes the batches in order, each all or nothing, and makes all of them durable at once. The result
    /// for each batch: the versions of its entries, in order.
    ///
    /// # Errors
    ///
    /// Per batch: [`StoreError::Conflict`] when an expectation fails, [`StoreError::TooLarge`] when a bound
    /// is broken; the other batches go on. When the storage below fails, every batch fails.
    fn commit(&self, batches: &[Batch]) -> Vec<Result<Vec<Option<Version>>, StoreError>>;
}
