//! Decisions as tables: rules as they stand in a primitive, who asks for what under which circumstances, and the answer
//! that the texts give (TS-0001 9.6.2, TS-0003 7.1, TS-0004 6.3.5.27, 7.3.3.15 and 7.4.9).
//!
//! ```text
//!   originators ── every form of an identifier, patterns, domains, groups, roles        acor
//!   operations ─── each bit with each operation, the flag, attribute lists              acop, acaf, aca
//!   windows ────── to the second, by ranges, lists and steps                            acco/actw
//!   places ─────── addresses of both kinds, circles, countries                          acco/acip, acco/aclr
//!   children ───── what may be created, and below what                                  acod
//!   together ───── which conditions add up and which are alternatives                   acr, acco
//!   malformed ──── what is no rule, each with the rule that it nearly is
//! ```
//!
//! The tables were written from the texts and know nothing of how a decision is made, so they could be turned on another
//! implementation: only `table` speaks to this one. In each of them somebody is permitted and somebody is not.
//! What it refuses to be: a test of the service around the decision; that is in `purposes_proposed` and
//! `clause_6_3_1_1_access_control`.

#![expect(clippy::expect_used, clippy::panic, reason = "what a table holds has to be well formed")]

mod children;
mod malformed;
mod operations;
mod originators;
mod places;
mod table;
mod together;
mod windows;
