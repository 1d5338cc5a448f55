//! The store's one writer: a thread that commits what has gathered, many requests at a time.
//!
//! Whoever waits while a commit is under way is in the next one, so that one flush to the disk serves all
//! of them (group commit).

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use csf_store::{Batch, Store, StoreError};
use tokio::sync::oneshot;

use crate::request::{self, RequestNumber};

/// The most batches in one commit.
const MAX_GROUP: usize = 256;

struct Job {
    batch: Batch,
    by: Instant,
    request: Option<RequestNumber>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// The lane.
pub(super) struct CommitLane {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl CommitLane {
    /// Starts the lane, with room for so many waiting batches.
    pub(super) fn start(store: Arc<dyn Store>, depth: usize) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(depth);
        let thread =
            std::thread::Builder::new().name("csf-commit".into()).spawn(move || serve(&*store, &queue))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Commits a batch. A batch whose time is over before its turn is not committed; once its turn has come
    /// it is, and the answer says so however late it is.
    pub(super) async fn commit(&self, batch: Batch, by: Instant) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        let sent = self
            .jobs
            .as_ref()
            .map(|jobs| jobs.try_send(Job { batch, by, request: request::current(), done }));
        match sent {
            Some(Ok(())) => answer.await.unwrap_or_else(|_| Err(unavailable("the writer ended"))),
            Some(Err(TrySendError::Full(_))) => Err(unavailable("too many writes wait")),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(unavailable("the writer ended")),
        }
    }
}

impl Drop for CommitLane {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the lane has been reported by the waiting requests already.
            let _ = thread.join();
        }
    }
}

fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(why.into())
}

fn serve(store: &dyn Store, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let now = Instant::now();
        let group = std::iter::once(first).chain(queue.try_iter()).take(MAX_GROUP);
        let mut batches = Vec::new();
        let mut waiting = Vec::new();
        for job in group {
            if job.by < now {
                let _ = job.done.send(Err(unavailable("the time was over")));
            } else {
                batches.push(job.batch);
                waiting.push((job.request, job.done));
            }
        }
        let outcomes = store.commit(&batches).into_iter().map(|outcome| outcome.map(drop));
        let missing = std::iter::repeat_with(|| Err(unavailable("the store gave no answer")));
        for ((request, done), outcome) in waiting.into_iter().zip(outcomes.chain(missing)) {
            if let Err(StoreError::Unavailable(why)) = &outcome {
                let request = request.map(tracing::field::display);
                tracing::error!(request, why, "the store failed");
            }
            // Whoever asked may have gone; the write stands all the same.
            let _ = done.send(outcome);
        }
    }
}
