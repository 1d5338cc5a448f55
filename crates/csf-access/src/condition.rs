//! The conditions of a rule beside originator and operation, compiled (TS-0003 7.1.3 and 7.1.5).

pub(crate) mod context;
pub(crate) mod details;
pub(crate) mod network;
pub(crate) mod region;
pub(crate) mod window;

use crate::verdict::Reason;

/// What became of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// It holds.
    Holds,
    /// It does not, or what it needs cannot be had.
    Fails(Reason),
    /// It depends on where the originator is, which nobody has asked yet.
    NeedsLocation,
}
