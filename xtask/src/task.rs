//! What a task is: its name, what it is for, how it is called.

use std::path::Path;

use crate::arguments::{Arguments, Grammar};
use crate::failure::Failure;

/// One task of the project.
pub(crate) struct Task {
    /// The word on the command line.
    pub(crate) name: &'static str,
    /// One line for the list.
    pub(crate) summary: &'static str,
    /// What `--help` prints.
    pub(crate) help: &'static str,
    /// What its command line may hold.
    pub(crate) grammar: Grammar,
    /// Does it, in the project at this path.
    pub(crate) run: fn(&Path, &Arguments) -> Result<(), Failure>,
}
