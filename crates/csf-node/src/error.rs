//! Why a node does not start: which part, and what to do.

use std::fmt;
use std::path::Path;

use csf_service::StartError;
use csf_store::StoreError;
use csf_transport::EnvironmentsError;

use crate::config::{Config, Origin};
use crate::node::vault_error::VaultError;

/// Why a node does not start.
#[derive(Debug)]
pub struct NodeError {
    text: String,
    /// Whether another configuration or version of the software is the remedy, as for a wrong configuration.
    is_usage: bool,
}

impl NodeError {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_usage: false }
    }

    /// What the command line or configuration asks for cannot be.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_usage: true }
    }

    /// The same as a fault of the configuration: of this key, where it was set.
    pub(crate) fn of_key(self, config: &Config, key: &str) -> Self {
        let origin = config.origin(key).unwrap_or(&Origin::BuiltIn);
        let text = self.text.strip_prefix(key).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&self.text);
        Self::usage(format!("{origin}: {key}: {text}"))
    }

    /// Why the service did not start on the store at this path.
    pub(crate) fn start(path: &Path, error: &StartError) -> Self {
        let text = match error {
            StartError::Layout { .. } => format!("{}: {error}", path.display()),
            _ => format!("resource tree: {error}"),
        };
        Self { text, is_usage: matches!(error, StartError::Layout { .. }) }
    }

    /// Whether the end has the exit code of a wrong configuration.
    pub(crate) const fn is_usage(&self) -> bool {
        self.is_usage
    }

    pub(crate) fn part(part: &str, error: &dyn std::error::Error) -> Self {
        Self::text(format!("{part}: {error}"))
    }

    pub(crate) fn file(path: &Path, what: &str, error: &std::io::Error) -> Self {
        Self::text(format!("{}: cannot {what}: {error}", path.display()))
    }

    pub(crate) fn store(path: &Path, error: &StoreError) -> Self {
        Self::text(format!("{}: {error}", path.display()))
    }

    /// A part of a state directory is not there, although the directory is not new.
    pub(crate) fn lost(path: &Path, although: &str) -> Self {
        Self::text(format!(
            "{}: is missing or empty, although {although}: put it back, or restore a backup into an empty state \
             directory (csf restore); nothing was made in its place; to begin anew, name an empty one with --state DIR",
            path.display()
        ))
    }

    pub(crate) fn vault(path: &Path, error: &VaultError) -> Self {
        if matches!(error, VaultError::Lost) {
            return Self::lost(path, "the secure environment holds keys");
        }
        Self::text(format!(
            "{}: the store key cannot be opened: {error}. Is the key file of this node the one in use?",
            path.display()
        ))
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is given by map_err")]
    pub(crate) fn environments(error: EnvironmentsError) -> Self {
        Self::text(format!("secure environments: {error}"))
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for NodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_another_layout_is_named_with_both_layouts_and_the_remedy_and_is_no_failure_of_the_machine()
    {
        let path = Path::new("/state/csf.sqlite");
        let older = NodeError::start(path, &StartError::Layout { found: Some(1) });
        for wanted in ["/state/csf.sqlite", "layout 1,", "layout 3:", "an older version", "--state DIR"] {
            assert!(older.to_string().contains(wanted), "{wanted}: {older}");
        }
        assert!(older.is_usage());
        assert!(!NodeError::start(path, &StartError::Foreign).is_usage());
    }
}
