//! How the node is: what is ill and why. It looks at what the node has noticed of itself, asks the file system
//! for free space, and waits for nobody: no store, no lock, no lane.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use csf_transport::LANE_DEPTH;
use nix::sys::statvfs::statvfs;
use serde_json::json;

use crate::associations::OpenAssociations;
use crate::audit_log::AuditLog;
use crate::metrics::Metrics;

/// The least free space in the state directory, in bytes: below it the store may fail at any write.
pub(crate) const LEAST_FREE_BYTES: u64 = 64 * 1024 * 1024;

/// What there may be at most of what waits.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// Requests at once, and so the depth of the lanes of the store.
    pub(crate) requests: u64,
    /// Connections at once.
    pub(crate) connections: u64,
}

/// What tells how the node is.
pub(crate) struct Vitals {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) audit: Arc<AuditLog>,
    pub(crate) associations: Arc<OpenAssociations>,
    pub(crate) bounds: Bounds,
    pub(crate) state: PathBuf,
    is_started: AtomicBool,
}

impl Vitals {
    pub(crate) fn new(metrics: &Arc<Metrics>, audit: &Arc<AuditLog>, bounds: Bounds, state: &Path) -> Self {
        let (metrics, audit, state) = (Arc::clone(metrics), Arc::clone(audit), state.to_owned());
        let associations = Arc::default();
        Self { metrics, audit, associations, bounds, state, is_started: AtomicBool::new(false) }
    }

    /// From now on requests are served.
    pub(crate) fn set_started(&self) {
        self.is_started.store(true, Ordering::Relaxed);
    }

    /// How the node is now.
    pub(crate) fn health(&self) -> Health {
        let started = self.is_started.load(Ordering::Relaxed);
        Health::of(&self.metrics, &self.audit, self.bounds, &self.state, started)
    }

    /// What was counted, in the text form of Prometheus.
    pub(crate) fn page(&self) -> String {
        self.metrics.audit_waiting.set(self.audit.waiting());
        self.metrics.page()
    }
}

/// One part of the node, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// What is wrong, and what to do about it.
    pub(crate) trouble: Option<(String, &'static str)>,
    /// Whether the node can still serve with this trouble.
    pub(crate) is_vital: bool,
}

/// The whole examination.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    pub(crate) parts: Vec<Part>,
    pub(crate) started: bool,
}

impl Health {
    /// Examines a node.
    fn of(metrics: &Metrics, audit: &AuditLog, bounds: Bounds, state: &Path, started: bool) -> Self {
        let mut parts = vec![store(metrics), log(audit), disk(state)];
        for environment in metrics.environments() {
            let name = format!("secure environment {}", environment.name());
            let why = environment.trouble().map(str::to_owned);
            let trouble =
                why.map(|why| (why, "see the log of the node; look at the device or service behind it"));
            parts.push(Part { name: name.clone(), trouble, is_vital: true });
            parts.push(room(
                format!("lane of {name}"),
                environment.waiting.get(),
                u64::try_from(LANE_DEPTH).unwrap_or(u64::MAX),
                "the environment is slower than what is asked of it; ask less, or add a faster one",
            ));
        }
        let slow = "the disk is slower than what is asked of it; ask less, or use a faster one";
        parts.push(room("reading lane".into(), metrics.reads_waiting.get(), bounds.requests, slow));
        parts.push(room("writing lane".into(), metrics.commits_waiting.get(), bounds.requests, slow));
        parts.push(room(
            "audit lane".into(),
            audit.waiting(),
            AuditLog::ROOM,
            "the disk is slower than what is asked of it; ask less, or use a faster one",
        ));
        let more = "raise the limit, or find out who asks so much";
        parts.push(room("requests".into(), metrics.working.get(), bounds.requests, more));
        parts.push(room("connections".into(), metrics.connections.get(), bounds.connections, more));
        Self { parts, started }
    }

    pub(crate) fn is_well(&self) -> bool {
        self.parts.iter().all(|part| part.trouble.is_none())
    }

    /// Whether requests can be served now.
    pub(crate) fn is_ready(&self) -> bool {
        self.started && self.parts.iter().all(|part| part.trouble.is_none() || !part.is_vital)
    }

    /// What is ill, one line each.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let ill = self.parts.iter().filter_map(|part| Some((&part.name, part.trouble.as_ref()?)));
        ill.map(|(name, (why, remedy))| format!("{name}: {why}; {remedy}")).collect()
    }

    pub(crate) fn json(&self) -> String {
        let parts = self.parts.iter().map(|part| match &part.trouble {
            None => json!({"part": part.name, "state": "well"}),
            Some((why, remedy)) => json!({"part": part.name, "state": "ill", "why": why, "remedy": remedy}),
        });
        let parts = parts.collect::<Vec<_>>();
        let state = if self.is_well() { "well" } else { "ill" };
        format!("{}\n", json!({"state": state, "ready": self.is_ready(), "parts": parts}))
    }
}

fn store(metrics: &Metrics) -> Part {
    let why = if metrics.write_trouble.is_on() {
        Some("the last write failed")
    } else if metrics.read_trouble.is_on() {
        Some("the last read failed")
    } else {
        None
    };
    let trouble = match (why, metrics.damaged.get()) {
        (Some(why), _) => Some((why.to_owned(), "see the log of the node; look at the disk")),
        (None, 0) => None,
        (None, records) => {
            Some((format!("{records} reads found a record that was changed"), "restore a backup"))
        }
    };
    // What is damaged is refused; the rest is served.
    Part { name: "store".into(), trouble, is_vital: why.is_some() }
}

fn log(audit: &AuditLog) -> Part {
    let trouble = (!audit.is_taking()).then(|| {
        let why = "the audit log takes no records, so what must be recorded is refused";
        (why.to_owned(), "make room on the disk and start the node again")
    });
    Part { name: "audit".into(), trouble, is_vital: true }
}

fn disk(state: &Path) -> Part {
    let trouble = match free(state) {
        Ok(bytes) if bytes < LEAST_FREE_BYTES => Some((
            format!("{bytes} bytes are free for the state directory"),
            "make room; the store fails when there is none",
        )),
        Ok(_) => None,
        Err(error) => Some((
            format!("the state directory cannot be looked at: {error}"),
            "look at the disk on which it lies",
        )),
    };
    Part { name: "disk".into(), trouble, is_vital: false }
}

/// The bytes that are free where this directory is.
pub(crate) fn free(directory: &Path) -> nix::Result<u64> {
    let file_system = statvfs(directory)?;
    Ok(file_system.blocks_available().saturating_mul(file_system.fragment_size()))
}

/// Whether there is room left where things wait.
fn room(name: String, waiting: u64, most: u64, remedy: &'static str) -> Part {
    let trouble = (waiting >= most).then(|| (format!("{waiting} of at most {most} are taken"), remedy));
    Part { name, trouble, is_vital: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(parts: Vec<Part>, started: bool) -> Health {
        Health { parts, started }
    }

    fn ill(is_vital: bool) -> Part {
        Part { name: "store".into(), trouble: Some(("it \"failed\"\n".into(), "mend it")), is_vital }
    }

    #[test]
    fn a_node_is_ready_when_it_has_started_and_nothing_vital_is_ill() {
        for (parts, started, well, ready) in [
            (vec![], true, true, true),
            (vec![], false, true, false),
            (vec![ill(true)], true, false, false),
            (vec![ill(false)], true, false, true),
        ] {
            let health = health(parts, started);
            assert_eq!((health.is_well(), health.is_ready()), (well, ready));
        }
    }

    #[test]
    fn the_document_is_json_whatever_a_part_says() {
        let text = health(vec![ill(true)], true).json();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["parts"][0]["why"], "it \"failed\"\n");
        assert_eq!(value["state"], "ill");
    }

    #[test]
    fn a_lane_is_ill_when_nothing_more_goes_in() {
        assert_eq!(room("x".into(), 63, 64, "r").trouble, None);
        assert!(room("x".into(), 64, 64, "r").trouble.is_some());
    }
}
