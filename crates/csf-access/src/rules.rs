//! A compiled set of access control rules (m2m:setOfAcrs), indexed by whom they are for, so that a decision looks at
//! few of them.

mod error;
mod explain;
mod parse;
mod parse_context;
mod parse_details;
mod rule;

use std::collections::HashMap;
use std::fmt;

use csf_api::{AccessOperations, Address, EntityId};

pub(crate) use error::Place;
pub use error::{Fault, PolicyError};
pub(crate) use parse::Reading;
pub use parse::{
    MAX_ENTRY_BYTES, MAX_GROUPS_PER_SECTION, MAX_ORIGINATORS_PER_RULE, MAX_PATTERN_BYTES,
    MAX_PATTERNS_PER_SECTION, MAX_RULES_PER_SECTION,
};

use self::rule::Rule;
use crate::circumstances::Circumstances;
use crate::condition::Check;
use crate::entry::{Entry, domain_of};
use crate::fact::Fact;
use crate::inquiry::{Findings, Inquiry, for_nobody_else};
use crate::keyed::key_of;
use crate::patterns::Patterns;
use crate::question::Question;
use crate::remark::Remark;
use crate::role::RoleId;
use crate::subject::Subject;
use crate::verdict::{Reason, Verdict};

/// A compiled set of rules: the value of `pv` or `pvs`, or of whatever else carries rules. It is made by
/// [`Rules::parse`].
///
/// Its `Debug` shows its size, no identity.
#[derive(Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// The operations that at least one rule is about.
    operations: AccessOperations,
    exactly: HashMap<EntityId, Vec<u16>>,
    domains: HashMap<Box<str>, Vec<u16>>,
    roles: HashMap<RoleId, Vec<u16>>,
    everybody: Vec<u16>,
    patterns: Patterns,
    groups: Vec<GroupRules>,
}

/// The rules for the members of one group.
struct GroupRules {
    key: u64,
    group: Address,
    /// The operations that at least one of them is about.
    operations: AccessOperations,
    rules: Vec<u16>,
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
        let listed = |list: Option<&Vec<u16>>, findings: &mut Findings| {
            list.into_iter().flatten().copied().find(|index| self.permits(*index, inquiry, findings))
        };
        let Some(name) = subject.name() else {
            return listed(Some(&self.everybody), findings);
        };
        if let Some(index) = listed(self.exactly.get(name), findings)
            .or_else(|| listed(domain_of(name).and_then(|domain| self.domains.get(domain)), findings))
            .or_else(|| listed(Some(&self.everybody), findings))
        {
            return Some(index);
        }
        for role in subject.roles() {
            if let Some(index) = listed(self.roles.get(role), findings) {
                return Some(index);
            }
        }
        for (pattern, index) in self.patterns.candidates(name) {
            // The bit is cheaper than the pattern, so it is looked at first.
            let about = self.rule(*index).is_some_and(|rule| rule.operations.contains(operation));
            if about && pattern.matches(name) && self.permits(*index, inquiry, findings) {
                return Some(*index);
            }
        }
        self.by_group(name, inquiry, findings)
    }

    /// The rules for groups, last: only they may need something fetched.
    fn by_group(&self, name: &EntityId, inquiry: &Inquiry<'_>, findings: &mut Findings) -> Option<u16> {
        let operation = inquiry.question.operation;
        for GroupRules { key, group, operations, rules } in &self.groups {
            if !operations.contains(operation) {
                continue;
            }
            match inquiry.is_member(*key, group, name) {
                Fact::Known(true) => {
                    let permits = |index: &&u16| self.permits(**index, inquiry, findings);
                    if let Some(index) = rules.iter().find(permits) {
                        return Some(*index);
                    }
                }
                Fact::Known(false) => {}
                Fact::Unavailable => findings.fail(Reason::GroupUnavailable),
                // A group is not worth fetching for a rule that would not hold for its members.
                Fact::Missing => {
                    let rules = rules.iter().filter_map(|index| self.rule(*index));
                    let might = |rule: &Rule| {
                        rule.operations.contains(operation) && !matches!(rule.check(inquiry), Check::Fails(_))
                    };
                    if rules.into_iter().any(might) {
                        findings.need_group(group);
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

/// Rules as they are read, one after the other.
#[derive(Default)]
struct Builder {
    rules: Rules,
    patterns: Vec<(crate::pattern::Pattern, u16)>,
    groups: HashMap<Address, usize>,
}

impl Builder {
    /// Adds the next rule. The bound on rules keeps the number within `u16`; a rule beyond it would be lost.
    fn push(&mut self, rule: Rule, entries: Vec<Entry>) {
        let rules = &mut self.rules;
        let Ok(index) = u16::try_from(rules.rules.len()) else { return };
        let operations = rule.operations;
        rules.operations = union(rules.operations, operations);
        rules.rules.push(rule);
        for entry in entries {
            let list = match entry {
                Entry::Everybody => &mut rules.everybody,
                Entry::Exactly(id) => rules.exactly.entry(id).or_default(),
                Entry::Domain(domain) => rules.domains.entry(domain).or_default(),
                Entry::Role(role) => rules.roles.entry(role).or_default(),
                Entry::Pattern(pattern) => {
                    self.patterns.push((pattern, index));
                    continue;
                }
                Entry::Group(group) => {
                    let at = *self.groups.entry(group.clone()).or_insert_with(|| {
                        let key = key_of(&group);
                        let none = AccessOperations::NONE;
                        rules.groups.push(GroupRules { key, group, operations: none, rules: Vec::new() });
                        rules.groups.len().saturating_sub(1)
                    });
                    let Some(of_group) = rules.groups.get_mut(at) else { continue };
                    of_group.operations = union(of_group.operations, operations);
                    &mut of_group.rules
                }
                Entry::Nobody(_) => continue,
            };
            if list.last() != Some(&index) {
                list.push(index);
            }
        }
    }

    fn finish(mut self) -> Rules {
        self.rules.patterns = self.patterns.into_iter().collect();
        self.rules
    }
}

fn union(one: AccessOperations, other: AccessOperations) -> AccessOperations {
    AccessOperations::from_bits(one.bits() | other.bits()).unwrap_or_default()
}
