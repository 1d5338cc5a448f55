//! The bound, the clock and the tickets of the cache.

use super::*;
use crate::key::Space;
use crate::record::Version;

fn key(number: usize) -> RecordKey {
    Space::sealed("cache").key(&number.to_string())
}

fn record(version: u64) -> Cached {
    Some(Record::new(Version(version), vec![1, 2, 3]))
}

fn cache(entries: usize) -> Cache {
    Cache::new(NonZeroUsize::new(entries).unwrap())
}

fn version_of(cache: &Cache, number: usize) -> Option<Option<u64>> {
    cache.get(&key(number)).map(|cached| cached.map(|record| record.version().0))
}

#[test]
fn it_never_holds_more_than_its_entries() {
    let mut cache = cache(8);
    (0..1000).for_each(|number| cache.put(&key(number), record(1)));
    assert_eq!((0..1000).filter(|&number| cache.get(&key(number)).is_some()).count(), 8);
    assert_eq!((cache.index.len(), cache.slots.len()), (8, 8));
}

#[test]
fn it_never_takes_more_than_its_bytes_whatever_is_put_replaced_and_forgotten() {
    let mut cache = cache(1000);
    let most = 1000 * MEAN_BYTES;
    let mut random = 1_usize;
    for round in 0..20_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (number, length) = ((random >> 33) % 2000, (random >> 50) % (MAX_CACHED_BYTES + 1));
        let length = if round % 3 == 0 { length } else { length % 64 };
        match round % 7 {
            0 => cache.forget(&key(number)),
            1 => cache.put(&key(number), None),
            _ => cache.put(&key(number), Some(Record::new(Version(1), vec![0; length]))),
        }
        let takes: usize = cache.slots.iter().map(Slot::takes).sum();
        assert_eq!((cache.bytes, cache.index.len()), (takes, cache.slots.len()));
        assert!(takes <= most, "{takes} bytes after {round}");
    }
    assert!(cache.slots.len() > 20, "{} entries", cache.slots.len());
}

#[test]
fn what_is_used_outlives_what_is_not() {
    let mut cache = cache(8);
    (0..8).for_each(|number| cache.put(&key(number), record(1)));
    for number in 8..1000 {
        assert_eq!(version_of(&cache, 3), Some(Some(1)), "lost after {number}");
        cache.put(&key(number), record(1));
    }
    assert_eq!(version_of(&cache, 4), None);
}

#[test]
fn a_cache_of_one_entry_whose_entry_is_used_still_takes_a_new_one() {
    let mut cache = cache(1);
    cache.put(&key(1), record(1));
    assert_eq!(version_of(&cache, 1), Some(Some(1)));
    cache.put(&key(2), record(2));
    assert_eq!((version_of(&cache, 1), version_of(&cache, 2)), (None, Some(Some(2))));
}

#[test]
fn forgetting_one_entry_leaves_the_others_in_their_places() {
    let mut cache = cache(100);
    (0..100).for_each(|number| cache.put(&key(number), record(number as u64)));
    (0..100).filter(|number| number % 3 != 0).for_each(|number| cache.forget(&key(number)));
    for number in 0..100 {
        let expected = (number % 3 == 0).then_some(Some(number as u64));
        assert_eq!(version_of(&cache, number), expected);
    }
}

#[test]
fn absence_is_cached_and_is_not_the_same_as_not_cached() {
    let mut cache = cache(8);
    assert_eq!(version_of(&cache, 1), None);
    cache.put(&key(1), None);
    assert_eq!(version_of(&cache, 1), Some(None));
}

#[test]
fn a_long_record_is_not_cached_and_removes_the_short_one_before_it() {
    let mut cache = cache(8);
    cache.put(&key(1), record(1));
    cache.put(&key(1), Some(Record::new(Version(2), vec![0; MAX_CACHED_BYTES])));
    assert_eq!(version_of(&cache, 1), Some(Some(2)));
    cache.put(&key(1), Some(Record::new(Version(3), vec![0; MAX_CACHED_BYTES + 1])));
    assert_eq!(version_of(&cache, 1), None);
}

#[test]
fn a_ticket_is_void_when_the_key_was_written_since() {
    let mut cache = cache(8);
    let ticket = cache.ticket(&key(1));
    cache.begin_write(&key(1));
    cache.end_write(&key(1));
    cache.fill(&key(1), &ticket, record(1));
    assert_eq!(version_of(&cache, 1), None);
    let fresh = cache.ticket(&key(1));
    cache.fill(&key(1), &fresh, record(2));
    assert_eq!(version_of(&cache, 1), Some(Some(2)));
}

#[test]
fn a_ticket_taken_during_a_write_is_void() {
    let mut cache = cache(8);
    cache.begin_write(&key(1));
    let ticket = cache.ticket(&key(1));
    cache.fill(&key(1), &ticket, record(1));
    assert_eq!(version_of(&cache, 1), None, "filled during the write");
    cache.end_write(&key(1));
    cache.fill(&key(1), &ticket, record(1));
    assert_eq!(version_of(&cache, 1), None, "filled after the write");
}
