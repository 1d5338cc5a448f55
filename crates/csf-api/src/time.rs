//! Moments in UTC and their oneM2M spelling (TS-0004 table 6.3.3-1: `YYYYMMDDThhmmss`, perhaps `,` and a fraction).

use std::fmt;

pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

/// A moment in UTC, in whole microseconds since 1970; from the years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime(i64);

/// Why a text is no timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeError;

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timestamp is YYYYMMDDThhmmss in UTC, perhaps with a comma and one to six digits")
    }
}

impl std::error::Error for TimeError {}

impl UtcTime {
    /// The latest moment that can be written: the end of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999_999);
    /// The earliest moment that can be written: the beginning of the year 1.
    pub const MIN: Self = Self(-62_135_596_800_000_000);

    /// The moment so many microseconds after the beginning of 1970, held within [`Self::MIN`] and
    /// [`Self::MAX`].
    #[must_use]
    pub const fn from_unix_micros(micros: i64) -> Self {
        if micros > Self::MAX.0 {
            Self::MAX
        } else if micros < Self::MIN.0 {
            Self::MIN
        } else {
            Self(micros)
        }
    }

    /// Microseconds since the beginning of 1970.
    #[must_use]
    pub const fn unix_micros(self) -> i64 {
        self.0
    }

    /// The moment so many seconds later, held within [`Self::MAX`].
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix_micros(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// Reads a timestamp; digits of the fraction count as microseconds.
    ///
    /// # Errors
    ///
    /// Refuses a text of another form, and a day, hour or second that does not exist.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let (whole, fraction) = match text.split_once(',') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        if whole.len() != 15 || whole.as_bytes().get(8) != Some(&b'T') {
            return Err(TimeError);
        }
        let field = |from: usize, to: usize| number(whole.get(from..to).ok_or(TimeError)?);
        let (year, month, day) = (field(0, 4)?, field(4, 6)?, field(6, 8)?);
        let (hour, minute, second) = (field(9, 11)?, field(11, 13)?, field(13, 15)?);
        if year < 1 || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return Err(TimeError);
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(TimeError);
        }
        let micros = match fraction {
            None => 0,
            Some(digits) if (1..=6).contains(&digits.len()) => number(&format!("{digits:0<6}"))?,
            Some(_) => return Err(TimeError),
        };
        let seconds = days_since_1970(year, month, day)
            .saturating_mul(SECONDS_PER_DAY)
            .saturating_add(hour.saturating_mul(3600))
            .saturating_add(minute.saturating_mul(60))
            .saturating_add(second);
        Ok(Self::from_unix_micros(seconds.saturating_mul(MICROS_PER_SECOND).saturating_add(micros)))
    }
}

fn number(digits: &str) -> Result<i64, TimeError> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TimeError);
    }
    digits.parse().map_err(|_| TimeError)
}

const fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to this day, by counting in years that begin in March.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "the parser bounds year, month and day; nothing can overflow"
)]
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_since_1970`].
#[expect(clippy::arithmetic_side_effects, reason = "a moment's range is bounded; nothing can overflow")]
pub(crate) const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}

impl UtcTime {
    /// The text with the fraction of a second where there is one: what reads it has the same moment.
    #[must_use]
    pub fn precise(self) -> String {
        match self.0.rem_euclid(MICROS_PER_SECOND) {
            0 => self.to_string(),
            micros => format!("{self},{micros:06}"),
        }
    }
}

impl fmt::Display for UtcTime {
    /// Writes whole seconds, as resources carry them; the fraction is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(MICROS_PER_SECOND);
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) =
            (of_day.div_euclid(3600), of_day.div_euclid(60).rem_euclid(60), of_day.rem_euclid(60));
        write!(f, "{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_read_and_print() {
        for (text, seconds) in [
            ("19700101T000000", 0),
            ("20000229T235959", 951_868_799),
            ("20261124T120000", 1_795_521_600),
            ("00010101T000000", -62_135_596_800),
            ("99991231T235959", 253_402_300_799),
        ] {
            let time = UtcTime::parse(text).expect("well formed");
            assert_eq!(time.unix_micros(), seconds * MICROS_PER_SECOND, "{text}");
            assert_eq!(time.to_string(), text);
        }
        assert_eq!(UtcTime::parse("19700101T000000,5").map(UtcTime::unix_micros), Ok(500_000));
        assert_eq!(UtcTime::parse("19700101T000000,000001").map(UtcTime::unix_micros), Ok(1));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-24T12:00:00Z",
            "20261124",
            "20261324T120000",
            "20260229T120000",
            "20261124T240000",
            "20261124T120060",
            "20261124T120000,",
            "20261124T120000,1234567",
            "20261124T120000.5",
            "2026112-T120000",
            "00000101T000000",
            "+0261124T120000",
        ] {
            assert_eq!(UtcTime::parse(text), Err(TimeError), "{text}");
        }
    }

    #[test]
    fn adding_stays_within_what_can_be_written() {
        assert_eq!(UtcTime::MAX.plus_seconds(1), UtcTime::MAX);
        assert_eq!(UtcTime::MIN.plus_seconds(i64::MIN), UtcTime::MIN);
    }
}
