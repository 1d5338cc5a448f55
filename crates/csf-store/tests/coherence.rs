//! The cache of [`Records`] against time: whatever a read and a write do to each other, nobody who asks after
//! the acknowledgement sees what was before.
//!
//! A scripted engine stops in the middle of a read or a write, so that the other side runs at exactly that
//! moment.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use csf_store::{
    Batch, Changes, Entries, Epoch, Expect, MAX_CACHED_BYTES, MemoryStore, Range, Record, RecordKey, Records,
    Space, Step, Store, StoreError, StoreId, Vault, Version,
};

const SPACE: Space = Space::sealed("coherence");

/// An engine that calls out between doing something and saying so.
#[derive(Default)]
struct Scripted {
    below: MemoryStore,
    loads: AtomicUsize,
    commits: AtomicUsize,
    /// Before a load: the next one fails with this.
    fail_load: Mutex<Option<StoreError>>,
    after_load: Mutex<Option<Pause>>,
    before_commit: Mutex<Option<Pause>>,
    after_commit: Mutex<Option<Pause>>,
    /// The commit after so many others happens, and then this is reported for it.
    lie: Mutex<Option<(usize, StoreError)>>,
}

/// Says that the moment has come, and waits to go on. Tests make it inside their scope: if they fail there, the
/// other end is dropped, and nobody waits for ever.
struct Pause(Sender<()>, Receiver<()>);

fn pause() -> (Pause, Receiver<()>, Sender<()>) {
    let ((reached, has_reached), (go_on, may_go_on)) = (channel(), channel());
    (Pause(reached, may_go_on), has_reached, go_on)
}

fn take<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap().take()
}

fn stop_at(place: &Mutex<Option<Pause>>) {
    if let Some(Pause(reached, may_go_on)) = take(place) {
        reached.send(()).unwrap();
        may_go_on.recv().unwrap();
    }
}

impl Store for Scripted {
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        if let Some(failure) = take(&self.fail_load) {
            return Err(failure);
        }
        let found = self.below.load(keys);
        stop_at(&self.after_load);
        found
    }

    fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        self.below.scan(range)
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        self.below.is_empty()
    }

    fn commit(&self, batches: &[Batch]) -> Vec<Result<Vec<Option<Version>>, StoreError>> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        stop_at(&self.before_commit);
        let mut outcomes = self.below.commit(batches);
        stop_at(&self.after_commit);
        let mut lie = self.lie.lock().unwrap();
        match lie.take() {
            Some((0, failure)) => outcomes.iter_mut().for_each(|outcome| *outcome = Err(failure.clone())),
            later => *lie = later.map(|(others, failure)| (others.saturating_sub(1), failure)),
        }
        outcomes
    }
}

fn vault() -> Vault {
    Vault::new(StoreId([1; 16]), Epoch(1), [2; 32].into())
}

fn records(entries: usize) -> (Arc<Scripted>, Records<Arc<Scripted>>) {
    let engine = Arc::new(Scripted::default());
    Records::found(&engine, &vault()).unwrap();
    let records = face(&engine, entries);
    (engine, records)
}

/// Another face over the same engine, with nothing cached.
fn face(engine: &Arc<Scripted>, entries: usize) -> Records<Arc<Scripted>> {
    Records::open(Arc::clone(engine), vault(), NonZeroUsize::new(entries).unwrap()).unwrap()
}

fn key(path: &str) -> RecordKey {
    SPACE.key(path)
}

fn put(store: &impl Store, path: &str, expect: Expect, bytes: &[u8]) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    batch.put(key(path), expect, bytes.to_vec());
    store.commit(&[batch]).remove(0).map(drop)
}

fn exactly(version: u64) -> Expect {
    Expect::Version(Version(version))
}

fn bytes(record: Option<&Record>) -> Option<&[u8]> {
    record.map(Record::bytes)
}

fn read(store: &impl Store, path: &str) -> Option<Vec<u8>> {
    bytes(store.load(&[key(path)]).unwrap()[0].as_ref()).map(<[u8]>::to_vec)
}

/// `None`: not cached. `Some(None)`: known to be absent.
fn cached(records: &Records<Arc<Scripted>>, path: &str) -> Option<Option<Vec<u8>>> {
    let found = records.cached(&[key(path)])?.remove(0);
    Some(bytes(found.as_ref()).map(<[u8]>::to_vec))
}

/// The same records through a fresh cache: what a reader must see.
fn truth(engine: &Arc<Scripted>, path: &str) -> Option<Vec<u8>> {
    read(&face(engine, 1), path)
}

#[test]
fn what_was_read_or_written_is_answered_without_the_engine() {
    let (engine, records) = records(8);
    put(&records, "a", Expect::Absent, b"one").unwrap();
    assert_eq!(cached(&records, "a"), Some(Some(b"one".to_vec())));
    assert_eq!(cached(&records, "b"), None);
    assert_eq!(read(&records, "b"), None);
    assert_eq!(cached(&records, "b"), Some(None));
    let loads = engine.loads.load(Ordering::Relaxed);
    assert_eq!((read(&records, "a"), read(&records, "b")), (Some(b"one".to_vec()), None));
    assert_eq!(engine.loads.load(Ordering::Relaxed), loads);
}

#[test]
fn one_key_that_is_not_cached_leaves_the_whole_question_open() {
    let (_, records) = records(8);
    put(&records, "a", Expect::Absent, b"one").unwrap();
    assert!(records.cached(&[key("a")]).is_some());
    assert!(records.cached(&[key("a"), key("b")]).is_none());
}

#[test]
fn a_deletion_is_cached_as_absence() {
    let (_, records) = records(8);
    put(&records, "a", Expect::Absent, b"one").unwrap();
    let mut batch = Batch::new();
    batch.delete(key("a"), Expect::Any);
    records.commit(&[batch]).remove(0).unwrap();
    assert_eq!(cached(&records, "a"), Some(None));
}

#[test]
fn a_record_too_long_for_the_cache_is_read_each_time() {
    let (_, records) = records(8);
    let long = vec![3; MAX_CACHED_BYTES + 1];
    put(&records, "a", Expect::Absent, b"short").unwrap();
    put(&records, "a", Expect::Any, &long).unwrap();
    assert_eq!(cached(&records, "a"), None);
    assert_eq!(read(&records, "a"), Some(long));
}

#[test]
fn a_read_from_before_a_commit_does_not_put_its_old_value_back() {
    let (engine, records) = records(8);
    put(&records, "a", Expect::Absent, b"old").unwrap();
    // A second face has nothing cached yet, so its read goes to the engine.
    let records = face(&engine, 8);
    thread::scope(|scope| {
        let (stop, has_read, go_on) = pause();
        *engine.after_load.lock().unwrap() = Some(stop);
        let reader = scope.spawn(|| read(&records, "a"));
        has_read.recv().unwrap();
        put(&records, "a", exactly(1), b"new").unwrap();
        go_on.send(()).unwrap();
        assert_eq!(reader.join().unwrap(), Some(b"old".to_vec()), "the script did not interleave");
    });
    assert_eq!(cached(&records, "a"), Some(Some(b"new".to_vec())));
    assert_eq!(read(&records, "a"), Some(b"new".to_vec()));
}

#[test]
fn a_read_from_before_a_deletion_does_not_bring_the_record_back() {
    let (engine, writer) = records(8);
    put(&writer, "a", Expect::Absent, b"old").unwrap();
    let records = face(&engine, 1);
    thread::scope(|scope| {
        let (stop, has_read, go_on) = pause();
        *engine.after_load.lock().unwrap() = Some(stop);
        let reader = scope.spawn(|| read(&records, "a"));
        has_read.recv().unwrap();
        let mut batch = Batch::new();
        batch.delete(key("a"), exactly(1));
        records.commit(&[batch]).remove(0).unwrap();
        // Another record takes the only place, so nothing cached stands in the way of the old one.
        put(&records, "b", Expect::Absent, b"b").unwrap();
        go_on.send(()).unwrap();
        assert_eq!(reader.join().unwrap(), Some(b"old".to_vec()), "the script did not interleave");
    });
    assert_eq!(cached(&records, "a"), None);
    assert_eq!(read(&records, "a"), None);
}

#[test]
fn a_read_during_a_commit_does_not_outlive_it_with_the_old_value() {
    let (engine, records) = records(8);
    put(&records, "a", Expect::Absent, b"old").unwrap();
    thread::scope(|scope| {
        let (stop_commit, commit_begun, write_now) = pause();
        let (stop_load, has_read, go_on) = pause();
        *engine.before_commit.lock().unwrap() = Some(stop_commit);
        let writer = scope.spawn(|| put(&records, "a", exactly(1), b"new"));
        commit_begun.recv().unwrap();
        *engine.after_load.lock().unwrap() = Some(stop_load);
        let reader = scope.spawn(|| read(&records, "a"));
        has_read.recv().unwrap();
        write_now.send(()).unwrap();
        writer.join().unwrap().unwrap();
        go_on.send(()).unwrap();
        assert_eq!(reader.join().unwrap(), Some(b"old".to_vec()), "the script did not interleave");
    });
    assert_eq!(cached(&records, "a"), Some(Some(b"new".to_vec())));
}

#[test]
fn once_a_reader_saw_the_new_record_nobody_is_given_the_old_one() {
    let (engine, records) = records(8);
    put(&records, "a", Expect::Absent, b"old").unwrap();
    thread::scope(|scope| {
        let (stop, written, acknowledge) = pause();
        *engine.after_commit.lock().unwrap() = Some(stop);
        let writer = scope.spawn(|| put(&records, "a", exactly(1), b"new"));
        written.recv().unwrap();
        assert_eq!(read(&records, "a"), Some(b"new".to_vec()));
        assert_ne!(cached(&records, "a"), Some(Some(b"old".to_vec())));
        acknowledge.send(()).unwrap();
        writer.join().unwrap().unwrap();
    });
    assert_eq!(cached(&records, "a"), Some(Some(b"new".to_vec())));
}

#[test]
fn a_commit_that_failed_in_the_storage_leaves_nothing_cached() {
    let (engine, records) = records(8);
    put(&records, "a", Expect::Absent, b"old").unwrap();
    let failure = StoreError::Unavailable("the disk is on fire".to_owned());
    *engine.lie.lock().unwrap() = Some((0, failure.clone()));
    let before = records.cursor();
    assert_eq!(put(&records, "a", exactly(1), b"new"), Err(failure));
    assert_eq!(cached(&records, "a"), None);
    assert_eq!(read(&records, "a"), Some(b"new".to_vec()), "what really happened");
    assert!(matches!(records.changes_since(before), Changes::Since { keys, .. } if keys == [key("a")]));
}

#[test]
fn a_failure_after_a_success_on_the_same_record_leaves_nothing_cached() {
    let (engine, records) = records(8);
    let failure = StoreError::Unavailable("the disk is on fire".to_owned());
    *engine.lie.lock().unwrap() = Some((1, failure.clone()));
    let group = [(Expect::Absent, b"one"), (exactly(1), b"two")].map(|(expect, bytes)| {
        let mut batch = Batch::new();
        batch.put(key("a"), expect, bytes.to_vec());
        batch
    });
    assert_eq!(records.commit(&group), [Ok(vec![Some(Version(1))]), Err(failure)]);
    assert_eq!(cached(&records, "a"), None);
    assert_eq!(read(&records, "a"), Some(b"two".to_vec()), "what really happened");
}

#[test]
fn a_conflict_leaves_what_was_there() {
    let (engine, records) = records(8);
    put(&records, "a", Expect::Absent, b"old").unwrap();
    let before = records.cursor();
    assert_eq!(put(&records, "a", exactly(9), b"new"), Err(StoreError::Conflict(key("a"))));
    assert_eq!(read(&records, "a"), Some(b"old".to_vec()));
    assert_eq!(truth(&engine, "a"), Some(b"old".to_vec()));
    assert_eq!(records.changes_since(before), Changes::Since { keys: Vec::new(), cursor: before });
}

#[test]
fn an_engine_that_cannot_say_the_version_stops_a_blind_write() {
    let (engine, records) = records(8);
    put(&records, "a", Expect::Absent, b"old").unwrap();
    let failure = StoreError::Unavailable("the disk is away".to_owned());
    *engine.fail_load.lock().unwrap() = Some(failure.clone());
    assert_eq!(put(&records, "a", Expect::Any, b"new"), Err(failure));
    assert_eq!(truth(&engine, "a"), Some(b"old".to_vec()));
}

#[test]
fn writers_of_the_same_record_never_seal_it_for_the_wrong_version() {
    let (engine, records) = records(8);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..200).for_each(|_| put(&records, "a", Expect::Any, b"counted").unwrap()));
        }
    });
    let found = records.load(&[key("a")]).unwrap().remove(0).unwrap();
    assert_eq!(found.version(), Version(800));
    assert_eq!(truth(&engine, "a"), Some(b"counted".to_vec()));
}

#[test]
fn the_feed_names_what_was_written_and_can_be_read_then() {
    let (_, records) = records(8);
    let start = records.cursor();
    let mut batch = Batch::new();
    batch.put(key("a"), Expect::Absent, b"a".to_vec());
    batch.check(key("checked"), Expect::Absent);
    batch.delete(key("gone"), Expect::Any);
    records.commit(&[batch]).remove(0).unwrap();
    let Changes::Since { keys, cursor } = records.changes_since(start) else { panic!("lagged") };
    assert_eq!(keys, [key("a"), key("gone")]);
    assert_eq!(cached(&records, "a"), Some(Some(b"a".to_vec())));
    assert_eq!(records.changes_since(cursor), Changes::Since { keys: Vec::new(), cursor });
}

#[test]
fn a_sealed_record_may_be_as_large_as_an_open_one_and_no_larger() {
    let (_, records) = records(8);
    let most = csf_store::MAX_RECORD_BYTES;
    assert_eq!(put(&records, "a", Expect::Any, &vec![0; most]), Ok(()));
    assert_eq!(put(&records, "a", Expect::Any, &vec![0; most + 1]), Err(StoreError::TooLarge(key("a"))));
}

// What came of a write that failed is nobody's guess: the next step begins with what is stored.
#[test]
fn a_count_whose_write_failed_is_read_again() {
    let (engine, records) = records(8);
    put(&records, "count", Expect::Absent, &1_u64.to_be_bytes()).unwrap();
    let two_up = || {
        let mut batch = Batch::new();
        batch.count(key("count"), Step::Up { most: 9 });
        records.commit(&[batch.clone(), batch])
    };
    let failure = StoreError::Unavailable("the disk is on fire".to_owned());
    *engine.lie.lock().unwrap() = Some((0, failure.clone()));
    assert_eq!(two_up(), [Err(failure.clone()), Err(failure)]);
    assert_eq!(cached(&records, "count"), None);
    assert!(two_up().iter().all(Result::is_ok));
    for read_by in [&records, &face(&engine, 8)] {
        assert_eq!(read(read_by, "count"), Some(5_u64.to_be_bytes().to_vec()), "what really happened");
    }
}

// What writes the same record takes a write for each; steps of the same count take one together.
#[test]
fn steps_of_one_count_are_one_write() {
    let (engine, records) = records(8);
    put(&records, "count", Expect::Absent, &0_u64.to_be_bytes()).unwrap();
    let writes_of = |batches: &[Batch]| {
        let before = engine.commits.load(Ordering::Relaxed);
        assert!(records.commit(batches).iter().all(Result::is_ok));
        engine.commits.load(Ordering::Relaxed) - before
    };
    let making = |n: usize, change: &dyn Fn(&mut Batch)| {
        let mut batch = Batch::new();
        batch.put(key(&format!("made/{n}")), Expect::Any, b"x".to_vec());
        change(&mut batch);
        batch
    };
    let step = |batch: &mut Batch| batch.count(key("count"), Step::Up { most: 64 });
    let steps: Vec<_> = (0..64).map(|n| making(n, &step)).collect();
    assert_eq!(writes_of(&steps), 1);
    assert_eq!(read(&records, "count"), Some(64_u64.to_be_bytes().to_vec()));
    let value = |batch: &mut Batch| batch.put(key("value"), Expect::Any, b"x".to_vec());
    let values: Vec<_> = (0..8).map(|n| making(n, &value)).collect();
    assert_eq!(writes_of(&values), 8);
}
