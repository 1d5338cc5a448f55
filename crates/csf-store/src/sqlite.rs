//! The durable engine: one SQLite file, one writer, a few readers.

mod commit;
mod copy;
mod file;
mod read;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::batch::Batch;
use crate::error::StoreError;
use crate::key::RecordKey;
use crate::record::{Record, Version};
use crate::store::{Entries, Range, Store};

use self::read::Readers;

/// A store in one SQLite file.
///
/// Write-ahead logging with full synchronisation: what `commit` returned survives a loss of power, and
/// readers never wait for a writer. While it is open no second process (and no second `SqliteStore`) can
/// open the same file, because a cache above it must know of every write.
///
/// ```text
///   records.db         the table: application id and layout number in its header
///   records.db-wal     what is committed but not yet moved into the table
///   records.db-shm     the index of the log, shared by the connections
///   records.db-lock    empty; locked by the process that has the store open
/// ```
pub struct SqliteStore {
    path: PathBuf,
    // In this order they are closed: the writer last, because only who may write can move the log into the table,
    // and all of them while the lock is still held.
    readers: Readers,
    writer: Mutex<Connection>,
    _lock: File,
}

impl SqliteStore {
    /// Opens the file, or makes it, readable and writable by its owner alone.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] when the file is something else, or was written by a newer version of this
    /// software; it is left as it is. [`StoreError::Unavailable`] when it is in use or cannot be used.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        // A relative path could be taken for a URI, and would move with the working directory.
        let path = std::path::absolute(path).map_err(|why| unavailable(path, &why))?;
        let lock = file::lock(&path)?;
        let writer = file::open(&path)?;
        let readers = Readers::open(&path).map_err(|why| unavailable(&path, &why))?;
        Ok(Self { path, writer: Mutex::new(writer), readers, _lock: lock })
    }
}

impl Store for SqliteStore {
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        self.readers
            .with(|connection| read::load(connection, keys))
            .map_err(|why| unavailable(&self.path, &why))
    }

    fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        self.readers
            .with(|connection| read::scan(connection, range))
            .map_err(|why| unavailable(&self.path, &why))
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        self.readers.with(read::is_empty).map_err(|why| unavailable(&self.path, &why))
    }

    fn commit(&self, batches: &[Batch]) -> Vec<Result<Vec<Option<Version>>, StoreError>> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        commit::commit(&mut writer, batches).unwrap_or_else(|why| {
            let failed = unavailable(&self.path, &why);
            batches.iter().map(|_| Err(failed.clone())).collect()
        })
    }
}

/// The operator needs to know which file it is about.
fn unavailable(path: &Path, why: &dyn std::error::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {why}", path.display()))
}
