//! One node of the version tree, and its bytes.
//!
//! ```text
//!   kind 1 │ entry …
//!
//!   entry of a leaf:    shared 2 │ length 2 │ rest of the key │ version 8 │ tag 16
//!   entry of a branch:  shared 2 │ length 2 │ rest of the key │ node 8    │ tag 16
//! ```
//!
//! Keys stand in order, and each leaves out what it shares with the one before it. Numbers are big-endian.

use super::packed::{BRANCH, LEAF, Step, next_entry};
use crate::key::MAX_KEY_BYTES;
use crate::record::Version;
use crate::vault::Tag;

/// The most entries of a node. With keys of the usual length a leaf then fits one page of the disk.
pub(super) const MAX_ENTRIES: usize = 64;

/// The number of a node, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) u64);

/// What the newest state of a sealed record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Its version.
    pub(crate) version: Version,
    /// The end of its sealed bytes, which only its sealer could compute.
    pub(crate) tag: Tag,
}

/// A node below a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Child {
    /// No key below this node is smaller, unless it is the first child.
    pub(super) first: Box<str>,
    pub(super) id: NodeId,
    /// The end of its sealed bytes.
    pub(super) tag: Tag,
}

/// A node: the newest states of records, or of the nodes below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Leaf(Vec<(Box<str>, Stamp)>),
    Branch(Vec<Child>),
}

impl Node {
    pub(super) const fn is_empty(&self) -> bool {
        match self {
            Self::Leaf(entries) => entries.is_empty(),
            Self::Branch(children) => children.is_empty(),
        }
    }

    pub(super) const fn is_full(&self) -> bool {
        match self {
            Self::Leaf(entries) => entries.len() > MAX_ENTRIES,
            Self::Branch(children) => children.len() > MAX_ENTRIES,
        }
    }

    /// Keeps the smaller entries and gives the others, with the first key among them. Where entries are added
    /// at the end, as the children of a container are, nearly all are kept, so that nodes stay full.
    pub(super) fn split(&mut self, at_the_end: bool) -> Option<(Box<str>, Self)> {
        let keep = |length: usize| if at_the_end { length.saturating_sub(1) } else { length / 2 };
        match self {
            Self::Leaf(entries) => {
                let upper = entries.split_off(keep(entries.len()));
                let first = upper.first()?.0.clone();
                Some((first, Self::Leaf(upper)))
            }
            Self::Branch(children) => {
                let upper = children.split_off(keep(children.len()));
                let first = upper.first()?.first.clone();
                Some((first, Self::Branch(upper)))
            }
        }
    }

    /// Where this key is, or the next node on the way to it.
    pub(super) fn step(&self, key: &str) -> Step {
        match self {
            Self::Leaf(entries) => {
                let found = entries.binary_search_by(|(entry, _)| (**entry).cmp(key)).ok();
                Step::Found(found.and_then(|at| entries.get(at)).map(|&(_, stamp)| stamp))
            }
            Self::Branch(children) => match children.get(place_of(children, key)) {
                Some(child) => Step::Below(child.id, child.tag),
                None => Step::Found(None),
            },
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut before: &str = "";
        match self {
            Self::Leaf(entries) => {
                bytes.push(LEAF);
                for (key, stamp) in entries {
                    put(&mut bytes, before, key, stamp.version.0, stamp.tag);
                    before = key;
                }
            }
            Self::Branch(children) => {
                bytes.push(BRANCH);
                for child in children {
                    put(&mut bytes, before, &child.first, child.id.0, child.tag);
                    before = &child.first;
                }
            }
        }
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (&kind, mut rest) = bytes.split_first()?;
        let mut key = String::new();
        let mut next = || -> Option<Option<(Box<str>, u64, Tag)>> {
            let Some((entry, after)) = next_entry(rest)? else { return Some(None) };
            rest = after;
            key.get(..entry.shared)?;
            key.truncate(entry.shared);
            key.push_str(std::str::from_utf8(entry.suffix).ok()?);
            if key.len() > MAX_KEY_BYTES {
                return None;
            }
            Some(Some((key.as_str().into(), entry.number, entry.tag)))
        };
        match kind {
            LEAF => {
                let mut entries = Vec::new();
                while let Some((key, version, tag)) = next()? {
                    entries.push((key, Stamp { version: Version(version), tag }));
                }
                Some(Self::Leaf(entries))
            }
            BRANCH => {
                let mut children = Vec::new();
                while let Some((first, id, tag)) = next()? {
                    children.push(Child { first, id: NodeId(id), tag });
                }
                Some(Self::Branch(children))
            }
            _ => None,
        }
    }
}

/// The place of the child under which this key belongs.
pub(super) fn place_of(children: &[Child], key: &str) -> usize {
    children.partition_point(|child| &*child.first <= key).saturating_sub(1)
}

fn put(bytes: &mut Vec<u8>, before: &str, key: &str, number: u64, tag: Tag) {
    let mut shared = before.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
    while !key.is_char_boundary(shared) {
        shared = shared.saturating_sub(1);
    }
    let suffix = key.get(shared..).unwrap_or_default();
    // Both are at most MAX_KEY_BYTES.
    bytes.extend_from_slice(&u16::try_from(shared).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(suffix.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend_from_slice(suffix.as_bytes());
    bytes.extend_from_slice(&number.to_be_bytes());
    bytes.extend_from_slice(&tag);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::TAG_BYTES;

    fn stamp(number: u64) -> Stamp {
        Stamp { version: Version(number), tag: [7; TAG_BYTES] }
    }

    fn leaf(keys: &[&str]) -> Node {
        Node::Leaf(keys.iter().zip(1..).map(|(&key, number)| (key.into(), stamp(number))).collect())
    }

    #[test]
    fn a_node_is_read_as_it_was_written() {
        let keys = ["", "a/1", "a/10", "a/1é", "a/1è", "b", &"c".repeat(MAX_KEY_BYTES)];
        let leaf = leaf(&keys);
        assert_eq!(Node::decode(&leaf.encode()), Some(leaf));
        let child =
            |(&first, id): (&&str, u64)| Child { first: first.into(), id: NodeId(id), tag: [9; TAG_BYTES] };
        let branch = Node::Branch(keys.iter().zip(1..).map(child).collect());
        assert_eq!(Node::decode(&branch.encode()), Some(branch));
    }

    #[test]
    fn a_node_that_is_cut_is_none() {
        let bytes = leaf(&["a/1", "a/2"]).encode();
        let whole = [1, leaf(&["a/1"]).encode().len()];
        for cut in 0..bytes.len() {
            assert_eq!(Node::decode(&bytes[..cut]).is_some(), whole.contains(&cut), "{cut} bytes");
        }
    }

    #[test]
    fn what_is_added_at_the_end_leaves_full_nodes_behind() {
        let mut node = leaf(&["a", "b", "c", "d"]);
        let (first, upper) = node.split(true).unwrap();
        assert_eq!((&*first, node, upper.is_empty()), ("d", leaf(&["a", "b", "c"]), false));
        let mut node = leaf(&["a", "b", "c", "d"]);
        assert_eq!(&*node.split(false).unwrap().0, "c");
    }
}
