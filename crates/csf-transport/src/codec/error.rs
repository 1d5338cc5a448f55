//! What is wrong with bytes that should be a command or a reply, and where.

use std::fmt;

use proto_apdu::{TlvError, TlvErrorKind};

/// Why bytes are no command or reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// What is wrong.
    pub kind: CodecErrorKind,
    /// At which byte, counted from 0.
    pub position: usize,
}

/// The kinds of [`CodecError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodecErrorKind {
    /// There are more bytes than any message has.
    TooLong,
    /// There is no version byte, or it is another version.
    Version,
    /// The BER-TLV is broken.
    Tlv(TlvErrorKind),
    /// The tag names no command or reply.
    UnknownMessage,
    /// The tag names no field.
    UnknownField,
    /// The field does not belong to this message.
    UnexpectedField,
    /// The field is there already.
    DuplicateField,
    /// The field comes after one with a greater tag.
    FieldOrder,
    /// A field is missing; the position is where the fields begin.
    MissingField,
    /// The field is shorter or longer than it may be.
    FieldLength,
    /// The value of the field means nothing.
    FieldValue,
    /// Bytes follow the message.
    TrailingBytes,
}

impl fmt::Display for CodecErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the message is too long",
            Self::Version => "the version is unknown",
            Self::Tlv(kind) => return kind.fmt(f),
            Self::UnknownMessage => "the message is unknown",
            Self::UnknownField => "the field is unknown",
            Self::UnexpectedField => "the field does not belong to the message",
            Self::DuplicateField => "the field is there twice",
            Self::FieldOrder => "the fields are out of order",
            Self::MissingField => "a field is missing",
            Self::FieldLength => "the length of the field is out of range",
            Self::FieldValue => "the value of the field is unknown",
            Self::TrailingBytes => "bytes follow the message",
        })
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.kind, self.position)
    }
}

impl std::error::Error for CodecError {}

impl From<TlvError> for CodecError {
    fn from(error: TlvError) -> Self {
        CodecErrorKind::Tlv(error.kind).at(error.position)
    }
}

impl CodecErrorKind {
    pub(super) const fn at(self, position: usize) -> CodecError {
        CodecError { kind: self, position }
    }
}
