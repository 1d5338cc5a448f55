//! Why a consultation gave nothing: for the audit log and for explanations, never for the caller.

use std::fmt;

use csf_access::PolicyError;
use csf_api::Status;
use proto_primitive::SecurityInfoError;

use super::ask::MAX_ASKED;
use crate::outside::SendError;

/// Why a consultation gave nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is not here.
    Absent,
    /// `dae` is not true.
    Disabled,
    /// No point of access is a configured server's.
    NoServer,
    /// A decision as of another time.
    AnotherTime,
    /// One request has asked as often as it may.
    Enough,
    /// As many questions are under way as may be.
    Busy,
    /// It could not be asked, or did not answer.
    Unsent(SendError),
    /// It answered with this status.
    Refused(Status),
    /// Its answer belongs to another question.
    AnotherQuestion,
    /// Its answer has no content.
    Empty,
    /// Its answer cannot be read.
    Unclear(SecurityInfoError),
    /// Its rules cannot be read.
    Rules(PolicyError),
    /// It answered, and granted nothing by rules.
    Nothing {
        /// Tokens came instead, which are not taken.
        tokens: bool,
    },
    /// What it granted is over.
    Ended,
    /// The audit log does not take that it was asked.
    Unrecorded,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("there is no such consultation"),
            Self::Disabled => f.write_str("it is not enabled"),
            Self::NoServer => f.write_str("not asked: none of its points of access is a configured server"),
            Self::AnotherTime => f.write_str("not asked: a server speaks of now alone"),
            Self::Enough => write!(f, "not asked: one request asks {MAX_ASKED} times at most"),
            Self::Busy => f.write_str("not asked: too many questions are under way"),
            Self::Unsent(error) => write!(f, "no answer: {error}"),
            Self::Refused(status) => write!(f, "the server answered {}", status.code()),
            Self::AnotherQuestion => f.write_str("the answer is to another question"),
            Self::Empty => f.write_str("the answer is empty"),
            Self::Unclear(error) => write!(f, "the answer is unclear: {error}"),
            Self::Rules(error) => write!(f, "the granted rules are unclear: {error}"),
            Self::Nothing { tokens: false } => f.write_str("the server granted nothing"),
            Self::Nothing { tokens: true } => {
                f.write_str("the server sent tokens alone, which are not taken here")
            }
            Self::Ended => f.write_str("what the server granted is over"),
            Self::Unrecorded => f.write_str("the audit log takes no records"),
        }
    }
}
