//! What a host knows, does not know yet, or cannot find out.

/// A fact that may not be at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    /// It is here.
    Known(T),
    /// Nobody has asked for it yet.
    Missing,
    /// It was asked for, and the answer failed or the thing does not exist.
    Unavailable,
}
