//! Reading: a bounded pool of connections, each read as of one moment.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::key::RecordKey;
use crate::record::{Record, Version};
use crate::sqlite::file;
use crate::store::{Entries, Range};

/// How many reads can go on at once.
const READERS: usize = 4;

/// The most that a connection keeps of the file, in KiB, so 32 MiB for all. With a million resources the inner
/// pages of the table and of its index are some 5 MiB; without them at hand one record is several reads of the file.
const CACHE_KIB: i32 = 8 * 1024;

const BEGIN: &str = "BEGIN";
const END: &str = "COMMIT";

const GET: &str = "SELECT version, value FROM record WHERE key = ?1";
const FORWARDS: &str =
    "SELECT version, value, key FROM record WHERE key >= ?1 AND key < ?2 ORDER BY key ASC LIMIT ?3";
const IS_EMPTY: &str = "SELECT NOT EXISTS (SELECT 1 FROM record)";
const BACKWARDS: &str =
    "SELECT version, value, key FROM record WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3";

/// The connections that read.
pub(super) struct Readers {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let open = |_| -> rusqlite::Result<Mutex<Connection>> {
            let connection = file::open_reader(path)?;
            connection.pragma_update(None, "cache_size", CACHE_KIB.saturating_neg())?;
            Ok(Mutex::new(connection))
        };
        let connections = (0..READERS).map(open);
        Ok(Self { connections: connections.collect::<Result<_, _>>()?, next: AtomicUsize::new(0) })
    }

    /// Runs the read on the first connection that is free, because its cache is the warmest, or waits for one.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        if let Some(free) = self.connections.iter().find_map(|one| one.try_lock().ok()) {
            return read(&free);
        }
        // All are taken (or poisoned by a panic, which does a connection no harm): wait for this turn's.
        let turn = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(READERS).unwrap_or(0);
        match self.connections.get(turn) {
            Some(one) => read(&one.lock().unwrap_or_else(PoisonError::into_inner)),
            None => Err(rusqlite::Error::InvalidQuery),
        }
    }
}

pub(super) fn load(connection: &Connection, keys: &[RecordKey]) -> rusqlite::Result<Vec<Option<Record>>> {
    if keys.len() == 1 {
        return each(connection, keys);
    }
    // Several keys are read inside one transaction, so that no batch is seen by half.
    connection.prepare_cached(BEGIN)?.execute([])?;
    let found = each(connection, keys);
    // Whatever the reads came to, the connection must not stay in this moment.
    connection.prepare_cached(END)?.execute([])?;
    found
}

fn each(connection: &Connection, keys: &[RecordKey]) -> rusqlite::Result<Vec<Option<Record>>> {
    let mut get = connection.prepare_cached(GET)?;
    keys.iter().map(|key| get.query_row([key.as_str().as_bytes()], record).optional()).collect()
}

pub(super) fn scan(connection: &Connection, range: &Range) -> rusqlite::Result<Entries> {
    let Some((first, end)) = range.bounds() else { return Ok(Entries::new()) };
    let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
    let mut select = connection.prepare_cached(if range.backwards { BACKWARDS } else { FORWARDS })?;
    let rows = select.query_map(params![first, end, limit], |row| {
        let stored = row.get_ref(2)?.as_blob()?;
        let key = range
            .key_of(stored)
            .ok_or_else(|| rusqlite::Error::InvalidColumnType(2, "key".to_owned(), Type::Blob))?;
        Ok((key, record(row)?))
    })?;
    rows.collect()
}

pub(super) fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(IS_EMPTY, [], |row| row.get(0))
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let version: i64 = row.get(0)?;
    let version = u64::try_from(version).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, version))?;
    Ok(Record::new(Version(version), row.get(1)?))
}
