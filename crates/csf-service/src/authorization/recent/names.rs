//! A bounded table of names that came up lately, so that 32 bits can stand for one.
//!
//! A name that is there is found without a lock and without memory. Another one takes the place of one that may come
//! up still; what stood for that one then stands for nothing.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many names can share a place before one must go.
const WAYS: usize = 4;
/// How many places there are.
const SETS: usize = 512;
/// Bits that tell the names of one slot apart.
const GENERATION_BITS: u32 = 20;
/// The highest generation; the next one is 1 again.
const MAX_GENERATION: u32 = (1 << GENERATION_BITS) - 1;

/// What stands for a name; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Place(pub(super) u32);

/// One name, or none yet.
#[derive(Default)]
struct Slot {
    /// Bits of the hash, and the generation below them.
    tag: AtomicU64,
    name: Mutex<(u32, Box<str>)>,
}

/// The table. Where a name goes is decided under a key of this start, so nobody can choose names that meet.
pub(super) struct Names {
    key: RandomState,
    slots: Box<[Slot]>,
}

impl Names {
    pub(super) fn new() -> Self {
        let slots = (0..SETS.saturating_mul(WAYS)).map(|_| Slot::default()).collect();
        Self { key: RandomState::new(), slots }
    }

    /// What stands for this name from now on.
    pub(super) fn place(&self, name: &str) -> Place {
        let hash = self.key.hash_one(name);
        let set = usize::try_from(hash).unwrap_or(usize::MAX) & SETS.saturating_sub(1);
        let first = set.saturating_mul(WAYS);
        let ways = self.slots.get(first..first.saturating_add(WAYS)).unwrap_or_default();
        let wanted = hash >> GENERATION_BITS;
        for (at, slot) in (first..).zip(ways) {
            let tag = slot.tag.load(Ordering::Acquire);
            if tag != 0 && tag >> GENERATION_BITS == wanted {
                return place(at, tag);
            }
        }
        let empty = ways.iter().position(|slot| slot.tag.load(Ordering::Relaxed) == 0);
        let way = empty.unwrap_or(usize::try_from(hash >> 60).unwrap_or(0) & WAYS.saturating_sub(1));
        let Some(slot) = ways.get(way) else { return Place(0) };
        let mut kept = slot.name.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = if kept.0 >= MAX_GENERATION { 1 } else { kept.0.saturating_add(1) };
        *kept = (generation, name.into());
        let tag = (wanted << GENERATION_BITS) | u64::from(generation);
        slot.tag.store(tag, Ordering::Release);
        place(first.saturating_add(way), tag)
    }

    /// The name, if it is still there.
    pub(super) fn at(&self, place: Place) -> Option<String> {
        let slot = self.slots.get(usize::try_from(place.0 >> GENERATION_BITS).ok()?)?;
        let kept = slot.name.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = kept.0 != 0 && kept.0 == place.0 & MAX_GENERATION;
        is_it.then(|| String::from(&*kept.1))
    }
}

fn place(slot: usize, tag: u64) -> Place {
    let generation = u32::try_from(tag & u64::from(MAX_GENERATION)).unwrap_or(0);
    let slot = u32::try_from(slot).unwrap_or(0);
    Place((slot << GENERATION_BITS) | generation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_had_back_and_one_that_had_to_go_is_no_other_name() {
        let names = Names::new();
        let first = names.place("Cmeter");
        assert_eq!(names.place("Cmeter"), first, "the same name is the same place");
        assert_eq!(names.at(first).as_deref(), Some("Cmeter"));
        assert_eq!(names.at(Place(0)), None);
        let many: Vec<_> = (0..20_000).map(|n| (n, names.place(&format!("C{n}")))).collect();
        let mut there = 0;
        for (n, place) in many {
            match names.at(place) {
                Some(name) => {
                    assert_eq!(name, format!("C{n}"));
                    there += 1;
                }
                None => continue,
            }
        }
        assert!(there > 1000 && there <= SETS * WAYS, "{there}");
        assert!(names.at(first).is_none_or(|name| name == "Cmeter"));
    }

    #[test]
    fn many_threads_find_each_name_as_it_was() {
        let names = Names::new();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let names = &names;
                scope.spawn(move || {
                    for n in 0..5000 {
                        let name = format!("C{}", (n * 7 + thread) % 3000);
                        let place = names.place(&name);
                        assert!(names.at(place).is_none_or(|found| found == name));
                    }
                });
            }
        });
    }
}
