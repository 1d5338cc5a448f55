//! Why an originator may or may not: what the gate would answer, on what ground, and what became of every rule that it
//! looked at (draft 6.3.1.1; requirement ACC-1).
//!
//! An administrator asks by an UPDATE of `security/administration` with the root `csf:explanation`. The request that is
//! asked about takes the way of every request through the gate, up to the grant, which is thrown away; the account
//! that the decision gives of itself on this way is the answer. Behind `fopt` each member answers for itself, as it would.

use std::pin::Pin;

use csf_access::{ExplainedRule, Outcome};
use csf_api::{Content, Object, Request, ResourceId, Status, Value};
use csf_tree::Resource;
use csf_tree::schema::{SECURITY_ADMINISTRATION, Schema};

use super::plan::Plan;
use super::question::Decision;
use super::recollection::Recollection;
use crate::audit::AuditKind;
use crate::authentication::{Caller, name_of};
use crate::call::Call;
use crate::door;
use crate::fan_out::{self, FanOut};
use crate::gate::{Denial, Gate, Grant};
use crate::outside::Outside;
use crate::policies::{Account, ExplainedPermission, Told};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::{self, Located};

/// The root of a question for an explanation, and of the answer.
pub(super) const ROOT: &str = "csf:explanation";
/// The most rules that one answer lists; `cut` says that there were more.
const MAX_RULES: usize = 1024;
/// The most members of groups that one answer explains; `cut` says that there were more.
const MAX_MEMBERS: usize = 32;

/// Whether a request asks for an explanation.
pub(crate) fn wants_explanation(schema: &Schema, request: &Request) -> bool {
    *schema == SECURITY_ADMINISTRATION && request.content.as_ref().is_some_and(|c| *c.root == *ROOT)
}

/// Explains a decision, or lists those of the last while, to an administrator who is proven to be one.
pub(crate) async fn explain<O: Outside>(call: &Call<'_, O>) -> Result<Reply, Refusal> {
    // The answer says what a denied caller must not learn, so a claim or an opened policy is not enough.
    if !call.caller.is_proven() || call.caller.originator() != Some(&call.context.settings.administrator) {
        return Err(Refusal::denied());
    }
    let content = call.request.content.as_ref().and_then(|content| content.value.as_object());
    let content = content.ok_or_else(|| Refusal::bad_request("the question must be an object"))?;
    let answer = match Recollection::read(content)? {
        Some(recollection) => recollection.answer(call).await?,
        None => of_plan(call, &Plan::read(content, &call.context.settings.home)?).await?,
    };
    let reply = Reply::new(Status::Updated).with(Content::new(ROOT, Value::Object(answer)));
    Ok(reply.audited(AuditKind::Authorization))
}

/// What the gate would answer to a plan, and why.
pub(super) async fn of_plan<O: Outside>(call: &Call<'_, O>, plan: &Plan) -> Result<Object, Refusal> {
    let mut way = Way { fan_out: FanOut::default(), members: 0 };
    of_request(call, plan, plan.request.clone(), &mut way).await
}

/// The way of one plan through groups.
struct Way {
    fan_out: FanOut,
    /// How many members were explained.
    members: usize,
}

/// What the gate would answer to the request of a plan, or to one to a member that it became.
fn of_request<'a, O: Outside>(
    call: &'a Call<'a, O>,
    plan: &'a Plan,
    request: Request,
    way: &'a mut Way,
) -> Pin<Box<dyn Future<Output = Result<Object, Refusal>> + Send + 'a>> {
    // Boxed, because a member can be a group in its turn.
    Box::pin(async move {
        let context = call.context;
        let located = match target::locate(call.asking, &context.settings, &request.to).await {
            Ok(located) => located,
            Err(refusal) if refusal.status == Status::NotFound => {
                return Ok(Decision::NotApplicable.spell().with("gnd", Value::text("nothing is there")));
            }
            Err(refusal) => return Err(refusal),
        };
        let originator = Caller::asked_about(plan.standing, plan.originator.clone());
        let originator = originator.asked_about_at(plan.address);
        let presented = context.policies.present(context, call.asking, originator, &request.credentials);
        let originator = match presented.await {
            Ok(originator) => originator,
            // A token that does not count refuses, whatever else would permit.
            Err(refusal) if refusal.status == Status::OriginatorHasNoPrivilege => {
                return Ok(told(verdict(Err(refusal.into()))?, &Told::default()));
            }
            Err(refusal) => return Err(refusal),
        };
        let account = Account::as_of(plan.time);
        let gate = Gate { account: Some(&account), ..context.gate(call.asking) };
        let made = door::admit(&gate, &originator, &request, &located, plan.is_open).await;
        let is_permitted = made.is_ok();
        let answer = verdict(made)?;
        let roles = originator.held().roles().iter().map(csf_access::RoleId::as_str);
        let answer =
            answer.with("std", Value::text(name_of(plan.standing))).with("rids", Value::texts(roles));
        let answer = told(answer, &account.told());
        match located {
            Located::Members { group, below } if is_permitted && plan.reaches_members => {
                let members = of_members(call, plan, &request, (&group.resource, &below), way).await;
                Ok(members.into_iter().fold(answer, |answer, (name, value)| answer.with(name, value)))
            }
            _ => Ok(answer),
        }
    })
}

/// What each member of a group would answer, on the way that a request takes to them.
async fn of_members<O: Outside>(
    call: &Call<'_, O>,
    plan: &Plan,
    request: &Request,
    (group, below): (&Resource, &[Box<str>]),
    way: &mut Way,
) -> Vec<(&'static str, Value)> {
    let members = match way.fan_out.enter(group) {
        Ok(members) => members,
        Err(refusal) => return vec![("gnd", Value::text(&refusal.text))],
    };
    let mut explained = Vec::new();
    let mut is_cut = false;
    for member in members {
        if way.members >= MAX_MEMBERS {
            is_cut = true;
            break;
        }
        way.members = way.members.saturating_add(1);
        let answer = match fan_out::address_at(member, below, &request.to) {
            Ok(to) => of_request(call, plan, Request { to, ..request.clone() }, way).await,
            Err(error) => Err(Refusal::bad_request(error.to_string())),
        };
        // What is wrong with one member says nothing of the others.
        let answer = answer.unwrap_or_else(|refusal| Object::new().with("gnd", Value::text(&refusal.text)));
        explained.push(Value::Object(answer.with("to", Value::text(member))));
    }
    way.fan_out.leave();
    let mut told = vec![("mbs", Value::List(explained))];
    if is_cut {
        told.push(("cut", Value::Bool(true)));
    }
    told
}

/// The answer of the gate and its ground. Only a denial is an answer; what went wrong otherwise is none.
fn verdict(made: Result<Grant, Denial>) -> Result<Object, Refusal> {
    let (decision, ground) = match made {
        Ok(grant) => (Decision::Permit, grant.basis().to_string()),
        Err(Denial { refusal, reason, .. }) if refusal.status == Status::OriginatorHasNoPrivilege => {
            (Decision::Deny, reason.map_or_else(|| refusal.text.to_string(), |reason| reason.to_string()))
        }
        Err(denial) => return Err(denial.refusal),
    };
    Ok(decision.spell().with("gnd", Value::text(&ground)))
}

/// With what became of every rule, and the policies that could not be had.
fn told(answer: Object, told: &Told) -> Object {
    let explained = told.explanation.iter();
    let rules = explained.clone().flat_map(|found| &found.rules).map(of_a_rule);
    let tokens = told.tokens.iter().flat_map(of_a_permission);
    let mut rows: Vec<Value> = rules.chain(tokens).take(MAX_RULES.saturating_add(1)).collect();
    let is_cut = rows.len() > MAX_RULES;
    rows.truncate(MAX_RULES);
    let absent = explained.flat_map(|found| &found.absent).map(ResourceId::as_str);
    let servers = told.consulted.iter().map(of_a_server).collect();
    answer
        .with("rls", Value::List(rows))
        .with("abs", Value::texts(absent))
        .with("das", Value::List(servers))
        .with("cut", Value::Bool(is_cut))
}

/// What became of the consultation of a server.
fn of_a_server((id, what): &(ResourceId, String)) -> Value {
    Value::Object(Object::new().with("con", Value::text(id.as_str())).with("why", Value::text(what)))
}

fn of_a_rule(rule: &ExplainedRule) -> Value {
    let of = Object::new()
        .with("pol", Value::text(rule.policy.as_str()))
        .with("sct", Value::text(&rule.section.to_string()));
    row(of, rule.index, rule.outcome)
}

fn of_a_permission(of: &ExplainedPermission) -> impl Iterator<Item = Value> {
    of.outcomes.iter().enumerate().map(|(index, outcome)| {
        let permission = i64::try_from(of.permission).unwrap_or(i64::MAX);
        let of =
            Object::new().with("tkn", Value::text(of.token.as_str())).with("prm", Value::Integer(permission));
        row(of, index, *outcome)
    })
}

/// One rule, and what became of it.
fn row(of: Object, index: usize, outcome: Outcome) -> Value {
    let why = match outcome {
        Outcome::Permits => "permits".to_owned(),
        Outcome::Fails(reason) => reason.to_string(),
        Outcome::NeedsFact => "depends on a fact that could not be had".to_owned(),
    };
    let row = of
        .with("idx", Value::Integer(i64::try_from(index).unwrap_or(i64::MAX)))
        .with("ok", Value::Bool(outcome == Outcome::Permits))
        .with("why", Value::text(&why));
    Value::Object(row)
}
