//! A moment taken apart as a calendar and a clock show it in UTC, as time windows want it (TS-0004 7.4.9.1).

use crate::time::{MICROS_PER_SECOND, SECONDS_PER_DAY, UtcTime, civil_from_days};

/// A moment in UTC by year, month, day, and time of day; the fraction of its second is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 for Sunday, to 6.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

impl From<UtcTime> for Calendar {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a moment lies in the years 1 to 9999, and every other field is a remainder"
    )]
    fn from(time: UtcTime) -> Self {
        let seconds = time.unix_micros().div_euclid(MICROS_PER_SECOND);
        let days = seconds.div_euclid(SECONDS_PER_DAY);
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (year, month, day) = civil_from_days(days);
        Self {
            year: year as u16,
            month: month as u8,
            day: day as u8,
            // The first of January 1970 was a Thursday.
            weekday: days.saturating_add(4).rem_euclid(7) as u8,
            hour: of_day.div_euclid(3600) as u8,
            minute: of_day.div_euclid(60).rem_euclid(60) as u8,
            second: of_day.rem_euclid(60) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_fall_on_their_days() {
        for (text, fields) in [
            ("19700101T000000", (1970, 1, 1, 4, 0, 0, 0)),
            ("19691231T235959", (1969, 12, 31, 3, 23, 59, 59)),
            ("20000229T120103", (2000, 2, 29, 2, 12, 1, 3)),
            ("20261124T174753", (2026, 11, 24, 2, 17, 47, 53)),
            ("20260301T000000", (2026, 3, 1, 0, 0, 0, 0)),
            ("99991231T235959", (9999, 12, 31, 5, 23, 59, 59)),
            ("00010101T000000", (1, 1, 1, 1, 0, 0, 0)),
        ] {
            let Calendar { year, month, day, weekday, hour, minute, second } =
                Calendar::from(UtcTime::parse(text).expect("well formed"));
            assert_eq!((year, month, day, weekday, hour, minute, second), fields, "{text}");
        }
    }
}
