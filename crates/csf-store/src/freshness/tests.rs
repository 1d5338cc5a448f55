//! The tree against a map, over batches that make it grow and shrink.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::memory::MemoryStore;
use crate::store_id::{Epoch, StoreId};
use crate::vault::TAG_BYTES;

struct Grown {
    store: MemoryStore,
    vault: Vault,
    tree: Freshness,
}

fn grown() -> Grown {
    let (store, vault) = (MemoryStore::new(), Vault::new(StoreId([1; 16]), Epoch(1), [2; 32].into()));
    let mut batch = Batch::new();
    found(&vault, &mut batch).unwrap();
    store.commit(&[batch]).remove(0).unwrap();
    let tree = Freshness::open(&store, &vault, 1).unwrap();
    Grown { store, vault, tree }
}

impl Grown {
    fn set(&self, changes: &[(String, Option<Stamp>)]) {
        let root = self.tree.settled_root(&self.store, &self.vault).unwrap();
        let mut draft = Draft::new(&self.tree, (&self.store, &self.vault), &root);
        changes.iter().for_each(|(key, stamp)| draft.set(key, *stamp).unwrap());
        let mut batch = Batch::new();
        let sealed = draft.seal(&mut batch).unwrap();
        self.store.commit(&[batch]).remove(0).unwrap();
        self.tree.settle(&root, sealed, Outcome::Happened);
    }

    /// What a tree that was opened just now says.
    fn all(&self) -> Vec<(Box<str>, Stamp)> {
        let tree = Freshness::open(&self.store, &self.vault, 1).unwrap();
        let span = Span { first: b"", end: &[0xff], limit: usize::MAX, backwards: false };
        let root = tree.roots().remove(0);
        tree.stamps((&self.store, &self.vault), &root, &span).unwrap()
    }

    fn nodes(&self) -> usize {
        let range = crate::Range {
            space: NODES,
            prefix: "".into(),
            after: None,
            limit: usize::MAX,
            backwards: false,
        };
        self.store.scan(&range).unwrap().len()
    }
}

fn stamp(number: u64) -> Stamp {
    Stamp { version: Version(number), tag: [3; TAG_BYTES] }
}

fn numbered(numbers: impl Iterator<Item = u64>, gone: bool) -> Vec<(String, Option<Stamp>)> {
    numbers.map(|number| (format!("k/{number:06}"), (!gone).then(|| stamp(number)))).collect()
}

#[test]
fn what_is_added_at_the_end_fills_its_leaves_and_what_goes_leaves_no_node_behind() {
    let grown = grown();
    numbered(0..2000, false).chunks(7).for_each(|some| grown.set(some));
    assert!(grown.nodes() < 2000 / 50, "{} nodes", grown.nodes());
    assert_eq!(grown.all().len(), 2000);
    numbered(0..2000, true).chunks(11).for_each(|some| grown.set(some));
    assert_eq!((grown.nodes(), grown.all().len()), (1, 0));
    grown.set(&numbered(5..6, false));
    assert_eq!(grown.all(), [("k/000005".into(), stamp(5))]);
}

#[test]
fn parts_are_given_in_order_both_ways_and_no_more_than_asked_for() {
    let grown = grown();
    grown.set(&numbered((0..3000).rev(), false));
    let root = grown.tree.roots().remove(0);
    let part = |first: &str, end: &str, limit, backwards| -> Vec<String> {
        let span = Span { first: first.as_bytes(), end: end.as_bytes(), limit, backwards };
        let found = grown.tree.stamps((&grown.store, &grown.vault), &root, &span).unwrap();
        found.into_iter().map(|(key, _)| key.into()).collect()
    };
    let names = |numbers: &mut dyn Iterator<Item = u64>| -> Vec<String> {
        numbers.map(|number| format!("k/{number:06}")).collect()
    };
    assert_eq!(part("k/000100", "k/000103", 9, false), names(&mut (100..103)));
    assert_eq!(part("k/000100", "k/000900", 200, false), names(&mut (100..300)));
    assert_eq!(part("k/000100", "k/000900", 200, true), names(&mut (700..900).rev()));
    assert_eq!(part("", "k/000002", 9, true), names(&mut (0..2).rev()));
    assert_eq!(part("l", "m", 9, false), names(&mut (0..0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_tree_says_what_a_map_says(
        rounds in prop::collection::vec((0u64..500, 1u64..200, any::<bool>(), 1u64..7), 1..24)
    ) {
        let (grown, mut map) = (grown(), BTreeMap::new());
        for (first, length, gone, step) in rounds {
            let step = usize::try_from(step).unwrap();
            let changes = numbered((first..first.saturating_add(length)).step_by(step), gone);
            grown.set(&changes);
            for (key, stamp) in changes {
                match stamp {
                    Some(stamp) => drop(map.insert(key, stamp)),
                    None => drop(map.remove(&key)),
                }
            }
            let expected: Vec<(Box<str>, Stamp)> =
                map.iter().map(|(key, stamp)| (key.as_str().into(), *stamp)).collect();
            prop_assert_eq!(grown.all(), expected);
            let root = grown.tree.roots().remove(0);
            for number in [first, first.saturating_add(length)] {
                let key = format!("k/{number:06}");
                let found = grown.tree.stamp((&grown.store, &grown.vault), &root, &key).unwrap();
                prop_assert_eq!(found, map.get(&key).copied());
            }
        }
    }
}
