//! Numbers that many threads change and nobody waits for: counters, gauges, a histogram of times.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn count(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many of something there are now.
#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicU64);

impl Gauge {
    pub(crate) fn set(&self, number: u64) {
        self.0.store(number, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn enter(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn leave(&self) {
        // Whoever leaves has entered, so this never goes below nothing.
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// One more, until what is returned is dropped.
    pub(crate) fn hold(self: &Arc<Self>) -> Held {
        self.enter();
        Held(Arc::clone(self))
    }
}

/// One of those that a gauge counts.
#[derive(Debug)]
pub(crate) struct Held(Arc<Gauge>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// The upper bounds of the buckets of a histogram of times, in microseconds.
pub(super) const BOUNDS: [u64; 13] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000, 10_000_000];

/// How long something took, in buckets.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    buckets: [Counter; BOUNDS.len()],
    beyond: Counter,
    micros: Counter,
}

impl Histogram {
    pub(crate) fn note(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().zip(&self.buckets).find(|(bound, _)| micros <= **bound);
        bucket.map_or(&self.beyond, |(_, bucket)| bucket).count();
        self.micros.add(micros);
    }

    /// Each bound with how many took at most that long.
    pub(super) fn cumulated(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut sum = 0_u64;
        BOUNDS.into_iter().zip(&self.buckets).map(move |(bound, bucket)| {
            sum = sum.saturating_add(bucket.get());
            (bound, sum)
        })
    }

    /// How many there were.
    pub(super) fn number(&self) -> u64 {
        self.cumulated().last().map_or(0, |(_, sum)| sum).saturating_add(self.beyond.get())
    }

    /// How long they took together, in microseconds.
    pub(super) fn micros(&self) -> u64 {
        self.micros.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_first_bucket_that_holds_it() {
        let histogram = Histogram::default();
        for micros in [1, 50, 51, 20_000_000] {
            histogram.note(Duration::from_micros(micros));
        }
        let cumulated: Vec<_> = histogram.cumulated().collect();
        assert_eq!((cumulated[0], cumulated[1], cumulated[12]), ((50, 2), (100, 3), (10_000_000, 3)));
        assert_eq!((histogram.number(), histogram.micros()), (4, 20_000_102));
    }

    #[test]
    fn a_gauge_counts_what_is_held() {
        let gauge = Arc::new(Gauge::default());
        let held = (gauge.hold(), gauge.hold());
        assert_eq!(gauge.get(), 2);
        drop(held);
        assert_eq!(gauge.get(), 0);
    }
}
