//! The file itself: locked, recognised, or made.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::error::StoreError;
use crate::sqlite::unavailable;

/// "CSFR": how the file is recognised as ours (SQLite's own header field for this purpose).
const APPLICATION_ID: i32 = 0x4353_4652;

/// The layout that this software writes and reads.
const LAYOUT: i32 = 1;

/// How long a connection waits for another one of this process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// After so many pages of 4 KiB the log is moved into the table.
const CHECKPOINT_PAGES: i32 = 1024;

/// A log that had to grow further, behind a long read, is cut back to this.
const LOG_BYTES: i64 = 16 * 1024 * 1024;

/// Keys are compared byte by byte, in an index of their own. A table that is its own index (`WITHOUT ROWID`)
/// reads ranges faster, but drags the records of other keys through the log with each write: filling it in
/// random order with records of 1 KiB took six times as long, and single reads gained nothing.
const TABLE: &str = "CREATE TABLE record(
    key BLOB PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL
) STRICT";

/// Makes sure that nobody else has the store open, for as long as the returned file lives.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-lock");
    let file = owner_only().open(&beside).map_err(|why| unavailable(beside.as_ref(), &why))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StoreError::Unavailable(format!("{}: in use by another process", path.display())))
        }
        Err(TryLockError::Error(why)) => Err(unavailable(beside.as_ref(), &why)),
    }
}

/// The writing connection to a file that is certainly ours.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    // SQLite would make the file with the process's umask. Only under our lock may the file be opened and
    // closed beside SQLite: closing it drops the process's POSIX locks on it.
    owner_only().open(path).map(drop).map_err(|why| unavailable(path, &why))?;
    prepare(path).map_err(|why| why.about(path))
}

/// Makes sure that a connection is to a store of records, and not to an empty file either.
pub(super) fn recognise(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    match is_new(connection) {
        Ok(false) => Ok(()),
        Ok(true) => Err(StoreError::Foreign(format!("{} is empty", path.display()))),
        Err(why) => Err(why.about(path)),
    }
}

/// Another connection that only reads.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    harden(&connection)?;
    Ok(connection)
}

enum Refusal {
    Foreign(String),
    Sqlite(rusqlite::Error),
}

impl Refusal {
    fn about(self, path: &Path) -> StoreError {
        match self {
            Self::Foreign(why) => StoreError::Foreign(format!("{} {why}", path.display())),
            Self::Sqlite(why) if why.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                StoreError::Foreign(format!("{} is not a store of records", path.display()))
            }
            Self::Sqlite(why) => unavailable(path, &why),
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(why: rusqlite::Error) -> Self {
        Self::Sqlite(why)
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options
}

fn prepare(path: &Path) -> Result<Connection, Refusal> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    harden(&connection)?;
    // Look first: nothing is written into a file that is not ours.
    let is_new = is_new(&connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES, |_| Ok(()))?;
    if is_new {
        // Table and header in one transaction: a file that is half made is still new.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(TABLE)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", LAYOUT)?;
        transaction.commit()?;
    }
    Ok(connection)
}

/// Whether the file is empty; one that is not is ours, or refused.
fn is_new(connection: &Connection) -> Result<bool, Refusal> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let layout: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if (application, layout, tables) == (0, 0, 0) {
        return Ok(true);
    }
    if application != APPLICATION_ID {
        return Err(Refusal::Foreign("is a database of another application".to_owned()));
    }
    if layout != LAYOUT {
        return Err(Refusal::Foreign(format!("has layout {layout}; this software knows layout {LAYOUT}")));
    }
    Ok(false)
}

fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // What SQLite spills while it works stays in memory and never becomes another file.
    connection.pragma_update(None, "temp_store", "memory")?;
    // The file may have been written by an enemy: believe neither its schema nor its pages.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}
