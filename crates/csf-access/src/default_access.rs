//! Default access, where no policy governs (TS-0001 9.6.1.3.2). It is here in every build.

use csf_api::EntityId;

use crate::subject::{Standing, Subject};
use crate::verdict::{Reason, RuleRef, Verdict};

/// Decides where no policy governs: everything for one entity, nothing for the others; the custodian goes before
/// the creator.
pub fn decide_default(
    custodian: Option<&EntityId>,
    creator: Option<&EntityId>,
    subject: &Subject<'_>,
) -> Verdict {
    if subject.standing == Standing::Internal {
        return Verdict::Permit(RuleRef::Internal);
    }
    if subject.standing == Standing::Bare {
        return Verdict::Deny(Reason::Bare);
    }
    let (owner, rule, reason) = match (custodian, creator) {
        (Some(custodian), _) => (custodian, RuleRef::Custodian, Reason::NotCustodian),
        (None, Some(creator)) => (creator, RuleRef::Creator, Reason::NotCreator),
        (None, None) => return Verdict::Deny(Reason::NoOwner),
    };
    if subject.name() == Some(owner) { Verdict::Permit(rule) } else { Verdict::Deny(reason) }
}
