//! The cache of [`Records`](crate::Records): what the store holds now, or nothing at all.
//!
//! Bounded by entries and by bytes, and forgetful by the clock algorithm: a hit marks an entry, and the hand that looks for
//! room passes over marked entries once. Whether a load may fill it is decided by tickets: a load takes one
//! before it reads the store, and the ticket is void when the key is being written, or has been since.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::mem;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::key::{MAX_KEY_BYTES, RecordKey};
use crate::record::Record;

/// Longer records are read from the store each time, so that few entries cannot fill the memory.
pub const MAX_CACHED_BYTES: usize = 16 * 1024;

/// What the entries may take together: so many bytes for each that there may be, but at least [`LEAST_BYTES`]. A
/// cache of 250,000 entries takes 122 MiB at most, whatever is in it.
const MEAN_BYTES: usize = 512;
/// Room for a few of the longest, however few entries there may be.
const LEAST_BYTES: usize = 256 * 1024;
/// What an entry takes beside the bytes of its record and, twice, of its key: places in the tables, allocations.
const ENTRY_BYTES: usize = 224;

/// For so many entries the tables are made at once, so that nobody waits while they grow. They cost memory only
/// as they fill.
const MADE_AT_ONCE: usize = 1_000_000;

/// Keys share this many counters of writes. Sharing costs a fill now and then, never a wrong one.
const STRIPES: usize = 256;

/// What is cached for a key: its record, or that there is none.
type Cached = Option<Record>;

pub(crate) struct Cache {
    index: HashMap<RecordKey, usize>,
    slots: Vec<Slot>,
    capacity: usize,
    /// What the entries take, and the most that they may.
    bytes: usize,
    most_bytes: usize,
    hand: usize,
    stripes: Vec<Stripe>,
}

struct Slot {
    key: RecordKey,
    cached: Cached,
    used: AtomicBool,
}

impl Slot {
    fn takes(&self) -> usize {
        let record = self.cached.as_ref().map_or(0, |record| record.bytes().len());
        self.key.as_str().len().saturating_mul(2).saturating_add(record).saturating_add(ENTRY_BYTES)
    }
}

#[derive(Clone, Copy, Default)]
struct Stripe {
    under_way: usize,
    done: u64,
}

/// The right to fill the cache with what is read after it was taken.
pub(crate) struct Ticket(Option<u64>);

impl Cache {
    pub(crate) fn new(entries: NonZeroUsize) -> Self {
        let at_once = entries.get().min(MADE_AT_ONCE);
        Self {
            index: HashMap::with_capacity(at_once),
            slots: Vec::with_capacity(at_once),
            capacity: entries.get(),
            bytes: 0,
            most_bytes: entries.get().saturating_mul(MEAN_BYTES).max(LEAST_BYTES),
            hand: 0,
            stripes: vec![Stripe::default(); STRIPES],
        }
    }

    /// `None`: not cached.
    pub(crate) fn get(&self, key: &RecordKey) -> Option<Cached> {
        let slot = self.slots.get(*self.index.get(key)?)?;
        slot.used.store(true, Ordering::Relaxed);
        Some(slot.cached.clone())
    }

    pub(crate) fn ticket(&self, key: &RecordKey) -> Ticket {
        let stripe = self.stripes.get(self.stripe(key));
        Ticket(stripe.filter(|stripe| stripe.under_way == 0).map(|stripe| stripe.done))
    }

    /// Remembers what a load read, unless a write came between.
    pub(crate) fn fill(&mut self, key: &RecordKey, ticket: &Ticket, cached: Cached) {
        if ticket.0.is_some() && ticket.0 == self.ticket(key).0 {
            self.put(key, cached);
        }
    }

    /// The key is about to be written: nothing is known of it until [`Cache::end_write`].
    pub(crate) fn begin_write(&mut self, key: &RecordKey) {
        self.forget(key);
        let at = self.stripe(key);
        if let Some(stripe) = self.stripes.get_mut(at) {
            stripe.under_way = stripe.under_way.saturating_add(1);
        }
    }

    /// The write that was begun is over; what it left may now be [`Cache::put`].
    pub(crate) fn end_write(&mut self, key: &RecordKey) {
        let at = self.stripe(key);
        if let Some(stripe) = self.stripes.get_mut(at) {
            stripe.under_way = stripe.under_way.saturating_sub(1);
            stripe.done = stripe.done.wrapping_add(1);
        }
    }

    /// Remembers what is certainly the present state.
    pub(crate) fn put(&mut self, key: &RecordKey, cached: Cached) {
        let long = cached.as_ref().is_some_and(|record| record.bytes().len() > MAX_CACHED_BYTES);
        if long || key.as_str().len() > MAX_KEY_BYTES {
            return self.forget(key);
        }
        if let Some(slot) = self.index.get(key).and_then(|&at| self.slots.get_mut(at)) {
            let before = slot.takes();
            slot.cached = cached;
            self.bytes = self.bytes.saturating_sub(before).saturating_add(slot.takes());
            return self.shrink_to(self.most_bytes);
        }
        let fresh = Slot { key: key.clone(), cached, used: AtomicBool::new(false) };
        let takes = fresh.takes();
        self.shrink_to(self.most_bytes.saturating_sub(takes));
        self.bytes = self.bytes.saturating_add(takes);
        let at = if self.slots.len() < self.capacity {
            self.slots.push(fresh);
            self.slots.len().saturating_sub(1)
        } else {
            let at = self.victim();
            if let Some(slot) = self.slots.get_mut(at) {
                let gone = mem::replace(slot, fresh);
                self.bytes = self.bytes.saturating_sub(gone.takes());
                self.index.remove(&gone.key);
            }
            at
        };
        self.index.insert(key.clone(), at);
    }

    /// Forgets entries until they take no more than this.
    fn shrink_to(&mut self, bytes: usize) {
        while self.bytes > bytes && !self.slots.is_empty() {
            let at = self.victim();
            let Some(key) = self.slots.get(at).map(|slot| slot.key.clone()) else { return };
            self.forget(&key);
        }
    }

    /// Remembers nothing of the key.
    pub(crate) fn forget(&mut self, key: &RecordKey) {
        let Some(at) = self.index.remove(key).filter(|&at| at < self.slots.len()) else { return };
        let gone = self.slots.swap_remove(at);
        self.bytes = self.bytes.saturating_sub(gone.takes());
        // The last slot moved into the gap.
        if let Some(place) = self.slots.get(at).and_then(|moved| self.index.get_mut(&moved.key)) {
            *place = at;
        }
    }

    /// The first slot from the hand on that was not used since the hand came by: at the latest after one round.
    fn victim(&mut self) -> usize {
        loop {
            let at = if self.hand < self.slots.len() { self.hand } else { 0 };
            self.hand = at.saturating_add(1);
            match self.slots.get_mut(at) {
                Some(slot) if slot.used.swap(false, Ordering::Relaxed) => {}
                _ => return at,
            }
        }
    }

    fn stripe(&self, key: &RecordKey) -> usize {
        let hash = self.index.hasher().hash_one(key);
        usize::try_from(hash.checked_rem(STRIPES as u64).unwrap_or(0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
