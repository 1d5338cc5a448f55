//! What CSEs and authorization servers tell each other in a Notify: `m2m:securityInfo` (TS-0004 6.3.5.46 to 6.3.5.48).
//!
//! Of its eight kinds these are here: the question of a hosting CSE about an originator ([`DasRequest`], `sit` 1),
//! and the answer of the server ([`DasResponse`], `sit` 2). Questions are written in short names. Answers are read in
//! every spelling that servers are known to use, and rules come out in the one spelling that access control reads.
//!
//! What is unclear is an error and never a guess: a member that nobody knows could narrow what the others grant.

mod error;
mod names;
mod request;
mod response;
mod rules;

pub use error::SecurityInfoError;
pub use request::DasRequest;
pub use response::{DasResponse, Granted, Lifetime};

/// The root name of the content.
pub const SECURITY_INFO_ROOT: &str = "m2m:seci";
