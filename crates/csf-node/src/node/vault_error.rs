//! Why the vault of a node cannot be opened.

use std::fmt;

use csf_store::StoreError;
use csf_transport::SeError;

/// Why the vault cannot be opened.
#[derive(Debug)]
pub(crate) enum VaultError {
    Environment(SeError),
    Store(StoreError),
    /// The identity in the store is not that of the state directory, or the key is no key.
    Mismatch,
    /// There is no store yet, and there are keys.
    Lost,
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Lost => f.write_str("there is no store, and the secure environment holds keys"),
            Self::Mismatch => f.write_str("the store is not the one that this state directory names"),
        }
    }
}

impl std::error::Error for VaultError {}

impl From<SeError> for VaultError {
    fn from(error: SeError) -> Self {
        Self::Environment(error)
    }
}

impl From<StoreError> for VaultError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
