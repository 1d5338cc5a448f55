//! What is counted of one secure environment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use csf_transport::{Description, Reply, SeError, SeId};

use super::{Counter, Gauge};

/// How a command ended, as a label; in the order of [`outcome`].
pub(super) const OUTCOMES: [&str; 7] =
    ["done", "refused", "unavailable", "expired", "unknown", "storage", "fault"];

/// The counts of one secure environment.
pub(crate) struct EnvironmentMetrics {
    id: SeId,
    /// In the order of [`OUTCOMES`].
    pub(super) commands: [Counter; OUTCOMES.len()],
    /// Commands that wait for its lane, or run on it.
    pub(crate) waiting: Arc<Gauge>,
    /// How the last command ended that says something about the environment.
    last: AtomicU8,
}

impl EnvironmentMetrics {
    pub(super) fn new(description: &Description) -> Self {
        let (commands, waiting) = Default::default();
        Self { id: description.id.clone(), commands, waiting, last: AtomicU8::new(0) }
    }

    pub(super) fn is(&self, id: &SeId) -> bool {
        self.id == *id
    }

    pub(crate) fn name(&self) -> &str {
        self.id.as_str()
    }

    /// A command ended so.
    pub(crate) fn ended(&self, ended: &Result<Reply, SeError>) {
        let outcome = outcome(ended);
        if let Some(counter) = self.commands.get(usize::from(outcome)) {
            counter.count();
        }
        // What a caller did wrong, or had no time for, says nothing about the environment.
        let says = !matches!(ended, Err(SeError::Expired)) && outcome != 1;
        if says && self.last.load(Ordering::Relaxed) != outcome {
            self.last.store(outcome, Ordering::Relaxed);
        }
    }

    /// Why it is ill, if it is.
    pub(crate) fn trouble(&self) -> Option<&'static str> {
        match self.last.load(Ordering::Relaxed) {
            2 => Some("it was not available to the last command"),
            4 => Some("it did not answer the last command"),
            5 => Some("its own storage failed the last command"),
            6 => Some("it gave an impossible answer to the last command"),
            _ => None,
        }
    }
}

/// The place of an outcome in [`OUTCOMES`].
const fn outcome(ended: &Result<Reply, SeError>) -> u8 {
    match ended {
        Ok(_) => 0,
        Err(SeError::Unavailable) => 2,
        Err(SeError::Expired) => 3,
        Err(SeError::OutcomeUnknown) => 4,
        Err(SeError::Storage) => 5,
        Err(SeError::Fault) => 6,
        Err(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use csf_transport::Refusal;

    use super::*;

    #[test]
    fn an_environment_is_ill_until_it_does_something_again() {
        let lab = support::se_suite::VolatileSe::new("soft", csf_api::SecurityLevel::Low);
        let metrics = EnvironmentMetrics::new(csf_transport::SecureEnvironment::describe(&lab));
        for (error, trouble) in [
            (SeError::Unavailable, true),
            (SeError::OutcomeUnknown, true),
            (SeError::Storage, true),
            (SeError::Fault, true),
        ] {
            metrics.ended(&Err(error));
            assert_eq!(metrics.trouble().is_some(), trouble, "{error}");
            // The caller's faults do not make it well.
            metrics.ended(&Err(SeError::Refused(Refusal::Owner)));
            metrics.ended(&Err(SeError::Expired));
            assert_eq!(metrics.trouble().is_some(), trouble, "{error}");
            metrics.ended(&Ok(Reply::Done));
            assert_eq!(metrics.trouble(), None);
        }
        let counted: Vec<_> = metrics.commands.iter().map(Counter::get).collect();
        assert_eq!(counted, [4, 4, 1, 4, 1, 1, 1]);
    }
}
