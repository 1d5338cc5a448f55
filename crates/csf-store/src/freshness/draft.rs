//! Changing the tree: the nodes above what a commit writes, changed in memory, then sealed from the leaves up.

use std::collections::HashMap;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::cache::Stored;
use super::node::{Child, Node, NodeId, Stamp, place_of};
use super::packed::Packed;
use super::{Freshness, Lost, NODES, ROOT, Root, encode_root, node_key};
use crate::batch::{Batch, Expect};
use crate::error::StoreError;
use crate::store::Store;
use crate::vault::{TAG_BYTES, Vault, tag_of};

/// The tag of a node that is not sealed yet.
const NO_TAG: [u8; TAG_BYTES] = [0; TAG_BYTES];

/// How a commit ended.
pub(crate) enum Outcome {
    /// It is in the store.
    Happened,
    /// Nothing was written.
    Refused,
    /// Nobody knows.
    Unknown,
}

impl Outcome {
    /// What the result of an engine means for the tree.
    pub(crate) const fn of(written: &Result<(), StoreError>) -> Self {
        match written {
            Ok(()) => Self::Happened,
            Err(StoreError::NotAuthentic(_) | StoreError::Conflict(_) | StoreError::TooLarge(_)) => {
                Self::Refused
            }
            Err(StoreError::Foreign(_) | StoreError::Unavailable(_)) => Self::Unknown,
        }
    }
}

/// A tree as it will be.
pub(crate) struct Draft<'a, S> {
    tree: &'a Freshness,
    from: (&'a S, &'a Vault),
    before: &'a Root,
    root: Node,
    next: NodeId,
    nodes: HashMap<NodeId, Work>,
    gone: Batch,
}

/// A node that is being changed; one that is expected to be absent is new.
struct Work {
    expect: Expect,
    node: Node,
}

/// A changed tree, sealed.
pub(crate) struct Sealed {
    pub(super) root: Arc<Root>,
    pub(super) nodes: Vec<(NodeId, Stored)>,
}

/// A node on the way to a leaf: none is the root, and which of its children is next.
type Step = (Option<NodeId>, usize);

impl<'a, S: Store> Draft<'a, S> {
    pub(crate) fn new(tree: &'a Freshness, from: (&'a S, &'a Vault), before: &'a Root) -> Self {
        let (root, next) = (before.node.clone(), before.next);
        Self { tree, from, before, root, next, nodes: HashMap::new(), gone: Batch::new() }
    }

    /// The record under this key has now this state; `None`: it is gone.
    pub(crate) fn set(&mut self, key: &str, stamp: Option<Stamp>) -> Result<(), Lost> {
        let (path, leaf) = self.way_to(key)?;
        let mut at_the_end = false;
        if let Some(Node::Leaf(entries)) = self.node(leaf) {
            let place = entries.binary_search_by(|(entry, _)| (**entry).cmp(key));
            match (place, stamp) {
                (Ok(at), Some(stamp)) => {
                    if let Some(entry) = entries.get_mut(at) {
                        entry.1 = stamp;
                    }
                }
                (Ok(at), None) => drop(entries.remove(at)),
                (Err(at), Some(stamp)) => {
                    at_the_end = at == entries.len();
                    entries.insert(at, (key.into(), stamp));
                }
                (Err(_), None) => {}
            }
        }
        self.mend(path, leaf, at_the_end);
        Ok(())
    }

    /// Opens the nodes on the way to the leaf of this key.
    fn way_to(&mut self, key: &str) -> Result<(Vec<Step>, Option<NodeId>), Lost> {
        let mut path = Vec::new();
        let mut at = None;
        while let Some(Node::Branch(children)) = self.node(at) {
            let place = place_of(children, key);
            let Some(Child { id, tag, .. }) = children.get(place) else { break };
            let (id, tag) = (*id, *tag);
            if !self.nodes.contains_key(&id) {
                let stored = self.tree.node(self.from, id, tag)?;
                let node = stored.node.unpacked().ok_or_else(|| Lost::Changed(node_key(id)))?;
                let work = Work { expect: Expect::Version(stored.version), node };
                self.nodes.insert(id, work);
            }
            path.push((at, place));
            at = Some(id);
        }
        Ok((path, at))
    }

    /// Splits what has become too full, and takes out what has become empty, from a leaf up to the root.
    fn mend(&mut self, mut path: Vec<Step>, leaf: Option<NodeId>, mut at_the_end: bool) {
        let mut at = leaf;
        while let Some((above, place)) = path.pop() {
            let Some(node) = self.node(at) else { return };
            if node.is_full() {
                let Some((first, upper)) = node.split(at_the_end) else { return };
                let child = self.add(first, upper);
                let Some(Node::Branch(children)) = self.node(above) else { return };
                let beside = place.saturating_add(1);
                at_the_end &= beside == children.len();
                children.insert(beside.min(children.len()), child);
            } else if node.is_empty() {
                if let Some(id) = at {
                    self.take_out(id);
                }
                let Some(Node::Branch(children)) = self.node(above) else { return };
                if place < children.len() {
                    children.remove(place);
                }
                at_the_end = false;
            } else {
                return;
            }
            at = above;
        }
        if self.root.is_full() {
            if let Some((first, upper)) = self.root.split(at_the_end) {
                let lower = std::mem::replace(&mut self.root, Node::Leaf(Vec::new()));
                self.root = Node::Branch(vec![self.add("".into(), lower), self.add(first, upper)]);
            }
        } else if self.root.is_empty() {
            self.root = Node::Leaf(Vec::new());
        }
    }

    fn node(&mut self, at: Option<NodeId>) -> Option<&mut Node> {
        match at {
            None => Some(&mut self.root),
            Some(id) => self.nodes.get_mut(&id).map(|work| &mut work.node),
        }
    }

    fn add(&mut self, first: Box<str>, node: Node) -> Child {
        let id = self.next;
        self.next = NodeId(id.0.saturating_add(1));
        self.nodes.insert(id, Work { expect: Expect::Absent, node });
        Child { first, id, tag: NO_TAG }
    }

    fn take_out(&mut self, id: NodeId) {
        if let Some(Work { expect: expect @ Expect::Version(_), .. }) = self.nodes.remove(&id) {
            self.gone.delete(node_key(id), expect);
        }
    }

    /// Seals the changed nodes and adds them to what will be written.
    pub(crate) fn seal(mut self, batch: &mut Batch) -> Result<Sealed, StoreError> {
        batch.append(&mut self.gone);
        let mut sealed = Vec::with_capacity(self.nodes.len());
        let mut root = std::mem::replace(&mut self.root, Node::Leaf(Vec::new()));
        self.seal_below(&mut root, batch, &mut sealed)?;
        let (vault, key) = (self.from.1, NODES.key(ROOT));
        let version = self.before.version.next();
        let bytes = vault.seal(&key, version, &encode_root(self.next, &root))?;
        let tag = tag_of(&bytes).ok_or_else(|| StoreError::TooLarge(key.clone()))?;
        batch.put(key, Expect::Version(self.before.version), bytes);
        let root = Root { version, tag, next: self.next, node: root };
        Ok(Sealed { root: Arc::new(root), nodes: sealed })
    }

    /// Seals what changed below this node, and writes the new tags into it.
    fn seal_below(
        &mut self,
        node: &mut Node,
        batch: &mut Batch,
        sealed: &mut Vec<(NodeId, Stored)>,
    ) -> Result<(), StoreError> {
        let Node::Branch(children) = node else { return Ok(()) };
        for child in children {
            let Some(Work { expect, mut node }) = self.nodes.remove(&child.id) else { continue };
            self.seal_below(&mut node, batch, sealed)?;
            let key = node_key(child.id);
            let too_large = || StoreError::TooLarge(key.clone());
            let version = expect.version_after().ok_or_else(too_large)?;
            let packed = Zeroizing::new(node.encode());
            let bytes = self.from.1.seal(&key, version, &packed)?;
            child.tag = tag_of(&bytes).ok_or_else(too_large)?;
            batch.put(key.clone(), expect, bytes);
            sealed.push((child.id, Stored { version, tag: child.tag, node: Arc::new(Packed::new(packed)) }));
        }
        Ok(())
    }
}
