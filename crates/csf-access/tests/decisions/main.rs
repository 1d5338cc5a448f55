//! Decisions over policies that were parsed from values, as a hosting CSE asks for them.
#![expect(clippy::expect_used, reason = "what a test arranges has to be well formed")]

mod callers;
mod governing;
mod making;
mod naive;
mod originators;
mod parsing;
mod properties;
mod reference;
mod whole;
