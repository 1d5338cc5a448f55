//! Why an object is refused: what and in which part, never what it holds.

use std::fmt;

/// What is wrong with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectError {
    /// It has not the parts that its kind has.
    Parts,
    /// It is longer than such an object may be.
    TooLong,
    /// A part is not base64url in its one form.
    Encoding,
    /// The header is not an object of JSON without names given twice.
    Header,
    /// A member of the header is missing, or is no text that it can be.
    Member(&'static str),
    /// The header has a member that no object here may have.
    Forbidden(&'static str),
    /// The algorithm is none that is known here.
    Algorithm(&'static str),
    /// A signature, vector, tag or key has not the length that the algorithm gives it.
    Length(&'static str),
    /// The payload is not an object of JSON without names given twice.
    Claims,
}

impl fmt::Display for ObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parts => f.write_str("it has not the parts of a compact JWS or JWE"),
            Self::TooLong => f.write_str("it is too long"),
            Self::Encoding => f.write_str("a part is not base64url"),
            Self::Header => f.write_str("the header is not an object of JSON with each name once"),
            Self::Member(name) => write!(f, "'{name}' of the header is missing or not what it must be"),
            Self::Forbidden(name) => write!(f, "the header has '{name}', which no object here may have"),
            Self::Algorithm(name) => write!(f, "'{name}' of the header is no algorithm known here"),
            Self::Length(part) => write!(f, "the {part} has not the length that the algorithm gives it"),
            Self::Claims => f.write_str("the payload is not an object of JSON with each name once"),
        }
    }
}

impl std::error::Error for ObjectError {}

/// Why the protection of an object was not undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened<E> {
    /// The signature is wrong, or the content is not what was encrypted. Which of several things was wrong is not
    /// said.
    NotAuthentic,
    /// Whoever has the key could not be asked, or declined.
    Operation(E),
}

impl<E: fmt::Display> fmt::Display for Unopened<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAuthentic => f.write_str("the object is not authentic"),
            Self::Operation(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Unopened<E> {}
