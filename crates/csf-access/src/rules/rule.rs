//! One rule without its originators, which the index of its set holds.

use csf_api::{AccessOperation, AccessOperations};

use crate::condition::Check;
use crate::condition::context::{Context, check_any};
use crate::condition::details::Details;
use crate::inquiry::Inquiry;
use crate::remark::Remark;
use crate::verdict::Reason;

/// A compiled rule.
#[derive(Default)]
pub(super) struct Rule {
    pub(super) operations: AccessOperations,
    authenticated_only: bool,
    inert: bool,
    /// Most rules have none of these, and stay small.
    conditions: Option<Box<Conditions>>,
    pub(super) remarks: Box<[Remark]>,
}

/// What narrows a rule beyond originator and operation.
#[derive(Default)]
pub(super) struct Conditions {
    /// One of these, where there are any.
    pub(super) contexts: Vec<Context>,
    /// One of these, where there are any and a child is created.
    pub(super) details: Vec<Details>,
    /// The attributes that the rule is about, in order; `None` for whichever.
    pub(super) attributes: Option<Box<[Box<str>]>>,
}

impl Rule {
    pub(super) fn new(
        operations: AccessOperations,
        authenticated_only: bool,
        conditions: Conditions,
        mut remarks: Vec<Remark>,
    ) -> Self {
        remarks.sort_unstable();
        remarks.dedup();
        let inert = remarks.iter().any(|remark| remark.disables_rule());
        let some = !conditions.contexts.is_empty()
            || !conditions.details.is_empty()
            || conditions.attributes.is_some();
        let conditions = some.then(|| Box::new(conditions));
        Self { operations, authenticated_only, inert, conditions, remarks: remarks.into() }
    }

    /// The conditions but the attribute list, for a subject and an operation that the rule is for.
    pub(super) fn check(&self, inquiry: &Inquiry<'_>) -> Check {
        if self.authenticated_only && !inquiry.subject.is_authenticated() {
            return Check::Fails(Reason::Authentication);
        }
        if self.inert {
            return Check::Fails(Reason::Condition);
        }
        let Some(conditions) = &self.conditions else { return Check::Holds };
        let contexts = check_any(&conditions.contexts, inquiry);
        if matches!(contexts, Check::Fails(_)) {
            return contexts;
        }
        let creates = inquiry.question.operation == AccessOperation::Create;
        let details = &conditions.details;
        if creates && !details.is_empty() && !details.iter().any(|one| one.admit(inquiry.question)) {
            return Check::Fails(Reason::ObjectDetails);
        }
        contexts
    }

    /// The attributes that the rule is about; `None` for whichever.
    pub(super) fn attributes(&self) -> Option<&[Box<str>]> {
        self.conditions.as_ref()?.attributes.as_deref()
    }
}
