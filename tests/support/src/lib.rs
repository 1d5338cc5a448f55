//! Test support: a manual clock, the suite that every secure environment passes, and the laboratory for flows.

pub mod lab;
mod manual_clock;
mod node_process;
mod raw_http;
pub mod se_suite;

pub use manual_clock::ManualClock;
pub use node_process::{NodeBuilder, NodeProcess, profile, program, program_for_all};
pub use raw_http::{RawRequest, RawResponse, Wire};
