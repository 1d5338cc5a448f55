//! What a node counts of its own work: numbers without names, in memory alone.
//!
//! Every label has a fixed set of values, known when the node starts: operations, classes of response codes,
//! secure environments. No identity, address or text of a request is ever one. Counting is an addition to an
//! atomic number: nothing is allocated and nobody waits.

mod count;
mod environment;
mod family;
mod page;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use csf_api::{Operation, Response};
use csf_store::StoreError;
use csf_transport::{Description, SeId};

use count::{Counter, Gauge, Histogram};
use environment::EnvironmentMetrics;
#[cfg(test)]
pub(crate) use family::FAMILIES;
pub(crate) use page::CONTENT_TYPE;

/// Operations, and what was no request that can be read.
const OPERATIONS: [&str; 6] = ["create", "retrieve", "update", "delete", "notify", "malformed"];
/// Classes of response codes.
const CLASSES: [&str; 4] = ["1xxx", "2xxx", "4xxx", "5xxx"];

/// Where records came from that were asked for.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// The cache.
    Memory,
    /// The store, on the thread that asked.
    Here,
    /// The store, on a thread of its own.
    Lane,
}

/// Everything that is counted.
pub(crate) struct Metrics {
    start: SystemTime,
    requests: [[Counter; CLASSES.len()]; OPERATIONS.len()],
    pub(crate) latency: Histogram,
    pub(crate) permitted: Counter,
    pub(crate) refused: Counter,
    pub(crate) turned_away: Counter,
    pub(crate) connections: Arc<Gauge>,
    pub(crate) working: Arc<Gauge>,
    loads: [Counter; 3],
    pub(crate) reads_waiting: Arc<Gauge>,
    pub(crate) commits_waiting: Arc<Gauge>,
    pub(crate) commit_time: Histogram,
    pub(crate) commits: Counter,
    pub(crate) conflicts: Counter,
    pub(crate) read_trouble: Trouble,
    pub(crate) write_trouble: Trouble,
    /// Records that were not what the vault had sealed.
    pub(crate) damaged: Counter,
    pub(crate) audited: Counter,
    pub(crate) not_audited: Counter,
    pub(crate) audit_waiting: Gauge,
    pub(crate) reloads: Counter,
    pub(crate) reloads_refused: Counter,
    environments: Vec<Arc<EnvironmentMetrics>>,
}

/// Whether something failed the last time, and how often it did.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    now: Gauge,
    times: Counter,
}

impl Trouble {
    fn is_over(&self) {
        // Read first: many threads share this, and it is hardly ever otherwise.
        if self.now.get() != 0 {
            self.now.set(0);
        }
    }

    fn begins(&self) {
        self.now.set(1);
        self.times.count();
    }

    pub(crate) fn is_on(&self) -> bool {
        self.now.get() != 0
    }
}

impl Metrics {
    pub(crate) fn new(environments: &[&Description]) -> Self {
        Self {
            start: SystemTime::now(),
            requests: Default::default(),
            latency: Histogram::default(),
            permitted: Counter::default(),
            refused: Counter::default(),
            turned_away: Counter::default(),
            connections: Arc::default(),
            working: Arc::default(),
            loads: Default::default(),
            reads_waiting: Arc::default(),
            commits_waiting: Arc::default(),
            commit_time: Histogram::default(),
            commits: Counter::default(),
            conflicts: Counter::default(),
            read_trouble: Trouble::default(),
            write_trouble: Trouble::default(),
            damaged: Counter::default(),
            audited: Counter::default(),
            not_audited: Counter::default(),
            audit_waiting: Gauge::default(),
            reloads: Counter::default(),
            reloads_refused: Counter::default(),
            environments: environments.iter().map(|d| Arc::new(EnvironmentMetrics::new(d))).collect(),
        }
    }

    /// A request was answered; one that could not be read has no operation.
    pub(crate) fn answered(&self, operation: Option<Operation>, response: &Response) {
        let row = operation.map_or(OPERATIONS.len(), |operation| usize::from(operation.number()));
        let class = match response.status.code() {
            ..2000 => 0,
            2000..4000 => 1,
            4000..5000 => 2,
            _ => 3,
        };
        let row = row.checked_sub(1).and_then(|row| self.requests.get(row));
        if let Some(counter) = row.and_then(|row| row.get(class)) {
            counter.count();
        }
    }

    /// Access control answered, or was never asked.
    pub(crate) fn decided(&self, permitted: Option<bool>) {
        match permitted {
            Some(true) => self.permitted.count(),
            Some(false) => self.refused.count(),
            None => {}
        }
    }

    /// Records were read, or not.
    pub(crate) fn read<T>(&self, from: Source, outcome: &Result<T, StoreError>) {
        let [memory, here, lane] = &self.loads;
        match from {
            Source::Memory => memory,
            Source::Here => here,
            Source::Lane => lane,
        }
        .count();
        self.note(&self.read_trouble, outcome);
    }

    /// A batch was written, or not, after this time.
    pub(crate) fn written(&self, time: Duration, outcome: &Result<(), StoreError>) {
        self.commit_time.note(time);
        match outcome {
            Ok(()) => self.commits.count(),
            Err(StoreError::Conflict(_)) => self.conflicts.count(),
            Err(_) => {}
        }
        self.note(&self.write_trouble, outcome);
    }

    fn note<T>(&self, trouble: &Trouble, outcome: &Result<T, StoreError>) {
        match outcome {
            Err(StoreError::NotAuthentic(_)) => self.damaged.count(),
            Err(StoreError::Unavailable(_) | StoreError::Foreign(_)) => trouble.begins(),
            // A conflict or a limit is an answer: the store works.
            _ => trouble.is_over(),
        }
    }

    /// An audit record was taken over, or not.
    pub(crate) fn audit(&self, taken: bool) {
        if taken { &self.audited } else { &self.not_audited }.count();
    }

    pub(crate) fn environment(&self, id: &SeId) -> Option<&Arc<EnvironmentMetrics>> {
        self.environments.iter().find(|environment| environment.is(id))
    }

    pub(crate) fn environments(&self) -> &[Arc<EnvironmentMetrics>] {
        &self.environments
    }

    /// Everything in the text form of Prometheus.
    pub(crate) fn page(&self) -> String {
        page::page(self, family::FAMILIES)
    }

    fn started(&self) -> Duration {
        self.start.duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
