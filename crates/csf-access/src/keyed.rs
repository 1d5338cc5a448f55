//! Keys for what one decision looks up many times: hashed once, and found without hashing again.
//!
//! The hash is keyed anew in each process, so that nobody can choose names that meet in it. Where two names did meet,
//! whoever uses a key compares the names before anything is permitted.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::sync::LazyLock;

static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// The key of a name.
pub(crate) fn key_of(name: &impl Hash) -> u64 {
    STATE.hash_one(name)
}

/// A map by such keys.
pub(crate) type KeyedMap<V> = HashMap<u64, V, BuildHasherDefault<Taken>>;

/// Takes a key for its own hash.
#[derive(Clone, Default)]
pub(crate) struct Taken(u64);

impl Hasher for Taken {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
