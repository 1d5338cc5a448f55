//! How many keys there may be, in all and for each owner.
//!
//! The counts are records, written in the same batch as the key that they count: they survive a restart and
//! a crash without anything being counted again.

use csf_store::{Batch, Expect, RecordKey, Space, Store};
use csf_transport::{Owner, SeError};
use sha2::{Digest, Sha256};

/// The most keys in one engine.
pub const MAX_KEYS: u32 = 10_000;
/// The most keys of one owner, so that none can fill the engine for all.
pub const MAX_KEYS_PER_OWNER: u32 = 1_000;

const COUNTS: Space = Space::sealed("keycount");

/// The limits of an engine.
#[derive(Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) all: u32,
    pub(crate) per_owner: u32,
}

impl Default for Quota {
    fn default() -> Self {
        Self { all: MAX_KEYS, per_owner: MAX_KEYS_PER_OWNER }
    }
}

/// The counts that concern one owner, as they are now.
pub(crate) struct Counts {
    all: Count,
    owner: Count,
}

struct Count {
    at: RecordKey,
    was: Expect,
    value: u32,
}

/// Adds to the batch: a key less of one owner, and one more of another. [`SeError::Full`] when the other has no room.
pub(crate) fn hand_over(
    store: &impl Store,
    (from, to): (&Owner, &Owner),
    quota: Quota,
    batch: &mut Batch,
) -> Result<(), SeError> {
    let (before, after) = (Counts::load(store, from)?.owner, Counts::load(store, to)?.owner);
    if after.value >= quota.per_owner {
        return Err(SeError::Full);
    }
    let more = after.value.checked_add(1).ok_or(SeError::Full)?;
    batch.put(after.at, after.was, more.to_be_bytes().to_vec());
    before.one_less(batch)
}

impl Count {
    fn one_less(self, batch: &mut Batch) -> Result<(), SeError> {
        match self.value.checked_sub(1).ok_or(SeError::Storage)? {
            0 => batch.delete(self.at, self.was),
            value => batch.put(self.at, self.was, value.to_be_bytes().to_vec()),
        }
        Ok(())
    }
}

impl Counts {
    /// Reads the counts.
    pub(crate) fn load(store: &impl Store, owner: &Owner) -> Result<Self, SeError> {
        let keys = [COUNTS.key("all"), COUNTS.key(&owner_path(owner))];
        let records = store.load(&keys).map_err(|_| SeError::Storage)?;
        let mut counts = keys.into_iter().zip(records).map(|(at, record)| match record {
            None => Ok(Count { at, was: Expect::Absent, value: 0 }),
            Some(record) => {
                let bytes = record.bytes().try_into().map_err(|_| SeError::Storage)?;
                Ok(Count { at, was: Expect::Version(record.version()), value: u32::from_be_bytes(bytes) })
            }
        });
        let (all, owner) = (counts.next(), counts.next());
        Ok(Self { all: all.ok_or(SeError::Storage)??, owner: owner.ok_or(SeError::Storage)?? })
    }

    /// Adds to the batch: one key more. [`SeError::Full`] when there is no room for it.
    pub(crate) fn one_more(self, quota: Quota, batch: &mut Batch) -> Result<(), SeError> {
        if self.all.value >= quota.all || self.owner.value >= quota.per_owner {
            return Err(SeError::Full);
        }
        for count in [self.all, self.owner] {
            let value = count.value.checked_add(1).ok_or(SeError::Full)?;
            batch.put(count.at, count.was, value.to_be_bytes().to_vec());
        }
        Ok(())
    }

    /// Adds to the batch: one key less.
    pub(crate) fn one_less(self, batch: &mut Batch) -> Result<(), SeError> {
        self.all.one_less(batch)?;
        self.owner.one_less(batch)
    }
}

/// An owner's path: of fixed length and harmless characters, whatever the owner is called.
fn owner_path(owner: &Owner) -> String {
    let digest = Sha256::digest(owner.as_str());
    digest.iter().fold(String::from("owner/"), |mut path, byte| {
        path.push_str(&format!("{byte:02x}"));
        path
    })
}
