//! How fast the disk was lately: whether a read is worth waking another thread for.
//!
//! What the system holds in memory is read in less time than two threads need to hand it over. What it does not
//! hold takes as long as the disk takes, and a worker that waits for that serves nobody. Nobody can say
//! beforehand which it will be, but a slow read rarely comes alone: after one, reads take the lane for a while.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A read that took longer came from the disk.
const SLOW: Duration = Duration::from_micros(500);
/// For how long reads take the lane then. So a worker waits for the disk once in this time.
const PENANCE: Duration = Duration::from_millis(250);
/// The most records that a worker reads itself.
const MAX_KEYS: usize = 16;

/// When a read may be done where it is asked for.
pub(super) struct Pace {
    start: Instant,
    /// In microseconds since the start.
    slow_until: AtomicU64,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), slow_until: AtomicU64::new(0) }
    }

    /// Does the read here, if it is likely to be quick.
    pub(super) fn try_here<T>(&self, keys: usize, read: impl FnOnce() -> T) -> Option<T> {
        let begin = Instant::now();
        if keys > MAX_KEYS || self.micros(begin) < self.slow_until.load(Ordering::Relaxed) {
            return None;
        }
        let found = read();
        let end = Instant::now();
        if end.saturating_duration_since(begin) > SLOW {
            let until = end.checked_add(PENANCE).unwrap_or(end);
            self.slow_until.store(self.micros(until), Ordering::Relaxed);
        }
        Some(found)
    }

    fn micros(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.start).as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As slow as a disk.
    fn slow() {
        let begin = Instant::now();
        while begin.elapsed() <= SLOW {
            std::hint::spin_loop();
        }
    }

    #[test]
    fn after_a_slow_read_others_take_the_lane_for_a_while() {
        let pace = Pace::new();
        assert!(pace.try_here(1, slow).is_some());
        assert!(pace.try_here(1, || ()).is_none());
        pace.slow_until.store(0, Ordering::Relaxed);
        assert!(pace.try_here(1, || ()).is_some(), "the while is over");
    }

    #[test]
    fn many_records_always_take_the_lane() {
        let pace = Pace::new();
        assert!(pace.try_here(MAX_KEYS, || ()).is_some());
        assert!(pace.try_here(MAX_KEYS + 1, || ()).is_none());
    }
}
