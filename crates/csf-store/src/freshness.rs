//! Freshness: what the newest state of every sealed record is, under one root.
//!
//! The vault alone believes any state that a record once had. The version tree says which is the newest:
//!
//! ```text
//!   root ──┬── branch ──┬── leaf   child/…/1  version 1, tag    each entry holds the tag of what it names,
//!          │            └── leaf   child/…/9  version 1, tag    and each node lies sealed in the store
//!          └── branch ──── leaf    state/…    version 40, tag   as a record of its own
//! ```
//!
//! A tag is the end of the sealed bytes; only the vault can make one. A commit writes its records and the
//! nodes above them at once, so the tree and the records are always of one moment. A read compares: a record
//! that was set back, taken away or added, and a node that was, does not fit what is above it. The keys are in
//! order, therefore a range can be compared as a whole.
//!
//! What remains: the whole store set back at once, root included, is a state that it truly had. Only a counter
//! outside the store would tell.

mod cache;
mod draft;
mod node;
mod packed;
mod walk;

use std::sync::{Arc, PoisonError, RwLock};

use crate::batch::{Batch, Expect};
use crate::error::StoreError;
use crate::key::{RecordKey, Space};
use crate::record::Version;
use crate::store::Store;
use crate::vault::{Tag, Vault, tag_of};

use cache::NodeCache;
use node::{Node, NodeId};

pub(crate) use draft::{Draft, Outcome, Sealed};
pub(crate) use node::Stamp;
pub(crate) use walk::{Missing, Span};

/// Where the nodes lie. They are sealed, but not in the tree themselves: what is above them vouches for them.
const NODES: Space = Space::sealed("fresh");
const ROOT: &str = "root";

/// What the nodes that are remembered may take: so many bytes for each record in the cache, and some.
const NODE_BYTES_PER_RECORD: usize = 128;
const LEAST_NODE_BYTES: usize = 256 * 1024;

/// The root, which is in memory always.
pub(crate) struct Root {
    version: Version,
    tag: Tag,
    /// The number of the next node.
    next: NodeId,
    node: Node,
}

/// What is known of the root.
enum Known {
    /// It is this.
    Now(Arc<Root>),
    /// A commit is under way, or failed so that nobody knows whether it happened: one of these.
    Either(Arc<Root>, Arc<Root>),
}

/// Why something could not be found in the tree.
#[derive(Debug)]
pub(crate) enum Lost {
    /// What is stored does not fit the tree as it was: it was changed since, or somebody tampered with it.
    Changed(RecordKey),
    /// The storage failed.
    Failed(StoreError),
}

impl From<StoreError> for Lost {
    fn from(why: StoreError) -> Self {
        match why {
            StoreError::NotAuthentic(key) => Self::Changed(key),
            why => Self::Failed(why),
        }
    }
}

impl From<Lost> for StoreError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Changed(key) => Self::NotAuthentic(key),
            Lost::Failed(why) => why,
        }
    }
}

/// The version tree of a store. Its methods that take a [`Root`] work on the state of that moment.
pub(crate) struct Freshness {
    known: RwLock<Known>,
    cache: RwLock<NodeCache>,
}

/// Adds the root of an empty tree to the batch that makes a store.
pub(crate) fn found(vault: &Vault, batch: &mut Batch) -> Result<(), StoreError> {
    let bytes = encode_root(NodeId(1), &Node::Leaf(Vec::new()));
    let key = NODES.key(ROOT);
    let sealed = vault.seal(&key, Version::FIRST, &bytes)?;
    batch.put(key, Expect::Absent, sealed);
    Ok(())
}

impl Freshness {
    /// The tree of this store.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAuthentic`] when its root is missing, or not of this vault.
    pub(crate) fn open(store: &impl Store, vault: &Vault, cached_records: usize) -> Result<Self, StoreError> {
        let root = Arc::new(load_root(store, vault)?);
        let bytes = cached_records.saturating_mul(NODE_BYTES_PER_RECORD).saturating_add(LEAST_NODE_BYTES);
        Ok(Self { known: RwLock::new(Known::Now(root)), cache: RwLock::new(NodeCache::new(bytes)) })
    }

    /// The root, or both that it may be.
    pub(crate) fn roots(&self) -> Vec<Arc<Root>> {
        match &*self.known.read().unwrap_or_else(PoisonError::into_inner) {
            Known::Now(root) => vec![Arc::clone(root)],
            Known::Either(before, after) => vec![Arc::clone(before), Arc::clone(after)],
        }
    }

    /// The root, looked up again if need be. Nobody else may write meanwhile.
    pub(crate) fn settled_root(&self, store: &impl Store, vault: &Vault) -> Result<Arc<Root>, StoreError> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let (before, after) = match &*known {
            Known::Now(root) => return Ok(Arc::clone(root)),
            Known::Either(before, after) => (before, after),
        };
        let found = load_root(store, vault)?;
        let root = [before, after].into_iter().find(|root| root.tag == found.tag).map(Arc::clone);
        let root = root.ok_or_else(|| StoreError::NotAuthentic(NODES.key(ROOT)))?;
        *known = Known::Now(Arc::clone(&root));
        Ok(root)
    }

    /// Whether the root is sealed in the present epoch.
    pub(crate) fn root_is_present(&self, store: &impl Store, vault: &Vault) -> Result<bool, StoreError> {
        let record = store.load(&[NODES.key(ROOT)])?.pop().flatten();
        Ok(record.is_some_and(|record| vault.is_present(record.bytes())))
    }

    /// The engine is about to commit this.
    pub(crate) fn begin(&self, before: &Arc<Root>, sealed: &Sealed) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Known::Either(Arc::clone(before), Arc::clone(&sealed.root));
    }

    /// The commit that was begun came to its end.
    pub(crate) fn settle(&self, before: &Arc<Root>, sealed: Sealed, outcome: Outcome) {
        let root = match outcome {
            Outcome::Happened => {
                let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
                sealed.nodes.into_iter().for_each(|(id, node)| cache.put(id, node));
                sealed.root
            }
            Outcome::Refused => Arc::clone(before),
            Outcome::Unknown => return,
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known::Now(root);
    }
}

fn load_root(store: &impl Store, vault: &Vault) -> Result<Root, StoreError> {
    let key = NODES.key(ROOT);
    let refused = || StoreError::NotAuthentic(key.clone());
    let record = store.load(std::slice::from_ref(&key))?.into_iter().next().flatten().ok_or_else(refused)?;
    let bytes = vault.open(&key, record.version(), record.bytes())?;
    let (next, node) = decode_root(&bytes).ok_or_else(refused)?;
    let tag = tag_of(record.bytes()).ok_or_else(refused)?;
    Ok(Root { version: record.version(), tag, next, node })
}

fn encode_root(next: NodeId, node: &Node) -> Vec<u8> {
    let mut bytes = next.0.to_be_bytes().to_vec();
    bytes.extend_from_slice(&node.encode());
    bytes
}

fn decode_root(bytes: &[u8]) -> Option<(NodeId, Node)> {
    let (next, node) = bytes.split_first_chunk()?;
    Some((NodeId(u64::from_be_bytes(*next)), Node::decode(node)?))
}

fn node_key(id: NodeId) -> RecordKey {
    NODES.key(&format!("{:016x}", id.0))
}

#[cfg(test)]
mod tests;
