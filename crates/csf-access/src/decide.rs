//! The decision itself: permit-overrides over what is known (TS-0003 7.1.5; requirements ACC-1, ACC-9).

use std::sync::Arc;

use csf_api::ResourceId;

use crate::circumstances::Circumstances;
use crate::default_access::decide_default;
use crate::fact::Fact;
use crate::governing::Governing;
use crate::inquiry::{Findings, Inquiry};
use crate::policy::Policy;
use crate::question::Question;
use crate::rules::Rules;
use crate::section::Section;
use crate::subject::{Standing, Subject};
use crate::verdict::{Reason, RuleRef, Verdict};

/// Decides whether the subject may do what is asked, under these circumstances.
///
/// The answer depends on the arguments alone. A fact that is missing never turns a permit into something
/// else, and one that is unavailable never permits and never stands in the way of another's rules.
pub fn decide(
    governing: &Governing<'_>,
    subject: &Subject<'_>,
    question: &Question<'_>,
    circumstances: &Circumstances<'_>,
) -> Verdict {
    if subject.standing == Standing::Internal {
        return Verdict::Permit(RuleRef::Internal);
    }
    let inquiry = Inquiry::new(subject, question, circumstances);
    match *governing {
        Governing::SelfPrivileges(policy) => {
            let mut findings = Findings::new();
            let rule = policy.evaluate(Section::SelfPrivileges, &inquiry, &mut findings);
            rule.map_or_else(|| findings.conclude(), Verdict::Permit)
        }
        Governing::Linked(links) => linked(links, Section::Privileges, &inquiry),
        Governing::LinkedSelf(links) => linked(links, Section::SelfPrivileges, &inquiry),
        Governing::Consulted(answers) => consulted(answers, &inquiry),
        Governing::Default { custodian, creator } => decide_default(custodian, creator, subject),
    }
}

fn linked(links: &[(ResourceId, Fact<Arc<Policy>>)], section: Section, inquiry: &Inquiry<'_>) -> Verdict {
    let mut findings = Findings::new();
    for (id, fact) in links {
        match fact {
            Fact::Known(policy) => {
                if let Some(rule) = policy.evaluate(section, inquiry, &mut findings) {
                    return Verdict::Permit(rule);
                }
            }
            Fact::Unavailable => findings.fail(Reason::PolicyUnavailable),
            Fact::Missing => findings.need_policy(id),
        }
    }
    findings.conclude()
}

fn consulted(answers: &[(ResourceId, Fact<Arc<Rules>>)], inquiry: &Inquiry<'_>) -> Verdict {
    let mut findings = Findings::new();
    for (id, fact) in answers {
        match fact {
            Fact::Known(rules) => {
                if let Some(index) = rules.evaluate(inquiry, &mut findings) {
                    let consultation = Arc::new(id.clone());
                    return Verdict::Permit(RuleRef::Consultation { consultation, index });
                }
            }
            Fact::Unavailable => findings.fail(Reason::ConsultationUnavailable),
            Fact::Missing => findings.need_consultation(id),
        }
    }
    findings.conclude()
}
