//! The thread that writes the audit log, makes checkpoints, begins new files and removes old ones.

use std::sync::Arc;
use std::time::{Duration, Instant};

use csf_service::{AuditAnswer, AuditKind, AuditRecord};
use tokio::sync::oneshot;

use super::health::Health;
use super::line::{self, About};
use super::queue::{Ask, Gathered, Queue};
use super::tail::Tail;
use super::{ANCHOR_RECORDS, ANCHOR_TIME, Rotation};
use crate::node::clock;

/// The thread's state.
pub(super) struct Writer {
    pub(super) tail: Tail,
    pub(super) queue: Arc<Queue>,
    pub(super) health: Arc<Health>,
    pub(super) rotation: Rotation,
    pub(super) strict: bool,
    /// Since when there are records that no checkpoint covers.
    pub(super) unanchored: Option<Instant>,
    /// Records that could not be written, since one says so.
    pub(super) missed: u64,
}

impl Writer {
    /// Writes until the log is closed. An idle log waits without waking, once a checkpoint covers everything.
    pub(super) fn serve(mut self) {
        loop {
            let patience = self.unanchored.map(|since| ANCHOR_TIME.saturating_sub(since.elapsed()));
            // A checkpoint that cannot be made is tried again, but not all the time.
            let patience = patience.map(|left| left.max(Duration::from_millis(1)));
            let (gathered, closed) = self.queue.take(patience);
            self.write(gathered);
            let due = self.unanchored.is_some_and(|since| since.elapsed() >= ANCHOR_TIME)
                || self.tail.chain.number().saturating_sub(self.tail.anchored) >= ANCHOR_RECORDS;
            if (due || closed) && self.unanchored.is_some() {
                self.anchor();
            }
            if closed {
                return;
            }
        }
    }

    fn write(&mut self, gathered: Gathered) {
        let Gathered { records, waiting, asks } = gathered;
        let wanted = !records.is_empty() || asks.iter().any(|ask| matches!(ask, Ask::Ready(_)));
        let done = !wanted || self.attempt(&records);
        for waiting in waiting {
            // Whoever does not wait any more needs no answer.
            let _ = waiting.send(done);
        }
        for ask in asks {
            self.answer(ask, done);
        }
        if wanted && done {
            self.rotate();
        }
    }

    /// Writes what has gathered, and before it what is to be said of earlier failures. Whether it is on the disk.
    fn attempt(&mut self, records: &[(AuditRecord, About)]) -> bool {
        let gap = (self.health.is_failing() || self.missed > 0).then(|| {
            let ground = format!("{} records could not be written", self.missed);
            (AuditRecord::of_node(clock::now(), AuditKind::Gap, &ground), About::default())
        });
        let lines: Vec<_> = gap.iter().chain(records).map(|(record, about)| (record, about)).collect();
        match self.room(records).and_then(|()| self.tail.write(&lines)) {
            Ok(()) => {
                if gap.is_some() {
                    tracing::warn!(missed = self.missed, "the audit log can be written again");
                }
                self.missed = 0;
                self.health.set_last(self.tail.chain.number());
                self.unanchored.get_or_insert_with(Instant::now);
                // What is under way has its room; what comes is refused where there is none for it.
                let short = self.strict && self.tail.reserve().is_err();
                self.health.set_failing(short);
                if short {
                    tracing::error!("there is no room on the disk for more audit records");
                }
                true
            }
            Err(error) => {
                if !self.health.is_failing() {
                    tracing::error!(%error, strict = self.strict, "the audit log cannot be written");
                }
                let lost = u64::try_from(records.len()).unwrap_or(u64::MAX);
                self.missed = self.missed.saturating_add(lost);
                self.health.lose(lost);
                self.health.set_failing(true);
                false
            }
        }
    }

    /// Whoever only asks whether there is room learns so without a line being written.
    fn room(&mut self, records: &[(AuditRecord, About)]) -> std::io::Result<()> {
        if self.strict && records.is_empty() { self.tail.reserve() } else { Ok(()) }
    }

    fn anchor(&mut self) {
        match self.tail.anchor() {
            Ok(()) => self.unanchored = None,
            Err(error) => {
                tracing::error!(%error, "no checkpoint of the audit log can be made");
                self.unanchored = Some(Instant::now());
            }
        }
    }

    fn rotate(&mut self) {
        let now = clock::now();
        let full = self.tail.size >= self.rotation.file_bytes;
        let old = self.tail.began.plus_seconds(seconds(self.rotation.file_seconds)) <= now;
        // A file with nothing but its beginning is never old.
        if !full && (!old || self.tail.chain.number() <= self.tail.first) {
            return;
        }
        if let Err(error) = self.tail.rotate(now) {
            tracing::error!(%error, "no new audit file can be begun; the present one goes on");
            return;
        }
        self.health.set_last(self.tail.chain.number());
        if self.rotation.keep_seconds > 0 {
            let before = now.plus_seconds(seconds(self.rotation.keep_seconds).saturating_neg());
            if let Err(error) = self.tail.prune(before, now) {
                tracing::error!(error, "old audit files cannot be removed");
            }
        }
    }

    fn answer(&mut self, ask: Ask, done: bool) {
        match ask {
            Ask::Ready(to) => drop(to.send(done)),
            Ask::Flush(to) if done => tell(to, AuditAnswer::Flushed(self.tail.chain.number())),
            Ask::Flush(to) => tell(to, AuditAnswer::Refused("the audit log cannot be written".into())),
            Ask::Anchor(to) => {
                self.anchor();
                tell(
                    to,
                    AuditAnswer::Anchor(self.tail.chain.number(), line::hex(self.tail.chain.hash()).into()),
                );
            }
            Ask::Prune(before, to) => {
                let pruned = self.tail.prune(before, clock::now());
                self.health.set_last(self.tail.chain.number());
                tell(to, pruned.map_or_else(|why| AuditAnswer::Refused(why.into()), AuditAnswer::Pruned));
            }
        }
    }
}

fn tell(to: oneshot::Sender<AuditAnswer>, answer: AuditAnswer) {
    // Whoever does not wait any more needs no answer.
    let _ = to.send(answer);
}

fn seconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
