//! Why a token does not count.

use std::fmt;

/// What is wrong with the claims of a token, or does not hold for a request. It never says what a claim holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// A claim is missing, or is not of its kind.
    Claim(&'static str),
    /// There is a claim that no token has: it could be a condition.
    UnknownClaim,
    /// A permission is not well formed: where, and what is wrong.
    Permission(Box<str>),
    /// It was issued for somebody else.
    Holder,
    /// It holds from later on.
    NotYet,
    /// It held until earlier.
    Ended,
    /// It is for other CSEs.
    Audience,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(name) => write!(f, "the claim '{name}' is missing or not what it must be"),
            Self::UnknownClaim => f.write_str("there is a claim that no token has"),
            Self::Permission(what) => write!(f, "a permission is not well formed: {what}"),
            Self::Holder => f.write_str("the token was issued for another holder"),
            Self::NotYet => f.write_str("the token does not hold yet"),
            Self::Ended => f.write_str("the token has ended"),
            Self::Audience => f.write_str("the token is for other CSEs"),
        }
    }
}

impl std::error::Error for TokenError {}
