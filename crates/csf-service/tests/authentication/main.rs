//! Whole flows through the authentication service (draft 6.3.1.3), each on both storages.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may stop at the first surprise")]

mod bounds;
mod credentials;
mod elsewhere;
mod kit;
mod refused;
mod runs;
