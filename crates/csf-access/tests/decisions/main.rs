//! Decisions over policies that were parsed from values, as a hosting CSE asks for them.
#![expect(clippy::expect_used, reason = "what a test arranges has to be well formed")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a reading of the texts that is plain is worth a panic in a test"
)]

mod callers;
mod governing;
mod making;
mod naive;
mod originators;
mod parsing;
mod properties;
mod reference;
mod whole;
