//! The byte codec of commands and replies: what it spells, what it gives back, and all it refuses.

#![expect(clippy::expect_used, reason = "helpers of tests")]

#[path = "codec/refusals.rs"]
mod refusals;
#[path = "codec/round_trip.rs"]
mod round_trip;
#[path = "codec/sample.rs"]
mod sample;
#[path = "codec/spelling.rs"]
mod spelling;
