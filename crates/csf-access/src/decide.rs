//! The decision itself: permit-overrides over what is known (TS-0003 7.1.5; requirements ACC-1, ACC-9).

use std::sync::Arc;

use csf_api::{AccessOperation, ResourceId};

use crate::default_access::decide_default;
use crate::governing::{Fact, Governing};
use crate::policy::Policy;
use crate::section::Section;
use crate::subject::{Standing, Subject};
use crate::verdict::{MAX_MISSING, Missing, Reason, RuleRef, Verdict};

/// Decides whether the subject may do the operation.
///
/// The answer depends on the arguments alone. A policy that is missing never turns a permit into something
/// else, and one that is unavailable never permits and never stands in the way of another's rules.
pub fn decide(governing: &Governing<'_>, subject: &Subject<'_>, operation: AccessOperation) -> Verdict {
    if subject.standing == Standing::Internal {
        return Verdict::Permit(RuleRef::Internal);
    }
    match *governing {
        Governing::SelfPrivileges(policy) => {
            match policy.evaluate(Section::SelfPrivileges, subject, operation) {
                Ok(rule) => Verdict::Permit(rule),
                Err(reason) => Verdict::Deny(reason),
            }
        }
        Governing::Linked(links) => linked(links, Section::Privileges, subject, operation),
        Governing::LinkedSelf(links) => linked(links, Section::SelfPrivileges, subject, operation),
        Governing::Default { custodian, creator } => decide_default(custodian, creator, subject),
    }
}

fn linked(
    links: &[(ResourceId, Fact<Arc<Policy>>)],
    section: Section,
    subject: &Subject<'_>,
    operation: AccessOperation,
) -> Verdict {
    let mut nearest = Reason::NoPolicy;
    let mut missing = Vec::new();
    for (id, fact) in links {
        match fact {
            Fact::Known(policy) => match policy.evaluate(section, subject, operation) {
                Ok(rule) => return Verdict::Permit(rule),
                Err(reason) => nearest = nearest.max(reason),
            },
            Fact::Unavailable => nearest = nearest.max(Reason::PolicyUnavailable),
            Fact::Missing if missing.len() < MAX_MISSING && !missing.contains(id) => missing.push(id.clone()),
            Fact::Missing => {}
        }
    }
    if missing.is_empty() { Verdict::Deny(nearest) } else { Verdict::Unknown(Missing(missing)) }
}
