//! A commit that the disk has in part only: cut at every byte, followed by zeros, or by what lay there before.
//!
//! What was acknowledged before it is there, and of the commit itself everything or nothing.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use csf_store::{
    Batch, Epoch, Expect, RecordKey, Records, Space, SqliteStore, Store, StoreError, StoreId, Vault,
};

const SEALED: Space = Space::sealed("secrets");
const OPEN: Space = Space::open("notices");
/// The log begins with this, and each of its pages with as much as [`PAGE_HEAD`] (SQLite's file format, 4).
const LOG_HEAD: usize = 32;
const PAGE_HEAD: usize = 24;
const PAGE: usize = 4096;

/// Some of everything: sealed and open, changed, made and removed.
fn keys() -> [RecordKey; 5] {
    [SEALED.key("changed"), SEALED.key("made"), SEALED.key("removed"), OPEN.key("changed"), OPEN.key("stays")]
}

type Seen = Vec<Option<Vec<u8>>>;

fn open(path: &Path) -> Result<Records<SqliteStore>, StoreError> {
    let vault = Vault::new(StoreId([9; 16]), Epoch(1), [8; 32].into());
    let store = SqliteStore::open(path)?;
    match Records::found(&store, &vault) {
        Ok(()) | Err(StoreError::Conflict(_)) => Records::open(store, vault, NonZeroUsize::MIN),
        Err(why) => Err(why),
    }
}

fn seen(store: &impl Store) -> Result<Seen, StoreError> {
    let records = store.load(&keys())?;
    Ok(records.into_iter().map(|record| record.map(|record| record.bytes().to_vec())).collect())
}

/// One batch over all of it.
fn commit(store: &impl Store, round: &str) {
    let mut batch = Batch::new();
    let [changed, made, removed, notice, stays] = keys();
    batch.put(changed, Expect::Any, round.into());
    batch.put(notice, Expect::Any, round.into());
    if round == "first" {
        batch.put(removed, Expect::Absent, round.into());
        batch.put(stays, Expect::Absent, round.into());
    } else {
        batch.put(made, Expect::Absent, round.into());
        batch.delete(removed, Expect::Any);
    }
    store.commit(&[batch]).remove(0).unwrap();
}

/// The table and the log, as they lie on the disk.
#[derive(Clone)]
struct Files {
    table: Vec<u8>,
    log: Vec<u8>,
}

impl Files {
    fn of(path: &Path) -> Self {
        Self { table: std::fs::read(path).unwrap(), log: std::fs::read(log_of(path)).unwrap_or_default() }
    }

    /// What a store shows that finds these files.
    fn show(&self, scratch: &Path) -> Result<Seen, StoreError> {
        let store = open(&self.laid_in(scratch))?;
        let found = seen(&store)?;
        // It is a store like any other from here on.
        let mut batch = Batch::new();
        batch.put(OPEN.key("after"), Expect::Any, b"after".to_vec());
        store.commit(&[batch]).remove(0)?;
        Ok(found)
    }

    fn laid_in(&self, scratch: &Path) -> PathBuf {
        let path = scratch.join("records.db");
        std::fs::write(&path, &self.table).unwrap();
        std::fs::write(log_of(&path), &self.log).unwrap();
        path
    }
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

/// A directory in memory where there is one: tens of thousands of stores are opened in it.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

struct Scene {
    /// After the first commit, while the store is open.
    first: Files,
    /// After the second.
    second: Files,
    /// After the log was carried over, which closing does.
    closed: Files,
    shows: [Seen; 2],
}

fn scene() -> Scene {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    let store = open(&path).unwrap();
    commit(&store, "first");
    let (first, before) = (Files::of(&path), seen(&store).unwrap());
    commit(&store, "second");
    let (second, after) = (Files::of(&path), seen(&store).unwrap());
    drop(store);
    let closed = Files::of(&path);
    assert!(before != after && second.log.len() > first.log.len() && closed.log.is_empty());
    assert_eq!(second.log[..first.log.len()], first.log[..], "a commit is written behind the one before");
    Scene { first, second, closed, shows: [before, after] }
}

// Shows ARC-4, SDH-1: nothing that was acknowledged is lost with a commit that was cut, and no half of it counts.
#[test]
fn a_commit_that_was_cut_at_any_byte_is_there_whole_or_not_at_all() {
    let scene = scene();
    let (begin, end) = (scene.first.log.len(), scene.second.log.len());
    let workers = 2;
    let counts = std::thread::scope(|threads| {
        let run = |worker: usize| {
            let (scene, scratch) = (&scene, scratch());
            let mut counts = [0_usize; 2];
            for cut in (begin..=end).skip(worker).step_by(workers) {
                let files = Files { log: scene.second.log[..cut].to_vec(), ..scene.first.clone() };
                let shown = files.show(scratch.path()).unwrap_or_else(|why| panic!("byte {cut}: {why}"));
                let which = scene.shows.iter().position(|one| *one == shown);
                let which = which.unwrap_or_else(|| panic!("byte {cut} shows a mixture: {shown:?}"));
                counts[which] = counts[which].saturating_add(1);
            }
            counts
        };
        let all: Vec<_> = (0..workers).map(|worker| threads.spawn(move || run(worker))).collect();
        all.into_iter().map(|one| one.join().unwrap()).fold([0; 2], |sum: [usize; 2], one| {
            [sum[0].saturating_add(one[0]), sum[1].saturating_add(one[1])]
        })
    });
    // Only the whole commit counts as one.
    assert_eq!(counts, [end.saturating_sub(begin), 1]);
}

// Shows ARC-4, SDH-1: where the file has its length already and the disk not yet what belongs there.
#[test]
fn a_commit_whose_end_is_zeros_or_older_bytes_is_not_there() {
    let scene = scene();
    let (begin, end) = (scene.first.log.len(), scene.second.log.len());
    let older: Vec<u8> = scene.first.log.iter().copied().cycle().take(end).collect();
    let scratch = scratch();
    for rest in [vec![0; end], older] {
        for cut in (begin..end).filter(|cut| {
            // Around the beginning of each page and of what goes before it, and here and there between.
            let within = cut.saturating_sub(LOG_HEAD) % (PAGE_HEAD + PAGE);
            within <= PAGE_HEAD + 1 || within >= PAGE + PAGE_HEAD - 2 || within.is_multiple_of(509)
        }) {
            let log = [&scene.second.log[..cut], &rest[cut..]].concat();
            if log == scene.second.log {
                continue;
            }
            let shown = Files { log, ..scene.first.clone() }.show(scratch.path());
            assert_eq!(shown.as_ref(), Ok(&scene.shows[0]), "byte {cut}");
        }
    }
}

// Shows ARC-4, SDH-1: the log is there until what it holds is in the table.
#[test]
fn a_table_into_which_the_log_was_carried_in_part_loses_nothing() {
    let scene = scene();
    let scratch = scratch();
    let (old, new) = (&scene.second.table, &scene.closed.table);
    for cut in (0..=new.len()).step_by(127) {
        let rest = old.get(cut..).unwrap_or_default();
        let table = [&new[..cut], rest].concat();
        let shown = Files { table, log: scene.second.log.clone() }.show(scratch.path());
        assert_eq!(shown.as_ref(), Ok(&scene.shows[1]), "byte {cut}");
    }
    assert_eq!(scene.closed.show(scratch.path()).as_ref(), Ok(&scene.shows[1]));
}
