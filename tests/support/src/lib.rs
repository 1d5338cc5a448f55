//! Test support: a manual clock, the suite that every secure environment passes, the laboratory for flows,
//! and documents whose tables are made from the code.

mod das_server;
pub mod documentation;
pub mod examples;
pub mod lab;
mod manual_clock;
mod node_process;
mod raw_http;
pub mod se_suite;
pub mod token_maker;

pub use das_server::{DasServer, Manner};
pub use manual_clock::ManualClock;
pub use node_process::{NodeBuilder, NodeProcess, csf, profile, program, program_for_all};
pub use raw_http::{RawRequest, RawResponse, Wire};
