//! One question to one server, and what its answer is worth.

use std::sync::Arc;

use csf_access::{Rules, WindowForm};
use csf_api::{EntityId, Operation, Request, Response, Status, UtcTime};
use proto_primitive::{DasRequest, DasResponse, Granted, Lifetime, value_to_json};

use super::failure::Failure;
use super::kept::Subject;
use super::{Consultation, Lasting};
use crate::audit::{AuditKind, AuditRecord};
use crate::authorization::requested;
use crate::gate::epoch_of;
use crate::outside::Outside;
use crate::policies::Policies;
use crate::policies::decision::Decision;

/// How often one request has servers asked, whatever it looks at.
pub(super) const MAX_ASKED: u8 = 4;
/// The longest that a grant counts before the server is asked again, in seconds: a day.
const MAX_GRANT_SECONDS: i64 = 86_400;
/// The longest rules that are kept, in bytes of JSON; longer ones count for the request alone.
const MAX_KEPT_BYTES: usize = 4096;

/// Rules, and until when they count; `None` for this request alone.
type Answered = (Arc<Rules>, Option<UtcTime>);

impl<O: Outside> Decision<'_, O> {
    /// What the server behind a consultation grants; `None` where that is nothing, or is not clear.
    pub(super) async fn ask(
        &self,
        consultation: &Consultation,
        subject: &Subject,
        policies: &Policies,
    ) -> Option<Arc<Rules>> {
        let answered = self.answered(consultation, subject, policies).await;
        let answered = match (self.record(consultation, subject, &answered).await, answered) {
            (true, answered) => answered,
            (false, _) => Err(Failure::Unrecorded),
        };
        self.tell(&consultation.id, told(&answered));
        let (rules, until) = answered.ok()?;
        // What something changed meanwhile that decisions depend on is asked about again.
        let holds = matches!(epoch_of(self.gate.asking).await, Ok(epoch) if epoch == self.epoch);
        if let (true, Some(until), Ok(server)) = (holds, until, consultation.server(self.gate.settings)) {
            let grant = Lasting { rules: Arc::clone(&rules), until };
            let about = (subject, self.asked.operation);
            policies.consultations.keep(consultation, server.hop, about, grant, self.gate.asking.now());
        }
        Some(rules)
    }

    async fn answered(
        &self,
        consultation: &Consultation,
        subject: &Subject,
        policies: &Policies,
    ) -> Result<Answered, Failure> {
        let settings = self.gate.settings;
        let server = consultation.server(settings)?;
        if self.is_of_another_time() {
            return Err(Failure::AnotherTime);
        }
        if !self.caller.facts().may_consult(MAX_ASKED) {
            return Err(Failure::Enough);
        }
        let shared = &policies.consultations;
        let under_way = shared.begin(settings.consultation.at_once).ok_or(Failure::Busy)?;
        let own = EntityId::parse(settings.home.cse(), &settings.home).ok();
        let own = own.as_ref().map(EntityId::absolute);
        let id = shared.next_question(self.gate.asking.now());
        let mut request = Request::new(Operation::Notify, server.to, own, id);
        request.content = Some(self.question(consultation, subject).content());
        let response = self.gate.asking.send(&server.hop, &request).await.map_err(Failure::Unsent)?;
        drop(under_way);
        self.worth(&request, &response)
    }

    fn question(&self, consultation: &Consultation, subject: &Subject) -> DasRequest {
        let held = self.caller.held();
        DasRequest {
            originator: subject.originator.absolute().into(),
            target_type: self.target.resource_type(),
            // The rules say whether that includes discovery.
            operation: requested(self.asked.operation).0,
            target: format!("{}/{}", self.gate.settings.home.cse(), subject.target.as_str()).into(),
            address: self.caller.address(),
            roles: held.roles().iter().map(|role| role.as_str().into()).collect(),
            time: Some(self.gate.asking.now()),
            lifetime: consultation.lifetime.clone(),
            token_ids: held.tokens().iter().map(|held| held.token().id().as_str().into()).collect(),
        }
    }

    /// What an answer grants from now on.
    fn worth(&self, request: &Request, response: &Response) -> Result<Answered, Failure> {
        if response.request_id != request.request_id {
            return Err(Failure::AnotherQuestion);
        }
        if response.status != Status::Ok {
            return Err(Failure::Refused(response.status));
        }
        let content = response.content.as_ref().ok_or(Failure::Empty)?;
        let DasResponse { granted, has_tokens } = DasResponse::read(content).map_err(Failure::Unclear)?;
        let Some(Granted { rules, lifetime }) = granted else {
            return Err(Failure::Nothing { tokens: has_tokens });
        };
        let is_short = value_to_json(&rules).len() <= MAX_KEPT_BYTES;
        let home = &self.gate.settings.home;
        let rules = Rules::parse("gp", &rules, home, WindowForm::Seven).map_err(Failure::Rules)?;
        if rules.is_empty() {
            return Err(Failure::Nothing { tokens: has_tokens });
        }
        let now = self.gate.asking.now();
        let until = lifetime.map(|lifetime| end(lifetime, now));
        if until.is_some_and(|until| until <= now) {
            return Err(Failure::Ended);
        }
        Ok((Arc::new(rules), until.filter(|_| is_short)))
    }

    /// Has the audit log take that the server was asked, and what came of it; whether it did.
    async fn record(
        &self,
        consultation: &Consultation,
        subject: &Subject,
        answered: &Result<Answered, Failure>,
    ) -> bool {
        let record = AuditRecord {
            time: self.gate.asking.now(),
            kind: AuditKind::Consultation,
            originator: Some(subject.originator.absolute().into()),
            operation: Some(requested(self.asked.operation).0),
            target: Some(subject.target.as_str().into()),
            status: None,
            ground: format!("{}: {}", consultation.id, told(answered)).into(),
        };
        self.gate.asking.audit(record).await.is_ok()
    }
}

fn told(answered: &Result<Answered, Failure>) -> String {
    match answered {
        Ok((rules, Some(until))) => format!("the server granted {} rules until {until}", rules.len()),
        Ok((rules, None)) => format!("the server granted {} rules for this request", rules.len()),
        Err(failure) => failure.to_string(),
    }
}

/// When a grant ends: when the server says so, and no later than the longest that one counts.
fn end(lifetime: Lifetime, now: UtcTime) -> UtcTime {
    let latest = now.plus_seconds(MAX_GRANT_SECONDS);
    let said = match lifetime {
        Lifetime::Until(until) => until,
        Lifetime::For(time) => {
            let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
            UtcTime::from_unix_micros(now.unix_micros().saturating_add(micros))
        }
    };
    said.min(latest)
}
