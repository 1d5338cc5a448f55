//! Why nothing could be measured, by who is at fault.

use std::fmt;
use std::io;
use std::path::Path;

use csf_client::ClientError;

/// Why nothing could be measured.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A node, or a bare server, does not do what is to be measured.
    Subject(String),
    /// The machine gives something that is needed not.
    Machine(String),
}

impl Failure {
    pub(crate) fn subject(what: impl Into<String>) -> Self {
        Self::Subject(what.into())
    }

    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::Machine(format!("{}: {error}", path.display()))
    }

    pub(crate) fn machine(what: &str, error: impl fmt::Display) -> Self {
        Self::Machine(format!("{what}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => {
                write!(f, "{text}\nusage: csf-bench --nodes DIR [--json FILE] [NAME]…")
            }
            Self::Subject(text) | Self::Machine(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Subject(error.to_string())
    }
}
