//! Sealing the store anew under another key, in a thread of its own, while the node serves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use csf_store::{Identity, Records, SqliteStore, StoreError};

use crate::error::NodeError;

/// Records of one page: so few that a request hardly waits for them.
const PAGE: usize = 64;
/// After how many records the log is told how far it is.
const RECORDS_PER_LINE: usize = 10_000;

/// The thread. When this is dropped it stops after its page, and the next start goes on.
pub(super) struct Resealer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Resealer {
    /// Begins, if the store has a key before its present one.
    pub(super) fn start(
        records: &Arc<Records<SqliteStore>>,
        identity: Identity,
    ) -> Result<Option<Self>, NodeError> {
        if identity.previous.is_none() {
            return Ok(None);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (records, stopped) = (Arc::clone(records), Arc::clone(&stop));
        let thread =
            Builder::new().name("resealer".to_owned()).spawn(move || run(&records, identity, &stopped));
        let thread = thread.map_err(|e| NodeError::part("resealer", &e))?;
        Ok(Some(Self { stop, thread: Some(thread) }))
    }
}

impl Drop for Resealer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            // A panic there is reported there; the next start goes on.
            drop(thread.join());
        }
    }
}

fn run(records: &Records<SqliteStore>, identity: Identity, stop: &AtomicBool) {
    tracing::info!(epoch = identity.epoch.0, "sealing the store anew under its new key");
    match seal_all(records, identity, stop) {
        Ok(Some(sealed)) => {
            tracing::info!(sealed, "the store is sealed under its new key; the old one opens nothing")
        }
        Ok(None) => tracing::info!("sealing the store anew is interrupted; the next start goes on"),
        Err(why) => {
            tracing::error!(%why, "sealing the store anew failed; the old key is kept, the next start tries again");
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
