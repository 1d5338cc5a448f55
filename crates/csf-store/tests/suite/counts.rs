//! Counts: steps of one number in one group, each within its bound, all or none of what goes with it.

use std::collections::BTreeMap;

use csf_store::{Batch, Expect, RecordKey, Step, Store, StoreError, Version};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{Engine, Memory, SPACES, SealedMemory, SealedSqlite, Sqlite, on_every_engine, put, read};

on_every_engine!(
    steps_of_one_group_are_all_taken_and_no_more_than_the_bound_allows,
    a_batch_that_fails_takes_its_step_with_it,
    a_step_of_what_is_no_number_is_refused,
    steps_and_writes_of_one_record_follow_each_other,
    a_count_is_read_as_it_is_after_each_group,
);

fn number(n: u64) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

fn value(store: &impl Store, key: &RecordKey) -> Option<u64> {
    read(store, key).map(|(_, bytes)| u64::from_be_bytes(bytes.try_into().unwrap()))
}

fn step(key: &RecordKey, step: Step) -> Batch {
    let mut batch = Batch::new();
    batch.count(key.clone(), step);
    batch
}

fn up(key: &RecordKey, most: u64) -> Batch {
    step(key, Step::Up { most })
}

fn down(key: &RecordKey, by: u64) -> Batch {
    step(key, Step::Down { by })
}

fn steps_of_one_group_are_all_taken_and_no_more_than_the_bound_allows(store: &impl Store) {
    for space in SPACES {
        let (key, other) = (space.key("count"), space.key("other"));
        put(store, &key, &number(3));
        put(store, &other, &number(0));
        let group: Vec<_> = (0..10).map(|_| up(&key, 7)).chain([up(&other, 9)]).collect();
        let outcomes = store.commit(&group);
        assert_eq!(outcomes.iter().take(10).filter(|outcome| outcome.is_ok()).count(), 4);
        assert!(outcomes[..4].iter().all(Result::is_ok) && outcomes[10].is_ok());
        assert_eq!(outcomes[4], Err(StoreError::Conflict(key.clone())));
        assert_eq!((value(store, &key), value(store, &other)), (Some(7), Some(1)));
        // What goes down makes room for what comes after it.
        let outcomes = store.commit(&[up(&key, 7), down(&key, 2), up(&key, 7), up(&key, 7), down(&key, 8)]);
        assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, true, true, false]);
        assert_eq!(value(store, &key), Some(7));
    }
}

fn a_batch_that_fails_takes_its_step_with_it(store: &impl Store) {
    for space in SPACES {
        let (key, [taken, free]) = (space.key("count"), ["taken", "free"].map(|path| space.key(path)));
        put(store, &key, &number(0));
        put(store, &taken, b"in the way");
        let making = |made: &RecordKey, most| {
            let mut batch = up(&key, most);
            batch.put(made.clone(), Expect::Absent, b"made".to_vec());
            batch
        };
        let outcomes = store.commit(&[making(&taken, 9), making(&free, 9), making(&space.key("more"), 1)]);
        assert_eq!(outcomes[0], Err(StoreError::Conflict(taken.clone())));
        assert!(outcomes[1].is_ok());
        assert_eq!(outcomes[2], Err(StoreError::Conflict(key.clone())));
        assert_eq!(value(store, &key), Some(1));
        assert_eq!((read(store, &free).is_some(), read(store, &space.key("more"))), (true, None));
    }
}

fn a_step_of_what_is_no_number_is_refused(store: &impl Store) {
    for space in SPACES {
        let (absent, text) = (space.key("absent"), space.key("text"));
        put(store, &text, b"seven");
        for key in [absent, text] {
            let before = read(store, &key);
            for batch in [up(&key, u64::MAX), down(&key, 0)] {
                assert_eq!(store.commit(&[batch]), [Err(StoreError::Conflict(key.clone()))]);
            }
            assert_eq!(read(store, &key), before);
        }
        let key = space.key("twice");
        put(store, &key, &number(0));
        let mut twice = up(&key, 9);
        twice.count(key.clone(), Step::Up { most: 9 });
        assert_eq!(store.commit(&[twice]), [Err(StoreError::TooLarge(key.clone()))]);
        assert_eq!(value(store, &key), Some(0));
    }
}

fn steps_and_writes_of_one_record_follow_each_other(store: &impl Store) {
    for space in SPACES {
        let key = space.key("count");
        let write = |expect, n: Option<u64>| {
            let mut batch = Batch::new();
            match n {
                Some(n) => batch.put(key.clone(), expect, number(n)),
                None => batch.delete(key.clone(), expect),
            }
            batch
        };
        let check = |expect| {
            let mut batch = Batch::new();
            batch.check(key.clone(), expect);
            batch
        };
        let first = Expect::Version(Version(1));
        let outcomes = store.commit(&[
            up(&key, 9),                    // there is none
            write(Expect::Absent, Some(4)), // 4
            check(first),
            up(&key, 9),  // 5
            check(first), // it is another by now
            write(first, Some(1)),
            check(Expect::Version(Version(2))),
            up(&key, 9),                 // 6
            write(Expect::Any, Some(8)), // 8
            up(&key, 9),                 // 9
            up(&key, 9),                 // beyond the bound
            write(Expect::Any, None),    // none
            down(&key, 1),
            write(Expect::Absent, Some(2)), // 2
            down(&key, 1),                  // 1
        ]);
        let happened = outcomes.iter().map(|outcome| u8::from(outcome.is_ok())).collect::<Vec<_>>();
        assert_eq!(happened, [0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1]);
        assert_eq!(value(store, &key), Some(1));
    }
}

fn a_count_is_read_as_it_is_after_each_group(store: &impl Store) {
    for space in SPACES {
        let key = space.key("count");
        put(store, &key, &number(0));
        let mut last = read(store, &key).unwrap().0;
        for round in 1..=20 {
            // Others come and go in the cache between.
            (0..9).for_each(|n| put(store, &space.key(&format!("x{n}")), b"x"));
            let group = [up(&key, 1000), up(&key, 1000), up(&key, 1000)];
            let told = store.commit(&group).pop().unwrap().unwrap()[0].unwrap();
            let (version, bytes) = read(store, &key).unwrap();
            assert_eq!((bytes, Version(version)), (number(round * 3), told));
            assert!(version > last);
            last = version;
        }
    }
}

/// A batch of the model: a step of one of two counts, perhaps with something to be made.
type Wish = (usize, Step, Option<usize>);

fn wish() -> impl Strategy<Value = Wish> {
    let step = prop_oneof![
        3 => (0..9_u64).prop_map(|most| Step::Up { most }),
        1 => (0..4_u64).prop_map(|by| Step::Down { by }),
    ];
    (0..2_usize, step, prop::option::of(0..12_usize))
}

fn follows<E: Engine>(groups: &[Vec<Wish>]) {
    let directory = tempfile::tempdir().unwrap();
    let store = E::open(&directory.path().join("records.db"));
    for space in SPACES {
        let counts = ["a", "b"].map(|path| space.key(path));
        counts.iter().for_each(|key| put(&store, key, &number(2)));
        let mut numbers = [2_u64; 2];
        let mut made: BTreeMap<usize, ()> = BTreeMap::new();
        for group in groups {
            let batches: Vec<Batch> = group
                .iter()
                .map(|(which, taken, makes)| {
                    let mut batch = step(&counts[*which], *taken);
                    if let Some(makes) = makes {
                        batch.put(space.key(&format!("made/{makes}")), Expect::Absent, b"x".to_vec());
                    }
                    batch
                })
                .collect();
            let outcomes = store.commit(&batches);
            for ((which, taken, makes), outcome) in group.iter().zip(outcomes) {
                let after = match taken {
                    Step::Up { most } => Some(numbers[*which] + 1).filter(|after| after <= most),
                    Step::Down { by } => numbers[*which].checked_sub(*by),
                };
                let free = makes.is_none_or(|makes| !made.contains_key(&makes));
                assert_eq!(outcome.is_ok(), after.is_some() && free);
                if let (Some(after), true) = (after, free) {
                    numbers[*which] = after;
                    made.extend(makes.map(|makes| (makes, ())));
                }
            }
            assert_eq!(counts.each_ref().map(|key| value(&store, key).unwrap()), numbers);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn counts_are_what_one_step_after_another_makes_of_them(groups in vec(vec(wish(), 0..8), 0..6)) {
        follows::<Memory>(&groups);
        follows::<Sqlite>(&groups);
        follows::<SealedMemory>(&groups);
        follows::<SealedSqlite>(&groups);
    }
}
