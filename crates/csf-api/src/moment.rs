//! A moment that a request gives by the calendar or from its own arrival on (TS-0004 table 6.3.3-1: m2m:absRelTimestamp).

use std::fmt;

use crate::UtcTime;

/// A moment, absolute or relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// At this time.
    At(UtcTime),
    /// So many milliseconds after the arrival; less than none lies before it.
    After(i64),
}

/// The most digits of a relative moment: some 317 years.
const MAX_DIGITS: usize = 13;

impl Moment {
    /// Reads a timestamp, or a number of milliseconds. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.len() <= MAX_DIGITS && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().ok().map(Self::After);
        }
        UtcTime::parse(text).ok().map(Self::At)
    }

    /// The time that it is, for a request that arrived now.
    #[must_use]
    pub const fn from(self, now: UtcTime) -> UtcTime {
        match self {
            Self::At(time) => time,
            Self::After(millis) => {
                UtcTime::from_unix_micros(now.unix_micros().saturating_add(millis.saturating_mul(1000)))
            }
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => f.write_str(&time.precise()),
            Self::After(millis) => millis.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_they_are_written() {
        let now = UtcTime::from_unix_micros(5_000_000);
        for (text, micros) in
            [("0", 5_000_000), ("1500", 6_500_000), ("-1", 4_999_000), ("19700101T000007", 7_000_000)]
        {
            let moment = Moment::parse(text).expect("well formed");
            assert_eq!(moment.from(now).unix_micros(), micros, "{text}");
            assert_eq!(moment.to_string(), text);
        }
        let fraction = Moment::parse("19700101T000007,5").expect("well formed");
        assert_eq!(fraction.to_string(), "19700101T000007,500000");
        for text in ["", "-", "+1", "1.5", "PT1S", "tomorrow", "12345678901234", "--1", "1 "] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
        assert_eq!(Moment::After(i64::MAX).from(now), UtcTime::MAX);
    }
}
