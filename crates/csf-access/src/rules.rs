//! A compiled set of access control rules (m2m:setOfAcrs), indexed by whom they are for, so that a decision looks at
//! few of them.

mod error;
mod explain;
mod index;
mod parse;
mod parse_context;
mod parse_details;
mod rule;

use std::fmt;

use csf_api::{AccessOperations, EntityId};

pub(crate) use error::Place;
pub use error::{Fault, PolicyError};
pub(crate) use parse::Reading;
pub use parse::{
    MAX_ENTRY_BYTES, MAX_GROUPS_PER_SECTION, MAX_ORIGINATORS_PER_RULE, MAX_PATTERN_BYTES,
    MAX_PATTERNS_PER_SECTION, MAX_RULES_PER_SECTION,
};

use self::index::{GroupRules, Index};
use self::rule::Rule;
use crate::circumstances::{Circumstances, Groups};
use crate::condition::Check;
use crate::fact::Fact;
use crate::inquiry::{Findings, Inquiry, for_nobody_else};
use crate::question::Question;
use crate::remark::Remark;
use crate::subject::Subject;
use crate::verdict::{Reason, Verdict};

/// A compiled set of rules: the value of `pv` or `pvs`, or of whatever else carries rules. It is made by
/// [`Rules::parse`].
///
/// Its `Debug` shows its size, no identity.
#[derive(Default)]
pub struct Rules {
    rules: Box<[Rule]>,
    /// The operations that at least one rule is about.
    operations: AccessOperations,
    index: Index,
}

impl Rules {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none, so that nothing is permitted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What gives less than it seems to, by the number of the rule.
    pub fn remarks(&self) -> impl Iterator<Item = (usize, Remark)> {
        self.rules
            .iter()
            .enumerate()
            .flat_map(|(n, rule)| rule.remarks.iter().map(move |remark| (n, *remark)))
    }

    /// Decides by these rules alone. A permit names the rule, counted from 0; where attribute lists of several rules
    /// permit together, it is the one that completed them.
    pub fn decide(
        &self,
        subject: &Subject<'_>,
        question: &Question<'_>,
        circumstances: &Circumstances<'_>,
    ) -> Verdict<u16> {
        let mut findings = Findings::new();
        let inquiry = Inquiry::new(subject, question, circumstances);
        self.evaluate(&inquiry, &mut findings).map_or_else(|| findings.conclude(), Verdict::Permit)
    }

    /// Adds to what was found so far; the rule that permits, if one does.
    pub(crate) fn evaluate(&self, inquiry: &Inquiry<'_>, findings: &mut Findings) -> Option<u16> {
        let (subject, operation) = (inquiry.subject, inquiry.question.operation);
        if !self.operations.contains(operation) {
            findings.fail(Reason::Operation);
            return None;
        }
        findings.fail(for_nobody_else(subject));
        let index = &self.index;
        let Some(name) = subject.name() else {
            return self.first(index.everybody(), inquiry, findings);
        };
        let key = inquiry.name_key(name);
        self.first(index.exactly(key, name), inquiry, findings)
            .or_else(|| self.first(index.of_domain(name), inquiry, findings))
            .or_else(|| self.first(index.everybody(), inquiry, findings))
            .or_else(|| self.first(index.of_roles(subject.roles()), inquiry, findings))
            .or_else(|| {
                // The bit is cheaper than the pattern, so it is looked at first.
                let about =
                    |rule: u16| self.rule(rule).is_some_and(|rule| rule.operations.contains(operation));
                self.first(index.by_pattern(name, about), inquiry, findings)
            })
            .or_else(|| self.by_group((key, name), inquiry, findings))
    }

    /// The first of these rules that permits.
    fn first(
        &self,
        mut rules: impl Iterator<Item = u16>,
        inquiry: &Inquiry<'_>,
        findings: &mut Findings,
    ) -> Option<u16> {
        rules.find(|rule| self.permits(*rule, inquiry, findings))
    }

    /// The rules for groups, last: only they may need something fetched.
    fn by_group(
        &self,
        name: (u64, &EntityId),
        inquiry: &Inquiry<'_>,
        findings: &mut Findings,
    ) -> Option<u16> {
        let operation = inquiry.question.operation;
        let about = |of_group: &&GroupRules| of_group.operations.contains(operation);
        if let Some(groups) = inquiry.circumstances.groups {
            for of_group in self.index.of_groups(groups.of(name.0)).filter(about) {
                if groups.is_member((of_group.key, &of_group.group), name) == Fact::Known(true)
                    && let Some(rule) = self.first(of_group.rules.iter().copied(), inquiry, findings)
                {
                    return Some(rule);
                }
            }
        }
        let mut known = inquiry.circumstances.groups.into_iter().flat_map(Groups::states).peekable();
        for of_group in self.index.groups().iter().filter(about) {
            while known.next_if(|(key, _)| *key < of_group.key).is_some() {}
            match known.peek().filter(|(key, _)| *key == of_group.key) {
                Some((_, Fact::Known(()))) => {}
                Some((_, Fact::Unavailable)) => findings.fail(Reason::GroupUnavailable),
                // A group is not worth fetching for a rule that would not hold for its members.
                Some((_, Fact::Missing)) | None => {
                    let mut rules = of_group.rules.iter().filter_map(|rule| self.rule(*rule));
                    let might = |rule: &Rule| {
                        rule.operations.contains(operation) && !matches!(rule.check(inquiry), Check::Fails(_))
                    };
                    if rules.any(might) {
                        findings.need_group(&of_group.group);
                    }
                }
            }
        }
        None
    }

    /// Whether a rule that is for the subject permits, perhaps together with those before it.
    fn permits(&self, index: u16, inquiry: &Inquiry<'_>, findings: &mut Findings) -> bool {
        let Some(rule) = self.rule(index).filter(|rule| rule.operations.contains(inquiry.question.operation))
        else {
            return false;
        };
        match rule.check(inquiry) {
            Check::Holds => {
                let complete = rule.attributes().is_none_or(|list| findings.grant(list, inquiry.question));
                if !complete {
                    findings.fail(Reason::Attributes);
                }
                complete
            }
            Check::Fails(reason) => {
                findings.fail(reason);
                false
            }
            Check::NeedsLocation => {
                findings.need_location();
                false
            }
        }
    }

    fn rule(&self, index: u16) -> Option<&Rule> {
        self.rules.get(usize::from(index))
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rules({})", self.rules.len())
    }
}
