//! Test support: a manual clock and the suite that every secure environment passes.

mod manual_clock;
pub mod se_suite;

pub use manual_clock::ManualClock;
