//! The hand-over of records to the writer: a list behind a lock that is held for a moment, and a thread that sleeps
//! while records gather.
//!
//! Whoever hands a record over wakes the writer only where it would sleep on otherwise: when it has nothing at all to
//! do, when somebody waits for the disk, or when [`FLUSH_RECORDS`] have gathered. A key use costs one short lock.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use csf_api::UtcTime;
use csf_service::{AuditAnswer, AuditRecord};
use tokio::sync::{Semaphore, oneshot};

use super::line::About;
use super::{FLUSH_RECORDS, FLUSH_TIME};
use crate::request;

/// How many records may wait for the writer; beyond it, requests wait.
pub(super) const ROOM: usize = 4096;

/// What the writer is asked, beside to write.
pub(super) enum Ask {
    /// Say when everything before is on the disk and in a checkpoint; what the checkpoint is.
    Anchor(oneshot::Sender<AuditAnswer>),
    /// Say when everything before is on the disk; the number of the last record there.
    Flush(oneshot::Sender<AuditAnswer>),
    /// Say whether records can be written.
    Ready(oneshot::Sender<bool>),
    /// Remove the full files that are older.
    Prune(UtcTime, oneshot::Sender<AuditAnswer>),
}

/// What has gathered.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) records: Vec<(AuditRecord, About)>,
    /// Whoever waits until they are on the disk; told whether they are.
    pub(super) waiting: Vec<oneshot::Sender<bool>>,
    pub(super) asks: Vec<Ask>,
}

#[derive(Default)]
struct Inner {
    gathered: Gathered,
    /// The writer sleeps until something comes.
    idle: bool,
    closed: bool,
}

impl Inner {
    fn is_urgent(&self) -> bool {
        self.closed
            || !self.gathered.waiting.is_empty()
            || !self.gathered.asks.is_empty()
            || self.gathered.records.len() >= FLUSH_RECORDS
    }
}

/// The hand-over.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    something: Condvar,
    room: Semaphore,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self { inner: Mutex::default(), something: Condvar::new(), room: Semaphore::new(ROOM) }
    }

    /// How many records wait.
    pub(super) fn waiting(&self) -> u64 {
        u64::try_from(ROOM.saturating_sub(self.room.available_permits())).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a record over, when there is room, with the number of the request that it is about; whoever waits for
    /// the disk brings a sender.
    pub(super) async fn push(&self, record: AuditRecord, waiting: Option<oneshot::Sender<bool>>) {
        if let Ok(permit) = self.room.acquire().await {
            // The writer gives the room back when it takes the record.
            permit.forget();
        }
        let about = About { request: request::current(), ..About::default() };
        let mut inner = self.lock();
        inner.gathered.records.push((record, about));
        inner.gathered.waiting.extend(waiting);
        self.wake(inner);
    }

    pub(super) fn ask(&self, ask: Ask) {
        let mut inner = self.lock();
        inner.gathered.asks.push(ask);
        self.wake(inner);
    }

    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        self.wake(inner);
    }

    fn wake(&self, mut inner: MutexGuard<'_, Inner>) {
        if inner.idle || inner.is_urgent() {
            inner.idle = false;
            drop(inner);
            self.something.notify_one();
        }
    }

    /// For the writer: what has gathered [`FLUSH_TIME`] after the first record, or sooner where it is urgent;
    /// nothing where nothing comes within the given time; and whether the log is closed.
    pub(super) fn take(&self, patience: Option<Duration>) -> (Gathered, bool) {
        let until = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut inner = self.lock();
        while inner.gathered.records.is_empty() && !inner.is_urgent() {
            inner.idle = true;
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            inner = match left {
                Some(Duration::ZERO) => {
                    inner.idle = false;
                    return (Gathered::default(), false);
                }
                Some(left) => {
                    let woken = self.something.wait_timeout(inner, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.something.wait(inner).unwrap_or_else(PoisonError::into_inner),
            };
        }
        inner.idle = false;
        let flush = Instant::now().checked_add(FLUSH_TIME);
        while !inner.is_urgent() {
            let left = flush.map(|by| by.saturating_duration_since(Instant::now())).unwrap_or_default();
            if left.is_zero() {
                break;
            }
            let woken = self.something.wait_timeout(inner, left);
            inner = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        let gathered = std::mem::take(&mut inner.gathered);
        self.room.add_permits(gathered.records.len());
        (gathered, inner.closed)
    }
}

#[cfg(test)]
mod tests {
    use csf_service::AuditKind;

    use super::*;

    fn push(queue: &Queue, waiting: Option<oneshot::Sender<bool>>) {
        let record = AuditRecord::of_node(UtcTime::MIN, AuditKind::KeyUse, "for a test");
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut pushing = std::pin::pin!(queue.push(record, waiting));
        assert!(pushing.as_mut().poll(&mut context).is_ready(), "there is room, so nobody waits");
    }

    #[test]
    fn a_hand_over_waits_for_nothing_and_wakes_the_writer_only_from_idleness_or_for_urgent_matters() {
        let queue = Queue::new();
        assert!(!queue.lock().is_urgent());
        for _ in 1..FLUSH_RECORDS {
            push(&queue, None);
            assert!(!queue.lock().is_urgent(), "a single record is no reason");
        }
        push(&queue, None);
        assert!(queue.lock().is_urgent(), "as many as are written together");
        let (gathered, closed) = queue.take(None);
        assert_eq!((gathered.records.len(), closed), (FLUSH_RECORDS, false));

        let (waiting, _on_disk) = oneshot::channel();
        push(&queue, Some(waiting));
        assert!(queue.lock().is_urgent(), "somebody waits");
        assert_eq!(queue.take(None).0.waiting.len(), 1);
        queue.close();
        assert!(queue.take(None).1);
    }

    #[test]
    fn when_there_is_no_room_whoever_brings_a_record_waits_until_the_writer_takes_some() {
        let queue = Queue::new();
        for _ in 0..ROOM {
            push(&queue, None);
        }
        let record = AuditRecord::of_node(UtcTime::MIN, AuditKind::KeyUse, "for a test");
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut pushing = std::pin::pin!(queue.push(record, None));
        assert!(pushing.as_mut().poll(&mut context).is_pending());
        assert_eq!(queue.take(None).0.records.len(), ROOM);
        assert!(pushing.as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn a_writer_with_a_checkpoint_to_make_does_not_sleep_over_it() {
        let (gathered, closed) = Queue::new().take(Some(Duration::ZERO));
        assert!(gathered.records.is_empty() && gathered.asks.is_empty() && !closed);
    }
}
