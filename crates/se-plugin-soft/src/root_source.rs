//! Where a root comes from, and which security level that is worth (TS-0003 table 6.3.1-1).

use std::fmt;
use std::path::PathBuf;

use csf_api::SecurityLevel;

/// Where the root of a software SE is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootSource {
    /// A plain file.
    KeyFile(PathBuf),
    /// A credential that the system's service manager hands to the node.
    Credential {
        /// Its name.
        name: Box<str>,
        /// Whether it is encrypted wherever it is kept, as the operator says.
        encrypted: bool,
    },
}

impl RootSource {
    /// The level that a software SE with this root declares. Level 1, the most that software can have, needs a
    /// root that does not lie readable on the same machine.
    #[must_use]
    pub const fn level(&self) -> SecurityLevel {
        match self {
            Self::KeyFile(_) | Self::Credential { encrypted: false, .. } => SecurityLevel::None,
            Self::Credential { encrypted: true, .. } => SecurityLevel::Low,
        }
    }

    /// Why, for the person who runs the node.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::KeyFile(path) => format!(
                "its root is a plain key file: anyone who can read {} can open everything",
                path.display()
            ),
            Self::Credential { name, encrypted: false } => format!(
                "its root comes from the credential {name}, of which nobody said that it is kept encrypted: \
                 anyone who can read what it is loaded from can open everything"
            ),
            Self::Credential { name, encrypted: true } => format!(
                "its root comes from the credential {name}, which the operator says is kept encrypted; \
                 the node and its keys are software, open to whoever controls the machine while it runs"
            ),
        }
    }
}

impl fmt::Display for RootSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyFile(path) => write!(f, "the key file {}", path.display()),
            Self::Credential { name, .. } => write!(f, "the credential {name}"),
        }
    }
}
