//! What a restored store is told before its next start, so that nothing given out after the backup comes again
//! (decision 0032).

use csf_api::{ResourceId, UtcTime};
use csf_store::{Batch, Expect, Range, RecordKey, Space, Store, StoreError};
use csf_tree::schema::{ACCESS_CONTROL_POLICY, CONTAINER, CONTENT_INSTANCE, Schema};
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

/// Tells a restored store, before any node starts on it, that it was restored at this moment: new identifiers
/// jump ahead of every one given after the backup, for good.
///
/// # Errors
///
/// [`StoreError::Foreign`] when so much was restored that no identifiers are left; otherwise as [`Store::load`] and
/// [`Store::commit`].
pub fn note_restored(store: &dyn Store, at: UtcTime) -> Result<(), StoreError> {
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
    let nothing = || Err(StoreError::Unavailable("the engine gave no result".to_owned()));
    store.commit(&[batch]).pop().unwrap_or_else(nothing).map(drop)
}

/// Of whose identifiers the order matters, for which new ones must follow the greatest in the store.
pub(crate) const ORDERED: [&Schema; 3] = [&CONTENT_INSTANCE, &CONTAINER, &ACCESS_CONTROL_POLICY];

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
