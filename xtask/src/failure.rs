//! Why a task ended without success, by who has to act, and the exit code that says so.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

/// A task that did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong; the sentence says how to write it.
    Usage(String),
    /// The project has a fault that the task exists to find; the details were printed.
    Found(String),
    /// The same, when the task's own last line said so.
    Told,
    /// A program or file that the task needs is missing, unreadable or broken.
    Surroundings(String),
}

impl Failure {
    /// A file could not be read or written.
    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::Surroundings(format!("{}: {error}", path.display()))
    }

    /// A program could not be started or ended badly.
    pub(crate) fn program(name: &str, what: impl fmt::Display) -> Self {
        Self::Surroundings(format!("{name}: {what}"))
    }

    /// 2 for the command line, 1 for everything else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Found(_) | Self::Told | Self::Surroundings(_) => ExitCode::from(1),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told => f.write_str("not everything is in order"),
            Self::Usage(text) | Self::Found(text) | Self::Surroundings(text) => f.write_str(text),
        }
    }
}
