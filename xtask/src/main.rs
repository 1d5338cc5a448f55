//! The project's own tasks: `cargo xtask` says which there are.
//!
//! ```text
//!   main ── task ──┬─ test ─────────── libtest, packages, and every check below
//!                  ├─ conformance ──── libtest
//!                  ├─ layers, tidy, licences   read, judge, print
//!                  └─ bench
//! ```
//!
//! What it refuses to be: a build system. Cargo builds; this crate decides what to run, reads the answers
//! and gives one verdict. Avoid adding dependencies here: everybody waits for them before the first test.

#![expect(clippy::print_stdout, reason = "a tool at a terminal: what it finds is its standard output")]
#![expect(clippy::print_stderr, reason = "progress goes to standard error, away from the results")]

mod arguments;
mod bench;
mod cargo;
mod conformance;
mod failure;
mod layers;
mod libtest;
mod licences;
mod model;
mod packages;
mod spdx;
mod task;
mod tasks;
mod test;
mod tidy;
mod torture;

use std::process::ExitCode;

use failure::Failure;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match tasks::run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Told) => Failure::Told.exit_code(),
        Err(failure) => {
            eprintln!("xtask: {failure}");
            failure.exit_code()
        }
    }
}
