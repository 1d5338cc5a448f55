//! The table of metrics: the page, and the documentation of it, come from here.

use super::environment::OUTCOMES;
use super::page::Samples;
use super::{CLASSES, Metrics, OPERATIONS};

/// How a number behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) help: &'static str,
    /// Its labels with their values, for people.
    #[cfg_attr(not(test), expect(dead_code, reason = "the documentation is made from it"))]
    pub(crate) labels: &'static str,
    pub(super) write: fn(&Metrics, &mut Samples<'_>),
}

const fn family(
    name: &'static str,
    kind: Kind,
    labels: &'static str,
    help: &'static str,
    write: fn(&Metrics, &mut Samples<'_>),
) -> Family {
    Family { name, kind, help, labels, write }
}

use Kind::{Counter, Gauge, Histogram};

/// Every metric, in the order of the page.
pub(crate) static FAMILIES: &[Family] = &[
    family("process_start_time_seconds", Gauge, "", "When the node started, since 1970.", |m, s| {
        s.seconds(u64::try_from(m.started().as_micros()).unwrap_or(u64::MAX));
    }),
    family(
        "csf_requests_total",
        Counter,
        "operation: create, retrieve, update, delete, notify, malformed; class: 1xxx, 2xxx, 4xxx, 5xxx",
        "Requests answered, by operation and class of the response status code.",
        |m, s| {
            for (operation, row) in OPERATIONS.iter().zip(&m.requests) {
                for (class, counter) in CLASSES.iter().zip(row) {
                    s.labelled(&[("operation", operation), ("class", class)], counter.get());
                }
            }
        },
    ),
    family(
        "csf_request_duration_seconds",
        Histogram,
        "",
        "From a request that has been read whole to its answer.",
        |m, s| s.histogram(&m.latency),
    ),
    family("csf_requests_working", Gauge, "", "Requests being worked on.", |m, s| s.one(m.working.get())),
    family(
        "csf_connections_open",
        Gauge,
        "",
        "Connections open, over all listeners but this one.",
        |m, s| {
            s.one(m.connections.get());
        },
    ),
    family(
        "csf_turned_away_total",
        Counter,
        "",
        "Connections and requests refused before there was anything to decide on.",
        |m, s| s.one(m.turned_away.get()),
    ),
    family(
        "csf_decisions_total",
        Counter,
        "decision: permitted, refused",
        "Requests for which access control gave an answer.",
        |m, s| {
            s.labelled(&[("decision", "permitted")], m.permitted.get());
            s.labelled(&[("decision", "refused")], m.refused.get());
        },
    ),
    family(
        "csf_store_reads_total",
        Counter,
        "from: memory (the cache), store, lane (the store, on a thread of its own)",
        "Reads of records and ranges, by where the answer came from.",
        |m, s| {
            for (from, counter) in ["memory", "store", "lane"].into_iter().zip(&m.loads) {
                s.labelled(&[("from", from)], counter.get());
            }
        },
    ),
    family(
        "csf_store_reads_waiting",
        Gauge,
        "",
        "Reads that wait for the store or are being done.",
        |m, s| {
            s.one(m.reads_waiting.get());
        },
    ),
    family("csf_store_commits_total", Counter, "", "Batches written.", |m, s| s.one(m.commits.get())),
    family(
        "csf_store_conflicts_total",
        Counter,
        "",
        "Batches not written because a record had changed; they are decided again.",
        |m, s| s.one(m.conflicts.get()),
    ),
    family(
        "csf_store_commits_waiting",
        Gauge,
        "",
        "Batches that wait for the writer or are written.",
        |m, s| {
            s.one(m.commits_waiting.get());
        },
    ),
    family("csf_store_commit_duration_seconds", Histogram, "", "From a batch to its answer.", |m, s| {
        s.histogram(&m.commit_time);
    }),
    family(
        "csf_store_failures_total",
        Counter,
        "side: read, write",
        "Times that the store could not be read or written.",
        |m, s| {
            s.labelled(&[("side", "read")], m.read_trouble.times.get());
            s.labelled(&[("side", "write")], m.write_trouble.times.get());
        },
    ),
    family(
        "csf_store_not_authentic_total",
        Counter,
        "",
        "Records found not to be what was sealed: somebody changed them.",
        |m, s| s.one(m.damaged.get()),
    ),
    family("csf_audit_records_total", Counter, "", "Audit records taken over.", |m, s| {
        s.one(m.audited.get())
    }),
    family(
        "csf_audit_refused_total",
        Counter,
        "",
        "Audit records that the log did not take; what they were about was refused.",
        |m, s| s.one(m.not_audited.get()),
    ),
    family("csf_audit_waiting", Gauge, "", "Audit records that wait for the disk's writer.", |m, s| {
        s.one(m.audit_waiting.get());
    }),
    family(
        "csf_se_commands_total",
        Counter,
        "environment: its name; outcome: done, refused, unavailable, expired, unknown, storage, fault",
        "Commands to a secure environment, by how they ended.",
        |m, s| {
            for environment in &m.environments {
                for (outcome, counter) in OUTCOMES.iter().zip(&environment.commands) {
                    let labels = [("environment", environment.name()), ("outcome", *outcome)];
                    s.labelled(&labels, counter.get());
                }
            }
        },
    ),
    family(
        "csf_se_waiting",
        Gauge,
        "environment: its name",
        "Commands that wait for the lane of a secure environment, or run on it.",
        |m, s| {
            for environment in &m.environments {
                s.labelled(&[("environment", environment.name())], environment.waiting.get());
            }
        },
    ),
    family(
        "csf_configuration_changes_total",
        Counter,
        "outcome: applied, refused",
        "Attempts to change the configuration of the running node.",
        |m, s| {
            s.labelled(&[("outcome", "applied")], m.reloads.get());
            s.labelled(&[("outcome", "refused")], m.reloads_refused.get());
        },
    ),
];
