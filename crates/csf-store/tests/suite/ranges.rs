//! Ranges: prefixes, both directions, and paging.

use csf_store::{Expect, Range, Space, Store};

use crate::{SPACES, commit_one, on_every_engine};

on_every_engine!(
    a_range_gives_its_prefix_in_the_order_of_keys_both_ways,
    paging_gives_each_record_once_both_ways,
    a_range_stays_within_its_space,
    a_page_begins_beside_a_path_that_is_not_there,
    a_range_that_cannot_hold_anything_is_empty,
);

/// Names that lie close together, with bytes that matter to order; sorted by bytes.
const PATHS: [&str; 9] = ["a", "a!", "a/1", "a/10", "a/2", "a0", "b", "é", "\u{10ffff}"];

fn fill(store: &impl Store, space: Space) {
    commit_one(store, |batch| {
        PATHS.iter().rev().for_each(|path| batch.put(space.key(path), Expect::Any, path.as_bytes().to_vec()));
    })
    .unwrap();
}

fn range(space: Space, prefix: &str, after: Option<&str>, limit: usize, backwards: bool) -> Range {
    Range { space, prefix: prefix.into(), after: after.map(Into::into), limit, backwards }
}

fn paths(store: &impl Store, range: &Range) -> Vec<String> {
    let entries = store.scan(range).unwrap();
    for (key, record) in &entries {
        assert_eq!(key.path().as_bytes(), record.bytes(), "a record under the key of another");
        assert_eq!(key, &range.space.key(key.path()));
        assert_eq!(record.version().0, 1);
    }
    entries.into_iter().map(|(key, _)| key.path().to_owned()).collect()
}

fn a_range_gives_its_prefix_in_the_order_of_keys_both_ways(store: &impl Store) {
    for space in SPACES {
        fill(store, space);
        for prefix in ["", "a", "a/", "a/1", "b", "é", "\u{10ffff}", "none"] {
            let mut expected: Vec<_> = PATHS.into_iter().filter(|path| path.starts_with(prefix)).collect();
            assert_eq!(paths(store, &range(space, prefix, None, 100, false)), expected, "from {prefix:?}");
            expected.reverse();
            assert_eq!(
                paths(store, &range(space, prefix, None, 100, true)),
                expected,
                "back from {prefix:?}"
            );
        }
    }
}

fn paging_gives_each_record_once_both_ways(store: &impl Store) {
    for space in SPACES {
        fill(store, space);
        for backwards in [false, true] {
            for limit in 1..=PATHS.len() + 1 {
                let mut all = Vec::new();
                loop {
                    let after = all.last().map(String::as_str);
                    let page = paths(store, &range(space, "", after, limit, backwards));
                    assert!(page.len() <= limit && all.len() <= PATHS.len(), "{all:?} and then {page:?}");
                    if page.is_empty() {
                        break;
                    }
                    all.extend(page);
                }
                if backwards {
                    all.reverse();
                }
                assert_eq!(all, PATHS);
            }
        }
    }
}

fn a_range_stays_within_its_space(store: &impl Store) {
    for space in SPACES {
        fill(store, space);
        // Neighbours before and behind, whose names begin alike.
        for neighbour in
            [Space::open("ope"), Space::open("open2"), Space::open("seale"), Space::sealed("sealed2")]
        {
            commit_one(store, |batch| batch.put(neighbour.key("a"), Expect::Any, b"a".to_vec())).unwrap();
        }
        assert_eq!(paths(store, &range(space, "", None, 100, false)), PATHS);
        assert_eq!(paths(store, &range(space, "", None, 100, true)).len(), PATHS.len());
    }
}

fn a_page_begins_beside_a_path_that_is_not_there(store: &impl Store) {
    for space in SPACES {
        fill(store, space);
        assert_eq!(paths(store, &range(space, "a", Some("a/11"), 1, false)), ["a/2"]);
        assert_eq!(paths(store, &range(space, "a", Some("a/11"), 1, true)), ["a/10"]);
        // Outside the prefix: on the near side it takes nothing away, on the far side everything.
        assert_eq!(paths(store, &range(space, "a/", Some("A"), 9, false)), ["a/1", "a/10", "a/2"]);
        assert_eq!(paths(store, &range(space, "a/", Some("b"), 9, true)), ["a/2", "a/10", "a/1"]);
    }
}

fn a_range_that_cannot_hold_anything_is_empty(store: &impl Store) {
    for space in SPACES {
        fill(store, space);
        for impossible in [
            range(space, "a", Some("b"), 9, false),
            range(space, "b", Some("a"), 9, true),
            range(space, "", None, 0, false),
            range(space, "nothing here", None, 9, true),
        ] {
            assert!(paths(store, &impossible).is_empty(), "{impossible:?}");
        }
    }
}
