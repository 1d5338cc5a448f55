//! What an audit record holds, and the chain that shows that none is missing.

mod need;
mod question;

use csf_api::{Operation, Status, UtcTime};
use sha2::{Digest, Sha256};

pub(crate) use need::{is_administration, leaves_a_record};
pub use question::{AuditAnswer, AuditQuestion, MAX_PSEUDONYMS, Pruned};
pub(crate) use question::{answer, is_question};

/// Why a record is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditKind {
    /// A request was refused.
    Denied,
    /// The administrator changed something, or somebody changed what governs access.
    Administration,
    /// A key was made, used or destroyed.
    KeyUse,
    /// Sensitive data was stored, given to its owner, changed or removed.
    DataUse,
    /// An AE was registered or deregistered.
    Registration,
    /// A CSF asked whether an originator may do something, and was answered.
    Authorization,
    /// A server was asked whether an originator may do something, or could not be.
    Consultation,
    /// A credential was registered or changed, a challenge was answered, or an answer was found right.
    Authentication,
    /// The answer to a challenge was not found right.
    NotAuthentic,
    /// So many reads were permitted since the last record of this kind.
    Reads,
    /// The node started.
    Start,
    /// The node stopped in an orderly way.
    Stop,
    /// The state directory was restored from a backup.
    Restore,
    /// A file of the log begins; it says after what.
    Segment,
    /// A file of the log ends, and another goes on.
    Continued,
    /// Records were removed on purpose; it says which.
    Pruned,
    /// Records were lost, and an operator began the log anew; it says which.
    Lost,
    /// Records could not be written, and are nowhere.
    Gap,
    /// A line that a crash had cut short was taken off.
    Repair,
}

impl AuditKind {
    /// The word in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Administration => "administration",
            Self::KeyUse => "key-use",
            Self::DataUse => "data-use",
            Self::Registration => "registration",
            Self::Authorization => "authorization",
            Self::Consultation => "consultation",
            Self::Authentication => "authentication",
            Self::NotAuthentic => "not-authentic",
            Self::Reads => "reads",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restore => "restore",
            Self::Segment => "segment",
            Self::Continued => "continued",
            Self::Pruned => "pruned",
            Self::Lost => "lost",
            Self::Gap => "gap",
            Self::Repair => "repair",
        }
    }
}

/// One event worth keeping. It holds no content of requests or responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub time: UtcTime,
    /// Why it is kept.
    pub kind: AuditKind,
    /// Who asked: the absolute identifier, where one was established.
    pub originator: Option<Box<str>>,
    /// What was asked, where it was a request.
    pub operation: Option<Operation>,
    /// Of what: the address as written.
    pub target: Option<Box<str>>,
    /// What was answered.
    pub status: Option<Status>,
    /// On what ground: the rule that permitted, the reason that refused, or a count.
    pub ground: Box<str>,
}

impl AuditRecord {
    /// A record of the node itself.
    #[must_use]
    pub fn of_node(time: UtcTime, kind: AuditKind, ground: &str) -> Self {
        Self {
            time,
            kind,
            originator: None,
            operation: None,
            target: None,
            status: None,
            ground: ground.into(),
        }
    }
}

/// The chain over the lines of an audit log: each line's hash covers the line and the hash before it, so
/// that no line can be changed, moved or taken out without breaking every later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    number: u64,
    hash: [u8; 32],
}

impl Chain {
    /// The beginning of the chain of a store.
    #[must_use]
    pub fn begin(store_id: &str) -> Self {
        let hash =
            Sha256::new().chain_update(b"csf audit chain 1\0").chain_update(store_id).finalize().into();
        Self { number: 0, hash }
    }

    /// A chain that goes on after a line with this number and hash.
    #[must_use]
    pub const fn resume(number: u64, hash: [u8; 32]) -> Self {
        Self { number, hash }
    }

    /// The number of the last line; 0 before the first.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The hash of the last line.
    #[must_use]
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The hash that a line with the next number and this text must carry; the chain then stands there.
    pub fn link(&mut self, line: &str) -> [u8; 32] {
        self.number = self.number.saturating_add(1);
        let mut hasher = Sha256::new();
        hasher.update(self.hash);
        hasher.update(self.number.to_be_bytes());
        hasher.update(line);
        self.hash = hasher.finalize().into();
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_depends_on_every_line_its_order_and_its_store() {
        let run = |store: &str, lines: &[&str]| {
            let mut chain = Chain::begin(store);
            for line in lines {
                chain.link(line);
            }
            *chain.hash()
        };
        let whole = run("s", &["a", "b", "c"]);
        assert_eq!(whole, run("s", &["a", "b", "c"]));
        assert_ne!(whole, run("s", &["a", "c", "b"]));
        assert_ne!(whole, run("s", &["a", "b"]));
        assert_ne!(whole, run("s", &["a", "B", "c"]));
        assert_ne!(whole, run("t", &["a", "b", "c"]));
        assert_ne!(run("s", &["ab"]), run("s", &["a", "b"]));
    }
}
