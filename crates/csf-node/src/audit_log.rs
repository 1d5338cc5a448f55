//! The audit log: one JSON object a line, each chained to the one before it, in a file that only grows.
//!
//! ```text
//!   {"n":7,"t":"20261124T120000","k":"denied","o":"//csf.example/id-mn/Cx",…,"h":"9b0c…"}
//!      │                                                                       │
//!      number, from 1                     SHA-256 over the last hash, the number and the line without "h"
//! ```
//!
//! A thread of its own writes: what has gathered is on the disk within [`FLUSH_TIME`] or after
//! [`FLUSH_RECORDS`] records; in strict mode ("no audit, no service") a request waits for that.

mod line;
mod verify;
mod writer;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use csf_service::{AuditRecord, AuditUnavailable};
use tokio::sync::{Semaphore, oneshot};

use crate::error::NodeError;
pub use verify::{Broken, Verified, verify};
use writer::Job;

/// How long a record may wait for the disk.
pub const FLUSH_TIME: Duration = Duration::from_millis(50);
/// How many records may wait for the disk.
pub const FLUSH_RECORDS: usize = 1000;
/// How many records may wait for the writer; beyond it, requests wait.
const QUEUE: usize = 4096;

/// An open audit log.
pub struct AuditLog {
    jobs: Option<Sender<Job>>,
    room: Arc<Semaphore>,
    strict: bool,
    thread: Option<JoinHandle<()>>,
}

impl AuditLog {
    /// How many records may wait for the writer.
    pub(crate) const ROOM: u64 = QUEUE as u64;

    /// Whether the log takes records: the disk has not failed it.
    pub(crate) fn is_taking(&self) -> bool {
        !self.room.is_closed()
    }

    /// How many records wait for the writer.
    pub(crate) fn waiting(&self) -> u64 {
        u64::try_from(QUEUE.saturating_sub(self.room.available_permits())).unwrap_or(u64::MAX)
    }

    /// Opens the log of this store and goes on where its chain ends.
    ///
    /// A last line that a crash cut short is taken off: it was never acknowledged in strict mode, and the chain
    /// goes on before it.
    ///
    /// # Errors
    ///
    /// When the file cannot be used, or its chain is broken: then somebody changed it, and that is for the
    /// operator to look at before more is written.
    pub fn open(path: &Path, store_id: &str, strict: bool) -> Result<Self, NodeError> {
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path);
        let file = file.map_err(|e| NodeError::file(path, "open the audit log", &e))?;
        let verified = verify(path, store_id).map_err(|broken| {
            let remedy = "move the file away to begin a new log, and find out who changed it";
            NodeError::text(format!("{}: {broken}; {remedy}", path.display()))
        })?;
        file.set_len(verified.bytes).map_err(|e| NodeError::file(path, "take off an unfinished line", &e))?;
        let (jobs, queue) = channel();
        let room = Arc::new(Semaphore::new(QUEUE));
        let freed = Arc::clone(&room);
        let thread = std::thread::Builder::new()
            .name("csf-audit".into())
            .spawn(move || writer::serve(file, verified.chain, &queue, &freed))
            .map_err(|e| NodeError::part("audit log", &e))?;
        Ok(Self { jobs: Some(jobs), room, strict, thread: Some(thread) })
    }

    /// Takes a record over; in strict mode, once it is on the disk.
    ///
    /// # Errors
    ///
    /// When the log can take no more: the disk is full or the file is gone.
    pub async fn append(&self, record: AuditRecord) -> Result<(), AuditUnavailable> {
        let permit = self.room.acquire().await.map_err(|_| AuditUnavailable)?;
        let (written, on_disk) = oneshot::channel();
        let written = self.strict.then_some(written);
        let jobs = self.jobs.as_ref().ok_or(AuditUnavailable)?;
        jobs.send(Job::Record(Box::new(record), written)).map_err(|_| AuditUnavailable)?;
        // The writer gives the room back once the record has left the queue.
        permit.forget();
        if self.strict { on_disk.await.map_err(|_| AuditUnavailable) } else { Ok(()) }
    }

    /// Waits until every record taken over so far is on the disk.
    pub async fn flush(&self) {
        let (written, on_disk) = oneshot::channel();
        if self.jobs.as_ref().is_some_and(|jobs| jobs.send(Job::Flush(written)).is_ok()) {
            // An error means that the writer ended, and then nothing more reaches the disk.
            let _ = on_disk.await;
        }
    }
}

impl Drop for AuditLog {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
