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
    /// What the younger takes.
    bytes: usize,
    /// The most that a generation may take.
    half: usize,
}

/// What a node takes beside its bytes: its place in the table, allocations.
const ENTRY_BYTES: usize = 160;

impl NodeCache {
    pub(super) fn new(bytes: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), bytes: 0, half: bytes / 2 }
    }

    /// The node, and whether it should be put in again to be kept.
    pub(super) fn get(&self, id: NodeId, tag: Tag) -> Option<(Stored, bool)> {
        let fits = |stored: &&Stored| stored.tag == tag;
        let young = self.young.get(&id).filter(fits).map(|stored| (stored.clone(), false));
        young.or_else(|| self.old.get(&id).filter(fits).map(|stored| (stored.clone(), true)))
    }

    pub(super) fn put(&mut self, id: NodeId, stored: Stored) {
        let takes = takes(&stored);
        if let Some(before) = self.young.remove(&id) {
            self.bytes = self.bytes.saturating_sub(self::takes(&before));
        }
        if self.bytes.saturating_add(takes) > self.half {
            self.old = mem::take(&mut self.young);
            self.bytes = 0;
        }
        if takes <= self.half {
            self.bytes = self.bytes.saturating_add(takes);
            self.young.insert(id, stored);
        }
    }
}

fn takes(stored: &Stored) -> usize {
    stored.node.bytes().saturating_add(ENTRY_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::TAG_BYTES;

    const TAG: Tag = [5; TAG_BYTES];

    fn node(bytes: usize) -> Stored {
        Stored { version: Version(1), tag: TAG, node: Arc::new(Packed::new(vec![0; bytes])) }
    }

    #[test]
    fn it_never_takes_more_than_its_bytes() {
        let mut cache = NodeCache::new(100_000);
        for number in 0..1000 {
            cache.put(NodeId(number % 300), node(usize::try_from(number * 7919 % 9000).unwrap()));
            let sum = |some: &HashMap<NodeId, Stored>| some.values().map(takes).sum::<usize>();
            assert_eq!(sum(&cache.young), cache.bytes);
            assert!(sum(&cache.young) + sum(&cache.old) <= 100_000);
        }
        cache.put(NodeId(1), node(100_000));
        assert!(cache.get(NodeId(1), TAG).is_none(), "longer than there is room");
    }

    #[test]
    fn a_node_is_given_for_its_own_tag_alone() {
        let mut cache = NodeCache::new(100_000);
        cache.put(NodeId(1), node(100));
        assert!(cache.get(NodeId(1), TAG).is_some());
        assert!(cache.get(NodeId(1), [6; TAG_BYTES]).is_none());
    }
}
