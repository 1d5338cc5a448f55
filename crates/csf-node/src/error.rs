//! Why a node does not start: which part, and what to do.

use std::fmt;
use std::path::Path;

use csf_store::StoreError;
use csf_transport::EnvironmentsError;

/// Why a node does not start.
#[derive(Debug)]
pub struct NodeError(String);

impl NodeError {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn part(part: &str, error: &dyn std::error::Error) -> Self {
        Self(format!("{part}: {error}"))
    }

    pub(crate) fn file(path: &Path, what: &str, error: &std::io::Error) -> Self {
        Self(format!("{}: cannot {what}: {error}", path.display()))
    }

    pub(crate) fn store(path: &Path, error: &StoreError) -> Self {
        Self(format!("{}: {error}", path.display()))
    }

    pub(crate) fn vault(path: &Path, error: &dyn std::error::Error) -> Self {
        Self(format!(
            "{}: the store key cannot be opened: {error}. Is the key file of this node the one in use?",
            path.display()
        ))
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is given by map_err")]
    pub(crate) fn environments(error: EnvironmentsError) -> Self {
        Self(format!("secure environments: {error}"))
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NodeError {}
