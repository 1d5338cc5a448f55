//! Nodes that were read or written lately. A node is only ever used together with the tag that is expected of
//! it, so an outdated one is never taken for the present one.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use super::node::NodeId;
use super::packed::Packed;
use crate::record::Version;
use crate::vault::Tag;

/// A node as it lies in the store.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) version: Version,
    pub(super) tag: Tag,
    pub(super) node: Arc<Packed>,
}

/// Two generations: what is used moves to the younger, and when that is full the older is forgotten.
pub(super) struct NodeCache {
    young: HashMap<NodeId, Stored>,
    old: HashMap<NodeId, Stored>,
    half: usize,
}

impl NodeCache {
    pub(super) fn new(nodes: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: nodes / 2 }
    }

    /// The node, and whether it should be put in again to be kept.
    pub(super) fn get(&self, id: NodeId, tag: Tag) -> Option<(Stored, bool)> {
        let fits = |stored: &&Stored| stored.tag == tag;
        let young = self.young.get(&id).filter(fits).map(|stored| (stored.clone(), false));
        young.or_else(|| self.old.get(&id).filter(fits).map(|stored| (stored.clone(), true)))
    }

    pub(super) fn put(&mut self, id: NodeId, stored: Stored) {
        if self.young.len() >= self.half && !self.young.contains_key(&id) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(id, stored);
    }
}
