//! Between records and the engine: which version a record will have, and the vault's seal over it.

use std::collections::HashSet;

use crate::batch::{Batch, Change, Expect, Write};
use crate::error::StoreError;
use crate::key::{RecordKey, Sealing};
use crate::record::{Record, Version};
use crate::store::Store;
use crate::vault::Vault;

/// How many of the batches can be sealed before the first is written: all, unless one replaces whatever an
/// earlier one leaves in a sealed record, for then its version depends on whether that one happens.
pub(super) fn run_length(batches: &[Batch]) -> usize {
    let mut written: HashSet<&RecordKey> = HashSet::new();
    for (place, batch) in batches.iter().enumerate() {
        let depends = |write: &Write| is_blind(write) && written.contains(&write.key);
        if batch.writes().iter().any(depends) {
            return place;
        }
        written.extend(batch.writes().iter().filter(|write| write.change.writes()).map(|write| &write.key));
    }
    batches.len()
}

/// The batch as the engine shall write it. Each sealed record is bound to the version that the engine will give
/// it, which is why it always comes with an exact expectation: if the version were another, the engine would
/// refuse the batch, and never store a record that cannot be opened.
pub(super) fn seal(store: &impl Store, vault: &Vault, batch: &Batch) -> Result<Batch, StoreError> {
    let blind: Vec<RecordKey> =
        batch.writes().iter().filter(|write| is_blind(write)).map(|write| write.key.clone()).collect();
    let mut present = if blind.is_empty() { Vec::new() } else { store.load(&blind)? }.into_iter();

    let silent = || StoreError::Unavailable("the engine gave no version".to_owned());
    let mut sealed = Batch::new();
    for write in batch.writes() {
        let key = write.key.clone();
        let expect = if is_blind(write) {
            let present = present.next().ok_or_else(silent)?;
            present.map_or(Expect::Absent, |record| Expect::Version(record.version()))
        } else {
            write.expect
        };
        match &write.change {
            Change::Check => sealed.check(key, expect),
            Change::Delete => sealed.delete(key, expect),
            Change::Put(bytes) => {
                let stored = match key.sealing() {
                    Sealing::Open => bytes.to_vec(),
                    Sealing::Sealed => vault.seal(&key, version_after(expect).ok_or_else(silent)?, bytes)?,
                };
                sealed.put(key, expect, stored);
            }
        }
    }
    Ok(sealed)
}

/// The record as it was before it was sealed.
pub(super) fn open(vault: &Vault, key: &RecordKey, record: Record) -> Result<Record, StoreError> {
    match key.sealing() {
        Sealing::Open => Ok(record),
        Sealing::Sealed => {
            let plaintext = vault.open(key, record.version(), record.bytes())?;
            Ok(Record::of_secret(record.version(), plaintext))
        }
    }
}

/// A sealed record that is stored whatever is there: its version must be looked up.
fn is_blind(write: &Write) -> bool {
    write.key.sealing() == Sealing::Sealed
        && write.expect == Expect::Any
        && matches!(write.change, Change::Put(_))
}

/// The version of a record that is written under this expectation, where it tells.
const fn version_after(expect: Expect) -> Option<Version> {
    match expect {
        Expect::Absent => Some(Version::FIRST),
        Expect::Version(version) => Some(version.next()),
        Expect::Any => None,
    }
}
