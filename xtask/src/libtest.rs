//! Building test executables, running them, and reading what they say.

mod build;
mod parse;
mod run;

pub(crate) use build::{Built, Executable, build};
pub(crate) use parse::{Outcome, read};
pub(crate) use run::{Limits, Run, Session, run_all};
