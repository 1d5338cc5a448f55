//! Keys for what one decision looks up many times: hashed once, and found without hashing again.
//!
//! The hash is keyed anew in each process, so that nobody can choose names that meet in it. Where two names did meet,
//! whoever uses a key compares the names before anything is permitted.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::sync::LazyLock;

static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// The key of a name.
pub(crate) fn key_of<N: Hash + ?Sized>(name: &N) -> u64 {
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

/// Which rules are for whom, in the order of the keys: small where there are few, and searched in few steps where there
/// are many.
pub(crate) struct KeyedTable<N>(Box<[Row<N>]>);

struct Row<N> {
    key: u64,
    name: N,
    rule: u16,
}

impl<N> Default for KeyedTable<N> {
    fn default() -> Self {
        Self(Box::default())
    }
}

impl<N: Hash + Eq> FromIterator<(N, u16)> for KeyedTable<N> {
    fn from_iter<I: IntoIterator<Item = (N, u16)>>(names: I) -> Self {
        let mut rows: Vec<Row<N>> =
            names.into_iter().map(|(name, rule)| Row { key: key_of(&name), name, rule }).collect();
        // The sort is stable: the rules of a name keep their order.
        rows.sort_by_key(|row| row.key);
        rows.dedup_by(|row, before| row.rule == before.rule && row.name == before.name);
        Self(rows.into())
    }
}

impl<N> KeyedTable<N> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rules for a name, whose key is given, in their order.
    pub(crate) fn find<'a, Q: Eq + ?Sized>(&'a self, key: u64, name: &'a Q) -> impl Iterator<Item = u16> + 'a
    where
        N: Borrow<Q>,
    {
        let from = self.0.partition_point(|row| row.key < key);
        let rows = self.0.get(from..).unwrap_or_default().iter();
        rows.take_while(move |row| row.key == key)
            .filter(move |row| row.name.borrow() == name)
            .map(|row| row.rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_finds_the_rules_of_a_name_in_their_order_and_nobody_elses() {
        let names = [("b", 0), ("a", 1), ("b", 1), ("c", 2), ("b", 2), ("b", 2)];
        let table: KeyedTable<Box<str>> = names.iter().map(|&(name, rule)| (name.into(), rule)).collect();
        let of = |name: &str| table.find(key_of(name), name).collect::<Vec<_>>();
        assert_eq!((of("a"), of("b"), of("c"), of("d")), (vec![1], vec![0, 1, 2], vec![2], vec![]));
        // A key that two names share brings nobody the rules of the other.
        assert_eq!(table.find(key_of("a"), "b").count(), 0);
        assert!(KeyedTable::<Box<str>>::default().is_empty() && !table.is_empty());
    }
}
