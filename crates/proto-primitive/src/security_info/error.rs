//! What keeps a security information from being one. It repeats nothing of what was read.

use std::fmt;

/// Why a content says nothing that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityInfoError {
    /// The content has another root.
    Root,
    /// It is of another kind (`sit`), or does not say of which.
    Kind,
    /// This member is missing, or of another form.
    Member(&'static str),
    /// This member is there under both of its names.
    Twice(&'static str),
    /// A member that is unknown at its place, and could be a condition.
    Unknown,
    /// `acop` is a list in which a number could be a mask or an operation.
    Ambiguous,
}

impl fmt::Display for SecurityInfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("the content is no security information"),
            Self::Kind => f.write_str("the security information is of another kind"),
            Self::Member(name) => write!(f, "'{name}' is missing or of another form"),
            Self::Twice(name) => write!(f, "'{name}' is there under two names"),
            Self::Unknown => f.write_str("a member that is unknown could be a condition"),
            Self::Ambiguous => f.write_str("'acop' is a list that can be read in two ways"),
        }
    }
}

impl std::error::Error for SecurityInfoError {}
