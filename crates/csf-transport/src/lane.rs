//! One thread per secure environment, which executes its commands one after another (draft 6.4.2).

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;
use std::{fmt, mem};

use csf_api::UtcTime;

use crate::attempt::{self, Slot};
use crate::command::Command;
use crate::environment::{CancelFlag, Cx, SecureEnvironment};
use crate::error::SeError;
use crate::reply::Reply;

/// How many jobs wait on a lane besides the one that runs.
pub const LANE_DEPTH: usize = 64;

/// What is called with the outcome of a job: once, on the lane's thread, which it must not block.
pub type Completion = Box<dyn FnOnce(Result<Reply, SeError>) + Send>;

/// Where a lane learns what time it is, so that a test can tell it.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A command on its way to a secure environment.
pub struct Job {
    /// What to do.
    pub command: Command,
    /// When it is of no more use.
    pub deadline: Instant,
    /// What time it was when the job was made.
    pub now: UtcTime,
    /// Whether the caller gave up.
    pub cancel: Arc<CancelFlag>,
    /// Who learns the outcome.
    pub done: Completion,
}

/// The lane's queue is full. The job is gone and its completion was not called: this is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneFull;

impl fmt::Display for LaneFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{LANE_DEPTH} commands wait for the secure environment already")
    }
}

impl std::error::Error for LaneFull {}

/// A thread that owns one session of one SE and executes jobs in the order they came.
///
/// Every job that the lane accepts is completed exactly once, outside of any lock: with the SE's answer;
/// with [`SeError::Expired`] when its time was over, its caller gave up or the lane ended before it began;
/// with [`SeError::Unavailable`] when no session can be opened. A plug-in that panics costs its session
/// and one job, not the lane. The session is opened for the first job, and again for the next one after
/// [`SeError::OutcomeUnknown`], [`SeError::Unavailable`] or [`SeError::Fault`].
///
/// A waiting lane sleeps in the kernel. Dropping it completes what waits and joins the thread, and so takes
/// as long as the command that is being executed.
pub struct Lane {
    /// `None` only while the lane is being dropped.
    jobs: Option<SyncSender<Job>>,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Lane {
    /// Starts the lane of this SE.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn start(environment: Arc<dyn SecureEnvironment>, clock: Clock) -> io::Result<Self> {
        let (jobs, queue) = sync_channel(LANE_DEPTH);
        let closing = Arc::new(AtomicBool::new(false));
        let worker = Worker { environment, clock, closing: Arc::clone(&closing), session: None };
        let thread = thread::Builder::new().name("se-lane".into()).spawn(move || worker.run(&queue))?;
        Ok(Self { jobs: Some(jobs), closing, thread: Some(thread) })
    }

    /// Puts a job on the lane, and never waits.
    ///
    /// # Errors
    ///
    /// [`LaneFull`] when [`LANE_DEPTH`] jobs wait already.
    pub fn submit(&self, job: Job) -> Result<(), LaneFull> {
        let Some(jobs) = &self.jobs else {
            return Err(LaneFull);
        };
        match jobs.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(LaneFull),
            Err(TrySendError::Disconnected(job)) => {
                complete(job.done, Err(SeError::Unavailable));
                Ok(())
            }
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            // A completion may hold the last handle of the lane; a thread cannot wait for itself.
            && thread.thread().id() != thread::current().id()
        {
            // The worker catches every panic, and there is nobody to tell.
            let _ = thread.join();
        }
    }
}

/// The thread's side of a lane.
struct Worker {
    environment: Arc<dyn SecureEnvironment>,
    clock: Clock,
    closing: Arc<AtomicBool>,
    session: Slot,
}

impl Worker {
    fn run(mut self, queue: &Receiver<Job>) {
        while let Ok(Job { command, deadline, now, cancel, done }) = queue.recv() {
            let cx = Cx { deadline, now, cancel: &cancel };
            let outcome = self.execute(&command, &cx);
            // What the command carried is wiped before anybody hears of its end.
            drop(command);
            complete(done, outcome);
        }
        attempt::discard(&mut self.session);
    }

    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        self.still_wanted(cx)?;
        if self.session.is_none() {
            self.session = Some(attempt::open(&*self.environment, cx)?);
            // Opening may have taken long.
            self.still_wanted(cx)?;
        }
        attempt::execute(&mut self.session, command, cx)
    }

    fn still_wanted(&self, cx: &Cx<'_>) -> Result<(), SeError> {
        if self.closing.load(Ordering::Acquire) || is_over(cx, &self.clock) {
            return Err(SeError::Expired);
        }
        Ok(())
    }
}

/// Whether nobody waits for the outcome any more.
pub(crate) fn is_over(cx: &Cx<'_>, clock: &Clock) -> bool {
    cx.cancel.is_raised() || clock() >= cx.deadline
}

/// Calls a completion; a panic in it is the caller's loss, not the next caller's.
fn complete(done: Completion, outcome: Result<Reply, SeError>) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| done(outcome))) {
        // Dropping the payload may panic again, so it is leaked.
        mem::forget(panic);
    }
}

#[cfg(test)]
mod tests;
