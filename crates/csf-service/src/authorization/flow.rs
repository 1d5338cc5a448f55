//! The authorization flow of the draft, step by step, for a CSF in this process (6.3.1.2).

use std::time::Instant;

use csf_api::{Address, Content, Operation, Request, RequestId, Response, Value};

use super::ROOT;
use super::question::{Decision, Question};
use crate::authentication::Evidence;
use crate::door::Service;
use crate::names::AUTHORIZATION_ADDRESS;
use crate::outside::Outside;
use crate::trace::Step;

/// One step of the draft's authorization flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AuthorizationStep {
    /// 001: the originator requests a function of a CSF.
    Requested = 1,
    /// 002: the CSF asks the authorization function.
    Asked = 2,
    /// 003: whether the CSF may ask is put to access control.
    Forwarded = 3,
    /// 004: access control verifies that.
    Verified = 4,
    /// 005: access control answers.
    Answered = 5,
    /// 006: the authorization function works on the question, or leaves it alone.
    Decided = 6,
    /// 007: the CSF is told.
    Told = 7,
    /// 008: the CSF carries the request of the originator out, or refuses it.
    CarriedOut = 8,
    /// 009: the originator is told.
    Responded = 9,
}

/// One authorization, from the request of an originator to the answer that it gets: what a CSF in this process goes
/// through with each request. Its decision is a denial until the service has said otherwise.
#[derive(Debug)]
pub struct Authorization {
    steps: Vec<AuthorizationStep>,
    decision: Decision,
}

impl Authorization {
    /// An originator has requested something of a CSF.
    #[must_use]
    pub fn requested() -> Self {
        Self { steps: vec![AuthorizationStep::Requested], decision: Decision::Deny }
    }

    /// The CSF asks. It is under access control itself: `evidence` says what proves who it is, `asker` is its name,
    /// such as `local:billing`.
    ///
    /// # Errors
    ///
    /// The response that refuses: 4106 where nothing proves the asker, 4103 where it may not ask, whatever it asked.
    pub async fn ask<O: Outside>(
        &mut self,
        service: &Service,
        outside: &O,
        evidence: &Evidence,
        asker: &str,
        question: &Question,
        by: Instant,
    ) -> Result<Decision, Box<Response>> {
        self.decision = Decision::Deny;
        let body = Value::Object(question.spell());
        let to = Address::parse(AUTHORIZATION_ADDRESS);
        let Ok(to) = to else { return Ok(self.decision) };
        let mut request = Request::new(Operation::Update, to, Some(asker), RequestId::unknown());
        request.content = Some(Content::new(ROOT, body));
        let (response, trace) = service.handle_traced(outside, evidence, &request, by).await;
        self.steps.retain(|step| *step == AuthorizationStep::Requested);
        self.steps.extend(trace.steps().iter().map(|step| match step {
            Step::Called => AuthorizationStep::Asked,
            Step::Forwarded => AuthorizationStep::Forwarded,
            Step::Verified => AuthorizationStep::Verified,
            Step::Answered => AuthorizationStep::Answered,
            Step::Processed => AuthorizationStep::Decided,
            Step::Responded => AuthorizationStep::Told,
        }));
        if !response.status.is_success() {
            return Err(Box::new(response));
        }
        self.decision = Decision::read(response.content.as_ref().and_then(|c| c.value.as_object()));
        Ok(self.decision)
    }

    /// The CSF carries out what was permitted, and nothing else: `None` where nothing was.
    pub fn carry_out<T>(&mut self, work: impl FnOnce() -> T) -> Option<T> {
        self.steps.push(AuthorizationStep::CarriedOut);
        (self.decision == Decision::Permit).then(work)
    }

    /// The originator is told; the steps that were taken, in order.
    #[must_use]
    pub fn respond(mut self) -> Vec<AuthorizationStep> {
        self.steps.push(AuthorizationStep::Responded);
        self.steps
    }
}
