//! Decisions of the last while, told to an administrator: a list, or those of one request with their reasons.
//!
//! Who and what of are told by the pseudonyms of the audit log, which the administrator resolves as those. A decision is
//! explained by making it again: against the policies of then while the policy epoch is still that of then, and
//! otherwise against those of now, which the answer says.

use std::collections::HashMap;

use csf_api::{AccessOperation, Address, Content, EntityId, Object, Status, Value};

use super::explanation::{ROOT, of_plan};
use super::plan::Plan;
use super::question::{only, requested};
use super::recent::{Decided, KEPT};
use crate::audit::{AuditAnswer, AuditQuestion};
use crate::authentication::name_of;
use crate::call::Call;
use crate::gate::epoch_of;
use crate::outside::{Outside, RequestNumber};
use crate::refusal::Refusal;
use crate::target;

/// The members of a question for recent decisions.
const MEMBERS: [&str; 3] = ["lst", "rfs", "req"];
/// The most decisions of one request that are explained.
const MAX_EXPLAINED: usize = 16;
/// The most decisions in one list.
const MAX_LISTED: usize = 250;

/// What an administrator wants to know of recent decisions.
pub(super) enum Recollection {
    /// The newest so many, or of those the refusals alone.
    List { most: usize, refused_alone: bool },
    /// Those of one request, explained.
    Of(RequestNumber),
}

impl Recollection {
    /// The question, where it is one about recent decisions.
    pub(super) fn read(body: &Object) -> Result<Option<Self>, Refusal> {
        if body.get("lst").is_none() && body.get("req").is_none() {
            return Ok(None);
        }
        only(body, &MEMBERS)?;
        let refused_alone = match body.get("rfs") {
            None => false,
            Some(value) => {
                value.as_bool().ok_or_else(|| Refusal::bad_request("'rfs' must be true or false"))?
            }
        };
        match (body.get("lst"), body.get("req")) {
            (Some(most), None) => {
                let most = most.as_integer().and_then(|most| usize::try_from(most).ok());
                let most = most.filter(|most| (1..=MAX_LISTED).contains(most));
                let wrong = || Refusal::bad_request(format!("'lst' is a number from 1 to {MAX_LISTED}"));
                Ok(Some(Self::List { most: most.ok_or_else(wrong)?, refused_alone }))
            }
            (None, Some(number)) if !refused_alone => {
                let number = number.as_text().and_then(RequestNumber::parse);
                let wrong = || Refusal::bad_request("'req' is the number of a request, as 5f3a1-2c");
                Ok(Some(Self::Of(number.ok_or_else(wrong)?)))
            }
            _ => Err(Refusal::bad_request("a list is asked for, or the decisions of one request")),
        }
    }

    pub(super) async fn answer<O: Outside>(self, call: &Call<'_, O>) -> Result<Object, Refusal> {
        let recent = &call.context.recent;
        let (found, most, explains) = match self {
            Self::List { most, refused_alone } => (recent.newest(refused_alone), most, false),
            Self::Of(number) => (recent.of(number), MAX_EXPLAINED, true),
        };
        let is_cut = found.len() > most;
        let mut teller = Teller { call, pseudonyms: HashMap::new() };
        let mut list = Vec::with_capacity(found.len().min(most));
        for decided in found.iter().take(most) {
            let mut told = teller.tell(decided).await?;
            if explains {
                told.set("exp", Value::Object(again(call, decided).await?));
            }
            list.push(Value::Object(told));
        }
        let kept = i64::try_from(KEPT).unwrap_or(i64::MAX);
        Ok(Object::new()
            .with("lst", Value::List(list))
            .with("cut", Value::Bool(is_cut))
            .with("kpt", Value::Integer(kept)))
    }
}

/// Tells decisions without names.
struct Teller<'a, O> {
    call: &'a Call<'a, O>,
    pseudonyms: HashMap<String, Box<str>>,
}

impl<O: Outside> Teller<'_, O> {
    async fn tell(&mut self, decided: &Decided) -> Result<Object, Refusal> {
        let recent = &self.call.context.recent;
        let (operation, discovers) = requested(decided.operation);
        let mut told = Object::new();
        if let Some(number) = recent.number(decided) {
            told.set("req", Value::text(&number.to_string()));
        }
        told.set("tim", Value::text(&decided.time.to_string()));
        if let Some(name) = recent.originator(decided) {
            told.set("fr", self.pseudonym(name).await?);
        }
        told.set("std", Value::text(name_of(decided.standing)));
        told.set("op", Value::Integer(i64::from(operation.number())));
        if discovers {
            told.set("fu", Value::Integer(1));
        }
        if let Some(child) = decided.child {
            told.set("rrt", Value::Integer(i64::from(child.number())));
        }
        if let Some(id) = recent.target(decided) {
            let end = if decided.of_members { "/fopt" } else { "" };
            let settings = &self.call.context.settings;
            let name = match target::load(self.call.asking, settings, &id).await {
                Ok(found) => target::hierarchical(self.call.asking, settings, &found.resource).await,
                Err(refusal) => Err(refusal),
            };
            // What is not there any more, or lies below what is not, has its identifier alone.
            let name = name.unwrap_or_else(|_| id.to_string());
            told.set("to", self.pseudonym(format!("{name}{end}")).await?);
        }
        told.set("dec", Value::Integer(if decided.permitted { 1 } else { 2 }));
        Ok(told)
    }

    async fn pseudonym(&mut self, name: String) -> Result<Value, Refusal> {
        if let Some(known) = self.pseudonyms.get(&name) {
            return Ok(Value::text(known));
        }
        match self.call.asking.ask_audit(AuditQuestion::Pseudonym(name.as_str().into())).await {
            Ok(AuditAnswer::Pseudonym(pseudonym)) => {
                let told = Value::text(&pseudonym);
                self.pseudonyms.insert(name, pseudonym);
                Ok(told)
            }
            _ => Err(Refusal::new(Status::InternalServerError, "the audit log named no pseudonym")),
        }
    }
}

/// Makes a decision again, and says how it differs from the one that was made.
async fn again<O: Outside>(call: &Call<'_, O>, decided: &Decided) -> Result<Object, Refusal> {
    let not = |why: &str| Ok(Object::new().with("gnd", Value::text(why)));
    let recent = &call.context.recent;
    let originator = match (decided.originator, recent.originator(decided)) {
        (Some(_), None) => return not("who asked is not known any more"),
        (_, name) => name.and_then(|name| EntityId::parse(&name, &call.context.settings.home).ok()),
    };
    let Some(id) = recent.target(decided) else { return not("what was asked about is not known any more") };
    let end = if decided.of_members { "/fopt" } else { "" };
    let Ok(to) = Address::parse(&format!("{id}{end}")) else {
        return not("what was asked about has no address");
    };
    let caller = (decided.standing, originator);
    // Members of a group have decisions of their own, in which they stand under pseudonyms.
    let mut plan = Plan::new(caller, decided.operation, to, decided.child);
    plan.time = Some(decided.time);
    if decided.relinks {
        let links = Object::new().with("acpi", Value::Null);
        plan.request.content = Some(Content::new(ROOT, Value::Object(links)));
    }
    let epoch = epoch_of(call.asking).await?;
    // An epoch is kept in 32 bits; that another one has the same ones takes four thousand million changes.
    let is_of_then = decided.epoch.is_some_and(|then| then == epoch.0 & u64::from(u32::MAX));
    let explained = match of_plan(call, &plan).await {
        Ok(explained) => explained,
        Err(refusal) => return not(&refusal.text),
    };
    let same =
        explained.get("dec").and_then(Value::as_integer) == Some(if decided.permitted { 1 } else { 2 });
    let unknown = [
        (decided.credentials, "which roles and tokens it brought"),
        (decided.address, "from which address it came"),
        (gives(decided.operation), "which attributes it gave"),
        (decided.operation == AccessOperation::Retrieve, "which attributes it wanted"),
    ];
    let unknown = unknown.iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| *what);
    Ok(explained
        .with("thn", Value::Bool(is_of_then))
        .with("sam", Value::Bool(same))
        .with("unk", Value::texts(unknown)))
}

const fn gives(operation: AccessOperation) -> bool {
    matches!(operation, AccessOperation::Create | AccessOperation::Update)
}
