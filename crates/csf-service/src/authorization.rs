//! The authorization service: may this originator do that to this target? (draft 6.3.1.2; requirements ACC-5, ACC-6)
//!
//! ```text
//!   001 an originator wants something of a CSF
//!   002 the CSF asks ──────▶ door ─▶ 003 gate: may the CSF ask?  004 005  ── no: 4103, and nothing is looked up
//!                                     006 gate: what it would answer the originator
//!   007 PERMIT, DENY, or not applicable ◀─┘
//!   008 the CSF carries out or refuses, 009 and tells the originator
//! ```
//!
//! Two resources take the question as an UPDATE and keep nothing of it: `security/authorization`, for CSFs of this
//! CSE, which say whether they authenticated the originator, and every `<authorizationDecision>` (TS-0004 7.4.43),
//! whose asker vouches and no more. In Rust, [`Authorization`] asks.

mod explanation;
mod flow;
mod plan;
mod question;
mod recent;
mod recollection;

use csf_access::Standing;
use csf_api::{Content, Object, Status, Value};
use csf_tree::schema::{AUTHORIZATION_DECISION, AUTHORIZATION_SERVICE};

use crate::asked::Asked;
use crate::audit::AuditKind;
use crate::authentication::Caller;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::{self, Found, Located};

pub(crate) use explanation::{explain, wants_explanation};
pub use flow::{Authorization, AuthorizationStep};
pub(crate) use question::requested;
pub use question::{Decision, Question};
pub(crate) use recent::Recent;

/// The root of a question to the authorization service.
pub(crate) const ROOT: &str = "csf:authorization";

/// Whether an UPDATE of this resource is a question to it.
pub(crate) fn is_question<O>(call: &Call<'_, O>, found: &Found) -> bool {
    let Some(content) = &call.request.content else { return false };
    if *found.resource.schema == AUTHORIZATION_SERVICE {
        return *content.root == *ROOT;
    }
    let asks = |body: &Object| question::OF_A_DECISION_POINT.iter().any(|name| body.get(name).is_some());
    *found.resource.schema == AUTHORIZATION_DECISION && content.value.as_object().is_some_and(asks)
}

/// Answers a question. Whether the caller may ask was decided before, without a look at the question.
pub(crate) async fn answer<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let content =
        call.request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    let body =
        content.value.as_object().ok_or_else(|| Refusal::bad_request("the question must be an object"))?;
    let of_a_csf = *found.resource.schema == AUTHORIZATION_SERVICE;
    if !of_a_csf && *content.root != *AUTHORIZATION_DECISION.root {
        return Err(Refusal::bad_request(format!("the content is '{}'", AUTHORIZATION_DECISION.root)));
    }
    let home = &call.context.settings.home;
    let question =
        if of_a_csf { Question::of_a_csf(body, home)? } else { Question::of_a_decision_point(body, home)? };
    let decision = decide(call, &question).await?;
    let answer = Value::Object(decision.spell());
    let reply = Reply::new(Status::Updated).with(Content::new(&content.root, answer));
    Ok(reply.audited(AuditKind::Authorization))
}

/// What the gate would answer the originator, who is given no grant.
async fn decide<O: Outside>(call: &Call<'_, O>, question: &Question) -> Result<Decision, Refusal> {
    let found = match target::locate(call.asking, &call.context.settings, &question.target).await {
        Ok(Located::Resource(found)) => found.resource,
        Ok(Located::Members { group, .. }) => crate::fan_out::as_members_are_governed(&group.resource),
        Err(refusal) if refusal.status == Status::NotFound => return Ok(Decision::NotApplicable),
        Err(refusal) => return Err(refusal),
    };
    let standing = if question.authenticated { Standing::Proven } else { Standing::Vouched };
    let originator = Caller::asked_about(standing, Some(question.originator.clone()));
    let gate = call.context.gate(call.asking);
    match gate.admit(&originator, Asked::whole(question.operation), &found).await {
        Ok(_) => Ok(Decision::Permit),
        Err(denial) if denial.refusal.status == Status::OriginatorHasNoPrivilege => Ok(Decision::Deny),
        Err(denial) => Err(denial.refusal),
    }
}
