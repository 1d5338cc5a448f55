//! What rounds of the same work gave, and how two of them compare.

use std::time::Duration;

use crate::figure::{Figure, Unit};

/// One turn: how long it was, and how long each piece of work in it took.
pub(crate) struct Round {
    elapsed: Duration,
    /// Sorted, in nanoseconds.
    took: Vec<u64>,
}

impl Round {
    pub(crate) fn new(elapsed: Duration, mut took: Vec<u64>) -> Self {
        took.sort_unstable();
        Self { elapsed, took }
    }

    /// Rounds that happened at the same time, as one.
    pub(crate) fn joined(elapsed: Duration, rounds: Vec<Self>) -> Self {
        Self::new(elapsed, rounds.into_iter().flat_map(|round| round.took).collect())
    }

    /// Pieces of work per second, over all threads.
    fn rate(&self) -> f64 {
        self.took.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The mean time of a piece of work, in microseconds.
    fn mean(&self) -> f64 {
        self.took.iter().map(|nanos| *nanos as f64).sum::<f64>() / self.took.len() as f64 / 1e3
    }

    /// The time that so many of a hundred pieces kept within, in microseconds.
    fn percentile(&self, percent: usize) -> f64 {
        let at = (self.took.len() * percent / 100).min(self.took.len().saturating_sub(1));
        self.took.get(at).map_or(f64::NAN, |nanos| *nanos as f64 / 1e3)
    }
}

/// The turns of one subject.
#[derive(Default)]
pub(crate) struct Series(Vec<Round>);

impl Series {
    pub(crate) fn push(&mut self, round: Round) {
        self.0.push(round);
    }

    pub(crate) fn rates(&self) -> Vec<f64> {
        self.0.iter().map(Round::rate).collect()
    }

    /// Mean times of the turns, in microseconds.
    pub(crate) fn means(&self) -> Vec<f64> {
        self.0.iter().map(Round::mean).collect()
    }

    /// The times that half of the work of each turn kept within, in microseconds.
    pub(crate) fn medians(&self) -> Vec<f64> {
        self.0.iter().map(|round| round.percentile(50)).collect()
    }

    /// What the work took: half of it, all but a hundredth of it, and on average.
    pub(crate) fn times(&self, of: &str) -> [Figure; 3] {
        let tails: Vec<_> = self.0.iter().map(|round| round.percentile(99)).collect();
        let figure = |what, times: &[f64]| Figure::median(format!("{of} {what}"), Unit::Micros, times);
        [figure("p50", &self.medians()), figure("p99", &tails), figure("mean", &self.means())]
    }
}

/// The sums of the values of each round.
pub(crate) fn sums(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one + other).collect()
}

/// The differences of the values of each round.
pub(crate) fn differences(of: &[f64], less: &[f64]) -> Vec<f64> {
    of.iter().zip(less).map(|(of, less)| of - less).collect()
}

/// The quotients of the values of each round.
pub(crate) fn quotients(over: &[f64], under: &[f64]) -> Vec<f64> {
    over.iter().zip(under).map(|(over, under)| over / under).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_knows_its_rate_its_mean_and_its_percentiles() {
        let round = Round::new(Duration::from_secs(2), (1..=100).rev().map(|n| n * 1000).collect());
        assert_eq!(round.rate(), 50.0);
        assert_eq!(round.mean(), 50.5);
        assert_eq!((round.percentile(50), round.percentile(99), round.percentile(100)), (51.0, 100.0, 100.0));
    }

    #[test]
    fn a_round_without_work_gives_no_number() {
        let round = Round::new(Duration::from_secs(1), Vec::new());
        assert!(round.percentile(50).is_nan() && round.mean().is_nan());
    }
}
