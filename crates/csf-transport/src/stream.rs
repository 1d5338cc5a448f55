//! Streams: a digest or a code of a message that comes in parts, because one command cannot carry it.
//!
//! ```text
//!   begin ──▶ update ──▶ update ──▶ … ──▶ finish: digest, code, or whether a code is right
//!     │          │          │
//!     └──────────┴──────────┴───────────▶ abort
//! ```
//!
//! What is running stays in the SE: who knows the state of a code makes codes of whatever begins with the same
//! parts, so it is as secret as the key. It is never stored. It ends with the SE's process, with its time
//! ([`MAX_STREAM_SECONDS`]), and with its key: destroyed or rotated.

use std::fmt;

use crate::algorithm::{DigestAlgorithm, MacAlgorithm};
use crate::key::{KeyId, Owner};
use crate::reply::Reply;

/// How long a stream lives after it began, in seconds, whether it is used or not.
pub const MAX_STREAM_SECONDS: u32 = 600;
/// The most streams of one owner at once.
pub const MAX_STREAMS_PER_OWNER: usize = 16;

/// The name of a stream, drawn at random by the SE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub [u8; 16]);

impl StreamId {
    /// Reads the 32 lower-case hexadecimal digits that [`fmt::Display`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        KeyId::parse(text).map(|same| Self(same.0))
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        KeyId(self.0).fmt(f)
    }
}

/// What a stream makes.
#[derive(PartialEq, Eq)]
pub enum StreamWork {
    /// The digest of all parts.
    Digest(DigestAlgorithm),
    /// The message authentication code of all parts.
    Mac {
        /// With which key.
        key: KeyId,
        /// With which algorithm.
        algorithm: MacAlgorithm,
    },
    /// Whether a message authentication code is right; compared in constant time.
    VerifyMac {
        /// With which key.
        key: KeyId,
        /// With which algorithm.
        algorithm: MacAlgorithm,
        /// The code to check, of full length.
        mac: Vec<u8>,
    },
}

/// A stream that somebody began.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamRef {
    /// Which one.
    pub id: StreamId,
    /// On whose behalf: whoever began it, and nobody else.
    pub owner: Owner,
    /// The key that it was begun with, if any. With another one there is no such stream.
    pub key: Option<KeyId>,
}

/// A command about a stream.
///
/// A position is the number of bytes before: a part that is lost, doubled or out of order is
/// [`SeError::InvalidInput`](crate::SeError::InvalidInput), and the stream stays where it was.
#[derive(PartialEq, Eq)]
pub enum StreamCommand {
    /// Begin one. [`SeError::Full`](crate::SeError::Full) where there are too many.
    Begin {
        /// On whose behalf.
        owner: Owner,
        /// What it makes.
        work: StreamWork,
    },
    /// The next part.
    Update {
        /// Of which stream.
        stream: StreamRef,
        /// Where the part begins.
        position: u64,
        /// The part; at most [`MAX_PAYLOAD_BYTES`](crate::MAX_PAYLOAD_BYTES).
        part: Vec<u8>,
    },
    /// The end of the message, and of the stream.
    Finish {
        /// Of which stream.
        stream: StreamRef,
        /// How long the message is.
        position: u64,
    },
    /// Forget a stream. Forgetting one that is not there succeeds, so that it can be repeated.
    Abort {
        /// Which one.
        stream: StreamRef,
    },
}

impl StreamCommand {
    /// The name of the command; beginnings differ in what the SE must be able to do.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Begin { work: StreamWork::Digest(_), .. } => "begin-digest",
            Self::Begin { work: StreamWork::Mac { .. }, .. } => "begin-mac",
            Self::Begin { work: StreamWork::VerifyMac { .. }, .. } => "begin-verify-mac",
            Self::Update { .. } => "update-stream",
            Self::Finish { .. } => "finish-stream",
            Self::Abort { .. } => "abort-stream",
        }
    }

    pub(crate) const fn is_answered_by(&self, reply: &Reply) -> bool {
        match self {
            Self::Begin { .. } => matches!(reply, Reply::Stream(_)),
            Self::Update { .. } | Self::Abort { .. } => matches!(reply, Reply::Done),
            Self::Finish { stream, .. } => match stream.key {
                None => matches!(reply, Reply::Digest(_)),
                Some(_) => matches!(reply, Reply::Mac(_) | Reply::Verified(_)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_must_fit_what_the_stream_makes() {
        let owner = Owner::new("/id-mn/C1").expect("an owner");
        let finish = |key| StreamCommand::Finish {
            stream: StreamRef { id: StreamId([1; 16]), owner: owner.clone(), key },
            position: 0,
        };
        let (digest, mac) = (Reply::Digest(vec![1]), Reply::Mac(vec![1]));
        assert!(finish(None).is_answered_by(&digest) && !finish(None).is_answered_by(&mac));
        let keyed = finish(Some(KeyId([1; 16])));
        assert!(keyed.is_answered_by(&mac) && keyed.is_answered_by(&Reply::Verified(false)));
        assert!(!keyed.is_answered_by(&digest) && !keyed.is_answered_by(&Reply::Done));
        let begin = StreamCommand::Begin { owner, work: StreamWork::Digest(DigestAlgorithm::Sha256) };
        assert!(begin.is_answered_by(&Reply::Stream(StreamId([1; 16]))));
        assert!(!begin.is_answered_by(&Reply::Done) && !begin.is_answered_by(&digest));
    }
}
