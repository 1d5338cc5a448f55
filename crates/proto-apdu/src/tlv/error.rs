//! What is wrong with bytes that should be data objects, and where.

use std::fmt;

/// Why data objects cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlvError {
    /// What is wrong.
    pub kind: TlvErrorKind,
    /// At which byte of the outermost input, counted from 0.
    pub position: usize,
}

/// The kinds of [`TlvError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlvErrorKind {
    /// The bytes end within an object.
    Truncated,
    /// The tag is none: `00`, or a number that begins with a zero digit.
    Tag,
    /// The tag has more than three bytes.
    TagTooLong,
    /// The length is indefinite.
    Indefinite,
    /// The length has more than four bytes after the first, or is a reserved one.
    LengthTooLong,
    /// The length is not written in the fewest bytes, where that is demanded.
    NotShortest,
    /// The object is primitive and has no objects in it.
    NotConstructed,
    /// Objects are nested too deeply.
    TooDeep,
    /// Bytes follow where nothing may follow.
    TrailingBytes,
}

impl fmt::Display for TlvErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the data end within an object",
            Self::Tag => "the tag is invalid",
            Self::TagTooLong => "the tag is too long",
            Self::Indefinite => "the length is indefinite",
            Self::LengthTooLong => "the length has too many bytes",
            Self::NotShortest => "the length is not in its shortest form",
            Self::NotConstructed => "the object holds no other objects",
            Self::TooDeep => "the objects are nested too deeply",
            Self::TrailingBytes => "bytes follow the object",
        })
    }
}

impl fmt::Display for TlvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.kind, self.position)
    }
}

impl std::error::Error for TlvError {}

impl TlvErrorKind {
    pub(crate) const fn at(self, position: usize) -> TlvError {
        TlvError { kind: self, position }
    }
}
