//! The engine in memory: for tests, and for records that need not outlive the process.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use zeroize::Zeroizing;

use crate::batch::{Batch, Change, Write};
use crate::error::StoreError;
use crate::key::RecordKey;
use crate::record::{Record, Version};
use crate::store::{Entries, Range, Store};

/// Records by the bytes of their keys, as on disk.
type Table = BTreeMap<Box<[u8]>, Record>;

/// A store that forgets everything when it is dropped.
#[derive(Default)]
pub struct MemoryStore {
    table: RwLock<Table>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for MemoryStore {
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        Ok(keys.iter().map(|key| table.get(key.as_str().as_bytes()).cloned()).collect())
    }

    fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        let Some((first, end)) = range.bounds() else { return Ok(Entries::new()) };
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let found =
            table.range::<[u8], _>((Bound::Included(first.as_slice()), Bound::Excluded(end.as_slice())));
        let entries = found.filter_map(|(key, record)| Some((range.key_of(key)?, record.clone())));
        Ok(if range.backwards {
            entries.rev().take(range.limit).collect()
        } else {
            entries.take(range.limit).collect()
        })
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.table.read().unwrap_or_else(PoisonError::into_inner).is_empty())
    }

    fn commit(&self, batches: &[Batch]) -> Vec<Result<Vec<Option<Version>>, StoreError>> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        batches.iter().map(|batch| write(&mut table, batch)).collect()
    }
}

/// One batch. As no key occurs twice, all expectations can be checked before the first change.
fn write(table: &mut Table, batch: &Batch) -> Result<Vec<Option<Version>>, StoreError> {
    batch.check_bounds()?;
    let current = |key: &RecordKey| table.get(key.as_str().as_bytes()).map(Record::version);
    let before: Vec<_> = batch.writes().iter().map(|write| (write, current(&write.key))).collect();
    let counted = |write: &Write| match write.change {
        Change::Count(step) => {
            table.get(write.key.as_str().as_bytes()).and_then(|now| step.from(now.bytes()))
        }
        _ => None,
    };
    let numbers: Vec<_> = batch.writes().iter().map(counted).collect();
    let fails = |((write, current), number): &(&(&Write, Option<Version>), &Option<[u8; 8]>)| {
        !write.expect.holds(*current) || (matches!(write.change, Change::Count(_)) && number.is_none())
    };
    if let Some(((write, _), _)) = before.iter().zip(&numbers).find(fails) {
        return Err(StoreError::Conflict(write.key.clone()));
    }
    let versions = before.into_iter().zip(numbers).map(|((write, current), number)| {
        let stored = write.key.as_str().as_bytes();
        let mut put = |bytes: Zeroizing<Vec<u8>>| {
            let version = current.map_or(Version::FIRST, Version::next);
            table.insert(stored.into(), Record::of_secret(version, bytes));
            Some(version)
        };
        match &write.change {
            Change::Check => current,
            Change::Delete => {
                table.remove(stored);
                None
            }
            Change::Put(bytes) => put(bytes.clone()),
            Change::Count(_) => number.and_then(|number| put(number.to_vec().into())),
        }
    });
    Ok(versions.collect())
}
