//! What is wrong with bytes that should be an APDU, and where.

use std::fmt;

/// Why an APDU cannot be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApduError {
    /// What is wrong.
    pub kind: ApduErrorKind,
    /// At which byte, counted from 0.
    pub position: usize,
}

/// The kinds of [`ApduError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApduErrorKind {
    /// The bytes end too early.
    Truncated,
    /// The bytes fit none of the cases 1 to 4: the length fields contradict the number of bytes.
    Length,
    /// There are more bytes than an APDU can have.
    TooLong,
    /// The command does not fit short length fields.
    NeedsExtended,
    /// The status word is none: its first byte is neither `61` to `6F` nor `9x`.
    Status,
}

impl fmt::Display for ApduError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ApduErrorKind::Truncated => "the APDU ends too early",
            ApduErrorKind::Length => "the length fields of the APDU contradict its size",
            ApduErrorKind::TooLong => "the APDU is too long",
            ApduErrorKind::NeedsExtended => "the APDU needs extended length fields",
            ApduErrorKind::Status => "the APDU has no valid status word",
        };
        write!(f, "{what} (byte {})", self.position)
    }
}

impl std::error::Error for ApduError {}

impl ApduErrorKind {
    pub(crate) const fn at(self, position: usize) -> ApduError {
        ApduError { kind: self, position }
    }
}
