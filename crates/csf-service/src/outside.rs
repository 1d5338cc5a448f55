//! The one seam to the world: everything a decision or a component needs from outside, asked for by value.
//!
//! The node implements [`Outside`] over sockets, lanes and stores; tests implement it as a script. The
//! service layer awaits nothing else, so whole flows run in one thread with a clock moved by hand.

use std::fmt;
use std::net::IpAddr;
use std::time::Instant;

use csf_access::Location;
use csf_api::{EntityId, Object, Request, Response, UtcTime};
use csf_store::{Batch, Entries, Range, Record, RecordKey, StoreError};
use csf_transport::{Command, Reply, SeError, SeId};

use crate::association::Associations;
use crate::audit::{AuditAnswer, AuditQuestion, AuditRecord};
use crate::hop::Hop;
use crate::known_names::KnownNames;
use crate::refusal::Refusal;

/// Something that is needed from outside.
#[non_exhaustive]
pub enum Need<'a> {
    /// Have a secure environment execute a command.
    Se {
        /// Which one.
        at: &'a SeId,
        /// What.
        command: Command,
    },
    /// Read records.
    Load(&'a [RecordKey]),
    /// Read a range of records.
    Scan(&'a Range),
    /// Write a batch durably.
    Commit(Batch),
    /// Take an audit record over. In strict mode the answer comes only when it is on the disk.
    Audit(Box<AuditRecord>),
    /// Say whether audit records can be taken: asked before anything is done that leaves one. Without strict mode
    /// the node goes on whatever the log does, so the answer is yes.
    AuditReady,
    /// Have whoever guards the audit log answer a question about it.
    AuditLog(AuditQuestion),
    /// Say which associations are open now: at most so many, and how many there are.
    Associations(usize),
    /// Say what the configuration in force is.
    Configuration,
    /// Change the configuration: the whole of what is asked for, or nothing.
    Configure(ConfigurationChange),
    /// Send a request to another node over the HTTP binding, and have its response: once, within the time of the hop,
    /// and only if whoever is there is proven to be the one that the hop names.
    Send {
        /// Where.
        hop: &'a Hop,
        /// What.
        request: &'a Request,
    },
    /// Several at once, answered in order.
    Many(Vec<Need<'a>>),
}

/// The answer to the [`Need`] of the same name.
#[non_exhaustive]
pub enum Answer {
    /// What the secure environment answered.
    Se(Result<Reply, SeError>),
    /// The records, in the order of the keys.
    Load(Result<Vec<Option<Record>>, StoreError>),
    /// The records of the range.
    Scan(Result<Entries, StoreError>),
    /// Whether the batch is durable.
    Commit(Result<(), StoreError>),
    /// Whether the record was taken over, or would be.
    Audit(Result<(), AuditUnavailable>),
    /// What is known about the audit log.
    AuditLog(Result<AuditAnswer, AuditUnavailable>),
    /// The associations that are open.
    Associations(Associations),
    /// The configuration: by key, the value, its origin, and whether it can be changed now.
    Configuration(Object),
    /// Whether the configuration was changed.
    Configured(Result<(), ConfigurationRefused>),
    /// The response, or why there is none.
    Sent(Result<Response, SendError>),
    /// The answers, in order.
    Many(Vec<Answer>),
}

/// A change of the configuration of the running node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationChange {
    /// Who wants it: an absolute identifier.
    pub by: Box<str>,
    /// Keys with the values that they shall have until the node ends; without a value, one is taken away again.
    pub settings: Vec<(Box<str>, Option<Box<str>>)>,
    /// Whether the files are read again.
    pub read_again: bool,
}

/// Why a configuration was not changed; nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationRefused {
    /// What is wrong and what to do, for the administrator.
    pub text: String,
}

/// Why a request that was sent has no response. None of this says that the request took no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// Nobody listens there, or the connection broke.
    Unreachable,
    /// Somebody else listens there than the hop names; nothing was sent.
    NotProven,
    /// The time was over.
    Late,
    /// What came back is no response, or a longer one than is read.
    NoResponse,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "nobody could be reached",
            Self::NotProven => "another user listens there than the configured one",
            Self::Late => "not in time",
            Self::NoResponse => "what came back is no response",
        })
    }
}

/// The number that the node gave a request: digits that tell starts apart, and a counter (decision 0054).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestNumber {
    start: u32,
    count: u64,
}

impl RequestNumber {
    /// The request with this count, from 1, of this start.
    #[must_use]
    pub const fn new(start: u32, count: u64) -> Self {
        Self { start, count }
    }

    /// What all numbers of a start have in common.
    #[must_use]
    pub const fn start(self) -> u32 {
        self.start
    }

    /// Which request of its start it is.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.count
    }

    /// Reads one as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (start, count) = text.split_once('-')?;
        let number = Self::new(u32::from_str_radix(start, 16).ok()?, u64::from_str_radix(count, 16).ok()?);
        (number.to_string() == text).then_some(number)
    }
}

impl fmt::Display for RequestNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05x}-{:x}", self.start, self.count)
    }
}

/// The audit log cannot take records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditUnavailable;

/// The world outside the service layer.
pub trait Outside: Sync {
    /// What time it is.
    fn now(&self) -> UtcTime;

    /// The number of the request that is being served, where the outside counts them.
    fn request(&self) -> Option<RequestNumber> {
        None
    }

    /// How the audit log is, in words for the administrator.
    fn audit_state(&self) -> String {
        "recording".to_owned()
    }

    /// What ails the node, one sentence each; nothing where it is well. Waits for nobody.
    fn health(&self) -> Vec<String> {
        Vec::new()
    }

    /// Answers a need, at the latest by the given moment; past it the answer is an error of its kind.
    fn ask(&self, need: Need<'_>, by: Instant) -> impl Future<Output = Answer> + Send;

    /// Where an originator is, from a source that the node trusts, at the latest by the given moment. An outside
    /// that has no such source leaves it as it is: nobody's location is known.
    fn locate(
        &self,
        _originator: Option<&EntityId>,
        _address: Option<IpAddr>,
        _by: Instant,
    ) -> impl Future<Output = Option<Location>> + Send {
        async { None }
    }
}

/// An outside and the moment by which answers must be there: what every flow passes along.
pub(crate) struct Asking<'a, O> {
    pub(crate) outside: &'a O,
    pub(crate) by: Instant,
    /// Where names were found before.
    pub(crate) names: &'a KnownNames,
}

impl<O: Outside> Asking<'_, O> {
    pub(crate) fn now(&self) -> UtcTime {
        self.outside.now()
    }

    pub(crate) async fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        match self.outside.ask(Need::Load(keys), self.by).await {
            Answer::Load(Ok(records)) if records.len() == keys.len() => Ok(records),
            Answer::Load(Err(error)) => Err(error),
            _ => Err(StoreError::Unavailable("the answer does not fit the question".into())),
        }
    }

    pub(crate) async fn load_one(&self, key: RecordKey) -> Result<Option<Record>, StoreError> {
        let mut records = self.load(&[key]).await?;
        Ok(records.pop().flatten())
    }

    pub(crate) async fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        match self.outside.ask(Need::Scan(range), self.by).await {
            Answer::Scan(entries) => entries,
            _ => Err(StoreError::Unavailable("the answer does not fit the question".into())),
        }
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        match self.outside.ask(Need::Commit(batch), self.by).await {
            Answer::Commit(done) => done,
            _ => Err(StoreError::Unavailable("the answer does not fit the question".into())),
        }
    }

    pub(crate) async fn execute(&self, at: &SeId, command: Command) -> Result<Reply, SeError> {
        match self.outside.ask(Need::Se { at, command }, self.by).await {
            Answer::Se(reply) => reply,
            _ => Err(SeError::Fault),
        }
    }

    #[cfg_attr(not(feature = "access-management"), expect(dead_code, reason = "only policies ask servers"))]
    pub(crate) async fn send(&self, hop: &Hop, request: &Request) -> Result<Response, SendError> {
        match self.outside.ask(Need::Send { hop, request }, self.by).await {
            Answer::Sent(response) => response,
            _ => Err(SendError::Unreachable),
        }
    }

    pub(crate) async fn audit_ready(&self) -> Result<(), AuditUnavailable> {
        match self.outside.ask(Need::AuditReady, self.by).await {
            Answer::Audit(ready) => ready,
            _ => Err(AuditUnavailable),
        }
    }

    pub(crate) async fn ask_audit(&self, question: AuditQuestion) -> Result<AuditAnswer, AuditUnavailable> {
        match self.outside.ask(Need::AuditLog(question), self.by).await {
            Answer::AuditLog(answer) => answer,
            _ => Err(AuditUnavailable),
        }
    }

    pub(crate) async fn associations(&self, most: usize) -> Result<Associations, Refusal> {
        match self.outside.ask(Need::Associations(most), self.by).await {
            Answer::Associations(associations) => Ok(associations),
            _ => Err(Refusal::internal()),
        }
    }

    pub(crate) async fn configuration(&self) -> Result<Object, Refusal> {
        match self.outside.ask(Need::Configuration, self.by).await {
            Answer::Configuration(configuration) => Ok(configuration),
            _ => Err(Refusal::internal()),
        }
    }

    pub(crate) async fn configure(&self, change: ConfigurationChange) -> Result<(), Refusal> {
        match self.outside.ask(Need::Configure(change), self.by).await {
            Answer::Configured(Ok(())) => Ok(()),
            Answer::Configured(Err(refused)) => Err(Refusal::bad_request(refused.text)),
            _ => Err(Refusal::internal()),
        }
    }

    pub(crate) async fn audit(&self, record: AuditRecord) -> Result<(), AuditUnavailable> {
        match self.outside.ask(Need::Audit(Box::new(record)), self.by).await {
            Answer::Audit(taken) => taken,
            _ => Err(AuditUnavailable),
        }
    }
}
