//! Reading the tree: one record, or the records of a range, as of one root.

use std::sync::{Arc, PoisonError};

use super::cache::Stored;
use super::node::{Child, Node, NodeId, Stamp};
use super::packed::{Packed, Step};
use super::{Freshness, Lost, Root, node_key};
use crate::key::RecordKey;
use crate::record::Record;
use crate::store::Store;
use crate::vault::{Tag, Vault, tag_of};

/// The most levels that are followed: 64^16 records and more lie beyond any disk.
const MAX_LEVELS: usize = 16;

/// A part of the keys, as an engine reads it.
pub(crate) struct Span<'a> {
    /// The first key, inclusive.
    pub(crate) first: &'a [u8],
    /// The end, exclusive.
    pub(crate) end: &'a [u8],
    /// The most entries to give.
    pub(crate) limit: usize,
    /// From the last to the first.
    pub(crate) backwards: bool,
}

impl Span<'_> {
    fn holds(&self, key: &str) -> bool {
        self.first <= key.as_bytes() && key.as_bytes() < self.end
    }
}

impl Freshness {
    /// The newest state of the record under this key; `None` when there is none.
    pub(crate) fn stamp(
        &self,
        (store, vault): (&impl Store, &Vault),
        root: &Root,
        key: &str,
    ) -> Result<Option<Stamp>, Lost> {
        let mut next = root.node.step(key);
        for _ in 0..MAX_LEVELS {
            match next {
                Step::Found(stamp) => return Ok(stamp),
                Step::Below(id, tag) => {
                    let node = self.node((store, vault), id, tag)?.node;
                    next = node.step(key).ok_or_else(|| Lost::Changed(node_key(id)))?;
                }
            }
        }
        Err(Lost::Changed(node_key(NodeId(0))))
    }

    /// The first node on the way to this key that is not at hand, so that it can be read together with the
    /// record; usually there is but one.
    pub(crate) fn missing(&self, root: &Root, key: &str) -> Option<Missing> {
        let mut next = root.node.step(key);
        for _ in 0..MAX_LEVELS {
            let Step::Below(id, tag) = next else { return None };
            match self.cached(id, tag) {
                Some(stored) => next = stored.node.step(key)?,
                None => return Some(Missing { id, tag }),
            }
        }
        None
    }

    /// Takes in a node that was missing, as it was read.
    pub(crate) fn take_in(
        &self,
        vault: &Vault,
        missing: &Missing,
        record: Option<Record>,
    ) -> Result<(), Lost> {
        let stored = opened(vault, missing.id, missing.tag, record)?;
        self.cache.write().unwrap_or_else(PoisonError::into_inner).put(missing.id, stored);
        Ok(())
    }

    /// The newest states of the records of a part.
    pub(crate) fn stamps(
        &self,
        from: (&impl Store, &Vault),
        root: &Root,
        span: &Span<'_>,
    ) -> Result<Vec<(Box<str>, Stamp)>, Lost> {
        let mut found = Vec::new();
        self.collect(from, &root.node, span, MAX_LEVELS, &mut found)?;
        Ok(found)
    }

    fn collect(
        &self,
        from: (&impl Store, &Vault),
        node: &Node,
        span: &Span<'_>,
        levels: usize,
        found: &mut Vec<(Box<str>, Stamp)>,
    ) -> Result<(), Lost> {
        match node {
            Node::Leaf(entries) => {
                let room = span.limit.saturating_sub(found.len());
                let within = entries.iter().filter(|(key, _)| span.holds(key)).cloned();
                if span.backwards {
                    found.extend(within.rev().take(room));
                } else {
                    found.extend(within.take(room));
                }
            }
            Node::Branch(children) => {
                let levels = levels.checked_sub(1).ok_or_else(|| Lost::Changed(node_key(NodeId(0))))?;
                let mut at_hand: Vec<&Child> = overlapping(children, span).collect();
                if span.backwards {
                    at_hand.reverse();
                }
                for child in at_hand {
                    if found.len() >= span.limit {
                        break;
                    }
                    let below = self.node(from, child.id, child.tag)?.node.unpacked();
                    let below = below.ok_or_else(|| Lost::Changed(node_key(child.id)))?;
                    self.collect(from, &below, span, levels, found)?;
                }
            }
        }
        Ok(())
    }

    /// The node with this number and tag.
    pub(super) fn node(
        &self,
        (store, vault): (&impl Store, &Vault),
        id: NodeId,
        tag: Tag,
    ) -> Result<Stored, Lost> {
        if let Some(stored) = self.cached(id, tag) {
            return Ok(stored);
        }
        let record = store.load(&[node_key(id)])?.pop().flatten();
        let stored = opened(vault, id, tag, record)?;
        self.cache.write().unwrap_or_else(PoisonError::into_inner).put(id, stored.clone());
        Ok(stored)
    }

    fn cached(&self, id: NodeId, tag: Tag) -> Option<Stored> {
        let cached = self.cache.read().unwrap_or_else(PoisonError::into_inner).get(id, tag);
        let (stored, keep) = cached?;
        if keep {
            self.cache.write().unwrap_or_else(PoisonError::into_inner).put(id, stored.clone());
        }
        Some(stored)
    }
}

/// A node that must be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Missing {
    id: NodeId,
    tag: Tag,
}

impl Missing {
    /// Where it lies.
    pub(crate) fn key(&self) -> RecordKey {
        node_key(self.id)
    }
}

fn opened(vault: &Vault, id: NodeId, tag: Tag, record: Option<Record>) -> Result<Stored, Lost> {
    let key = node_key(id);
    let record = record.filter(|record| tag_of(record.bytes()) == Some(tag));
    let record = record.ok_or_else(|| Lost::Changed(key.clone()))?;
    let bytes = vault.open(&key, record.version(), record.bytes())?;
    Ok(Stored { version: record.version(), tag, node: Arc::new(Packed::new(bytes)) })
}

/// The children below which keys of the part may lie.
fn overlapping<'a>(children: &'a [Child], span: &Span<'_>) -> impl Iterator<Item = &'a Child> + use<'a> {
    let begin = children.partition_point(|child| child.first.as_bytes() <= span.first).saturating_sub(1);
    let end = children.partition_point(|child| child.first.as_bytes() < span.end).max(1);
    children.iter().take(end).skip(begin)
}
