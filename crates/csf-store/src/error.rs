//! What can go wrong with a store.

use std::fmt;

use crate::key::RecordKey;

/// Why a store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// A record did not have the state that the batch expects; nothing was written.
    Conflict(RecordKey),
    /// A record is not what this vault sealed at this place in this version. It is refused, not repaired.
    NotAuthentic(RecordKey),
    /// A key or a record is longer than allowed, or a batch names a key twice; nothing was written.
    TooLarge(RecordKey),
    /// The store belongs to another node, or was written by another version of this software.
    Foreign(String),
    /// The storage below failed; the text is for the operator.
    Unavailable(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(key) => write!(f, "record {key:?} changed in the meantime"),
            Self::NotAuthentic(key) => write!(f, "record {key:?} is not authentic"),
            Self::TooLarge(key) => write!(f, "record {key:?} is too large, or named twice in one batch"),
            Self::Foreign(why) => write!(f, "the store cannot be used here: {why}"),
            Self::Unavailable(why) => write!(f, "the store is unavailable: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}
