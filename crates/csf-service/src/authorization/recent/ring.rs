//! A ring of records of 32 bytes that many threads write without waiting for each other.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::record::{Packed, WORDS};

/// The last so many records.
pub(super) struct Ring {
    slots: Box<[[AtomicU64; WORDS]]>,
    next: AtomicUsize,
}

impl Ring {
    pub(super) fn new(kept: usize) -> Self {
        Self { slots: (0..kept).map(|_| Default::default()).collect(), next: AtomicUsize::new(0) }
    }

    /// Puts one in the place of the oldest.
    ///
    /// Two writers meet in a slot only where one of them is overtaken by as many records as are kept; what they leave
    /// there then, and what a reader sees half written, fails the check of the record and is passed over.
    pub(super) fn push(&self, record: Packed) {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let Some(slot) = at.checked_rem(self.slots.len()).and_then(|at| self.slots.get(at)) else { return };
        for (word, value) in slot.iter().zip(record.0) {
            word.store(value, Ordering::Relaxed);
        }
    }

    /// All of them, in no order.
    pub(super) fn all(&self) -> Vec<Packed> {
        let read =
            |slot: &[AtomicU64; WORDS]| Packed(slot.each_ref().map(|word| word.load(Ordering::Relaxed)));
        self.slots.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_when_another_comes() {
        let ring = Ring::new(3);
        for n in 1..=4 {
            ring.push(Packed([n, 0, 0, 0]));
        }
        let mut found: Vec<u64> = ring.all().iter().map(|record| record.0[0]).collect();
        found.sort_unstable();
        assert_eq!(found, [2, 3, 4]);
    }
}
