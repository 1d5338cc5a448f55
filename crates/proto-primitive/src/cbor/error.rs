//! Why CBOR is refused, and where in it; never what it holds, for it may be secret.

use std::fmt;

use csf_api::MAX_VALUE_DEPTH;

use crate::bounds::{MAX_BODY_BYTES, MAX_OBJECT_MEMBERS, MAX_ROOT_NAME_BYTES};

/// What is wrong with a piece of CBOR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CborFault {
    /// It is longer than [`MAX_BODY_BYTES`].
    TooLong,
    /// It is not well-formed.
    Syntax,
    /// It ends before what it announces.
    Truncated,
    /// Something follows the value.
    Trailing,
    /// It nests deeper than [`MAX_VALUE_DEPTH`].
    TooDeep,
    /// A map gives a name twice.
    DuplicateName,
    /// A map has more than [`MAX_OBJECT_MEMBERS`] members.
    TooManyMembers,
    /// A name is not a text.
    NameNotText,
    /// An integer does not fit in 64 bits with sign.
    Integer,
    /// A float is infinite or not a number.
    NotFinite,
    /// It holds a byte string.
    ByteString,
    /// A text is not in UTF-8.
    Utf8,
    /// It holds a tag.
    Tag,
    /// It holds a simple value other than `false`, `true` and `null`.
    Simple,
    /// A content is not a map with exactly one member.
    NotOneMember,
    /// The root name of a content is not a prefix, a colon and a name.
    RootName,
}

/// A refusal: the fault, and the byte, counted from 0, at which the item at fault begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CborError {
    /// What is wrong.
    pub fault: CborFault,
    /// Where.
    pub position: usize,
}

impl fmt::Display for CborFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a body has at most {MAX_BODY_BYTES} bytes"),
            Self::Syntax => f.write_str("this is not well-formed CBOR"),
            Self::Truncated => f.write_str("the CBOR ends too early"),
            Self::Trailing => f.write_str("something follows the CBOR value"),
            Self::TooDeep => write!(f, "lists and maps nest at most {MAX_VALUE_DEPTH} deep"),
            Self::DuplicateName => f.write_str("a map gives a name twice"),
            Self::TooManyMembers => write!(f, "a map has at most {MAX_OBJECT_MEMBERS} members"),
            Self::NameNotText => f.write_str("a name in a map is a text (major type 3)"),
            Self::Integer => f.write_str("an integer does not fit in 64 bits"),
            Self::NotFinite => f.write_str("a float is infinite or not a number"),
            Self::ByteString => f.write_str("a text is of major type 3, not a byte string"),
            Self::Utf8 => f.write_str("a text is not in UTF-8"),
            Self::Tag => f.write_str("tags are not taken"),
            Self::Simple => f.write_str("the simple values are false, true and null"),
            Self::NotOneMember => f.write_str("a content is a map with exactly one member"),
            Self::RootName => write!(
                f,
                "the root of a content is named PREFIX:NAME, with at most {MAX_ROOT_NAME_BYTES} bytes"
            ),
        }
    }
}

impl fmt::Display for CborError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            CborFault::TooLong => self.fault.fmt(f),
            fault => write!(f, "{fault} (byte {})", self.position),
        }
    }
}

impl std::error::Error for CborError {}
