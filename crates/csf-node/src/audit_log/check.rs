//! Checking a whole audit log: that every record is there, unchanged, in its place and of this node.

use std::path::Path;

use csf_service::Chain;

use super::anchor::Anchor;
use super::files::{self, Beginning, CURRENT, Head};
use super::finding::{Finding, Wrong};
use super::line::Entry;
use super::secret::AuditKey;
use super::walk::{self, From};

/// What a log is held against, beside its own chain.
#[derive(Default)]
pub(super) struct Against<'a> {
    /// Its key, to check the seal of each line.
    pub(super) key: Option<&'a AuditKey>,
    /// The number and hash of the newest checkpoint.
    pub(super) anchor: Option<(u64, [u8; 32])>,
}

impl<'a> Against<'a> {
    pub(super) fn guarded(key: &'a AuditKey, anchor: Option<&Anchor>) -> Self {
        Self { key: Some(key), anchor: anchor.map(|anchor| (anchor.number, anchor.hash)) }
    }
}

/// Records that are not there, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// `pruned`, or `lost` where an operator began the log anew.
    pub why: String,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The files, each with its first and last record.
    pub files: Vec<(String, u64, u64)>,
    /// Where the chain ends.
    pub chain: Chain,
    /// How many bytes of the last file the chain covers.
    pub end: u64,
    /// How many bytes of an unfinished line follow, as a crash leaves it.
    pub unfinished: u64,
    /// Records that are not there, with a record that says so.
    pub absent: Vec<Absent>,
    /// Records that say that others could not be written.
    pub gaps: u64,
    /// The newest checkpoint that it was held against.
    pub anchored: Option<u64>,
    /// Whether the seals were checked.
    pub sealed: bool,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// What was proved by records of the log: up to which record something is absent, and the hash of that one.
struct Proof {
    absent: Absent,
    after: Option<[u8; 32]>,
}

/// How often a check begins anew, because the node began another file meanwhile or removed one.
const ATTEMPTS: usize = 5;

/// Checks the log of this store in this directory from its first line to its last.
pub(super) fn check(directory: &Path, store: &str, against: &Against<'_>) -> Checked {
    let mut before = files::names(directory).ok();
    let mut checked = attempt(directory, store, against);
    for _ in 1..ATTEMPTS {
        let now = files::names(directory).ok();
        if now == before {
            break;
        }
        before = now;
        checked = attempt(directory, store, against);
    }
    checked
}

fn attempt(directory: &Path, store: &str, against: &Against<'_>) -> Checked {
    let mut check = Check::new(store, against);
    match files::names(directory) {
        Ok(names) => {
            check.current_is_there = names.iter().any(|name| name == CURRENT);
            let heads = check.heads(directory, &names);
            for head in &heads {
                check.file(head);
            }
            check.floor(heads.first());
        }
        Err(error) => check.found.findings.push(Finding::unreadable(CURRENT, &error)),
    }
    check.anchor();
    check.found
}

struct Check<'a> {
    store: &'a str,
    against: &'a Against<'a>,
    found: Checked,
    /// The chain where the next file must go on, where that is known.
    next: Option<Chain>,
    /// Whether the file before says that another goes on.
    continued: bool,
    proofs: Vec<Proof>,
    /// Whether the record of the checkpoint was seen, and as the checkpoint has it.
    anchor_seen: Option<bool>,
    /// Whether there is a file that grows.
    current_is_there: bool,
}

impl<'a> Check<'a> {
    fn new(store: &'a str, against: &'a Against<'a>) -> Self {
        let found = Checked {
            files: Vec::new(),
            chain: Chain::begin(store),
            end: 0,
            unfinished: 0,
            absent: Vec::new(),
            gaps: 0,
            anchored: against.anchor.map(|(number, _)| number),
            sealed: against.key.is_some(),
            findings: Vec::new(),
        };
        Self {
            store,
            against,
            found,
            next: None,
            continued: false,
            proofs: Vec::new(),
            anchor_seen: None,
            current_is_there: false,
        }
    }

    /// The beginnings of the files in the order of their records; what is none is a finding.
    fn heads(&mut self, directory: &Path, names: &[String]) -> Vec<Head> {
        let mut heads = Vec::new();
        for name in names {
            let finding = match files::beginning(directory, name) {
                Ok(Beginning::Head(head)) if head.about.store.as_deref() == Some(self.store) => {
                    if files::first_of(name).is_some_and(|named| named != head.first) {
                        let text = format!("begins with record {}, and not as its name says", head.first);
                        self.found.findings.push(Finding::of(name, Wrong::Moved, text));
                    }
                    heads.push(head);
                    continue;
                }
                Ok(Beginning::Head(head)) => {
                    let other = head.about.store.unwrap_or_default();
                    let text = format!("is of the store {other}, and this one is {}", self.store);
                    Finding::of(name, Wrong::Foreign, text)
                }
                // A crash leaves a new file so.
                Ok(Beginning::Nothing) if name == CURRENT => continue,
                Ok(_) => Finding::at(name, 1, Wrong::Edited, "is not how a file of an audit log begins"),
                Err(error) => Finding::unreadable(name, &error),
            };
            self.found.findings.push(finding);
        }
        heads.sort_by_key(|head| head.first);
        heads
    }

    fn file(&mut self, head: &Head) {
        let before = head.about.after.unwrap_or_default();
        if let Some(chain) = self.next.take() {
            self.follow(head, &chain);
        }
        let chain = Chain::resume(head.first.saturating_sub(1), before);
        let (against, anchor_seen) = (self.against, &mut self.anchor_seen);
        let (proofs, gaps) = (&mut self.proofs, &mut self.found.gaps);
        let from = From {
            path: &head.path,
            name: &head.name,
            chain,
            first: head.first,
            offset: 0,
            key: against.key,
        };
        let walked = walk::walk(from, |line, chain| {
            if let Some((number, hash)) = against.anchor
                && number == chain.number()
            {
                *anchor_seen = Some(hash == *chain.hash());
            }
            match walk::kind_of(line) {
                "gap" => *gaps = gaps.saturating_add(1),
                why @ ("pruned" | "lost") => {
                    let about = Entry::read(line).map(|entry| entry.about()).unwrap_or_default();
                    if let Some((first, last)) = about.range {
                        let absent = Absent { first, last, why: why.to_owned() };
                        proofs.push(Proof { absent, after: about.after });
                    }
                }
                _ => {}
            }
        });
        match walked {
            Ok(to) => {
                self.found.files.push((head.name.clone(), head.first, to.chain.number()));
                if to.unfinished > 0 && head.name != CURRENT {
                    let text = "ends with half a line";
                    self.found.findings.push(Finding::of(&head.name, Wrong::Truncated, text));
                }
                (self.found.end, self.found.unfinished) = (to.end, to.unfinished);
                self.found.chain = to.chain.clone();
                self.continued = to.continued;
                self.next = Some(to.chain);
            }
            Err(finding) => self.found.findings.push(finding),
        }
    }

    /// Whether this file goes on where the one before it ended.
    fn follow(&mut self, head: &Head, chain: &Chain) {
        let expected = chain.number().saturating_add(1);
        let last = head.first.saturating_sub(1);
        let previous = self.found.files.last().map_or("", |(name, ..)| name.as_str()).to_owned();
        let finding = if head.first > expected && self.continued {
            let text = format!("the files with the records {expected} to {last} are missing before this one");
            Finding::of(&head.name, Wrong::Missing, text)
        } else if head.first > expected {
            let text = format!("ends with record {}, and {} goes on after {last}", chain.number(), head.name);
            Finding::of(&previous, Wrong::Truncated, text)
        } else if head.first < expected {
            let text = format!("begins with record {}, which {previous} has too", head.first);
            Finding::of(&head.name, Wrong::Moved, text)
        } else if head.about.after.as_ref() != Some(chain.hash()) {
            let text = format!("follows another record {last} than the one in {previous}");
            Finding::of(&head.name, Wrong::Foreign, text)
        } else {
            return;
        };
        self.found.findings.push(finding);
    }

    /// Whether a record says why the first records are not there.
    fn floor(&mut self, head: Option<&Head>) {
        for proof in &self.proofs {
            self.found.absent.push(proof.absent.clone());
        }
        let Some(head) = head.filter(|head| head.first > 1) else {
            let begin = Chain::begin(self.store);
            if let Some(head) = head.filter(|head| head.about.after.as_ref() != Some(begin.hash())) {
                let text = "does not begin as the log of this store does";
                self.found.findings.push(Finding::at(&head.name, 1, Wrong::Foreign, text));
            }
            return;
        };
        let last = head.first.saturating_sub(1);
        let proved =
            self.proofs.iter().any(|proof| proof.absent.last == last && proof.after == head.about.after);
        if !proved {
            let text = format!(
                "the records 1 to {last} are missing before it, and no record says that they were pruned"
            );
            self.found.findings.push(Finding::of(&head.name, Wrong::Missing, text));
        }
    }

    /// Whether the log goes as far as the newest checkpoint, and is the one that was there then.
    fn anchor(&mut self) {
        let Some((number, _)) = self.against.anchor.filter(|(number, _)| *number > 0) else { return };
        let last = self.found.chain.number();
        let finding = match self.anchor_seen {
            Some(true) => return,
            Some(false) => {
                let text =
                    format!("record {number} is not the one of the checkpoint: this is another history");
                Finding::of(CURRENT, Wrong::Foreign, text)
            }
            None if !self.current_is_there && last < number => {
                let text = format!("is missing; the checkpoint names record {number}");
                Finding::of(CURRENT, Wrong::Missing, text)
            }
            // Where a file was not read to its end, that is what is wrong.
            None if self.next.is_none() && !self.found.findings.is_empty() => return,
            None if last >= number => return,
            None => {
                let text = format!(
                    "ends with record {last}, and the checkpoint names {number}: the end was cut off"
                );
                Finding::of(CURRENT, Wrong::Truncated, text)
            }
        };
        self.found.findings.push(finding);
    }
}
