//! Sealing the store and the objects of the software environment anew under other keys, in a thread of its own, while
//! the node serves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use csf_store::{Identity, Records, SqliteStore, StoreError};
use se_plugin_soft::SoftSe;

use crate::error::NodeError;

/// Records of one page: so few that a request hardly waits for them.
const PAGE: usize = 64;
/// After how many records the log is told how far it is.
const RECORDS_PER_LINE: usize = 10_000;

/// The thread. When this is dropped it stops after its page, and the next start goes on.
struct Running {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What seals the store anew, once the node has made it ready: until then the node alone writes to it.
#[derive(Default)]
pub(super) struct Resealer(Mutex<State>);

#[derive(Default)]
enum State {
    Waiting(Work),
    Running(#[expect(dead_code, reason = "it is there to be dropped")] Running),
    #[default]
    Idle,
}

/// What has a key before its present one.
struct Work {
    soft: Option<Arc<SoftSe>>,
    store: Option<(Arc<Records<SqliteStore>>, Identity)>,
}

impl Resealer {
    /// There is something to do if the store or the environment has a key before its present one.
    pub(super) fn new(records: &Arc<Records<SqliteStore>>, identity: Identity, soft: &Arc<SoftSe>) -> Self {
        let soft = soft.is_being_renewed().then(|| Arc::clone(soft));
        let store = identity.previous.is_some().then(|| (Arc::clone(records), identity));
        if soft.is_none() && store.is_none() {
            return Self::default();
        }
        Self(Mutex::new(State::Waiting(Work { soft, store })))
    }

    /// Begins, if there is something to do.
    pub(super) fn begin(&self) -> Result<(), NodeError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match std::mem::take(&mut *state) {
            State::Waiting(work) => State::Running(Running::start(work)?),
            other => other,
        };
        Ok(())
    }
}

impl Running {
    fn start(work: Work) -> Result<Self, NodeError> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = Builder::new().name("resealer".to_owned()).spawn(move || run(work, &stopped));
        let thread = thread.map_err(|e| NodeError::part("resealer", &e))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            // A panic there is reported there; the next start goes on.
            drop(thread.join());
        }
    }
}

/// One after the other; what fails of one is no reason to leave the other.
fn run(work: Work, stop: &AtomicBool) {
    if let Some(soft) = work.soft {
        renew(&soft, stop);
    }
    if let Some((records, identity)) = work.store {
        seal(&records, identity, stop);
    }
}

fn renew(soft: &SoftSe, stop: &AtomicBool) {
    match soft.renew(stop) {
        Ok(Some(sealed)) => {
            tracing::info!(sealed, "the keys of the software environment are sealed anew")
        }
        Ok(None) => tracing::info!("sealing the environment anew is interrupted; the next start goes on"),
        Err(why) => {
            let why = why.to_string();
            tracing::error!(
                why,
                "sealing the environment anew failed; its old key is kept, the next start tries again"
            );
        }
    }
}

fn seal(records: &Records<SqliteStore>, identity: Identity, stop: &AtomicBool) {
    tracing::info!(epoch = identity.epoch.0, "sealing the store anew under its new key");
    match seal_all(records, identity, stop) {
        Ok(Some(sealed)) => {
            tracing::info!(sealed, "the store is sealed under its new key; the old one opens nothing")
        }
        Ok(None) => tracing::info!("sealing the store anew is interrupted; the next start goes on"),
        Err(why) => {
            let why = crate::logging::nameless(&why);
            tracing::error!(
                why,
                "sealing the store anew failed; the old key is kept, the next start tries again"
            );
        }
    }
}

/// How many records were sealed anew; `None` when it was stopped.
pub(crate) fn seal_all(
    records: &Records<SqliteStore>,
    identity: Identity,
    stop: &AtomicBool,
) -> Result<Option<usize>, StoreError> {
    let (mut after, mut sealed, mut said) = (None, 0_usize, 0_usize);
    loop {
        if stop.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let page = records.reseal(after.as_ref(), PAGE)?;
        sealed = sealed.saturating_add(page.sealed);
        if sealed.saturating_sub(said) >= RECORDS_PER_LINE {
            said = sealed;
            tracing::info!(sealed, "sealing the store anew");
        }
        after = page.after;
        if after.is_none() {
            identity.finish_epoch(records)?;
            return Ok(Some(sealed));
        }
    }
}
