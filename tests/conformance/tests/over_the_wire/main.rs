//! Access management as a foreign client meets it: lines of HTTP and JSON on the local socket of a node, and the response
//! status codes that the texts give (TS-0001 9.6.1.3.2, 9.6.2 and 10.2.3.1, TS-0003 7.3 and 7.4, TS-0004 6.6 and 7.3.3,
//! TS-0009).
//!
//! ```text
//!   governing ── which policies decide about a target, and about its links
//!   defaults ─── who has access where no policy is linked, and what lies below
//!   groups ───── a group in a rule, and the members of a group asked together
//!   roles ────── `<role>`, and `rids` of a request
//!   tokens ───── `tkns` of a request: claims and permissions
//!   answers ──── what an answer says, and what it does not
//! ```
//!
//! A journey is written as its requests stand, each after the status that it must have; see `journey`. Nothing here uses
//! a client of this project. In each journey somebody is permitted and somebody is not.
//! What it refuses to be: a table of what a rule can say; that is `decision_tables`.

#![expect(clippy::expect_used, reason = "a tester without its surroundings has nothing to show")]

mod answers;
mod defaults;
mod governing;
mod groups;
mod journey;
mod roles;
mod tokens;
