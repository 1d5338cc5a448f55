//! What guards a log while no node runs: its key and its newest checkpoint, from the sealed store.

use std::path::Path;

use csf_api::UtcTime;
use csf_service::Pruned;
use csf_store::Store;
use std::sync::Arc;

use super::anchor::{self, Anchor};
use super::begin;
use super::check::{self, Checked};
use super::files::CURRENT;
use super::secret::AuditKey;
use crate::error::NodeError;

/// The key and the checkpoint of a log.
pub(crate) struct Guard {
    key: Arc<AuditKey>,
    anchor: Option<Anchor>,
    records: Arc<dyn Store>,
}

impl Guard {
    /// From the store of the node.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or opens nothing.
    pub(crate) fn load(directory: &Path, records: Arc<dyn Store>) -> Result<Self, NodeError> {
        let failed = |e| NodeError::store(&directory.join(CURRENT), &e);
        let anchor = anchor::newest(&*records).map_err(failed)?;
        let key = Arc::new(anchor::key(&*records).map_err(failed)?);
        Ok(Self { key, anchor, records })
    }

    /// Checks everything: chain, seals, checkpoint.
    pub(crate) fn check(&self, directory: &Path, store_id: &str) -> Checked {
        check::check(directory, store_id, &check::Against::guarded(&self.key, self.anchor.as_ref()))
    }

    /// The name behind a pseudonym.
    pub(crate) fn resolve(&self, pseudonym: &str) -> Option<String> {
        self.key.resolve(pseudonym)
    }

    /// The pseudonym of a name.
    pub(crate) fn pseudonym(&self, name: &str) -> String {
        self.key.pseudonym(name)
    }

    /// Removes old files, as a running node would.
    ///
    /// # Errors
    ///
    /// In words, where the log is not as it was left, or a file cannot be used.
    pub(crate) fn prune(
        &self,
        directory: &Path,
        store_id: &str,
        before: UtcTime,
        now: UtcTime,
    ) -> Result<Pruned, NodeError> {
        let (records, key) = (Arc::clone(&self.records), Arc::clone(&self.key));
        let mut tail = begin::begin(directory, store_id, records, key, now)?;
        tail.prune(before, now).map_err(NodeError::text)
    }
}
