//! The account that a decision gives of itself, where an administrator wants to know why it is as it is.

use std::sync::{Mutex, PoisonError};

use csf_access::Explanation;
use csf_api::{ResourceId, UtcTime};

/// Where the gate puts the account of the decision that it makes.
#[derive(Debug, Default)]
pub(crate) struct Account {
    time: Option<UtcTime>,
    explained: Mutex<Option<Explanation>>,
    consulted: Mutex<Vec<(ResourceId, String)>>,
}

impl Account {
    /// Of a decision as of this time; of now, where there is none.
    pub(crate) const fn as_of(time: Option<UtcTime>) -> Self {
        Self { time, explained: Mutex::new(None), consulted: Mutex::new(Vec::new()) }
    }

    /// The time that rules are held against, where it is not now.
    pub(super) const fn time(&self) -> Option<UtcTime> {
        self.time
    }

    /// Keeps the explanation of a decision that was made.
    pub(super) fn keep(&self, explanation: Explanation) {
        *self.explained.lock().unwrap_or_else(PoisonError::into_inner) = Some(explanation);
    }

    /// Adds the explanation of a decision by what servers granted, which comes after that by policies.
    pub(super) fn add(&self, explanation: Explanation) {
        let mut explained = self.explained.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *explained {
            Some(earlier) => {
                earlier.verdict = explanation.verdict;
                earlier.rules.extend(explanation.rules);
                earlier.absent.extend(explanation.absent);
            }
            None => *explained = Some(explanation),
        }
    }

    /// Keeps what became of a consultation.
    pub(super) fn tell(&self, consultation: &ResourceId, what: String) {
        let mut consulted = self.consulted.lock().unwrap_or_else(PoisonError::into_inner);
        consulted.push((consultation.clone(), what));
    }

    /// What became of the consultations that were looked at, in order.
    pub(crate) fn take_consulted(&self) -> Vec<(ResourceId, String)> {
        std::mem::take(&mut *self.consulted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The explanation; `None` where no policy and no default access was asked.
    pub(crate) fn explained(self) -> Option<Explanation> {
        self.explained.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
