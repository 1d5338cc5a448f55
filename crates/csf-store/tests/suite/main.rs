//! One suite for every engine: what holds of one store must hold of all, unchanged.
//!
//! Each test is written once, against [`Store`], and runs four times: on both engines bare, and on both behind
//! the vault and a cache of eight entries, too small for what the tests write.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests may stop at the first surprise"
)]

use std::num::NonZeroUsize;
use std::path::Path;

use csf_store::{
    Batch, Epoch, Expect, MemoryStore, RecordKey, Records, Space, SqliteStore, Store, StoreError, StoreId,
    Vault, Version,
};

mod bounds;
mod conditions;
mod counts;
mod durability;
mod groups;
mod model;
mod ranges;

/// Two spaces, so that every test sees both sides of the vault.
pub(crate) const SPACES: [Space; 2] = [Space::sealed("sealed"), Space::open("open")];

/// How to make a store of one kind; where the kind is durable, the same path gives the same store again.
pub(crate) trait Engine {
    type Store: Store;
    fn open(path: &Path) -> Self::Store;
}

macro_rules! engine {
    ($engine:ident, $store:ty, $open:expr) => {
        pub(crate) struct $engine;

        impl Engine for $engine {
            type Store = $store;

            fn open(path: &Path) -> Self::Store {
                let open: fn(&Path) -> Self::Store = $open;
                open(path)
            }
        }
    };
}

engine!(Memory, MemoryStore, |_| MemoryStore::new());
engine!(Sqlite, SqliteStore, |path| SqliteStore::open(path).unwrap());
engine!(SealedMemory, Records<MemoryStore>, |_| behind_the_vault(MemoryStore::new()));
engine!(SealedSqlite, Records<SqliteStore>, |path| behind_the_vault(SqliteStore::open(path).unwrap()));

fn behind_the_vault<S: Store>(store: S) -> Records<S> {
    let vault = Vault::new(StoreId([1; 16]), Epoch(1), [2; 32].into());
    drop(Records::found(&store, &vault));
    Records::open(store, vault, NonZeroUsize::new(8).unwrap()).unwrap()
}

/// Runs the tests of a module on each engine.
macro_rules! on_every_engine {
    ($($test:ident),+ $(,)?) => {
        crate::on_every_engine!(@on memory Memory $($test)+);
        crate::on_every_engine!(@on sqlite Sqlite $($test)+);
        crate::on_every_engine!(@on sealed_memory SealedMemory $($test)+);
        crate::on_every_engine!(@on sealed_sqlite SealedSqlite $($test)+);
    };
    (@on $module:ident $engine:ident $($test:ident)+) => {
        mod $module {
            $(#[test]
            fn $test() {
                let directory = tempfile::tempdir().unwrap();
                let store = <crate::$engine as crate::Engine>::open(&directory.path().join("records.db"));
                super::$test(&store);
            })+
        }
    };
}
pub(crate) use on_every_engine;

pub(crate) type Outcome = Result<Vec<Option<Version>>, StoreError>;

pub(crate) fn commit_one(store: &impl Store, fill: impl FnOnce(&mut Batch)) -> Outcome {
    let mut batch = Batch::new();
    fill(&mut batch);
    let mut outcomes = store.commit(&[batch]);
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

pub(crate) fn put(store: &impl Store, key: &RecordKey, bytes: &[u8]) {
    commit_one(store, |batch| batch.put(key.clone(), Expect::Any, bytes.to_vec())).unwrap();
}

/// Version and bytes under the key.
pub(crate) fn read(store: &impl Store, key: &RecordKey) -> Option<(u64, Vec<u8>)> {
    let mut found = store.load(std::slice::from_ref(key)).unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0).map(|record| (record.version().0, record.bytes().to_vec()))
}
