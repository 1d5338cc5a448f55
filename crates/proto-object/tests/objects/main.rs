//! Objects against the examples of the RFCs, against everything that is no object, and against themselves.
#![expect(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it should be")]

mod keys;
mod known_answers;
mod refusals;
mod round_trip;
