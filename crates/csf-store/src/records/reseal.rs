//! Sealing everything anew after the store was given another key, a page at a time, beside everything else.

use std::sync::Arc;

use super::{Records, lock};
use crate::batch::{Batch, Expect};
use crate::error::StoreError;
use crate::freshness::{Draft, Outcome, Span};
use crate::key::RecordKey;
use crate::store::{Store, commit_one};

/// How far the sealing anew has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// How many records of this page were sealed anew; the others had been, or changed in the meantime.
    pub sealed: usize,
    /// Where to go on; `None`: everything is of the present epoch, and the key of the one before is of no use.
    pub after: Option<RecordKey>,
}

impl<S: Store> Records<S> {
    /// Seals the next records of an earlier epoch under the present key, at most `most` of them, after this key
    /// in order. A record that somebody writes meanwhile is sealed anew by that.
    ///
    /// Each record gets a new version, as with any write.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAuthentic`] when a record or a node of the version tree was tampered with: the key of the
    /// epoch before is still needed then. Otherwise as [`Store::load`] and [`Store::commit`].
    pub fn reseal(&self, after: Option<&RecordKey>, most: usize) -> Result<Resealed, StoreError> {
        let mut first = after.map(|key| key.as_str().as_bytes().to_vec()).unwrap_or_default();
        if after.is_some() {
            first.push(0);
        }
        // No byte of a key is that great, for keys are text.
        let span = Span { first: &first, end: &[u8::MAX], limit: most.max(1), backwards: false };
        let keys = self.of_one_moment(|root| self.tree.stamps((&self.store, &self.vault), root, &span))?;
        let keys: Vec<RecordKey> = keys.into_iter().map(|(key, _)| RecordKey::of_sealed(key)).collect();
        let Some(last) = keys.last().cloned() else {
            self.reseal_root()?;
            return Ok(Resealed { sealed: 0, after: None });
        };
        let batches = self.to_reseal(&keys)?;
        let mut sealed: usize = 0;
        for outcome in self.commit(&batches) {
            match outcome {
                Ok(_) => sealed = sealed.saturating_add(1),
                // Somebody else wrote it, under the present key.
                Err(StoreError::Conflict(_)) => {}
                Err(why) => return Err(why),
            }
        }
        Ok(Resealed { sealed, after: Some(last) })
    }

    /// For each of the records that is of an earlier epoch the same once more.
    fn to_reseal(&self, keys: &[RecordKey]) -> Result<Vec<Batch>, StoreError> {
        let sealed = self.store.load(keys)?;
        let mut batches = Vec::new();
        for (key, sealed) in keys.iter().zip(sealed) {
            let Some(sealed) = sealed.filter(|sealed| !self.vault.is_present(sealed.bytes())) else {
                continue;
            };
            // Through the version tree, like every read: an old state must not become the newest.
            let Some(record) = self.load(std::slice::from_ref(key))?.pop().flatten() else { continue };
            if record.version() == sealed.version() {
                let mut batch = Batch::new();
                batch.put(key.clone(), Expect::Version(record.version()), record.bytes().to_vec());
                batches.push(batch);
            }
        }
        Ok(batches)
    }

    /// The root is sealed anew with every write below it. This is for a store in which there was none.
    fn reseal_root(&self) -> Result<(), StoreError> {
        let _alone = lock(&self.writer);
        let from = (&self.store, &self.vault);
        let root = self.tree.settled_root(&self.store, &self.vault)?;
        if self.tree.root_is_present(&self.store, &self.vault)? {
            return Ok(());
        }
        let mut batch = Batch::new();
        let sealed = Draft::new(&self.tree, from, &root).seal(&mut batch)?;
        self.tree.begin(&root, &sealed);
        let written = commit_one(&self.store, batch).map(drop);
        self.tree.settle(&Arc::clone(&root), sealed, Outcome::of(&written));
        written
    }
}
