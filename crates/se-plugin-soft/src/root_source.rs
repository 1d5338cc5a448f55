//! Where a root comes from, and which security level that is worth (TS-0003 table 6.3.1-1).

use std::fmt;
use std::path::PathBuf;

use csf_api::SecurityLevel;

use crate::root_key::STRONG_PASSPHRASE_CHARACTERS;

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
    /// A passphrase, given at each start.
    Passphrase {
        /// Who gives it.
        from: PassphraseFrom,
        /// Whether it is easy enough to guess for who has a copy of the state directory.
        weak: bool,
    },
}

/// Who gives a passphrase at each start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassphraseFrom {
    /// Somebody types it.
    Terminal,
    /// It is read from a descriptor or a file.
    Elsewhere {
        /// Which.
        name: Box<str>,
        /// Whether what gives it keeps it guarded, as the operator says.
        guarded: bool,
    },
}

impl RootSource {
    /// The level that a software SE with this root declares. Level 1, the most that software can have, needs a
    /// root that does not lie readable on the same machine.
    #[must_use]
    pub const fn level(&self) -> SecurityLevel {
        match self {
            Self::KeyFile(_)
            | Self::Credential { encrypted: false, .. }
            | Self::Passphrase { weak: true, .. }
            | Self::Passphrase { from: PassphraseFrom::Elsewhere { guarded: false, .. }, .. } => {
                SecurityLevel::None
            }
            Self::Credential { encrypted: true, .. } | Self::Passphrase { .. } => SecurityLevel::Low,
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
            // That it is weak is said of the level, which tells it anyway; nothing else is told of it.
            Self::Passphrase { weak: true, .. } => format!(
                "its root comes from a weak passphrase: anyone who can copy the state directory can try to guess \
                 it; it takes {STRONG_PASSPHRASE_CHARACTERS} characters, not always the same few"
            ),
            Self::Passphrase { from: PassphraseFrom::Elsewhere { name, guarded: false }, .. } => format!(
                "its root comes from a passphrase in {name}, of which nobody said that it is kept guarded: \
                 anyone who can read what it is taken from can open everything"
            ),
            Self::Passphrase { from: PassphraseFrom::Elsewhere { name, guarded: true }, .. } => format!(
                "its root comes from a passphrase in {name}, which the operator says is kept guarded; \
                 the node and its keys are software, open to whoever controls the machine while it runs"
            ),
            Self::Passphrase { from: PassphraseFrom::Terminal, .. } => {
                "its root comes from a passphrase that is \
                 typed at each start and kept nowhere; the node and its keys are software, open to whoever \
                 controls the machine while it runs"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for RootSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyFile(path) => write!(f, "the key file {}", path.display()),
            Self::Credential { name, .. } => write!(f, "the credential {name}"),
            Self::Passphrase { .. } => f.write_str("the passphrase"),
        }
    }
}
