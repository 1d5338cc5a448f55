//! The node's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use csf_api::UtcTime;

/// What time it is.
pub(crate) fn now() -> UtcTime {
    let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        // A clock before 1970 is wrong; everything that depends on time then fails closed.
        Err(_) => 0,
    };
    UtcTime::from_unix_micros(micros)
}
