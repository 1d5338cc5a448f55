//! Short ways to write policies and subjects down.

use std::sync::Arc;

use csf_access::{Circumstances, Fact, Governing, Groups, Policy, Question, Standing, Subject, Verdict};
use csf_api::{AccessOperation, EntityId, Home, Object, ResourceId, ResourceType, UtcTime, Value};

pub(crate) fn home() -> Home {
    Home::new("//csf.example", "/id-mn").expect("well formed")
}

pub(crate) fn id(text: &str) -> EntityId {
    EntityId::parse(text, &home()).expect("well formed")
}

pub(crate) fn resource(text: &str) -> ResourceId {
    ResourceId::parse(text).expect("well formed")
}

/// A rule with these originators and operations.
pub(crate) fn rule(originators: &[&str], operations: i64) -> Object {
    Object::new()
        .with("acor", Value::texts(originators.iter().copied()))
        .with("acop", Value::Integer(operations))
}

pub(crate) fn rules(rules: impl IntoIterator<Item = Object>) -> Value {
    Value::Object(Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect())))
}

/// A policy with these `privileges`, which `Cowner` administers.
pub(crate) fn policy(privileges: impl IntoIterator<Item = Object>) -> Policy {
    let owner = rules([rule(&["Cowner"], 63)]);
    Policy::parse(resource("acp-1"), &rules(privileges), &owner, &home()).expect("well formed")
}

/// A policy that permits nothing to the resources, with these `selfPrivileges`.
pub(crate) fn self_policy(name: &str, self_privileges: impl IntoIterator<Item = Object>) -> Policy {
    Policy::parse(resource(name), &rules([]), &rules(self_privileges), &home()).expect("well formed")
}

/// Decides about the whole of a container, at some moment, where no group can be had.
pub(crate) fn decide(
    governing: &Governing<'_>,
    subject: &Subject<'_>,
    operation: AccessOperation,
) -> Verdict {
    let question = Question::whole(operation, ResourceType::CONTAINER);
    let mut groups = Groups::new();
    loop {
        let circumstances =
            Circumstances { groups: Some(&groups), ..Circumstances::at(UtcTime::from_unix_micros(0)) };
        match csf_access::decide(governing, subject, &question, &circumstances) {
            Verdict::Unknown(missing) if !missing.groups.is_empty() => {
                missing.groups.into_iter().for_each(|group| groups.know(group, Fact::Unavailable));
            }
            verdict => return verdict,
        }
    }
}

/// What one policy, linked, says to a caller.
pub(crate) fn ask(
    policy: Policy,
    standing: Standing,
    originator: Option<&str>,
    operation: AccessOperation,
) -> Verdict {
    let originator = originator.map(id);
    let links = [(policy.id().clone(), Fact::Known(Arc::new(policy)))];
    let subject = Subject::new(standing, originator.as_ref());
    decide(&Governing::Linked(&links), &subject, operation)
}
