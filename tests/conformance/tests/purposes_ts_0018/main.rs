//! The security content of the public test purposes of TS-0018, as its foreign tester would see this node: those
//! that need no second node, no admission list and no type that is not here.
//!
//! ```text
//!   registration ── who gets which AE-ID, and who gets none       CSE/REG
//!   policies ────── `<accessControlPolicy>` as a resource          CSE/DMR
//!   privileges ──── an ordinary resource, and no privilege         CSE/DMR
//!   discovery ───── a discovery, and no privilege                  CSE/DIS
//!   group ───────── members nobody may read, and fan-out           CSE/GMG
//!   security ────── policies made and linked; every decision       CSE/SEC
//! ```
//!
//! Every test has the identifier of its purpose above it. The tester is an AE that proves who it is on the local
//! socket, or of the laboratory where the stimulus needs another clock, address or place. Where a refusal is expected, the same request by somebody who may make it succeeds.
//! What it refuses to be: a place for claims of this project; those are in the files named after clauses.

#![expect(clippy::expect_used, reason = "a tester without its surroundings has nothing to show")]

mod discovery;
mod group;
mod policies;
mod privileges;
mod registration;
mod security;
mod security_circumstances;
mod tester;
