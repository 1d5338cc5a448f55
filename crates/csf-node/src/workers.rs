//! Workers: threads that serve connections, each with a runtime of its own.
//!
//! A connection stays with the worker that it was given to. A request that memory can answer is then read,
//! decided and answered by one thread, without waking another; with tasks that move between threads, waking
//! costs more than the decision. What must wait for a lane waits as a task, and the worker serves others. Between
//! requests that follow closely a worker does not sleep at once (`attention.rs`).

pub(crate) mod attention;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::error::NodeError;

/// The most workers, however many cores there are.
const MAX_WORKERS: usize = 8;

/// The workers of a node. Dropping them ends every connection.
pub(crate) struct Workers {
    all: Vec<Worker>,
}

struct Worker {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Workers {
    /// Starts a worker for each core.
    pub(crate) fn start() -> Result<Self, NodeError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::of(cores.min(MAX_WORKERS), "csf-worker")
    }

    /// Starts so many workers, whose threads have this name.
    pub(crate) fn of(number: usize, name: &str) -> Result<Self, NodeError> {
        let all: std::io::Result<Vec<Worker>> = (0..number).map(|_| Worker::start(name)).collect();
        Ok(Self { all: all.map_err(|e| NodeError::part("workers", &e))? })
    }

    /// Serves a connection to its end, on the worker that has the fewest.
    pub(crate) fn serve(&self, connection: impl Future<Output = ()> + Send + 'static) {
        let fewest = self.all.iter().min_by_key(|worker| worker.connections.load(Ordering::Relaxed));
        // There is always one: a machine has a core.
        let Some(worker) = fewest else { return };
        worker.connections.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(Arc::clone(&worker.connections));
        worker.runtime.spawn(async move {
            connection.await;
            drop(counted);
        });
    }
}

impl Worker {
    fn start(name: &str) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name(name.into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    // Told to end, or left alone: both are the end.
                    _ = ended => {}
                    () = attention::watch() => {}
                }
            });
        })?;
        Ok(Self { runtime: handle, connections: Arc::default(), end: Some(end), thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A panic of a worker has been reported already.
            let _ = thread.join();
        }
    }
}

/// A connection that counts until it ends, however it ends.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
