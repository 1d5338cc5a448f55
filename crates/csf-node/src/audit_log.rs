//! The audit log: one JSON object a line, each chained to the one before it and sealed, in files that only grow.
//!
//! ```text
//!   {"n":7,"t":"20261124T120000","k":"denied","r":"5f3a1-2c","o":"~kX3…",…,"m":"51c0…","h":"9b0c…"}
//!      │                          its request ┘              │           │           │
//!      number, from 1                  who, as a pseudonym ──┘           │           SHA-256 over the last hash, the
//!                                          seal: HMAC with the log's key ┘           number and the line without "h"
//!
//!   audit-00000000000000000001.log ─▶ audit-…4711.log ─▶ audit.log ◀─ checkpoint: number, hash, place,
//!                                                                     in the sealed store
//! ```
//!
//! A thread of its own writes: what has gathered is on the disk within [`FLUSH_TIME`] or after [`FLUSH_RECORDS`]
//! records; in strict mode ("no audit, no service") a request waits for that. A checkpoint follows within
//! [`ANCHOR_TIME`] or after [`ANCHOR_RECORDS`] records, at each new file, at a start and at an orderly stop. The key
//! of seals and pseudonyms lies in the sealed store too. `docs/audit.md` says what that shows and what not.
//!

mod anchor;
mod begin;
mod check;
mod files;
mod finding;
mod guard;
mod health;
mod line;
mod prune;
mod queue;
mod read;
mod renew;
mod secret;
mod tail;
#[cfg(test)]
mod tests;
mod walk;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use csf_service::{AuditAnswer, AuditQuestion, AuditRecord, AuditUnavailable};
use csf_store::Store;
use tokio::sync::oneshot;

use crate::error::NodeError;
use crate::node::clock;
pub use check::{Absent, Checked};
pub(crate) use files::{CURRENT, first_of, names};
pub use finding::{Finding, Wrong};
pub(crate) use guard::Guard;
use health::Health;
pub(crate) use line::Entry;
use queue::{Ask, Queue};
pub(crate) use read::each;
pub(crate) use renew::renew;
use secret::AuditKey;
pub(crate) use secret::PSEUDONYM_MARK;
use writer::Writer;

/// How long a record may wait for the disk.
pub const FLUSH_TIME: Duration = Duration::from_millis(50);
/// How many records may wait for the disk.
pub const FLUSH_RECORDS: usize = 1000;
/// How long a record may wait for a checkpoint.
pub const ANCHOR_TIME: Duration = Duration::from_secs(10);
/// How many records may wait for a checkpoint.
pub const ANCHOR_RECORDS: u64 = 1000;

/// When a new file begins, and how long full ones are kept.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// Bytes after which a file is full.
    pub file_bytes: u64,
    /// Seconds after which it is, at the next record.
    pub file_seconds: u64,
    /// Seconds after which a full file is removed when another one is full; 0 for never.
    pub keep_seconds: u64,
}

/// An open audit log.
pub struct AuditLog {
    queue: Arc<Queue>,
    health: Arc<Health>,
    key: Arc<AuditKey>,
    strict: bool,
    thread: Option<JoinHandle<()>>,
}

impl AuditLog {
    /// How many records may wait for the writer.
    pub(crate) const ROOM: u64 = queue::ROOM as u64;

    /// Whether the log takes records: the disk has not failed it.
    pub(crate) fn is_taking(&self) -> bool {
        !self.health.is_failing()
    }

    /// How many records wait for the writer.
    pub(crate) fn waiting(&self) -> u64 {
        self.queue.waiting()
    }

    /// Opens the log of this store in this directory, and goes on where its chain ends. It is checked from its
    /// newest checkpoint on.
    ///
    /// A last line that a crash cut short is taken off, with a record that says so: it was never acknowledged in
    /// strict mode, and the chain goes on before it.
    ///
    /// # Errors
    ///
    /// When a file cannot be used, or the log is not as it was left: then somebody changed it, and that is for the
    /// operator to look at before more is written.
    pub fn open(
        directory: &Path,
        store_id: &str,
        records: Arc<dyn Store>,
        strict: bool,
        rotation: Rotation,
    ) -> Result<Self, NodeError> {
        let key = anchor::key(&*records).map_err(|e| NodeError::store(&directory.join(CURRENT), &e))?;
        let key = Arc::new(key);
        let mut tail = begin::begin(directory, store_id, records, Arc::clone(&key), clock::now())?;
        let health = Arc::new(Health::default());
        health.set_last(tail.chain.number());
        health.set_failing(strict && tail.reserve().is_err());
        let queue = Arc::new(Queue::new());
        let writer = Writer {
            tail,
            queue: Arc::clone(&queue),
            health: Arc::clone(&health),
            rotation,
            strict,
            unanchored: None,
            missed: 0,
        };
        let thread = std::thread::Builder::new()
            .name("csf-audit".into())
            .spawn(move || writer.serve())
            .map_err(|e| NodeError::part("audit log", &e))?;
        Ok(Self { queue, health, key, strict, thread: Some(thread) })
    }

    /// Takes a record over; in strict mode, once it is on the disk.
    ///
    /// # Errors
    ///
    /// In strict mode, when the log cannot be written. Otherwise the node goes on, and the record is counted as
    /// missing.
    pub async fn append(&self, record: AuditRecord) -> Result<(), AuditUnavailable> {
        if !self.strict {
            self.queue.push(record, None).await;
            return Ok(());
        }
        let (written, on_disk) = oneshot::channel();
        self.queue.push(record, Some(written)).await;
        match on_disk.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(AuditUnavailable),
        }
    }

    /// Whether something may be done that leaves a record. Where the log could not be written, it is tried again.
    ///
    /// # Errors
    ///
    /// In strict mode, when the log cannot be written.
    pub async fn ready(&self) -> Result<(), AuditUnavailable> {
        if !self.strict || !self.health.is_failing() {
            return Ok(());
        }
        let (ready, answer) = oneshot::channel();
        self.queue.ask(Ask::Ready(ready));
        match answer.await {
            Ok(true) if !self.health.is_failing() => Ok(()),
            _ => Err(AuditUnavailable),
        }
    }

    /// Answers an administrator's question.
    ///
    /// # Errors
    ///
    /// When the writer has ended.
    pub async fn answer(&self, question: AuditQuestion) -> Result<AuditAnswer, AuditUnavailable> {
        let (tell, answer) = oneshot::channel();
        match question {
            AuditQuestion::Resolve(pseudonyms) => {
                let names = pseudonyms.iter().map(|text| self.key.resolve(text).map(Into::into));
                return Ok(AuditAnswer::Resolved(names.collect()));
            }
            AuditQuestion::Pseudonym(name) => {
                return Ok(AuditAnswer::Pseudonym(self.key.pseudonym(&name).into()));
            }
            AuditQuestion::Anchor => self.queue.ask(Ask::Anchor(tell)),
            AuditQuestion::Flush => self.queue.ask(Ask::Flush(tell)),
            AuditQuestion::Prune(before) => self.queue.ask(Ask::Prune(before, tell)),
        }
        answer.await.map_err(|_| AuditUnavailable)
    }

    /// By which pseudonym a name is in the log.
    pub(crate) fn pseudonym(&self, name: &str) -> String {
        self.key.pseudonym(name)
    }

    /// Waits until every record taken over so far is on the disk and in a checkpoint.
    pub async fn flush(&self) {
        // An error means that the writer ended, and then nothing more reaches the disk.
        drop(self.answer(AuditQuestion::Anchor).await);
    }

    /// How the log is, in words for the administrator.
    #[must_use]
    pub fn state(&self) -> String {
        self.health.words(self.strict)
    }

    /// The number of the last record on the disk.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.health.last()
    }
}

impl Drop for AuditLog {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Checks the chain of a log alone, without key and checkpoint: what anybody can do who can read the files.
#[must_use]
pub fn check_chain(directory: &Path, store_id: &str) -> Checked {
    check::check(directory, store_id, &check::Against::default())
}

/// Checks the chain of a log against a checkpoint that the node named.
pub(crate) fn check_against(directory: &Path, store_id: &str, number: u64, hash: &str) -> Option<Checked> {
    let anchor = Some((number, line::unhex(hash)?));
    Some(check::check(directory, store_id, &check::Against { key: None, anchor }))
}
