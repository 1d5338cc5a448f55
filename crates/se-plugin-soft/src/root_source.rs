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
}

impl RootSource {
    /// The level that a software SE with this root declares. Level 1, the most that software can have, needs a
    /// root that does not lie readable on the same machine.
    #[must_use]
    pub const fn level(&self) -> SecurityLevel {
        match self {
            Self::KeyFile(_) => SecurityLevel::None,
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
        }
    }
}

impl fmt::Display for RootSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyFile(path) => write!(f, "the key file {}", path.display()),
        }
    }
}
