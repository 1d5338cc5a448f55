//! What can go wrong in a secure environment, named by who is at fault.

use std::fmt;

/// Why an SE refuses a command that it understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Refusal {
    /// The key, or the stream, belongs to somebody else.
    Owner = 1,
    /// The key was not made for this use.
    Use = 2,
    /// The key is of another algorithm.
    Algorithm = 3,
    /// The key is not to leave the SE.
    Export = 4,
}

/// Why a command did not succeed.
///
/// Cryptographic failures carry no detail on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeError {
    /// The SE cannot do this at all.
    NotSupported,
    /// There is no such key.
    NoSuchKey,
    /// There is a key of this identifier already.
    KeyExists,
    /// The key is there, but not for this.
    Refused(Refusal),
    /// The input is too long, too short or contradictory; nothing was done.
    InvalidInput,
    /// What was to be opened was not sealed by this SE for this context, or not encrypted with this key, or was
    /// changed since. There is one error for all of it.
    NotAuthentic,
    /// The key has encrypted as many messages as its algorithm bears. Its next generation encrypts again.
    Exhausted,
    /// The SE cannot store more.
    Full,
    /// The SE is not there: removed, locked, or its service is down. Nothing was done.
    Unavailable,
    /// The time was over, or the caller gave up, before the command was sent. Nothing was done.
    Expired,
    /// The command was sent, but no answer came: it may or may not have been carried out.
    OutcomeUnknown,
    /// The SE's own storage failed or is damaged.
    Storage,
    /// The key never had this generation, or keeps it no more.
    NoSuchGeneration,
    /// There is no such stream: it never was, or it ended, with its time, its key or a restart.
    NoSuchStream,
    /// The SE broke its own rules, for example by a reply that does not fit the command.
    Fault,
}

impl fmt::Display for SeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSupported => "the secure environment cannot do this",
            Self::NoSuchKey => "there is no such key",
            Self::KeyExists => "there is such a key already",
            Self::Refused(Refusal::Owner) => "it belongs to somebody else",
            Self::Refused(Refusal::Use) => "the key was not made for this use",
            Self::Refused(Refusal::Algorithm) => "the key is of another algorithm",
            Self::Refused(Refusal::Export) => "the key is not exportable",
            Self::InvalidInput => "the input does not fit the command",
            Self::NotAuthentic => "what was to be opened is not authentic",
            Self::Exhausted => "the key has encrypted as many messages as it may: rotate it",
            Self::Full => "the secure environment has no room for more, or none for more of this owner",
            Self::Unavailable => "the secure environment is not available",
            Self::Expired => "the time for the command was over before it began",
            Self::OutcomeUnknown => "the secure environment did not answer; the outcome is unknown",
            Self::Storage => "the storage of the secure environment failed",
            Self::NoSuchGeneration => "the key has no such generation, or keeps it no more",
            Self::NoSuchStream => "there is no such stream, or no more",
            Self::Fault => "the secure environment gave an impossible answer",
        })
    }
}

impl std::error::Error for SeError {}
