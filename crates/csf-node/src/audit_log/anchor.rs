//! What the sealed store keeps of the audit log: its key, and the newest checkpoint.
//!
//! Both are sealed by the store key, which the secure environment guards, and the version tree of the store notices
//! where one is taken out or set back. So the end of the log up to the checkpoint cannot be cut off unnoticed.

use csf_store::{Batch, Expect, RecordKey, Space, Store, StoreError};
use zeroize::Zeroizing;

use super::secret::{AuditKey, KEY_BYTES};

/// What belongs to the audit log.
const AUDIT: Space = Space::sealed("audit");
/// The form of a checkpoint.
const FORM: u8 = 1;
/// Its bytes: form, number, hash, first record of the file, end in the file, first record of all.
const ANCHOR_BYTES: usize = 1 + 8 + 32 + 8 + 8 + 8;

/// A checkpoint: where the log was at some moment, on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The number of the last record; 0 where there was none.
    pub(super) number: u64,
    /// Its hash.
    pub(super) hash: [u8; 32],
    /// The number with which the file begins that it is in.
    pub(super) file: u64,
    /// Where in that file it ends.
    pub(super) end: u64,
    /// The first record that was not removed on purpose.
    pub(super) floor: u64,
}

impl Anchor {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ANCHOR_BYTES);
        bytes.push(FORM);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.hash);
        for number in [self.file, self.end, self.floor] {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[FORM])?;
        let (number, rest) = rest.split_first_chunk()?;
        let (hash, rest) = rest.split_first_chunk()?;
        let (file, rest) = rest.split_first_chunk()?;
        let (end, rest) = rest.split_first_chunk()?;
        let floor = rest.try_into().ok()?;
        let number_of = u64::from_be_bytes;
        Some(Self {
            number: number_of(*number),
            hash: *hash,
            file: number_of(*file),
            end: number_of(*end),
            floor: number_of(floor),
        })
    }
}

fn key_record() -> RecordKey {
    AUDIT.key("key")
}

fn anchor_record() -> RecordKey {
    AUDIT.key("anchor")
}

fn unreadable() -> StoreError {
    StoreError::Unavailable("the record of the audit log has another form".to_owned())
}

fn load(store: &dyn Store, key: RecordKey) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    let found = store.load(&[key])?.pop().flatten();
    Ok(found.map(|record| Zeroizing::new(record.bytes().to_vec())))
}

fn put(store: &dyn Store, key: RecordKey, expect: Expect, bytes: Vec<u8>) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    batch.put(key, expect, bytes);
    store.commit(&[batch]).pop().unwrap_or_else(|| Err(unreadable())).map(drop)
}

/// The key of the log, made where there is none yet.
pub(super) fn key(store: &dyn Store) -> Result<AuditKey, StoreError> {
    let mut kept = Zeroizing::new([0; KEY_BYTES]);
    if let Some(found) = load(store, key_record())? {
        if found.len() != KEY_BYTES {
            return Err(unreadable());
        }
        kept.copy_from_slice(&found);
    } else {
        getrandom::fill(&mut *kept)
            .map_err(|why| StoreError::Unavailable(format!("no randomness: {why}")))?;
        put(store, key_record(), Expect::Absent, kept.to_vec())?;
    }
    Ok(AuditKey::derive(&kept))
}

/// The newest checkpoint; `None` before the first.
pub(super) fn newest(store: &dyn Store) -> Result<Option<Anchor>, StoreError> {
    match load(store, anchor_record())? {
        Some(bytes) => Anchor::decode(&bytes).map(Some).ok_or_else(unreadable),
        None => Ok(None),
    }
}

/// Makes this the newest checkpoint. What it names must be on the disk.
pub(super) fn set(store: &dyn Store, anchor: &Anchor) -> Result<(), StoreError> {
    put(store, anchor_record(), Expect::Any, anchor.encode())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_as_it_was_written_and_nothing_else_is_one() {
        let anchor = Anchor { number: 7, hash: [9; 32], file: 3, end: 4711, floor: 2 };
        let bytes = anchor.encode();
        assert_eq!(bytes.len(), ANCHOR_BYTES);
        assert_eq!(Anchor::decode(&bytes), Some(anchor));
        for at in 0..bytes.len() {
            assert_eq!(Anchor::decode(&bytes[..at]), None);
        }
        assert_eq!(Anchor::decode(&[&bytes[..], &[0]].concat()), None);
        assert_eq!(Anchor::decode(&[&[2], &bytes[1..]].concat()), None);
    }
}
