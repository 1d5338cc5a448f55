//! Beginning a log anew after somebody changed it: the changed files are put aside, and the new log says from its
//! first lines on which records are lost.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use csf_api::UtcTime;
use csf_service::{AuditKind, AuditRecord, Chain};
use csf_store::Store;

use super::anchor;
use super::files::{self, CURRENT};
use super::line::About;
use super::secret::Pseudonyms;
use super::tail::{self, Tail};
use crate::error::NodeError;

/// A log begun anew.
#[derive(Clone, Debug)]
pub(crate) struct Renewed {
    /// Where the files are now that were changed.
    pub(crate) aside: PathBuf,
    /// The last record of the old log, as the checkpoint names it; 0 where there was none.
    pub(crate) last: u64,
}

/// Puts the log aside and begins a new one that goes on after the newest checkpoint.
///
/// # Errors
///
/// Names the file that cannot be used.
pub(crate) fn renew(
    directory: &Path,
    store_id: &str,
    records: Arc<dyn Store>,
    now: UtcTime,
) -> Result<Renewed, NodeError> {
    let current = directory.join(CURRENT);
    let store = |e| NodeError::store(&current, &e);
    let failed = |e: std::io::Error| NodeError::file(&current, "put the audit log aside", &e);
    let key = Arc::new(anchor::key(&*records).map_err(store)?);
    let newest = anchor::newest(&*records).map_err(store)?;
    let aside = directory.join(format!("audit-aside-{now}"));
    std::fs::create_dir(&aside).map_err(|e| NodeError::file(&aside, "make the directory", &e))?;
    for name in files::names(directory).map_err(failed)? {
        std::fs::rename(directory.join(&name), aside.join(&name)).map_err(failed)?;
    }
    let (floor, chain) = newest.map_or_else(
        || (1, Chain::begin(store_id)),
        |anchor| (anchor.floor, Chain::resume(anchor.number, anchor.hash)),
    );
    let last = chain.number();
    let mut tail = Tail {
        file: tail::create(directory).map_err(failed)?,
        directory: directory.to_owned(),
        store_id: store_id.into(),
        records,
        names: Pseudonyms::new(key),
        first: last.saturating_add(1),
        began: now,
        size: 0,
        floor: last.saturating_add(1),
        anchored: 0,
        reserved: 0,
        chain,
    };
    let (segment, about) = tail::segment(now, store_id, &tail.chain);
    let ground = "an operator put the log aside and began it anew";
    let lost = AuditRecord::of_node(now, AuditKind::Lost, ground);
    let told = About {
        range: (last > 0).then_some((floor.min(last), last)),
        after: Some(*tail.chain.hash()),
        ..About::default()
    };
    tail.write(&[(&segment, &about), (&lost, &told)]).map_err(failed)?;
    files::sync(directory).map_err(failed)?;
    tail.anchor().map_err(store)?;
    Ok(Renewed { aside, last })
}
