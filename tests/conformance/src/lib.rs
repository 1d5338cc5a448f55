//! The requirements as data and as a test tree, by clause of the draft.
//!
//! ```text
//!   requirements.toml ── names ──▶ tests/*.rs here, and tests of any crate
//!          │                              │ outcomes
//!          └──── cargo xtask conformance ─┘ ──▶ met, begun, open, exception, FAILED
//! ```
//!
//! The tests in this crate speak to a whole node from outside and know nothing of its insides, so that they
//! could be turned on another implementation. What a crate can show alone, it shows in its own tests.
//!
//! What it refuses to be: a place for code. It is the folder that the tests live in.
