//! How fast the disk was lately: whether a read is worth waking another thread for.
//!
//! What the system holds in memory is read in less time than two threads need to hand it over. What it does not
//! hold takes as long as the disk takes, and a worker that waits for that serves nobody. Nobody can say
//! beforehand which it will be, but a slow read rarely comes alone: after one, reads take the lane for a while.
//!
//! A read that was only interrupted, because more threads want to run than there are processors, says nothing
//! about the disk: slow is a long read for which the system read the disk, and a very long one whatever it did.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// A read that took longer and read the disk was slow.
const SLOW: Duration = Duration::from_micros(500);
/// A read that took longer was slow, also where the system does not say what it did: a disk behind a network.
const VERY_SLOW: Duration = Duration::from_millis(50);
/// For how many times as long reads take the lane then. So a worker waits for the disk a twentieth of its time.
const PENANCE: u32 = 20;
/// For how long at most.
const MOST_PENANCE: Duration = Duration::from_millis(250);
/// The most records that a worker reads itself.
const MAX_KEYS: usize = 16;

/// When a read may be done where it is asked for.
pub(super) struct Pace {
    start: Instant,
    /// In microseconds since the start.
    slow_until: AtomicU64,
    /// How much the calling thread read from disks so far; `None` when nobody knows.
    from_disk: fn() -> Option<i64>,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), slow_until: AtomicU64::new(0), from_disk: blocks_of_thread }
    }

    /// Does the read here, if it is likely to be quick.
    pub(super) fn try_here<T>(&self, keys: usize, read: impl FnOnce() -> T) -> Option<T> {
        let begin = Instant::now();
        if keys > MAX_KEYS || self.micros(begin) < self.slow_until.load(Ordering::Relaxed) {
            return None;
        }
        let before = (self.from_disk)();
        let found = read();
        let end = Instant::now();
        let took = end.saturating_duration_since(begin);
        let from_disk = || before.is_none() || (self.from_disk)() != before;
        if took > VERY_SLOW || (took > SLOW && from_disk()) {
            let until = end.checked_add(took.saturating_mul(PENANCE).min(MOST_PENANCE)).unwrap_or(end);
            self.slow_until.store(self.micros(until), Ordering::Relaxed);
        }
        Some(found)
    }

    fn micros(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.start).as_micros()).unwrap_or(u64::MAX)
    }
}

fn blocks_of_thread() -> Option<i64> {
    getrusage(UsageWho::RUSAGE_THREAD).ok().map(|usage| usage.block_reads())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::*;

    /// A thread that has read the disk each time it is looked at.
    fn of_the_disk() -> Pace {
        static BLOCKS: AtomicI64 = AtomicI64::new(0);
        Pace { from_disk: || Some(BLOCKS.fetch_add(1, Ordering::Relaxed)), ..Pace::new() }
    }

    /// As long as a disk takes.
    fn slow() {
        spin(SLOW);
    }

    fn spin(time: Duration) {
        let begin = Instant::now();
        while begin.elapsed() <= time {
            std::hint::spin_loop();
        }
    }

    #[test]
    fn after_a_slow_read_others_take_the_lane_for_a_while() {
        let pace = of_the_disk();
        assert!(pace.try_here(1, slow).is_some());
        assert!(pace.try_here(1, || ()).is_none());
        pace.slow_until.store(0, Ordering::Relaxed);
        assert!(pace.try_here(1, || ()).is_some(), "the while is over");
    }

    #[test]
    fn a_read_that_was_only_interrupted_does_not_count_as_slow_unless_it_took_very_long() {
        let pace = Pace { from_disk: || Some(7), ..Pace::new() };
        assert!(pace.try_here(1, slow).is_some());
        assert!(pace.try_here(1, || ()).is_some());
        assert!(pace.try_here(1, || spin(VERY_SLOW)).is_some());
        assert!(pace.try_here(1, || ()).is_none());
    }

    #[test]
    fn a_quick_read_does_not_count_as_slow_though_it_read_the_disk() {
        let pace = of_the_disk();
        assert!(pace.try_here(1, || ()).is_some());
        assert!(pace.try_here(1, || ()).is_some());
    }

    #[test]
    fn where_nobody_knows_a_long_read_counts_as_slow() {
        let pace = Pace { from_disk: || None, ..Pace::new() };
        assert!(pace.try_here(1, slow).is_some());
        assert!(pace.try_here(1, || ()).is_none());
    }

    #[test]
    fn the_system_says_what_a_thread_read() {
        assert!(blocks_of_thread().is_some());
    }

    #[test]
    fn many_records_always_take_the_lane() {
        let pace = Pace::new();
        assert!(pace.try_here(MAX_KEYS, || ()).is_some());
        assert!(pace.try_here(MAX_KEYS + 1, || ()).is_none());
    }
}
