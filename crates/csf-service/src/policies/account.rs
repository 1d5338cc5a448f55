//! The account that a decision gives of itself, where an administrator wants to know why it is as it is.

use std::sync::{Mutex, PoisonError};

use csf_access::Explanation;
use csf_api::UtcTime;

/// Where the gate puts the account of the decision that it makes.
#[derive(Debug, Default)]
pub(crate) struct Account {
    time: Option<UtcTime>,
    explained: Mutex<Option<Explanation>>,
}

impl Account {
    /// Of a decision as of this time; of now, where there is none.
    pub(crate) const fn as_of(time: Option<UtcTime>) -> Self {
        Self { time, explained: Mutex::new(None) }
    }

    /// The time that rules are held against, where it is not now.
    pub(super) const fn time(&self) -> Option<UtcTime> {
        self.time
    }

    /// Keeps the explanation of a decision that was made.
    pub(super) fn keep(&self, explanation: Explanation) {
        *self.explained.lock().unwrap_or_else(PoisonError::into_inner) = Some(explanation);
    }

    /// The explanation; `None` where no policy and no default access was asked.
    pub(crate) fn explained(self) -> Option<Explanation> {
        self.explained.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
