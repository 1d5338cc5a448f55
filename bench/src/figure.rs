//! A figure: a value with its spread, and the target it is held against, where there is one.

use std::fmt;

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    PerSecond,
    Micros,
    Millis,
    Seconds,
    Ratio,
    Ticks,
    Times,
    Megabytes,
}

impl Unit {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PerSecond => "/s",
            Self::Micros => "µs",
            Self::Millis => "ms",
            Self::Seconds => "s",
            Self::Ratio => "×",
            Self::Ticks => "ticks",
            Self::Times => "times",
            Self::Megabytes => "MB",
        }
    }

    /// Digits after the point that still mean something.
    pub(crate) const fn digits(self) -> usize {
        match self {
            Self::PerSecond | Self::Ticks | Self::Times => 0,
            Self::Millis | Self::Seconds | Self::Megabytes => 1,
            Self::Micros | Self::Ratio => 2,
        }
    }
}

/// What a value should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "≥ {bound}"),
            Self::AtMost(bound) => write!(f, "≤ {bound}"),
        }
    }
}

/// A value that was measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    /// The median, where it was measured more than once.
    pub(crate) value: f64,
    /// The least and the most, where it was measured more than once.
    pub(crate) spread: Option<(f64, f64)>,
    pub(crate) target: Option<Target>,
}

impl Figure {
    /// Something measured once.
    pub(crate) fn single(name: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self { name: name.into(), unit, value, spread: None, target: None }
    }

    /// The median of something measured several times, with the least and the most.
    pub(crate) fn median(name: impl Into<String>, unit: Unit, values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN);
        let spread = sorted.first().copied().zip(sorted.last().copied());
        Self { name: name.into(), unit, value: middle, spread, target: None }
    }

    /// Held against this target.
    pub(crate) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Whether there is a target and the value is not there. What is no number has missed.
    pub(crate) fn missed(&self) -> bool {
        let met = match self.target {
            None => true,
            Some(Target::AtLeast(bound)) => self.value >= bound,
            Some(Target::AtMost(bound)) => self.value <= bound,
        };
        !met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_the_spread_the_ends() {
        let figure = Figure::median("x", Unit::Ratio, &[3.0, 1.0, 2.0]);
        assert_eq!((figure.value, figure.spread), (2.0, Some((1.0, 3.0))));
    }

    #[test]
    fn a_bound_itself_is_met_and_what_is_beyond_it_or_no_number_is_missed() {
        let missed = |value, target| Figure::single("x", Unit::Ratio, value).target(target).missed();
        assert!(!missed(0.4, Target::AtLeast(0.4)) && missed(0.39, Target::AtLeast(0.4)));
        assert!(!missed(2.5, Target::AtMost(2.5)) && missed(2.51, Target::AtMost(2.5)));
        assert!(missed(f64::NAN, Target::AtMost(1.0)) && missed(f64::NAN, Target::AtLeast(1.0)));
        assert!(!Figure::single("x", Unit::Ratio, 9.0).missed());
    }
}
