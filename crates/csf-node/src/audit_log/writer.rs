//! The thread that writes the audit log.

use std::fs::File;
use std::io::Write;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use csf_service::{AuditRecord, Chain};
use tokio::sync::{Semaphore, oneshot};

use super::{FLUSH_RECORDS, FLUSH_TIME, line};

/// What the thread is asked to do.
pub(super) enum Job {
    /// Write a record; say when it is on the disk, where somebody waits for that.
    Record(Box<AuditRecord>, Option<oneshot::Sender<()>>),
    /// Say when everything before is on the disk.
    Flush(oneshot::Sender<()>),
}

/// What waits for the disk.
#[derive(Default)]
struct Gathered {
    text: String,
    records: usize,
    waiting: Vec<oneshot::Sender<()>>,
    /// Somebody waits, so the flush is not put off.
    urgent: bool,
}

/// Writes until the last sender is gone or the file fails. An idle log waits without waking.
pub(super) fn serve(mut file: File, mut chain: Chain, queue: &Receiver<Job>, room: &Semaphore) {
    while let Ok(first) = queue.recv() {
        let flush_by = Instant::now().checked_add(FLUSH_TIME);
        let mut gathered = Gathered::default();
        gathered.take(first, &mut chain, room);
        while gathered.records < FLUSH_RECORDS {
            let wait = if gathered.urgent { None } else { flush_by };
            let wait = wait.map(|by| by.saturating_duration_since(Instant::now())).unwrap_or_default();
            match queue.recv_timeout(wait) {
                Ok(job) => gathered.take(job, &mut chain, room),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        let written = file.write_all(gathered.text.as_bytes()).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // Whoever waits is told by the sender's end; whoever comes, by a closed semaphore.
            tracing::error!(%error, "the audit log cannot be written; requests that need it are refused");
            room.close();
            return;
        }
        for waiting in gathered.waiting {
            let _ = waiting.send(());
        }
    }
}

impl Gathered {
    fn take(&mut self, job: Job, chain: &mut Chain, room: &Semaphore) {
        match job {
            Job::Record(record, written) => {
                self.text.push_str(&line::write(&record, chain));
                self.records = self.records.saturating_add(1);
                self.urgent |= written.is_some();
                self.waiting.extend(written);
                room.add_permits(1);
            }
            Job::Flush(written) => {
                self.urgent = true;
                self.waiting.push(written);
            }
        }
    }
}
