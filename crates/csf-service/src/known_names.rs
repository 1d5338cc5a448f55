//! Which ordinary resource had a name when it was last looked up: a hint that is never believed.
//!
//! The index of names is sealed, and looking one up costs several times what the resource costs that it names. So
//! the answer is kept: a few bytes for each name, of many more names than the cache of records has room for. Whoever
//! takes such a hint reads the resource and goes by it only if that one says itself that it has this name below this
//! parent; names are never given to another resource while theirs is there. In every other case the index is asked.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use csf_api::ResourceId;
use csf_tree::Ordinal;
use csf_tree::schema::{CONTAINER, CONTENT_INSTANCE, FLEX_CONTAINER, Schema};

/// Of which types names are remembered: those that lie open. What is sealed is found through what is sealed.
const KINDS: [&Schema; 3] = [&CONTAINER, &CONTENT_INSTANCE, &FLEX_CONTAINER];
/// How many bits tell the kind; none is 0, so that no hint is.
const KIND_BITS: u32 = 2;

/// How many names a row holds.
const PLACES: usize = 4;
/// How many rows a part holds.
const ROWS: usize = 4096;
/// How many parts there are, each behind a lock of its own. All of them hold a million names in 16 MiB, which
/// the system gives as they fill.
const PARTS: usize = 64;

/// What a name is remembered by, and the resource. Nothing where the second is 0.
type Place = (u64, u64);

/// The names that were looked up lately.
pub(crate) struct KnownNames {
    hasher: RandomState,
    parts: Vec<Mutex<Vec<[Place; PLACES]>>>,
}

impl Default for KnownNames {
    fn default() -> Self {
        let parts = (0..PARTS).map(|_| Mutex::default()).collect();
        Self { hasher: RandomState::new(), parts }
    }
}

impl KnownNames {
    /// Which resource may have this name below this parent.
    pub(crate) fn find(&self, parent: &ResourceId, name: &str) -> Option<ResourceId> {
        let mark = self.mark(parent, name);
        let packed = self.row(mark, |row| row.iter().find(|place| place.0 == mark).map(|place| place.1))?;
        unpacked(packed)
    }

    /// Remembers that this resource has this name below this parent, instead of what was remembered longest in its row.
    pub(crate) fn remember(&self, parent: &ResourceId, name: &str, id: &ResourceId) {
        let Some(packed) = packed(id) else { return };
        let mark = self.mark(parent, name);
        self.row(mark, |row| {
            let known = row.iter().position(|place| place.0 == mark);
            let end = known.unwrap_or(PLACES.saturating_sub(1));
            if let Some(moved) = row.get_mut(..=end) {
                moved.rotate_right(1);
            }
            if let Some(first) = row.first_mut() {
                *first = (mark, packed);
            }
            None::<()>
        });
    }

    fn mark(&self, parent: &ResourceId, name: &str) -> u64 {
        self.hasher.hash_one((parent.as_str(), name))
    }

    fn row<T>(&self, mark: u64, look: impl FnOnce(&mut [Place; PLACES]) -> Option<T>) -> Option<T> {
        let part = usize::try_from(mark.checked_rem(PARTS as u64)?).ok()?;
        let row = usize::try_from(mark.checked_div(PARTS as u64)?.checked_rem(ROWS as u64)?).ok()?;
        let mut rows = self.parts.get(part)?.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.is_empty() {
            *rows = vec![[(0, 0); PLACES]; ROWS];
        }
        look(rows.get_mut(row)?)
    }
}

/// The identifier in a number; `None` for one that the node did not make for such a type.
fn packed(id: &ResourceId) -> Option<u64> {
    let (kind, schema) = (1..).zip(KINDS).find(|(_, schema)| id.as_str().starts_with(schema.id_prefix))?;
    let ordinal = Ordinal::of_resource_id(id, schema)?;
    let packed = ordinal.number().checked_mul(1 << KIND_BITS)?.checked_add(kind)?;
    unpacked(packed).filter(|found| found == id).and(Some(packed))
}

fn unpacked(packed: u64) -> Option<ResourceId> {
    let kind = usize::try_from(packed & ((1 << KIND_BITS) - 1)).ok()?.checked_sub(1)?;
    Ordinal::from_number(packed >> KIND_BITS).resource_id(KINDS.get(kind)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ResourceId {
        ResourceId::parse(text).expect("well formed")
    }

    #[test]
    fn what_was_looked_up_is_found_below_its_parent_only() {
        let names = KnownNames::default();
        let (parent, child) = (id("cnt-000000000000001"), id("cin-00063f2a1b2c3d4"));
        assert_eq!(names.find(&parent, "a"), None);
        names.remember(&parent, "a", &child);
        assert_eq!(names.find(&parent, "a"), Some(child));
        assert_eq!(names.find(&parent, "b"), None);
        assert_eq!(names.find(&id("cnt-000000000000002"), "a"), None);

        let other = id("flx-00063f2a1b2c3d5");
        names.remember(&parent, "a", &other);
        assert_eq!(names.find(&parent, "a"), Some(other), "the later word counts");
    }

    #[test]
    fn only_identifiers_that_the_node_made_for_what_lies_open_are_remembered() {
        let (names, parent) = (KnownNames::default(), id("id-mn"));
        for text in ["acp-00063f2a1b2c3d4", "Cmeter", "cnt-1", "cnt-", "cin-xyz", "cin-ffffffffffffffffffff"]
        {
            names.remember(&parent, "a", &id(text));
            assert_eq!(names.find(&parent, "a"), None, "{text}");
        }
    }

    #[test]
    fn a_row_forgets_what_was_remembered_longest() {
        let (names, parent) = (KnownNames::default(), id("cnt-000000000000001"));
        let row = |name: &str| names.mark(&parent, name) % (PARTS * ROWS) as u64;
        let crowd: Vec<String> =
            (0..).map(|n: u32| n.to_string()).filter(|n| row(n) == 0).take(PLACES + 1).collect();
        for (name, n) in crowd.iter().zip(1..) {
            let child = Ordinal::from_number(n).resource_id(&CONTENT_INSTANCE).expect("well formed");
            names.remember(&parent, name, &child);
        }
        let known: Vec<bool> = crowd.iter().map(|name| names.find(&parent, name).is_some()).collect();
        assert_eq!(known, [false, true, true, true, true]);
    }
}
