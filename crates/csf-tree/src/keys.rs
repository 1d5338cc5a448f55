//! Where resources and their indexes lie in the store.

use std::sync::LazyLock;

use csf_api::{ResourceId, UtcTime};
use csf_store::{Range, RecordKey};

use crate::schema;

/// The record spaces of the resource tree.
///
/// Policies, registrations, key objects and every index are sealed. Containers, their instances and
/// foreign flexContainers are ordinary resources and lie open. Which space a resource belongs to follows from its identifier, so that
/// nobody who can write to the disk can pass an open record off as a sealed one.
pub mod spaces {
    use csf_store::Space;

    /// Resources that the vault seals.
    pub const SEALED: Space = Space::sealed("res");
    /// Ordinary resources.
    pub const ORDINARY: Space = Space::open("ord");
    /// Children of a resource, by identifier: `parent/child`.
    pub const CHILDREN: Space = Space::sealed("child");
    /// Children of a resource, by name: `parent/name`.
    pub const NAMES: Space = Space::sealed("name");
    /// What ends, by the moment at which it does: `moment/identifier`.
    pub const ENDS: Space = Space::sealed("expiry");
    /// Which instances were last written together, by their container.
    pub const MARKS: Space = Space::sealed("mark");
    /// How many resources each originator made that still exist: by its absolute identifier.
    pub const COUNTS: Space = Space::sealed("count");
    /// Roles by holder and Role-ID, and tokens by Token-ID: `listed-as/identifier`.
    pub const CREDENTIALS: Space = Space::sealed("credential");
    /// Of whom there is a count, and always was since the first: by absolute identifier.
    pub const COUNTED: Space = Space::sealed("counted");
}

/// How the identifiers of ordinary types begin.
static ORDINARY_PREFIXES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut prefixes: Vec<_> = schema::ALL.iter().filter(|s| s.ordinary).map(|s| s.id_prefix).collect();
    prefixes.retain(|prefix| !prefix.is_empty());
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
});

/// Whether the resource with this identifier lies open: its prefix belongs to an ordinary type.
pub(crate) fn is_ordinary(id: &ResourceId) -> bool {
    ORDINARY_PREFIXES.iter().any(|prefix| id.as_str().starts_with(prefix))
}

/// The key of a resource.
#[must_use]
pub fn resource_key(id: &ResourceId) -> RecordKey {
    let space = if is_ordinary(id) { spaces::ORDINARY } else { spaces::SEALED };
    space.key(id.as_str())
}

/// The key of the entry of a child in its parent's list.
#[must_use]
pub fn child_key(parent: &ResourceId, child: &ResourceId) -> RecordKey {
    spaces::CHILDREN.key_below(parent.as_str(), child.as_str())
}

/// The key of the entry of a name among a parent's children.
#[must_use]
pub fn name_key(parent: &ResourceId, name: &str) -> RecordKey {
    spaces::NAMES.key_below(parent.as_str(), name)
}

/// The key of the entry of a resource in the index of ends: entries sort by the moment. Nothing ends before 1970.
#[must_use]
pub fn end_key(at: UtcTime, id: &ResourceId) -> RecordKey {
    spaces::ENDS.key(&format!("{:016x}/{id}", at.unix_micros().max(0)))
}

/// The key of the mark that instances leave which are written together.
#[must_use]
pub fn mark_key(container: &ResourceId) -> RecordKey {
    spaces::MARKS.key(container.as_str())
}

/// The key of the count of what this originator made, under its absolute identifier.
#[must_use]
pub fn count_key(originator: &str) -> RecordKey {
    spaces::COUNTS.key(originator)
}

/// The key of what says that there is a count of what this originator made.
#[must_use]
pub fn counted_key(originator: &str) -> RecordKey {
    spaces::COUNTED.key(originator)
}

/// The key of the entry of a role or token in the index of credentials.
#[must_use]
pub fn listed_key(listed_as: &str, id: &ResourceId) -> RecordKey {
    spaces::CREDENTIALS.key_below(listed_as, id.as_str())
}

/// The entries of the index of credentials that are listed under `prefix`, at most `limit` of them.
#[must_use]
pub fn listed_range(prefix: &str, after: Option<&str>, limit: usize, backwards: bool) -> Range {
    let (prefix, after) = (format!("{prefix}/").into(), after.map(Into::into));
    Range { space: spaces::CREDENTIALS, prefix, after, limit, backwards }
}

/// The role or token that an entry of the index of credentials is about.
#[must_use]
pub fn listed_of(key: &RecordKey) -> Option<ResourceId> {
    let (_, id) = key.path().rsplit_once('/')?;
    ResourceId::parse(id).ok()
}

/// The moment and the resource of an entry in the index of ends.
#[must_use]
pub fn end_of(key: &RecordKey) -> Option<(UtcTime, ResourceId)> {
    let (at, id) = key.path().split_once('/')?;
    let at = i64::from_str_radix(at, 16).ok().map(UtcTime::from_unix_micros)?;
    Some((at, ResourceId::parse(id).ok()?))
}

/// The first entries of the index of ends, at most `limit` of them.
#[must_use]
pub fn end_range(limit: usize) -> Range {
    Range { space: spaces::ENDS, prefix: "".into(), after: None, limit, backwards: false }
}

/// The children of a parent whose identifiers begin with `prefix`, at most `limit` of them.
#[must_use]
pub fn child_range(
    parent: &ResourceId,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
    backwards: bool,
) -> Range {
    Range {
        space: spaces::CHILDREN,
        prefix: format!("{parent}/{prefix}").into(),
        after: after.map(|child| format!("{parent}/{child}").into()),
        limit,
        backwards,
    }
}

#[cfg(test)]
mod tests {
    use csf_store::Sealing;

    use super::*;

    #[test]
    fn what_ends_first_stands_first() {
        let id = ResourceId::parse("cnt-1").expect("well formed");
        let moments =
            [UtcTime::MIN, UtcTime::from_unix_micros(9), UtcTime::from_unix_micros(10), UtcTime::MAX];
        let keys = moments.map(|moment| end_key(moment, &id));
        assert!(keys.iter().map(RecordKey::as_str).is_sorted());
        for (moment, key) in moments.iter().zip(&keys).skip(1) {
            assert_eq!(end_of(key), Some((*moment, id.clone())));
        }
        assert_eq!(end_of(&spaces::ENDS.key("tomorrow/cnt-1")), None);
    }

    #[test]
    fn only_ordinary_types_lie_open() {
        for (id, sealing) in [
            ("cnt-00063f2a1b2c3d4", Sealing::Open),
            ("cin-00063f2a1b2c3d4", Sealing::Open),
            ("flx-00063f2a1b2c3d4", Sealing::Open),
            ("acp-00063f2a1b2c3d4", Sealing::Sealed),
            ("key-00063f2a1b2c3d4", Sealing::Sealed),
            ("grp-00063f2a1b2c3d4", Sealing::Sealed),
            ("rol-00063f2a1b2c3d4", Sealing::Sealed),
            ("tk-00063f2a1b2c3d4", Sealing::Sealed),
            ("csr-cnt-1", Sealing::Sealed),
            ("Cmeter", Sealing::Sealed),
            ("id-mn", Sealing::Sealed),
            ("Ccnt-1", Sealing::Sealed),
            ("anything", Sealing::Sealed),
        ] {
            let id = ResourceId::parse(id).expect("well formed");
            assert_eq!(resource_key(&id).sealing(), sealing, "{id}");
        }
    }
}
