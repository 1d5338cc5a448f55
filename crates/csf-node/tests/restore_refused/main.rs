//! Restores that are refused: each names the file and the remedy, and leaves nothing behind.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

mod damaged;
mod forged;
mod lost;
