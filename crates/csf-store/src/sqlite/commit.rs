//! Writing: several batches in one transaction, each within a savepoint of its own.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::batch::{Batch, Change};
use crate::error::StoreError;
use crate::record::Version;

const CURRENT: &str = "SELECT version FROM record WHERE key = ?1";
const VALUE: &str = "SELECT value FROM record WHERE key = ?1";
const PUT: &str = "INSERT INTO record(key, version, value) VALUES(?1, ?2, ?3) \
                   ON CONFLICT(key) DO UPDATE SET version = excluded.version, value = excluded.value";
const DELETE: &str = "DELETE FROM record WHERE key = ?1";

/// What a batch came to: its versions, or why it was refused.
type Outcome = Result<Vec<Option<Version>>, StoreError>;

/// Writes the batches. The outer error is the storage's and means that none of them happened.
pub(super) fn commit(writer: &mut Connection, batches: &[Batch]) -> rusqlite::Result<Vec<Outcome>> {
    let mut transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        outcomes.push(match batch.check_bounds() {
            Ok(()) => within_savepoint(&mut transaction, batch)?,
            Err(refused) => Err(refused),
        });
    }
    transaction.commit()?;
    Ok(outcomes)
}

fn within_savepoint(transaction: &mut Transaction<'_>, batch: &Batch) -> rusqlite::Result<Outcome> {
    let savepoint = transaction.savepoint()?;
    let outcome = write(&savepoint, batch)?;
    match outcome {
        Ok(_) => savepoint.commit()?,
        // Finishing without a commit takes back what the batch wrote before it was refused.
        Err(_) => savepoint.finish()?,
    }
    Ok(outcome)
}

fn write(connection: &Connection, batch: &Batch) -> rusqlite::Result<Outcome> {
    let mut versions = Vec::with_capacity(batch.writes().len());
    for write in batch.writes() {
        let key = write.key.as_str().as_bytes();
        let current: Option<i64> =
            connection.prepare_cached(CURRENT)?.query_row([key], |row| row.get(0)).optional()?;
        let current = current.map(version).transpose()?;
        if !write.expect.holds(current) {
            return Ok(Err(StoreError::Conflict(write.key.clone())));
        }
        versions.push(match &write.change {
            Change::Check => current,
            Change::Delete => {
                connection.prepare_cached(DELETE)?.execute([key])?;
                None
            }
            Change::Put(bytes) => Some(put(connection, key, current, bytes)?),
            Change::Count(step) => {
                let value: Option<Vec<u8>> =
                    connection.prepare_cached(VALUE)?.query_row([key], |row| row.get(0)).optional()?;
                match value.and_then(|value| step.from(&value)) {
                    Some(number) => Some(put(connection, key, current, &number)?),
                    None => return Ok(Err(StoreError::Conflict(write.key.clone()))),
                }
            }
        });
    }
    Ok(Ok(versions))
}

fn put(
    connection: &Connection,
    key: &[u8],
    current: Option<Version>,
    bytes: &[u8],
) -> rusqlite::Result<Version> {
    let next = current.map_or(Version::FIRST, Version::next);
    let stored = i64::try_from(next.0).map_err(|why| rusqlite::Error::ToSqlConversionFailure(why.into()))?;
    connection.prepare_cached(PUT)?.execute(params![key, stored, bytes])?;
    Ok(next)
}

fn version(stored: i64) -> rusqlite::Result<Version> {
    u64::try_from(stored).map(Version).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, stored))
}
