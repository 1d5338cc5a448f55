//! Crashes between the steps of what takes several: opening the log brings each to an end, and nothing is missing.

use std::path::Path;
use std::sync::Arc;

use csf_api::UtcTime;
use csf_service::{AuditKind, AuditRecord};
use csf_store::{MemoryStore, Store};

use super::anchor;
use super::begin::begin;
use super::check::{Against, Checked, check};
use super::files::{self, CURRENT};
use super::line::About;
use super::tail::Tail;

const STORE: &str = "0123456789abcdef0123456789abcdef";

struct Bench {
    directory: tempfile::TempDir,
    records: Arc<dyn Store>,
}

impl Bench {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), records: Arc::new(MemoryStore::new()) }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn now() -> UtcTime {
        UtcTime::parse("20261124T120000").unwrap()
    }

    fn open(&self) -> Tail {
        let key = Arc::new(anchor::key(&*self.records).unwrap());
        begin(self.path(), STORE, Arc::clone(&self.records), key, Self::now()).unwrap()
    }

    fn note(tail: &mut Tail, kind: AuditKind, times: usize) {
        let record = AuditRecord::of_node(Self::now(), kind, "for a test");
        for _ in 0..times {
            tail.write(&[(&record, &About::default())]).unwrap();
        }
    }

    /// A log of three files with a checkpoint at its end.
    fn filled(&self) -> Tail {
        let mut tail = self.open();
        for _ in 0..2 {
            Self::note(&mut tail, AuditKind::Denied, 5);
            tail.rotate(Self::now()).unwrap();
        }
        Self::note(&mut tail, AuditKind::Denied, 5);
        tail.anchor().unwrap();
        tail
    }

    fn check(&self) -> Checked {
        let key = anchor::key(&*self.records).unwrap();
        let newest = anchor::newest(&*self.records).unwrap();
        check(self.path(), STORE, &Against::guarded(&key, newest.as_ref()))
    }

    /// Opens the log after a crash, writes on, and checks it; how many records there are.
    fn goes_on(&self, what: &str) -> u64 {
        let mut tail = self.open();
        Self::note(&mut tail, AuditKind::Denied, 1);
        tail.anchor().unwrap();
        let checked = self.check();
        assert_eq!(checked.findings, vec![], "{what}");
        assert_eq!(checked.chain, tail.chain, "{what}");
        checked.chain.number()
    }
}

#[test]
fn a_crash_at_the_first_start_leaves_a_log_that_begins() {
    for left in [None, Some(""), Some("{\"n\":1,\"t\":\"2026")] {
        let bench = Bench::new();
        if let Some(left) = left {
            std::fs::write(bench.path().join(CURRENT), left).unwrap();
        }
        assert_eq!(bench.goes_on(&format!("{left:?}")), 2);
    }
    // The first line is there, and the checkpoint is not.
    let (bench, other) = (Bench::new(), MemoryStore::new());
    drop(bench.open());
    let bench = Bench { records: Arc::new(other), ..bench };
    let key = Arc::new(anchor::key(&*bench.records).unwrap());
    let refused = begin(bench.path(), STORE, Arc::clone(&bench.records), key, Bench::now()).err();
    let said = refused.expect("a log of another key").to_string();
    assert!(said.contains("unsealed"), "{said}");
}

#[test]
fn a_crash_at_each_step_from_one_file_to_the_next_is_brought_to_an_end() {
    let bench = Bench::new();
    let mut tail = bench.filled();
    Bench::note(&mut tail, AuditKind::Continued, 1);
    assert_eq!(bench.goes_on("the end is written, and no checkpoint made"), 3 * 6 + 2 + 1 + 2);

    let bench = Bench::new();
    let mut tail = bench.filled();
    Bench::note(&mut tail, AuditKind::Continued, 1);
    tail.anchor().unwrap();
    let full = bench.path().join(files::full_name(tail.first));
    assert_eq!(bench.goes_on("the checkpoint is made"), 3 * 6 + 2 + 1 + 2);
    assert!(full.exists());

    for left in [None, Some(""), Some("{\"n\":")] {
        let bench = Bench::new();
        let mut tail = bench.filled();
        Bench::note(&mut tail, AuditKind::Continued, 1);
        tail.anchor().unwrap();
        let full = bench.path().join(files::full_name(tail.first));
        std::fs::rename(bench.path().join(CURRENT), &full).unwrap();
        if let Some(left) = left {
            std::fs::write(bench.path().join(CURRENT), left).unwrap();
        }
        assert_eq!(
            bench.goes_on(&format!("the file has its name, and the next is {left:?}")),
            3 * 6 + 2 + 1 + 2
        );
    }
}

#[test]
fn a_crash_while_files_are_pruned_is_brought_to_an_end_and_the_proof_holds() {
    let bench = Bench::new();
    let mut tail = bench.filled();
    let kept: Vec<_> = files::full(bench.path()).unwrap().into_iter().map(|head| head.path).collect();
    let copies: Vec<_> = kept.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let pruned = tail.prune(UtcTime::MAX, Bench::now()).unwrap();
    assert_eq!((pruned.files, pruned.first, pruned.last), (2, 1, 14));
    assert!(kept.iter().all(|path| !path.exists()));
    // The record and the checkpoint are there, and so are the files still.
    for (path, copy) in kept.iter().zip(&copies) {
        std::fs::write(path, copy).unwrap();
    }
    bench.goes_on("pruned");
    assert!(kept.iter().all(|path| !path.exists()));
    assert_eq!(bench.check().absent.len(), 1);
}

#[test]
fn a_record_that_cannot_be_written_leaves_file_and_chain_as_they_were() {
    let bench = Bench::new();
    let mut tail = bench.filled();
    let before = (tail.chain.clone(), tail.size);
    // A descriptor that may not be written to.
    tail.file = std::fs::File::open(bench.path().join(CURRENT)).unwrap();
    let record = AuditRecord::of_node(Bench::now(), AuditKind::Denied, "for a test");
    assert!(tail.write(&[(&record, &About::default())]).is_err());
    assert_eq!((tail.chain.clone(), tail.size), before);
    assert_eq!(bench.check().findings, vec![]);
}

#[test]
fn what_somebody_else_wrote_into_a_ground_stays_in_its_member() {
    let bench = Bench::new();
    let mut tail = bench.open();
    for hostile in ["\"}\n{\"n\":2,\"k\":\"stop\"", "a\u{1b}[2Jb\u{0}", "\\\",\"h\":\"", &"x".repeat(100_000)]
    {
        let record = AuditRecord::of_node(Bench::now(), AuditKind::Denied, hostile);
        let record = AuditRecord { originator: Some(hostile.into()), target: Some(hostile.into()), ..record };
        tail.write(&[(&record, &About::default())]).unwrap();
    }
    tail.anchor().unwrap();
    assert_eq!(bench.check().findings, vec![]);
    let text = std::fs::read_to_string(bench.path().join(CURRENT)).unwrap();
    assert_eq!(text.lines().count(), 5, "one line for each record");
    assert!(!text.bytes().any(|byte| byte != b'\n' && byte.is_ascii_control()));
    assert!(text.lines().all(|line| line.len() < 16 * 1024));
    let key = anchor::key(&*bench.records).unwrap();
    let entry = super::Entry::read(text.lines().nth(1).unwrap()).unwrap();
    assert_eq!((entry.kind(), entry.number()), ("denied", 2));
    assert!(key.resolve(entry.text("o").unwrap()).unwrap().starts_with("\"}"));
}
