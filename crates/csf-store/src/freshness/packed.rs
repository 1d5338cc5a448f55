//! A node as its bytes: looked up without unpacking it, so that a node that is needed once costs no more than it must.

use std::cmp::Ordering;

use super::node::{Node, NodeId, Stamp};
use crate::record::Version;
use crate::vault::{TAG_BYTES, Tag};
use crate::wiped::Wiped;

pub(super) const LEAF: u8 = 0;
pub(super) const BRANCH: u8 = 1;
const LENGTH_BYTES: usize = 2;
const NUMBER_BYTES: usize = 8;

/// The bytes of a node, in a third of the memory that the node itself takes.
pub(super) struct Packed(Wiped);

/// Where the way to a key goes on from a node.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Found(Option<Stamp>),
    Below(NodeId, Tag),
}

/// An entry as it is written: what its key adds to the one before.
pub(super) struct Entry<'a> {
    /// How many bytes of the key before it begins with.
    pub(super) shared: usize,
    pub(super) suffix: &'a [u8],
    pub(super) number: u64,
    pub(super) tag: Tag,
}

impl Packed {
    pub(super) fn new(bytes: impl Into<Wiped>) -> Self {
        Self(bytes.into())
    }

    /// How much memory they take.
    pub(super) fn bytes(&self) -> usize {
        self.0.capacity()
    }

    /// `None` when the bytes are no node.
    pub(super) fn unpacked(&self) -> Option<Node> {
        Node::decode(&self.0)
    }

    /// Where this key is, or the next node on the way to it. `None` when the bytes are no node.
    pub(super) fn step(&self, key: &str) -> Option<Step> {
        let (&kind, mut rest) = self.0.split_first()?;
        let key = key.as_bytes();
        let mut below = None;
        // How much of the key the entry before, which is smaller, begins with.
        let mut matched: usize = 0;
        while let Some((entry, after)) = next_entry(rest)? {
            rest = after;
            // An entry that shares more than that with the one before differs from the key at the same place.
            let order = if entry.shared > matched {
                Ordering::Less
            } else {
                let tail = key.get(entry.shared..)?;
                let alike = entry.suffix.iter().zip(tail).take_while(|(a, b)| a == b).count();
                matched = entry.shared.saturating_add(alike);
                entry.suffix.get(alike..)?.cmp(tail.get(alike..)?)
            };
            let here = || Some(Step::Below(NodeId(entry.number), entry.tag));
            match (kind, order) {
                (LEAF, Ordering::Less) => {}
                (LEAF, Ordering::Equal) => {
                    let stamp = Stamp { version: Version(entry.number), tag: entry.tag };
                    return Some(Step::Found(Some(stamp)));
                }
                (LEAF, Ordering::Greater) => return Some(Step::Found(None)),
                (BRANCH, Ordering::Less | Ordering::Equal) => below = here(),
                // Whatever is smaller than the first of all lies below it too.
                (BRANCH, Ordering::Greater) => return below.or_else(here),
                _ => return None,
            }
        }
        Some(below.unwrap_or(Step::Found(None)))
    }
}

/// The first entry of these bytes, and what follows it; nothing at their end. The outer `None`: they are no entries.
pub(super) fn next_entry(rest: &[u8]) -> Option<Option<(Entry<'_>, &[u8])>> {
    if rest.is_empty() {
        return Some(None);
    }
    let (shared, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    let (suffix, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let (number, rest) = rest.split_first_chunk::<NUMBER_BYTES>()?;
    let (tag, rest) = rest.split_first_chunk::<TAG_BYTES>()?;
    let shared = usize::from(u16::from_be_bytes(*shared));
    Some(Some((Entry { shared, suffix, number: u64::from_be_bytes(*number), tag: *tag }, rest)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::node::Child;
    use super::*;

    const TAG: Tag = [7; TAG_BYTES];

    fn packed(node: &Node) -> Packed {
        Packed::new(node.encode())
    }

    fn leaf(keys: &[String]) -> Node {
        let entry = |(key, version): (&String, u64)| {
            (key.as_str().into(), Stamp { version: Version(version), tag: TAG })
        };
        Node::Leaf(keys.iter().zip(1..).map(entry).collect())
    }

    fn branch(keys: &[String]) -> Node {
        let child =
            |(key, id): (&String, u64)| Child { first: key.as_str().into(), id: NodeId(id), tag: TAG };
        Node::Branch(keys.iter().zip(1..).map(child).collect())
    }

    proptest! {
        // Few letters, one of two bytes, so that keys share much with each other.
        #[test]
        fn a_packed_node_says_what_the_unpacked_one_says(
            keys in prop::collection::btree_set("[abé\u{e8}]{0,5}", 0..40),
            wanted in prop::collection::vec("[abé\u{e8}]{0,6}", 20),
        ) {
            let keys: Vec<String> = keys.into_iter().collect();
            for node in [leaf(&keys), branch(&keys)] {
                let packed = packed(&node);
                prop_assert!(packed.unpacked().is_some_and(|unpacked| unpacked == node));
                for key in wanted.iter().chain(&keys) {
                    prop_assert_eq!(packed.step(key), Some(node.step(key)), "{}", key);
                }
            }
        }

        #[test]
        fn bytes_that_are_no_node_lead_nowhere_and_panic_nowhere(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            key in ".{0,20}",
        ) {
            let packed = Packed::new(bytes);
            if packed.step(&key).is_none() {
                prop_assert_eq!(packed.unpacked(), None);
            }
        }
    }

    #[test]
    fn a_cut_node_is_noticed_unless_the_answer_stands_before_the_cut() {
        let whole = leaf(&["a/1".to_owned(), "a/2".to_owned()]).encode();
        for cut in 2..whole.len() {
            let packed = Packed::new(whole.get(..cut).unwrap().to_vec());
            assert_eq!(packed.step("a/3").is_some(), packed.unpacked().is_some(), "{cut} bytes");
        }
    }
}
