//! Why an originator may or may not: what the gate would answer, on what ground, and what became of every rule that it
//! looked at (draft 6.3.1.1; requirement ACC-1).
//!
//! An administrator asks by an UPDATE of `security/administration` with the root `csf:explanation`. The request that is
//! asked about takes the way of every request through the gate, up to the grant, which is thrown away; the account
//! that the decision gives of itself on this way is the answer.

use csf_access::{ExplainedRule, Explanation, Outcome, Standing};
use csf_api::{Content, Object, Request, Status, Value};
use csf_tree::schema::{SECURITY_ADMINISTRATION, Schema};

use super::plan::Plan;
use super::question::Decision;
use crate::audit::AuditKind;
use crate::authentication::{Caller, name_of};
use crate::call::Call;
use crate::door;
use crate::gate::{Denial, Gate, Grant};
use crate::outside::Outside;
use crate::policies::Account;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target;

/// The root of a question for an explanation, and of the answer.
pub(super) const ROOT: &str = "csf:explanation";
/// The most rules that one answer lists; `cut` says that there were more.
const MAX_RULES: usize = 1024;

/// Whether a request asks for an explanation.
pub(crate) fn wants_explanation(schema: &Schema, request: &Request) -> bool {
    *schema == SECURITY_ADMINISTRATION && request.content.as_ref().is_some_and(|c| *c.root == *ROOT)
}

/// Explains a decision to an administrator who is proven to be one.
pub(crate) async fn explain<O: Outside>(call: &Call<'_, O>) -> Result<Reply, Refusal> {
    // The answer says what a denied caller must not learn, so a claim or an opened policy is not enough.
    if !call.caller.is_proven() || call.caller.originator() != Some(&call.context.settings.administrator) {
        return Err(Refusal::denied());
    }
    let content = call.request.content.as_ref().and_then(|content| content.value.as_object());
    let content = content.ok_or_else(|| Refusal::bad_request("the question must be an object"))?;
    let plan = Plan::read(content, &call.context.settings.home)?;
    let answer = Value::Object(answer(call, &plan).await?);
    let reply = Reply::new(Status::Updated).with(Content::new(ROOT, answer));
    Ok(reply.audited(AuditKind::Authorization))
}

async fn answer<O: Outside>(call: &Call<'_, O>, plan: &Plan) -> Result<Object, Refusal> {
    let located = match target::locate(call.asking, &call.context.settings, &plan.question.target).await {
        Ok(located) => located,
        Err(refusal) if refusal.status == Status::NotFound => {
            return Ok(Decision::NotApplicable.spell().with("gnd", Value::text("nothing is there")));
        }
        Err(refusal) => return Err(refusal),
    };
    let standing = if plan.question.authenticated { Standing::Proven } else { Standing::Vouched };
    let originator = Caller::asked_about(standing, plan.question.originator.clone());
    let originator = originator.asked_about_at(plan.address);
    let context = call.context;
    let presented = context.policies.present(context, call.asking, originator, &plan.request.credentials);
    let originator = presented.await?;
    let account = Account::as_of(plan.time);
    let gate = Gate { account: Some(&account), ..context.gate(call.asking) };
    let made = door::admit(&gate, &originator, &plan.request, &located, true).await;
    let answer = verdict(made)?;
    let roles = originator.held().roles().iter().map(csf_access::RoleId::as_str);
    let answer = answer.with("std", Value::text(name_of(standing))).with("rids", Value::texts(roles));
    let answer = answer.with("das", of_servers(&account));
    Ok(told(answer, account.explained()))
}

/// The answer of the gate and its ground. Only a denial is an answer; what went wrong otherwise is none.
fn verdict(made: Result<Grant, Denial>) -> Result<Object, Refusal> {
    let (decision, ground) = match made {
        Ok(grant) => (Decision::Permit, grant.basis().to_string()),
        Err(Denial { refusal, reason }) if refusal.status == Status::OriginatorHasNoPrivilege => {
            (Decision::Deny, reason.map_or_else(|| refusal.text.to_string(), |reason| reason.to_string()))
        }
        Err(denial) => return Err(denial.refusal),
    };
    Ok(decision.spell().with("gnd", Value::text(&ground)))
}

/// What became of each consultation of a server, in order.
fn of_servers(account: &Account) -> Value {
    let of_one = |(id, what): (csf_api::ResourceId, String)| {
        Value::Object(Object::new().with("con", Value::text(id.as_str())).with("why", Value::text(&what)))
    };
    Value::List(account.take_consulted().into_iter().map(of_one).collect())
}

/// With what became of every rule, and the policies that could not be had.
fn told(answer: Object, explained: Option<Explanation>) -> Object {
    let (rules, absent) = explained.map(|found| (found.rules, found.absent)).unwrap_or_default();
    let is_cut = rules.len() > MAX_RULES;
    answer
        .with("rls", Value::List(rules.iter().take(MAX_RULES).map(of_a_rule).collect()))
        .with("abs", Value::texts(absent.iter().map(csf_api::ResourceId::as_str)))
        .with("cut", Value::Bool(is_cut))
}

fn of_a_rule(rule: &ExplainedRule) -> Value {
    let outcome = match rule.outcome {
        Outcome::Permits => "permits".to_owned(),
        Outcome::Fails(reason) => reason.to_string(),
        Outcome::NeedsFact => "depends on a fact that could not be had".to_owned(),
    };
    let about = Object::new()
        .with("pol", Value::text(rule.policy.as_str()))
        .with("sct", Value::text(&rule.section.to_string()))
        .with("idx", Value::Integer(i64::try_from(rule.index).unwrap_or(i64::MAX)))
        .with("ok", Value::Bool(rule.outcome == Outcome::Permits))
        .with("why", Value::text(&outcome));
    Value::Object(about)
}
