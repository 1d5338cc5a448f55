//! Several batches in one commit, one after another, and beside readers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use csf_store::{Batch, Expect, Store, StoreError, Version};

use crate::{SPACES, on_every_engine, put, read};

on_every_engine!(
    a_failing_batch_in_the_middle_leaves_its_neighbours_whole,
    a_later_batch_sees_what_an_earlier_one_wrote,
    a_blind_write_after_a_failed_batch_takes_the_version_that_is_really_there,
    blind_writes_of_one_record_in_one_group_count_up,
    readers_beside_a_writer_see_each_batch_whole_and_never_go_back,
);

fn batch(fill: impl FnOnce(&mut Batch)) -> Batch {
    let mut batch = Batch::new();
    fill(&mut batch);
    batch
}

fn a_failing_batch_in_the_middle_leaves_its_neighbours_whole(store: &impl Store) {
    for space in SPACES {
        let keys = ["a", "b", "c", "d", "e"].map(|path| space.key(path));
        put(store, &keys[2], b"in the way");
        let outcomes = store.commit(&[
            batch(|batch| batch.put(keys[0].clone(), Expect::Absent, b"first".to_vec())),
            batch(|batch| {
                batch.put(keys[1].clone(), Expect::Absent, b"lost".to_vec());
                batch.put(keys[2].clone(), Expect::Absent, b"lost".to_vec());
            }),
            batch(|batch| {
                batch.put(keys[3].clone(), Expect::Any, b"twice".to_vec());
                batch.delete(keys[3].clone(), Expect::Any);
            }),
            batch(|batch| batch.put(keys[4].clone(), Expect::Any, b"last".to_vec())),
        ]);
        assert_eq!(
            outcomes,
            [
                Ok(vec![Some(Version(1))]),
                Err(StoreError::Conflict(keys[2].clone())),
                Err(StoreError::TooLarge(keys[3].clone())),
                Ok(vec![Some(Version(1))]),
            ]
        );
        let found = keys.map(|key| read(store, &key).map(|(_, bytes)| bytes));
        let expected = [Some("first"), None, Some("in the way"), None, Some("last")];
        assert_eq!(found, expected.map(|text| text.map(|text| text.as_bytes().to_vec())));
    }
}

fn a_later_batch_sees_what_an_earlier_one_wrote(store: &impl Store) {
    for space in SPACES {
        let key = space.key("passed on");
        let outcomes = store.commit(&[
            batch(|batch| batch.put(key.clone(), Expect::Absent, vec![1])),
            batch(|batch| batch.put(key.clone(), Expect::Version(Version(1)), vec![2])),
            batch(|batch| batch.put(key.clone(), Expect::Version(Version(1)), vec![3])),
            batch(|batch| batch.check(key.clone(), Expect::Version(Version(2)))),
        ]);
        assert_eq!(
            outcomes,
            [
                Ok(vec![Some(Version(1))]),
                Ok(vec![Some(Version(2))]),
                Err(StoreError::Conflict(key.clone())),
                Ok(vec![Some(Version(2))]),
            ]
        );
        assert_eq!(read(store, &key), Some((2, vec![2])));
    }
}

fn a_blind_write_after_a_failed_batch_takes_the_version_that_is_really_there(store: &impl Store) {
    for space in SPACES {
        let [key, obstacle] = ["wanted", "obstacle"].map(|path| space.key(path));
        put(store, &key, vec![1].as_slice());
        let outcomes = store.commit(&[
            batch(|batch| {
                batch.put(key.clone(), Expect::Any, vec![2]);
                batch.check(obstacle.clone(), Expect::Version(Version(1)));
            }),
            batch(|batch| batch.put(key.clone(), Expect::Any, vec![3])),
        ]);
        assert_eq!(outcomes, [Err(StoreError::Conflict(obstacle)), Ok(vec![Some(Version(2))])]);
        assert_eq!(read(store, &key), Some((2, vec![3])));
    }
}

fn blind_writes_of_one_record_in_one_group_count_up(store: &impl Store) {
    for space in SPACES {
        let key = space.key("counter");
        let writes: Vec<_> = (1..=4_u8)
            .map(|byte| batch(|batch| batch.put(key.clone(), Expect::Any, vec![byte])))
            .chain([batch(|batch| batch.delete(key.clone(), Expect::Any))])
            .chain([batch(|batch| batch.put(key.clone(), Expect::Any, vec![9]))])
            .collect();
        let versions = store.commit(&writes).into_iter().map(|outcome| outcome.unwrap()[0].map(|it| it.0));
        let expected = [Some(1), Some(2), Some(3), Some(4), None, Some(1)];
        assert_eq!(versions.collect::<Vec<_>>(), expected);
        assert_eq!(read(store, &key), Some((1, vec![9])));
    }
}

fn readers_beside_a_writer_see_each_batch_whole_and_never_go_back(store: &impl Store) {
    const ROUNDS: u64 = 300;
    let keys = ["a", "b", "c"].map(|path| SPACES[0].key(path));
    let write = |round: u64| {
        let whole = batch(|batch| {
            keys.iter().for_each(|key| batch.put(key.clone(), Expect::Any, round.to_be_bytes().to_vec()));
        });
        store.commit(&[whole])[0].is_ok()
    };
    let is_over = AtomicBool::new(false);
    let read_until_the_end = || {
        let mut last = 0;
        while !is_over.load(Ordering::Relaxed) {
            let found = store.load(&keys).unwrap();
            let rounds: Vec<_> = found.iter().map(|record| record.as_ref().unwrap().bytes()).collect();
            assert!(rounds.iter().all(|round| *round == rounds[0]), "a batch seen by half: {rounds:?}");
            let now = u64::from_be_bytes(rounds[0].try_into().unwrap());
            assert!(now >= last, "{now} after {last}");
            last = now;
        }
    };
    assert!(write(0));
    let all_written = thread::scope(|scope| {
        [(); 3].iter().for_each(|()| drop(scope.spawn(read_until_the_end)));
        let all_written = (1..=ROUNDS).all(write);
        is_over.store(true, Ordering::Relaxed);
        all_written
    });
    assert!(all_written);
}
