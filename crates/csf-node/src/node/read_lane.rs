//! Reads that memory cannot answer: two threads that may wait for the disk.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use csf_store::{Entries, Range, Record, RecordKey, Store, StoreError};
use tokio::sync::oneshot;

use crate::logging::nameless;
use crate::request::{self, RequestNumber};

/// How many reads go on at once.
const READERS: usize = 2;

type Loaded = Result<Vec<Option<Record>>, StoreError>;

enum Job {
    Load(Vec<RecordKey>, oneshot::Sender<Loaded>),
    Scan(Range, oneshot::Sender<Result<Entries, StoreError>>),
}

/// A job, and the request that it is for.
type Numbered = (Option<RequestNumber>, Job);

/// The lane. Its threads end when it is dropped and the last read is done.
pub(super) struct ReadLane {
    jobs: SyncSender<Numbered>,
}

impl ReadLane {
    /// Starts the lane, with room for so many waiting reads.
    pub(super) fn start(store: &Arc<dyn Store>, depth: usize) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(depth);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..READERS {
            let (store, queue) = (Arc::clone(store), Arc::clone(&queue));
            std::thread::Builder::new().name("csf-read".into()).spawn(move || serve(&*store, &queue))?;
        }
        Ok(Self { jobs })
    }

    /// Reads records.
    pub(super) async fn load(&self, keys: Vec<RecordKey>) -> Loaded {
        let (done, answer) = oneshot::channel();
        self.submit(Job::Load(keys, done))?;
        answer.await.unwrap_or_else(|_| Err(unavailable("the reader ended")))
    }

    /// Reads a range.
    pub(super) async fn scan(&self, range: Range) -> Result<Entries, StoreError> {
        let (done, answer) = oneshot::channel();
        self.submit(Job::Scan(range, done))?;
        answer.await.unwrap_or_else(|_| Err(unavailable("the reader ended")))
    }

    fn submit(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.try_send((request::current(), job)).map_err(|error| match error {
            TrySendError::Full(_) => unavailable("too many reads wait"),
            TrySendError::Disconnected(_) => unavailable("the reader ended"),
        })
    }
}

fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(why.into())
}

fn serve(store: &dyn Store, queue: &Mutex<Receiver<Numbered>>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        // Whoever asked may have gone; then nobody misses the answer.
        match job {
            Ok((request, Job::Load(keys, done))) => {
                drop(done.send(report_for(request, store.load(&keys))));
            }
            Ok((request, Job::Scan(range, done))) => {
                drop(done.send(report_for(request, store.scan(&range))));
            }
            Err(_) => return,
        }
    }
}

/// Says in the log what the caller is not told.
pub(super) fn report<T>(read: Result<T, StoreError>) -> Result<T, StoreError> {
    report_for(request::current(), read)
}

fn report_for<T>(request: Option<RequestNumber>, read: Result<T, StoreError>) -> Result<T, StoreError> {
    if let Err(error) = &read {
        let request = request.map(tracing::field::display);
        tracing::error!(request, error = nameless(error), "the store cannot be read");
    }
    read
}
