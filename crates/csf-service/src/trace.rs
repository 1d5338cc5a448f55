//! The steps of the access control flow, as they were taken (draft 6.3.1.1, requirement ACC-1).

/// One step of the draft's access control flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Step {
    /// 001: the originator calls a function.
    Called = 1,
    /// 002: the request goes to access control, with identifiers and authentication material.
    Forwarded = 2,
    /// 003: access control verifies the access rights.
    Verified = 3,
    /// 004: access control answers.
    Answered = 4,
    /// 005: the function is processed, or rejected.
    Processed = 5,
    /// 006: the result goes back to the originator.
    Responded = 6,
}

/// The steps that a request took, in order. A request that is refused early takes fewer of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    steps: Vec<Step>,
    permitted: Option<bool>,
}

impl Trace {
    /// Notes a step. A request that is decided again goes back to step 002.
    pub(crate) fn note(&mut self, step: Step) {
        self.steps.retain(|taken| *taken < step);
        self.steps.push(step);
    }

    /// Notes what access control answered.
    pub(crate) fn answer(&mut self, permitted: bool) {
        self.permitted = Some(permitted);
        self.note(Step::Answered);
    }

    /// The steps in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What access control answered; `None` when it was never asked.
    #[must_use]
    pub const fn permitted(&self) -> Option<bool> {
        self.permitted
    }
}
