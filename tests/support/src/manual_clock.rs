//! A clock that moves only when a test says so.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use csf_api::UtcTime;

/// A clock for tests: it shows one moment, as [`Instant`] and as [`UtcTime`], until it is advanced.
///
/// ```
/// use std::time::Duration;
/// use csf_api::UtcTime;
/// use support::ManualClock;
///
/// let clock = ManualClock::at(UtcTime::from_unix_micros(0));
/// let before = clock.instant();
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.instant() - before, Duration::from_secs(90));
/// assert_eq!(clock.utc().to_string(), "19700101T000130");
/// ```
pub struct ManualClock {
    // One lock for both, so that nobody sees the one advanced and the other not.
    shows: Mutex<(Instant, UtcTime)>,
}

impl ManualClock {
    /// A clock that shows this moment.
    #[must_use]
    pub fn at(utc: UtcTime) -> Self {
        Self { shows: Mutex::new((Instant::now(), utc)) }
    }

    /// The moment on the monotonic clock.
    #[must_use]
    pub fn instant(&self) -> Instant {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// The moment in UTC.
    #[must_use]
    pub fn utc(&self) -> UtcTime {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut shows = self.shows.lock().unwrap_or_else(PoisonError::into_inner);
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        shows.0 = shows.0.checked_add(by).unwrap_or(shows.0);
        shows.1 = UtcTime::from_unix_micros(shows.1.unix_micros().saturating_add(micros));
    }

    /// Sets UTC without moving the monotonic clock, as an operator or a time server does.
    pub fn set_utc(&self, utc: UtcTime) {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner).1 = utc;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_still_until_it_is_advanced() {
        let clock = ManualClock::at(UtcTime::from_unix_micros(5));
        let (instant, utc) = (clock.instant(), clock.utc());
        assert_eq!((clock.instant(), clock.utc()), (instant, utc));
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| clock.advance(Duration::from_micros(10)));
            }
        });
        assert_eq!(clock.instant(), instant + Duration::from_micros(40));
        assert_eq!(clock.utc(), UtcTime::from_unix_micros(45));
    }

    #[test]
    fn utc_may_jump_while_time_goes_on() {
        let clock = ManualClock::at(UtcTime::MAX);
        let instant = clock.instant();
        clock.set_utc(UtcTime::MIN);
        assert_eq!((clock.instant(), clock.utc()), (instant, UtcTime::MIN));
    }
}
