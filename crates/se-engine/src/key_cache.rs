//! Parsed keys in memory, so that a signature does not begin with reading and parsing a key.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use csf_transport::KeyId;

use crate::keys::Key;

/// The most parsed keys held in memory.
pub(crate) const MAX_CACHED_KEYS: usize = 1024;

/// A bounded cache of keys. Dropping a key, here or in the last hand that uses it, wipes it.
#[derive(Default)]
pub(crate) struct KeyCache {
    held: RwLock<Held>,
}

#[derive(Default)]
struct Held {
    keys: HashMap<KeyId, Arc<Key>>,
    removals: u64,
}

/// The state of the cache before a key was read from the store.
///
/// Between reading and inserting the key may be destroyed; a ticket from before the removal is void, so
/// that a destroyed key does not come back.
#[derive(Clone, Copy)]
pub(crate) struct Ticket(u64);

impl KeyCache {
    /// The key, if it is here.
    pub(crate) fn get(&self, id: KeyId) -> Option<Arc<Key>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).keys.get(&id).cloned()
    }

    /// To be taken before reading a key from the store.
    pub(crate) fn ticket(&self) -> Ticket {
        Ticket(self.held.read().unwrap_or_else(PoisonError::into_inner).removals)
    }

    /// Keeps a key that was read after taking the ticket, unless a key was removed since.
    pub(crate) fn insert(&self, ticket: Ticket, key: &Arc<Key>) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.removals != ticket.0 {
            return;
        }
        if held.keys.len() >= MAX_CACHED_KEYS {
            // Any one will do: it costs one more parsing when it is needed again.
            let victim = held.keys.keys().next().copied();
            victim.and_then(|id| held.keys.remove(&id));
        }
        held.keys.insert(key.id(), Arc::clone(key));
    }

    /// Forgets a key that no longer exists.
    pub(crate) fn remove(&self, id: KeyId) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.removals = held.removals.wrapping_add(1);
        held.keys.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u128) -> Arc<Key> {
        Arc::new(Key::for_tests(KeyId(number.to_be_bytes())))
    }

    #[test]
    fn a_key_removed_while_it_was_being_read_stays_away() {
        let (cache, key) = (KeyCache::default(), key(1));
        let before = cache.ticket();
        cache.remove(key.id());
        cache.insert(before, &key);
        assert!(cache.get(key.id()).is_none());

        cache.insert(cache.ticket(), &key);
        assert!(cache.get(key.id()).is_some());
        cache.remove(key.id());
        assert!(cache.get(key.id()).is_none());
    }

    #[test]
    fn the_cache_never_holds_more_than_its_bound() {
        let cache = KeyCache::default();
        for number in 0..MAX_CACHED_KEYS as u128 + 10 {
            let key = key(number);
            cache.insert(cache.ticket(), &key);
            assert!(cache.get(key.id()).is_some(), "the newest is always there");
        }
        assert_eq!(cache.held.read().expect("not poisoned").keys.len(), MAX_CACHED_KEYS);
    }
}
