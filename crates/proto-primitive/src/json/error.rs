//! Why a JSON text is refused, and where in it; never what it holds, for it may be secret.

use std::fmt;

use csf_api::MAX_VALUE_DEPTH;

use crate::bounds::{MAX_BODY_BYTES, MAX_OBJECT_MEMBERS, MAX_ROOT_NAME_BYTES};

/// What is wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonFault {
    /// It is longer than [`MAX_BODY_BYTES`].
    TooLong,
    /// It is not JSON in UTF-8, or a number is too large for a float.
    Syntax,
    /// It ends too early.
    Truncated,
    /// Something follows the value.
    Trailing,
    /// It nests deeper than [`MAX_VALUE_DEPTH`].
    TooDeep,
    /// An object gives a name twice.
    DuplicateName,
    /// An object has more than [`MAX_OBJECT_MEMBERS`] members.
    TooManyMembers,
    /// A whole number does not fit in 64 bits with sign.
    Integer,
    /// A content is not an object with exactly one member.
    NotOneMember,
    /// The root name of a content is not a prefix, a colon and a name.
    RootName,
}

/// A refusal: the fault, and the place (line and column, counted from 1) at which it was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub fault: JsonFault,
    /// The line; 0 where no single place is at fault.
    pub line: usize,
    /// The byte within the line.
    pub column: usize,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a body has at most {MAX_BODY_BYTES} bytes"),
            Self::Syntax => f.write_str("this is not JSON in UTF-8"),
            Self::Truncated => f.write_str("the JSON ends too early"),
            Self::Trailing => f.write_str("something follows the JSON value"),
            Self::TooDeep => write!(f, "lists and objects nest at most {MAX_VALUE_DEPTH} deep"),
            Self::DuplicateName => f.write_str("an object gives a name twice"),
            Self::TooManyMembers => write!(f, "an object has at most {MAX_OBJECT_MEMBERS} members"),
            Self::Integer => f.write_str("a whole number does not fit in 64 bits"),
            Self::NotOneMember => f.write_str("a content is an object with exactly one member"),
            Self::RootName => write!(
                f,
                "the root of a content is named PREFIX:NAME, with at most {MAX_ROOT_NAME_BYTES} bytes"
            ),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => self.fault.fmt(f),
            line => write!(f, "{} (line {line}, column {})", self.fault, self.column),
        }
    }
}

impl std::error::Error for JsonError {}
