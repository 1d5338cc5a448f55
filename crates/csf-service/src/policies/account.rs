//! The account that a decision gives of itself, where an administrator wants to know why it is as it is.

use std::sync::{Arc, Mutex, PoisonError};

use csf_access::{Explanation, Outcome, TokenId};
use csf_api::{ResourceId, UtcTime};

/// What became of the rules of one permission of a token, in order.
#[derive(Debug)]
pub(crate) struct ExplainedPermission {
    /// The token.
    pub(crate) token: Arc<TokenId>,
    /// Which of its permissions, counted from 0.
    pub(crate) permission: usize,
    /// What became of each rule.
    pub(crate) outcomes: Vec<Outcome>,
}

/// What a decision said of itself.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// What governs the target; `None` where no policy and no default access was asked. Where a token gives roles,
    /// as it is with these.
    pub(crate) explanation: Option<Explanation>,
    /// What the tokens of the request say, as far as it came to them.
    pub(crate) tokens: Vec<ExplainedPermission>,
    /// What became of the consultations that were looked at, in order.
    pub(crate) consulted: Vec<(ResourceId, String)>,
}

/// Where the gate puts the account of the decision that it makes.
#[derive(Debug, Default)]
pub(crate) struct Account {
    time: Option<UtcTime>,
    told: Mutex<Told>,
}

impl Account {
    /// Of a decision as of this time; of now, where there is none.
    pub(crate) fn as_of(time: Option<UtcTime>) -> Self {
        Self { time, told: Mutex::default() }
    }

    /// The time that rules are held against, where it is not now.
    pub(super) const fn time(&self) -> Option<UtcTime> {
        self.time
    }

    /// Keeps the explanation of a decision that was made.
    pub(super) fn keep(&self, explanation: Explanation) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).explanation = Some(explanation);
    }

    /// Adds the explanation of a decision by what servers granted, which comes after that by policies.
    pub(super) fn add(&self, explanation: Explanation) {
        let told = &mut self.told.lock().unwrap_or_else(PoisonError::into_inner).explanation;
        match told {
            Some(earlier) => {
                earlier.verdict = explanation.verdict;
                earlier.rules.extend(explanation.rules);
                earlier.absent.extend(explanation.absent);
            }
            None => *told = Some(explanation),
        }
    }

    /// Keeps what became of a consultation.
    pub(super) fn tell(&self, consultation: &ResourceId, what: String) {
        let consulted = &mut self.told.lock().unwrap_or_else(PoisonError::into_inner).consulted;
        consulted.push((consultation.clone(), what));
    }

    /// Keeps what a permission of a token said.
    pub(super) fn keep_permission(&self, permission: ExplainedPermission) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).tokens.push(permission);
    }

    /// What the decision said.
    pub(crate) fn told(self) -> Told {
        self.told.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
