//! The world outside the service layer, as a node has it: cache, quick reads and lanes for records, inline or lane
//! for secure environments, a thread for the audit log, a socket for what is asked of other nodes. No call here blocks a worker of the runtime for long.

use std::sync::Arc;
use std::time::Instant;

use csf_api::UtcTime;
use csf_service::{
    Answer, AuditKind, AuditRecord, AuditUnavailable, ConfigurationRefused, Need, Outside, RequestNumber,
};
use csf_store::{Batch, Entries, Range, Record, RecordKey, Records, SqliteStore, Store, StoreError};
use csf_transport::{CancelFlag, Command, Cx, Environments, Reply, SeError, SeId};
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::administration::Administration;
use super::clock;
use super::commit_lane::CommitLane;
use super::pace::Pace;
use super::read_lane::{ReadLane, report};
use super::sender::send;
use crate::audit_log::AuditLog;
use crate::error::NodeError;
use crate::health::Vitals;
use crate::metrics::{Metrics, Source};
use crate::request;

/// The node's outside.
pub(super) struct NodeOutside {
    records: Arc<Records<SqliteStore>>,
    pace: Pace,
    reads: ReadLane,
    commits: CommitLane,
    environments: Environments,
    audit: Arc<AuditLog>,
    administration: Arc<Administration>,
    metrics: Arc<Metrics>,
    vitals: Arc<Vitals>,
}

impl NodeOutside {
    /// Starts the lanes, each with room for as many needs as there can be requests.
    pub(super) fn new(
        records: Arc<Records<SqliteStore>>,
        environments: Environments,
        vitals: &Arc<Vitals>,
        administration: &Arc<Administration>,
        depth: usize,
    ) -> Result<Self, NodeError> {
        let store: Arc<dyn Store> = Arc::<Records<SqliteStore>>::clone(&records);
        let reads = ReadLane::start(&store, depth).map_err(|e| NodeError::part("reader", &e))?;
        let commits = CommitLane::start(store, depth).map_err(|e| NodeError::part("writer", &e))?;
        Ok(Self {
            records,
            pace: Pace::new(),
            reads,
            commits,
            environments,
            audit: Arc::clone(&vitals.audit),
            administration: Arc::clone(administration),
            metrics: Arc::clone(&vitals.metrics),
            vitals: Arc::clone(vitals),
        })
    }

    pub(super) const fn environments(&self) -> &Environments {
        &self.environments
    }

    /// Gives a record to the audit log; in strict mode, until it is on the disk.
    pub(super) async fn note(&self, record: AuditRecord) -> Result<(), AuditUnavailable> {
        let taken = self.audit.append(record).await;
        self.metrics.audit(taken.is_ok());
        taken
    }

    /// Waits until every record given so far is on the disk.
    pub(super) async fn flush_audit(&self) {
        self.audit.flush().await;
    }

    async fn load(&self, keys: &[RecordKey], by: Instant) -> Result<Vec<Option<Record>>, StoreError> {
        let (from, loaded) = match self.records.cached(keys) {
            Some(records) => (Source::Memory, Ok(records)),
            None => match self.pace.try_here(keys.len(), || report(self.records.load(keys))) {
                Some(loaded) => (Source::Here, loaded),
                None => {
                    let _waiting = self.metrics.reads_waiting.hold();
                    (Source::Lane, in_time(by, self.reads.load(keys.to_vec())).await)
                }
            },
        };
        self.metrics.read(from, &loaded);
        loaded
    }

    async fn scan(&self, range: &Range, by: Instant) -> Result<Entries, StoreError> {
        let _waiting = self.metrics.reads_waiting.hold();
        let found = in_time(by, self.reads.scan(range.clone())).await;
        self.metrics.read(Source::Lane, &found);
        found
    }

    async fn commit(&self, batch: Batch, by: Instant) -> Result<(), StoreError> {
        let begin = Instant::now();
        let _waiting = self.metrics.commits_waiting.hold();
        let written = self.commits.commit(batch, by).await;
        self.metrics.written(begin.elapsed(), &written);
        written
    }

    async fn execute(&self, at: &SeId, command: Command, by: Instant) -> Result<Reply, SeError> {
        let cancel = Arc::new(CancelFlag::new());
        let cx = Cx { deadline: by, now: clock::now(), cancel: &cancel };
        if let Some(outcome) = self.environments.try_inline(at, &command, &cx) {
            return outcome;
        }
        let name = command.name();
        tracing::debug!(environment = at.as_str(), command = name, "a command takes the lane");
        // Until the lane is done with it, however long whoever asked waits.
        let waiting = self.metrics.environment(at).map(|environment| environment.waiting.hold());
        let (done, answer) = oneshot::channel();
        let finish = move |outcome| {
            drop(waiting);
            drop::<Result<(), _>>(done.send(outcome));
        };
        let submitted = self.environments.submit(at, command, by, cx.now, Arc::clone(&cancel), finish);
        if submitted.is_err() {
            return Err(SeError::Unavailable);
        }
        match timeout_at(by.into(), answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(SeError::OutcomeUnknown),
            Err(_) => {
                // If it has not begun, it will not.
                cancel.raise();
                Err(SeError::OutcomeUnknown)
            }
        }
    }
}

impl NodeOutside {
    /// Answers one need; many within many are not a need that anybody has.
    async fn answer(&self, need: Need<'_>, by: Instant) -> Answer {
        match need {
            Need::Load(keys) => Answer::Load(self.load(keys, by).await),
            Need::Scan(range) => Answer::Scan(self.scan(range, by).await),
            Need::Commit(batch) => Answer::Commit(self.commit(batch, by).await),
            Need::Se { at, command } => {
                let outcome = self.execute(at, command, by).await;
                let error = outcome.as_ref().err().map(tracing::field::display);
                tracing::debug!(environment = at.as_str(), error, "a secure environment answered");
                if let Some(environment) = self.metrics.environment(at) {
                    environment.ended(&outcome);
                }
                Answer::Se(outcome)
            }
            Need::Audit(record) => {
                if record.kind == AuditKind::Consultation {
                    tracing::info!(ground = &*record.ground, "a consultation");
                }
                let taken = timeout_at(by.into(), self.audit.append(*record)).await;
                let taken = taken.unwrap_or(Err(AuditUnavailable));
                self.metrics.audit(taken.is_ok());
                Answer::Audit(taken)
            }
            Need::AuditReady => Answer::Audit(match timeout_at(by.into(), self.audit.ready()).await {
                Ok(ready) => ready,
                Err(_) => Err(AuditUnavailable),
            }),
            // In a box, so that the needs of every request stay small.
            rare => Box::pin(self.answer_rarely(rare, by)).await,
        }
    }

    async fn answer_many(&self, needs: Vec<Need<'_>>, by: Instant) -> Answer {
        let mut answers = Vec::with_capacity(needs.len());
        for need in needs {
            answers.push(self.answer(need, by).await);
        }
        Answer::Many(answers)
    }

    /// What few requests need.
    async fn answer_rarely(&self, need: Need<'_>, by: Instant) -> Answer {
        match need {
            Need::Send { hop, request } => Answer::Sent(send(hop, request, by).await),
            Need::Associations(most) => Answer::Associations(self.vitals.associations.told(most)),
            Need::Configuration => match timeout_at(by.into(), self.administration.shown()).await {
                Ok(configuration) => Answer::Configuration(configuration),
                Err(_) => Answer::Many(Vec::new()),
            },
            Need::Configure(change) => {
                let changed = self.administration.change(change).await;
                Answer::Configured(changed.map(drop).map_err(|text| ConfigurationRefused { text }))
            }
            Need::AuditLog(question) => {
                Answer::AuditLog(match timeout_at(by.into(), self.audit.answer(question)).await {
                    Ok(answer) => answer,
                    Err(_) => Err(AuditUnavailable),
                })
            }
            _ => Answer::Many(Vec::new()),
        }
    }
}

impl Outside for NodeOutside {
    fn now(&self) -> UtcTime {
        clock::now()
    }

    fn request(&self) -> Option<RequestNumber> {
        request::current().map(RequestNumber::from)
    }

    fn audit_state(&self) -> String {
        self.audit.state()
    }

    fn health(&self) -> Vec<String> {
        self.vitals.health().complaints()
    }

    async fn ask(&self, need: Need<'_>, by: Instant) -> Answer {
        match need {
            Need::Many(needs) => Box::pin(self.answer_many(needs, by)).await,
            need => self.answer(need, by).await,
        }
    }
}

async fn in_time<T>(
    by: Instant,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match timeout_at(by.into(), answer).await {
        Ok(answer) => answer,
        Err(_) => Err(StoreError::Unavailable("the time was over".into())),
    }
}
