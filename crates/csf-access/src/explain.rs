//! Why a decision is as it is: every rule that was looked at, and the first of its conditions that failed.

use std::sync::Arc;

use csf_api::ResourceId;

use crate::circumstances::Circumstances;
use crate::decide::decide;
use crate::fact::Fact;
use crate::governing::Governing;
use crate::inquiry::{Findings, Inquiry};
use crate::policy::Policy;
use crate::question::Question;
use crate::rules::Rules;
use crate::section::Section;
use crate::subject::{Standing, Subject};
use crate::verdict::{Reason, Verdict};

type Link = (ResourceId, Fact<Arc<Policy>>);

/// What became of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It permits, alone or by completing the attribute lists of those before it.
    Permits,
    /// This is the first of its conditions that does not hold.
    Fails(Reason),
    /// It depends on a group, or on where the originator is, that nobody has asked for yet.
    NeedsFact,
}

/// A rule, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedRule {
    /// The policy, or the consultation through which the rule was granted.
    pub policy: ResourceId,
    /// Where in the policy.
    pub section: Section,
    /// Which rule of `acr`, counted from 0.
    pub index: usize,
    /// What became of it.
    pub outcome: Outcome,
}

/// A decision with its reasons. It is for administrators: it names what a denied caller must not learn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The answer, which is that of [`decide`].
    pub verdict: Verdict,
    /// Every rule of every policy that is known, in order; none where no policy counts.
    pub rules: Vec<ExplainedRule>,
    /// The policies and consultations that count and could not be had, or have not been asked for.
    pub absent: Vec<ResourceId>,
}

/// Decides like [`decide`], and says of every rule what became of it.
#[must_use]
pub fn explain(
    governing: &Governing<'_>,
    subject: &Subject<'_>,
    question: &Question<'_>,
    circumstances: &Circumstances<'_>,
) -> Explanation {
    let verdict = decide(governing, subject, question, circumstances);
    let mut explanation = Explanation { verdict, rules: Vec::new(), absent: Vec::new() };
    if subject.standing == Standing::Internal {
        return explanation;
    }
    let inquiry = Inquiry::new(subject, question, circumstances);
    let mut findings = Findings::new();
    let mut add_rules = |id: &ResourceId, of: &Rules, section, rules: &mut Vec<ExplainedRule>| {
        let outcomes = of.outcomes(&inquiry, &mut findings);
        rules.extend(outcomes.into_iter().enumerate().map(|(index, outcome)| ExplainedRule {
            policy: id.clone(),
            section,
            index,
            outcome,
        }));
    };
    if let Governing::Consulted(answers) = *governing {
        for (id, fact) in answers {
            match fact {
                Fact::Known(rules) => add_rules(id, rules, Section::Privileges, &mut explanation.rules),
                Fact::Missing | Fact::Unavailable => explanation.absent.push(id.clone()),
            }
        }
    }
    let mut add = |policy: &Policy, section, rules: &mut Vec<ExplainedRule>| {
        add_rules(policy.id(), policy.rules(section), section, rules);
    };
    let (links, section): (&[Link], _) = match *governing {
        Governing::SelfPrivileges(policy) => {
            add(policy, Section::SelfPrivileges, &mut explanation.rules);
            (&[], Section::SelfPrivileges)
        }
        Governing::Linked(links) => (links, Section::Privileges),
        Governing::LinkedSelf(links) => (links, Section::SelfPrivileges),
        Governing::Default { .. } | Governing::Consulted(_) => (&[], Section::Privileges),
    };
    for (id, fact) in links {
        match fact {
            Fact::Known(policy) => add(policy, section, &mut explanation.rules),
            Fact::Missing | Fact::Unavailable => explanation.absent.push(id.clone()),
        }
    }
    explanation
}
