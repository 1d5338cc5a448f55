//! Objects against the examples of the RFCs, against everything that is no object, and against themselves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]
#![expect(clippy::arithmetic_side_effects, reason = "small numbers")]

mod keys;
mod known_answers;
mod refusals;
mod round_trip;
