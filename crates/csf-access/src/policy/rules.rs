//! The rules of one section, indexed by whom they are for, so that a decision looks at few of them.

use std::collections::HashMap;

use csf_api::{AccessOperation, AccessOperations, EntityId};

use crate::entry::{Entry, domain_of};
use crate::pattern::Pattern;
use crate::remark::Remark;
use crate::subject::{Standing, Subject};
use crate::verdict::Reason;

/// A rule without its originators, which the index of its [`RuleSet`] holds.
pub(super) struct Rule {
    operations: AccessOperations,
    authenticated_only: bool,
    inert: bool,
    remarks: Box<[Remark]>,
}

impl Rule {
    pub(super) fn new(
        operations: AccessOperations,
        authenticated_only: bool,
        mut remarks: Vec<Remark>,
    ) -> Self {
        remarks.sort_unstable();
        remarks.dedup();
        let inert = remarks.iter().any(|remark| remark.disables_rule());
        Self { operations, authenticated_only, inert, remarks: remarks.into() }
    }

    /// The conditions of a rule that is for this subject.
    fn check_conditions(&self, subject: &Subject<'_>) -> Result<(), Reason> {
        if self.authenticated_only && !subject.is_authenticated() {
            return Err(Reason::Authentication);
        }
        if self.inert { Err(Reason::Condition) } else { Ok(()) }
    }
}

/// The rules of `pv` or `pvs`.
#[derive(Default)]
pub(super) struct RuleSet {
    rules: Vec<Rule>,
    /// The operations that at least one rule is about.
    operations: AccessOperations,
    exactly: HashMap<EntityId, Vec<u16>>,
    domains: HashMap<Box<str>, Vec<u16>>,
    everybody: Vec<u16>,
    patterns: Vec<(Pattern, u16)>,
}

impl RuleSet {
    pub(super) const fn len(&self) -> usize {
        self.rules.len()
    }

    pub(super) const fn pattern_count(&self) -> usize {
        self.patterns.len()
    }

    /// Adds the next rule. The bound on rules keeps the number within `u16`; a rule beyond it would be lost.
    pub(super) fn push(&mut self, rule: Rule, entries: Vec<Entry>) {
        let Ok(index) = u16::try_from(self.rules.len()) else { return };
        let union = self.operations.bits() | rule.operations.bits();
        self.operations = AccessOperations::from_bits(union).unwrap_or_default();
        self.rules.push(rule);
        for entry in entries {
            let list = match entry {
                Entry::Everybody => &mut self.everybody,
                Entry::Exactly(id) => self.exactly.entry(id).or_default(),
                Entry::Domain(domain) => self.domains.entry(domain).or_default(),
                Entry::Pattern(pattern) => {
                    self.patterns.push((pattern, index));
                    continue;
                }
                Entry::Nobody(_) => continue,
            };
            if list.last() != Some(&index) {
                list.push(index);
            }
        }
    }

    pub(super) fn remarks(&self) -> impl Iterator<Item = (usize, Remark)> {
        self.rules
            .iter()
            .enumerate()
            .flat_map(|(n, rule)| rule.remarks.iter().map(move |remark| (n, *remark)))
    }

    /// The first rule that permits, in the order: by name, by domain, for everybody, by pattern.
    pub(super) fn evaluate(&self, subject: &Subject<'_>, operation: AccessOperation) -> Result<u16, Reason> {
        if !self.operations.contains(operation) {
            return Err(Reason::Operation);
        }
        let mut nearest = if subject.standing == Standing::Bare { Reason::Bare } else { Reason::Originator };
        for (index, rule) in self.rules_for(subject, operation) {
            match rule.check_conditions(subject) {
                Ok(()) => return Ok(index),
                Err(reason) => nearest = nearest.max(reason),
            }
        }
        Err(nearest)
    }

    /// The rules about this operation that are for this subject.
    fn rules_for<'a>(
        &'a self,
        subject: &Subject<'a>,
        operation: AccessOperation,
    ) -> impl Iterator<Item = (u16, &'a Rule)> {
        let about = move |index: u16| {
            self.rules
                .get(usize::from(index))
                .filter(|r| r.operations.contains(operation))
                .map(|r| (index, r))
        };
        let name = subject.name();
        let exactly = name.and_then(|id| self.exactly.get(id));
        let domain = name.and_then(domain_of).and_then(|domain| self.domains.get(domain));
        let listed = exactly.into_iter().flatten().chain(domain.into_iter().flatten()).chain(&self.everybody);
        let fitting = name.into_iter().flat_map(move |id| {
            // The bit is cheaper than the pattern, so it is looked at first.
            self.patterns
                .iter()
                .filter_map(move |(pattern, index)| about(*index).filter(|_| pattern.matches(id)))
        });
        listed.filter_map(move |index| about(*index)).chain(fitting)
    }
}
