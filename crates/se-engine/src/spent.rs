//! How many messages a key has encrypted, and no more than its algorithm bears.
//!
//! Counts are reserved in blocks, each in one durable write, and spent in memory, one atomic step a message. What was
//! reserved and not spent before a restart is lost: a count may jump ahead, and never comes back.
//!
//! ```text
//!   keyspent/<key>       4  generation that is counted   4  restores known to it   8  messages reserved
//!   keyspent/restores    4  how often the keys were restored from a backup
//! ```
//!
//! A restored count is that of the backup. What was encrypted since is not known, so [`RESTORE_ALLOWANCE`] is added for
//! each restore; a key that was made when nothing was counted counts as if it had encrypted [`UNCOUNTED_MESSAGES`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use csf_store::{Batch, Expect, Record, RecordKey, Space, Store};
use csf_transport::{KeyAlgorithm, KeyId, SeError};

use crate::quota::MAX_KEYS;

/// How many messages are reserved in one write: at most so many are lost with a restart, and one in so many
/// encryptions waits for the disk.
pub(crate) const BLOCK_MESSAGES: u64 = 1 << 16;
/// What a key may have encrypted between a backup and its restore, in messages: more than 30 a second for a year.
pub const RESTORE_ALLOWANCE: u64 = 1 << 30;
/// What a key counts as having encrypted that was made by a version which did not count, in messages: half of what it
/// may.
pub const UNCOUNTED_MESSAGES: u64 = 1 << 31;

const SPENT: Space = Space::sealed("keyspent");
const RESTORES: &str = "restores";

/// How counts are kept.
#[derive(Clone, Copy)]
pub(crate) struct Counting {
    /// How many messages are reserved at once.
    pub(crate) block: u64,
    /// The most messages of a key, where it is another than its algorithm says. Only tests say so.
    pub(crate) most: Option<u64>,
}

impl Default for Counting {
    fn default() -> Self {
        Self { block: BLOCK_MESSAGES, most: None }
    }
}

/// What is reserved for a key and not spent.
#[derive(Default)]
pub(crate) struct Left(AtomicI64);

impl Left {
    /// Takes one message, if there is one.
    pub(crate) fn take(&self) -> bool {
        // Nothing else depends on when others see it; and it does not come round in the time that there is.
        self.0.fetch_sub(1, Ordering::Relaxed) > 0
    }

    /// Whether there is one, for somebody else may have reserved meanwhile.
    pub(crate) fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// Puts there what was reserved.
    pub(crate) fn refill(&self, messages: u64) {
        self.0.store(i64::try_from(messages).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

/// What is left for each key that was used, whether its parsed form is still in memory or not.
#[derive(Default)]
pub(crate) struct LeftByKey(Mutex<HashMap<KeyId, (u32, Arc<Left>)>>);

impl LeftByKey {
    /// What is left for this generation of a key.
    pub(crate) fn of(&self, id: KeyId, generation: u32) -> Arc<Left> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match held.get(&id) {
            Some((counted, left)) if *counted == generation => return Arc::clone(left),
            // Keys are destroyed while they are read: what is held for them must not add up.
            None if held.len() >= MAX_KEYS as usize => held.clear(),
            _ => {}
        }
        let left = Arc::new(Left::default());
        held.insert(id, (generation, Arc::clone(&left)));
        left
    }

    /// Forgets what was left for a key, of whatever generation.
    pub(crate) fn forget(&self, id: KeyId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// What came of reserving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    /// So many messages may be encrypted once the batch is committed.
    Messages(u64),
    /// The key has another generation by now.
    Rotated,
}

/// Adds to the batch: a block more for this generation of a key. [`SeError::Exhausted`] when it has encrypted all that
/// it may.
pub(crate) fn reserve(
    store: &impl Store,
    (id, generation, algorithm): (KeyId, u32, KeyAlgorithm),
    counting: Counting,
    batch: &mut Batch,
) -> Result<Reserved, SeError> {
    let [record, restores] = load(store, id)?;
    let restores = restores.as_ref().map_or(Ok(0), number)?;
    let (expect, spent) = match &record {
        Some(record) => {
            let spent = Spent::decode(record.bytes()).ok_or(SeError::Storage)?;
            (Expect::Version(record.version()), spent)
        }
        None => (Expect::Absent, Spent { generation, restores: 0, messages: UNCOUNTED_MESSAGES }),
    };
    if spent.generation != generation {
        return if spent.generation > generation { Ok(Reserved::Rotated) } else { Err(SeError::Storage) };
    }
    let unknown = RESTORE_ALLOWANCE.saturating_mul(u64::from(restores.saturating_sub(spent.restores)));
    let before = spent.messages.saturating_add(unknown);
    let most = counting.most.or(algorithm.most_messages()).ok_or(SeError::Fault)?;
    let block = most.saturating_sub(before).min(counting.block);
    if block == 0 {
        return Err(SeError::Exhausted);
    }
    let after = Spent { generation, restores, messages: before.saturating_add(block) };
    batch.put(place(id), expect, after.encode());
    Ok(Reserved::Messages(block))
}

/// Adds to the batch: this generation of a key has encrypted nothing yet.
pub(crate) fn begin(
    store: &impl Store,
    (id, generation, algorithm): (KeyId, u32, KeyAlgorithm),
    batch: &mut Batch,
) -> Result<(), SeError> {
    if algorithm.most_messages().is_none() {
        return Ok(());
    }
    let [_, restores] = load(store, id)?;
    let restores = restores.as_ref().map_or(Ok(0), number)?;
    batch.put(place(id), Expect::Any, Spent { generation, restores, messages: 0 }.encode());
    Ok(())
}

/// Adds to the batch: the key is gone.
pub(crate) fn end(id: KeyId, algorithm: KeyAlgorithm, batch: &mut Batch) {
    if algorithm.most_messages().is_some() {
        batch.delete(place(id), Expect::Any);
    }
}

/// Adds to the batch: all counts are those of a backup that was restored.
pub(crate) fn note_restored(store: &impl Store, batch: &mut Batch) -> Result<(), SeError> {
    let key = SPENT.key(RESTORES);
    let mut records = store.load(std::slice::from_ref(&key)).map_err(|_| SeError::Storage)?;
    let record = records.pop().flatten();
    let expect = record.as_ref().map_or(Expect::Absent, |record| Expect::Version(record.version()));
    let restores = record.as_ref().map_or(Ok(0), number)?.saturating_add(1);
    batch.put(key, expect, restores.to_be_bytes().to_vec());
    Ok(())
}

#[derive(Clone, Copy)]
struct Spent {
    generation: u32,
    restores: u32,
    messages: u64,
}

impl Spent {
    fn encode(self) -> Vec<u8> {
        let Self { generation, restores, messages } = self;
        [&generation.to_be_bytes()[..], &restores.to_be_bytes(), &messages.to_be_bytes()].concat()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (generation, rest) = bytes.split_first_chunk()?;
        let (restores, rest) = rest.split_first_chunk()?;
        Some(Self {
            generation: u32::from_be_bytes(*generation),
            restores: u32::from_be_bytes(*restores),
            messages: u64::from_be_bytes(rest.try_into().ok()?),
        })
    }
}

fn place(id: KeyId) -> RecordKey {
    SPENT.key(&id.to_string())
}

fn load(store: &impl Store, id: KeyId) -> Result<[Option<Record>; 2], SeError> {
    let records = store.load(&[place(id), SPENT.key(RESTORES)]).map_err(|_| SeError::Storage)?;
    records.try_into().map_err(|_| SeError::Storage)
}

fn number(record: &Record) -> Result<u32, SeError> {
    record.bytes().try_into().map(u32::from_be_bytes).map_err(|_| SeError::Storage)
}

#[cfg(test)]
mod tests {
    use csf_store::MemoryStore;

    use super::*;

    const KEY: KeyId = KeyId([7; 16]);

    fn reserved(store: &MemoryStore, generation: u32, most: u64) -> Result<Reserved, SeError> {
        let mut batch = Batch::new();
        let counting = Counting { block: 10, most: Some(most) };
        let reserved = reserve(store, (KEY, generation, KeyAlgorithm::Aes128Gcm), counting, &mut batch)?;
        assert!(store.commit(&[batch]).iter().all(Result::is_ok));
        Ok(reserved)
    }

    #[test]
    fn a_key_of_before_counts_as_half_used_up_and_goes_on_from_there() {
        let store = MemoryStore::new();
        assert_eq!(reserved(&store, 1, UNCOUNTED_MESSAGES), Err(SeError::Exhausted));
        assert_eq!(reserved(&store, 1, UNCOUNTED_MESSAGES + 12), Ok(Reserved::Messages(10)));
        assert_eq!(reserved(&store, 1, UNCOUNTED_MESSAGES + 12), Ok(Reserved::Messages(2)));
        assert_eq!(reserved(&store, 1, UNCOUNTED_MESSAGES + 12), Err(SeError::Exhausted));
        let algorithm = KeyAlgorithm::Aes128Gcm;
        assert!(UNCOUNTED_MESSAGES < algorithm.most_messages().expect("it encrypts"));
    }

    #[test]
    fn a_generation_is_counted_for_itself() {
        let store = MemoryStore::new();
        let mut batch = Batch::new();
        begin(&store, (KEY, 2, KeyAlgorithm::Aes128Gcm), &mut batch).expect("a store");
        assert!(store.commit(&[batch]).iter().all(Result::is_ok));
        assert_eq!(reserved(&store, 1, 5), Ok(Reserved::Rotated), "nothing is reserved for the one before");
        assert_eq!(reserved(&store, 2, 5), Ok(Reserved::Messages(5)));
        assert_eq!(reserved(&store, 3, 5), Err(SeError::Storage), "that one was never made");
    }

    #[test]
    fn only_what_encrypts_is_counted() {
        let store = MemoryStore::new();
        for algorithm in KeyAlgorithm::ALL.iter().copied() {
            let mut batch = Batch::new();
            begin(&store, (KEY, 1, algorithm), &mut batch).expect("a store");
            let encrypts = algorithm.uses().contains(csf_transport::KeyUse::Encrypt);
            assert_eq!(!batch.writes().is_empty(), encrypts, "{algorithm:?}");
            assert_eq!(algorithm.most_messages().is_some(), encrypts, "{algorithm:?}");
        }
    }
}
