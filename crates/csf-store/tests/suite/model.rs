//! Any engine against a naive model, over random sequences of commits, loads and scans.

use std::collections::BTreeMap;

use csf_store::{Batch, Expect, Range, RecordKey, Store, StoreError, Version};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{Engine, Memory, Outcome, SPACES, SealedMemory, SealedSqlite, Sqlite};

/// More than the cache holds, yet so few that writes meet.
const PATHS: [&str; 7] = ["a", "a/1", "a/2", "a/2/x", "b", "b0", "c"];

#[derive(Clone, Debug)]
enum Act {
    Commit(Vec<Vec<Entry>>),
    Load(Vec<RecordKey>),
    Scan(Range),
}

#[derive(Clone, Debug)]
struct Entry {
    key: RecordKey,
    expect: Expect,
    change: Option<Option<Vec<u8>>>,
}

fn key() -> impl Strategy<Value = RecordKey> {
    (prop::sample::select(&SPACES), prop::sample::select(&PATHS)).prop_map(|(space, path)| space.key(path))
}

fn entry() -> impl Strategy<Value = Entry> {
    let expect = prop_oneof![
        2 => Just(Expect::Any),
        1 => Just(Expect::Absent),
        2 => (1..4_u64).prop_map(|version| Expect::Version(Version(version))),
    ];
    let change = prop_oneof![
        1 => Just(None),
        1 => Just(Some(None)),
        4 => vec(any::<u8>(), 0..40).prop_map(|bytes| Some(Some(bytes))),
    ];
    (key(), expect, change).prop_map(|(key, expect, change)| Entry { key, expect, change })
}

fn range() -> impl Strategy<Value = Range> {
    let path = || prop::sample::select(&["", "a", "a/", "a/2", "b", "bb", "d"]);
    (prop::sample::select(&SPACES), path(), prop::option::of(path()), 0..9_usize, any::<bool>()).prop_map(
        |(space, prefix, after, limit, backwards)| Range {
            space,
            prefix: prefix.into(),
            after: after.map(Into::into),
            limit,
            backwards,
        },
    )
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => vec(vec(entry(), 0..4), 0..4).prop_map(Act::Commit),
        3 => vec(key(), 0..5).prop_map(Act::Load),
        1 => range().prop_map(Act::Scan),
    ]
}

/// What a store is, said as plainly as possible.
#[derive(Default)]
struct Model(BTreeMap<RecordKey, (u64, Vec<u8>)>);

impl Model {
    fn commit(&mut self, entries: &[Entry]) -> Outcome {
        for (place, entry) in entries.iter().enumerate() {
            if entries.iter().take(place).any(|earlier| earlier.key == entry.key) {
                return Err(StoreError::TooLarge(entry.key.clone()));
            }
        }
        let mut after = self.0.clone();
        let mut versions = Vec::new();
        for entry in entries {
            let current = after.get(&entry.key).map(|(version, _)| *version);
            match (entry.expect, current) {
                (Expect::Absent, Some(_)) | (Expect::Version(_), None) => {
                    return Err(StoreError::Conflict(entry.key.clone()));
                }
                (Expect::Version(Version(wanted)), Some(version)) if wanted != version => {
                    return Err(StoreError::Conflict(entry.key.clone()));
                }
                _ => {}
            }
            match &entry.change {
                None => {}
                Some(None) => drop(after.remove(&entry.key)),
                Some(Some(bytes)) => {
                    drop(after.insert(entry.key.clone(), (current.unwrap_or(0) + 1, bytes.clone())));
                }
            }
            versions.push(after.get(&entry.key).map(|(version, _)| Version(*version)));
        }
        self.0 = after;
        Ok(versions)
    }

    fn scan(&self, range: &Range) -> Vec<(RecordKey, (u64, Vec<u8>))> {
        let within = |key: &RecordKey| {
            let place = key.as_str().strip_prefix(range.space.name()).and_then(|rest| rest.strip_prefix('/'));
            let beyond = |path: &str| match range.after.as_deref() {
                Some(after) if range.backwards => path < after,
                Some(after) => path > after,
                None => true,
            };
            place.is_some_and(|path| path.starts_with(&*range.prefix) && beyond(path))
        };
        let mut found: Vec<_> = self.0.iter().filter(|(key, _)| within(key)).collect();
        if range.backwards {
            found.reverse();
        }
        found.into_iter().take(range.limit).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

fn batch(entries: &[Entry]) -> Batch {
    let mut batch = Batch::new();
    for Entry { key, expect, change } in entries.iter().cloned() {
        match change {
            None => batch.check(key, expect),
            Some(None) => batch.delete(key, expect),
            Some(Some(bytes)) => batch.put(key, expect, bytes),
        }
    }
    batch
}

fn behaves_like_the_model<E: Engine>(acts: &[Act]) {
    let directory = tempfile::tempdir().unwrap();
    let store = E::open(&directory.path().join("records.db"));
    let mut model = Model::default();
    for act in acts {
        match act {
            Act::Commit(group) => {
                let batches: Vec<_> = group.iter().map(|entries| batch(entries)).collect();
                let expected: Vec<_> = group.iter().map(|entries| model.commit(entries)).collect();
                assert_eq!(store.commit(&batches), expected);
            }
            Act::Load(keys) => {
                let found = store.load(keys).unwrap().into_iter();
                let found = found.map(|record| record.map(|it| (it.version().0, it.bytes().to_vec())));
                assert!(found.eq(keys.iter().map(|key| model.0.get(key).cloned())), "{keys:?}");
            }
            Act::Scan(range) => {
                let found = store.scan(range).unwrap().into_iter();
                let found = found.map(|(key, it)| (key, (it.version().0, it.bytes().to_vec())));
                assert_eq!(found.collect::<Vec<_>>(), model.scan(range), "{range:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn memory_behaves_like_the_model(acts in vec(act(), 1..40)) {
        behaves_like_the_model::<Memory>(&acts);
        behaves_like_the_model::<SealedMemory>(&acts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn sqlite_behaves_like_the_model(acts in vec(act(), 1..40)) {
        behaves_like_the_model::<Sqlite>(&acts);
        behaves_like_the_model::<SealedSqlite>(&acts);
    }
}
