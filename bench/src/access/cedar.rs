//! The peer: cedar-policy, with the originators of each operation as the data of one entity.
//!
//! It gets what it is quick at: one static policy, exact originators, requests that are built beforehand. Windows,
//! addresses, wildcards and groups are left out of its work.

use std::collections::HashMap;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use csf_api::{AccessOperation, EntityId, Home, Value};

use super::thousand::Asked;
use crate::failure::Failure;

/// The policy: who is among the originators of the operation may do it.
const POLICY: &str = "permit(principal, action, resource) when { resource.acor.contains(principal) };";

pub(super) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
}

fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::machine("cedar-policy", error)
}

fn uid(kind: &str, name: &str) -> Result<EntityUid, Failure> {
    EntityUid::from_str(&format!("{kind}::\"{name}\"")).map_err(wrong)
}

impl Cedar {
    /// The peer over the exact originators of these rules, with the same requests.
    pub(super) fn over(rules: &[Value], asked: &[Asked], home: &Home) -> Result<Self, Failure> {
        let resource = uid("Resource", "target")?;
        let mut originators = Vec::new();
        for rule in rules.iter().filter_map(Value::as_object) {
            for entry in rule.get("acor").and_then(Value::as_list).unwrap_or_default() {
                if let Some(id) = entry.as_text().and_then(|text| EntityId::parse(text, home).ok()) {
                    originators.push(RestrictedExpression::new_entity_uid(uid("Originator", id.absolute())?));
                }
            }
        }
        let data = HashMap::from([("acor".to_owned(), RestrictedExpression::new_set(originators))]);
        let entity = Entity::new(resource.clone(), data, std::collections::HashSet::new()).map_err(wrong)?;
        let actions: Result<Vec<_>, _> =
            AccessOperation::ALL.iter().map(|operation| uid("Action", operation.name())).collect();
        let actions = actions?;
        let requests = asked.iter().map(|asked| {
            let at = AccessOperation::ALL.iter().position(|operation| *operation == asked.operation);
            let action = at.and_then(|at| actions.get(at)).cloned().ok_or_else(|| wrong("no such action"))?;
            let principal = uid("Originator", asked.originator.absolute())?;
            Request::new(principal, action, resource.clone(), Context::empty(), None).map_err(wrong)
        });
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(POLICY).map_err(wrong)?,
            entities: Entities::from_entities([entity], None).map_err(wrong)?,
            requests: requests.collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn decide(&self, n: usize) -> bool {
        let Some(request) = self.requests.get(n) else { return false };
        let answer = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        answer.decision() == Decision::Allow
    }
}
