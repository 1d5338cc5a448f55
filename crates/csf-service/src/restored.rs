//! What a restored store is told before its next start, so that nothing given out after the backup comes again
//! (decision 0032).

use csf_api::{ResourceId, UtcTime};
use csf_store::{Batch, Expect, Range, RecordKey, Space, Store, StoreError};
use csf_tree::schema::{ACCESS_CONTROL_POLICY, CONTAINER, CONTENT_INSTANCE, ROLE, Schema, TOKEN};
use csf_tree::{Ordinal, spaces};

/// State of the node that belongs to no resource.
const STATE: Space = Space::sealed("state");

/// How far identifiers jump ahead, in microseconds of the clock that they are made of: about 35 years. For so long
/// even a node that goes on beside its restored copy gives none of the copy's.
const STEP: u64 = 1 << 50;
/// Identifiers are numbers of 60 bits, room for a thousand restores. Beyond it they would no longer be in order.
const MAX_ORDINAL: u64 = (1 << 60) - 1;

/// The record that holds the ordinal which every new identifier must exceed, as 8 bytes, big-endian.
pub(crate) fn floor_key() -> RecordKey {
    STATE.key("ordinal-floor")
}

/// The ordinal in that record.
pub(crate) fn floor(bytes: &[u8]) -> Option<Ordinal> {
    bytes.try_into().ok().map(|bytes| Ordinal::from_number(u64::from_be_bytes(bytes)))
}

/// The record that is there from a restore until keys and key objects were compared.
pub(crate) fn uncompared_key() -> RecordKey {
    STATE.key("uncompared")
}

/// What counts no more after a restore, because nobody knows whether it was revoked meanwhile (decision 0066).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Voided {
    /// Roles that were given before; of more than [`MAX_VOIDED`] so many are told.
    pub roles: usize,
    /// Tokens that were kept before; of more than [`MAX_VOIDED`] so many are told.
    pub tokens: usize,
}

/// The most roles, and the most tokens, that are counted.
pub const MAX_VOIDED: usize = 10_000;

/// Tells a restored store, before any node starts on it, that it was restored at this moment: new identifiers
/// jump ahead of every one given after the backup, for good, roles and tokens with an earlier one count no more, and the
/// next start compares keys with their objects.
///
/// # Errors
///
/// [`StoreError::Foreign`] when so much was restored that no identifiers are left; otherwise as [`Store::load`] and
/// [`Store::commit`].
pub fn note_restored(store: &dyn Store, at: UtcTime) -> Result<Voided, StoreError> {
    let found = store.load(&[floor_key()])?.pop().flatten();
    let mut newest = u64::try_from(at.unix_micros()).unwrap_or(0);
    if let Some(record) = &found {
        let known = floor(record.bytes()).ok_or_else(|| StoreError::NotAuthentic(floor_key()))?;
        newest = newest.max(known.number());
    }
    for schema in ORDERED {
        let ordinal = newest_of(store.scan(&newest_range(schema)), schema)?;
        newest = newest.max(ordinal.map_or(0, Ordinal::number));
    }
    let floor = newest.saturating_add(STEP);
    if floor > MAX_ORDINAL.saturating_sub(STEP) {
        return Err(StoreError::Foreign("it was restored so often that no identifiers are left".to_owned()));
    }
    let mut batch = Batch::new();
    let expect = found.map_or(Expect::Absent, |record| Expect::Version(record.version()));
    batch.put(floor_key(), expect, floor.to_be_bytes().to_vec());
    batch.put(uncompared_key(), Expect::Any, Vec::new());
    let nothing = || Err(StoreError::Unavailable("the engine gave no result".to_owned()));
    store.commit(&[batch]).pop().unwrap_or_else(nothing)?;
    let there = |schema: &Schema| {
        store.scan(&Range { limit: MAX_VOIDED, ..newest_range(schema) }).map(|found| found.len())
    };
    Ok(Voided { roles: there(&ROLE)?, tokens: there(&TOKEN)? })
}

/// Whether a resource was made before the last restore, for which new identifiers jumped ahead of this one.
#[cfg(any(test, feature = "access-management"))]
pub(crate) fn is_before(id: &ResourceId, schema: &Schema, floor: Ordinal) -> bool {
    Ordinal::of_resource_id(id, schema).is_none_or(|ordinal| ordinal <= floor)
}

/// Of whose identifiers the order matters, for which new ones must follow the greatest in the store.
pub(crate) const ORDERED: [&Schema; 5] =
    [&CONTENT_INSTANCE, &CONTAINER, &ACCESS_CONTROL_POLICY, &ROLE, &TOKEN];

/// The range of which the first entry is the newest resource of this schema.
pub(crate) fn newest_range(schema: &Schema) -> Range {
    let space = if schema.ordinary { spaces::ORDINARY } else { spaces::SEALED };
    Range { space, prefix: schema.id_prefix.into(), after: None, limit: 1, backwards: true }
}

/// The ordinal of the newest resource of this schema, from what the range gave.
pub(crate) fn newest_of(
    found: Result<csf_store::Entries, StoreError>,
    schema: &Schema,
) -> Result<Option<Ordinal>, StoreError> {
    let newest = match found {
        Ok(entries) => entries.into_iter().next().map(|(key, _)| key),
        // Whoever reads a damaged record is refused; that is no reason to serve nobody.
        Err(StoreError::NotAuthentic(key)) => Some(key),
        Err(error) => return Err(error),
    };
    let id = newest.and_then(|key| ResourceId::parse(key.path()).ok());
    Ok(id.and_then(|id| Ordinal::of_resource_id(&id, schema)))
}

#[cfg(test)]
mod tests {
    use csf_store::MemoryStore;

    use super::*;

    fn floor_in(store: &MemoryStore) -> u64 {
        let record = store.load(&[floor_key()]).unwrap().remove(0).unwrap();
        floor(record.bytes()).unwrap().number()
    }

    #[test]
    fn identifiers_jump_ahead_of_now_of_the_newest_and_of_the_last_jump() {
        let store = MemoryStore::new();
        let now = UtcTime::from_unix_micros(1_000);
        note_restored(&store, now).unwrap();
        assert_eq!(floor_in(&store), 1_000 + STEP);
        note_restored(&store, now).unwrap();
        assert_eq!(floor_in(&store), 1_000 + 2 * STEP);
        // A container made when the clock was far ahead.
        let newest = Ordinal::from_number(1_000 + 5 * STEP).resource_id(&CONTAINER).unwrap();
        let mut batch = Batch::new();
        batch.put(csf_tree::resource_key(&newest), Expect::Absent, Vec::new());
        store.commit(&[batch]).remove(0).unwrap();
        note_restored(&store, now).unwrap();
        assert_eq!(floor_in(&store), 1_000 + 6 * STEP);
    }

    #[test]
    fn roles_and_tokens_of_before_are_counted_and_lie_before_the_floor_whatever_the_clock_was() {
        let store = MemoryStore::new();
        let now = UtcTime::from_unix_micros(1_000);
        assert_eq!(note_restored(&store, now), Ok(Voided::default()));
        // Made when the clock was far ahead.
        for (schema, numbers) in [(&ROLE, &[5, 9 * STEP][..]), (&TOKEN, &[7])] {
            for number in numbers {
                let id = Ordinal::from_number(*number).resource_id(schema).unwrap();
                let mut batch = Batch::new();
                batch.put(csf_tree::resource_key(&id), Expect::Absent, Vec::new());
                store.commit(&[batch]).remove(0).unwrap();
            }
        }
        assert_eq!(note_restored(&store, now), Ok(Voided { roles: 2, tokens: 1 }));
        let floor = Ordinal::from_number(floor_in(&store));
        let is_before = |number, schema: &Schema| {
            is_before(&Ordinal::from_number(number).resource_id(schema).unwrap(), schema, floor)
        };
        assert!(is_before(9 * STEP, &ROLE) && is_before(floor.number(), &TOKEN));
        assert!(!is_before(floor.number() + 1, &ROLE));
        assert!(
            super::is_before(&ResourceId::parse("rol-x").unwrap(), &ROLE, floor),
            "what has no place counts not"
        );
    }

    #[test]
    fn a_store_that_has_no_identifiers_left_is_refused_and_stays_as_it_is() {
        let store = MemoryStore::new();
        let now = UtcTime::from_unix_micros(0);
        let times = (0..2_000).take_while(|_| note_restored(&store, now).is_ok()).count();
        assert!((1_000..1_024).contains(&times), "{times}");
        let last = floor_in(&store);
        assert!(matches!(note_restored(&store, now), Err(StoreError::Foreign(_))));
        assert_eq!(floor_in(&store), last);
        // Identifiers after the last jump are still in order.
        let id = |number| Ordinal::from_number(number).resource_id(&CONTAINER).unwrap();
        assert!(id(last) < id(last + STEP), "{last}");
    }
}
