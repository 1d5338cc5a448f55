//! The requirements as data and as a test tree, by clause of the draft.
//!
//! ```text
//!   requirements.toml ── names ──▶ tests/clause_*.rs, and tests of any crate
//!          │                              │ outcomes
//!          └──── cargo xtask conformance ─┘ ──▶ met, begun, open, exception, FAILED
//! ```
//!
//! The tests in this crate speak to a whole node from outside and know nothing of its insides, so that they
//! could be turned on another implementation. What a crate can show alone, it shows in its own tests.
//!
//! ```no_run
//! use conformance::{Reading, Speaker};
//! use support::NodeProcess;
//!
//! let node = NodeProcess::start();
//! let mut meter = Speaker::registered(&node, "Cmeter");
//! assert_eq!(meter.retrieve("-/Cmeter").code(), 2000);
//! ```
//!
//! A claim about access is shown by two callers who prove who they are: one who may, and one who may not.
//! Nothing about access is shown as administrator, or with a laboratory switch on.
//!
//! What it refuses to be: a place for code of the project. What is here only speaks.

mod speaker;

pub use speaker::Speaker;
pub use support::lab::{
    ALL, CREATE, DELETE, DISCOVERY, Draft, NOTIFY, RETRIEVE, Reading, UPDATE, answering_key, changes,
    container, credential, data_object, ecdsa_key, hmac_key, instance, policy, rule,
};
