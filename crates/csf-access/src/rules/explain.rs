//! What became of each rule: the same checks as a decision makes, for every rule instead of until one permits.

use super::Rules;
use crate::condition::Check;
use crate::entry::domain_of;
use crate::explain::Outcome;
use crate::fact::Fact;
use crate::inquiry::{Findings, Inquiry, for_nobody_else};
use crate::verdict::Reason;

/// Whether a rule is for the subject.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    Yes,
    /// If it is a member of a group that has not been asked for.
    Perhaps,
    /// Only a group that could not be had might say so.
    CannotBeTold,
    No,
}

impl Rules {
    /// The outcome of each rule, in the order of the rules. Attribute lists add up with what was found before.
    pub(crate) fn outcomes(&self, inquiry: &Inquiry<'_>, findings: &mut Findings) -> Vec<Outcome> {
        let meant = self.meant(inquiry);
        let rules = self.rules.iter().zip(meant);
        rules
            .map(|(rule, meant)| {
                if !rule.operations.contains(inquiry.question.operation) {
                    return Outcome::Fails(Reason::Operation);
                }
                match meant {
                    Meant::No => return Outcome::Fails(for_nobody_else(inquiry.subject)),
                    Meant::CannotBeTold => return Outcome::Fails(Reason::GroupUnavailable),
                    Meant::Yes | Meant::Perhaps => {}
                }
                match rule.check(inquiry) {
                    Check::Fails(reason) => Outcome::Fails(reason),
                    Check::NeedsLocation => Outcome::NeedsFact,
                    Check::Holds if meant == Meant::Perhaps => Outcome::NeedsFact,
                    Check::Holds => match rule.attributes() {
                        Some(list) if !findings.grant(list, inquiry.question) => {
                            Outcome::Fails(Reason::Attributes)
                        }
                        _ => Outcome::Permits,
                    },
                }
            })
            .collect()
    }

    fn meant(&self, inquiry: &Inquiry<'_>) -> Vec<Meant> {
        let mut meant = vec![Meant::No; self.rules.len()];
        let mut mark = |list: &[u16], as_meant: Meant| {
            for index in list {
                if let Some(slot) = meant.get_mut(usize::from(*index)) {
                    *slot = match (*slot, as_meant) {
                        (Meant::Yes, _) | (_, Meant::Yes) => Meant::Yes,
                        (Meant::Perhaps, _) | (_, Meant::Perhaps) => Meant::Perhaps,
                        (_, other) => other,
                    };
                }
            }
        };
        mark(&self.everybody, Meant::Yes);
        let Some(name) = inquiry.subject.name() else { return meant };
        let listed = [self.exactly.get(name), domain_of(name).and_then(|domain| self.domains.get(domain))];
        let roles = inquiry.subject.roles().iter().map(|role| self.roles.get(role));
        for list in listed.into_iter().chain(roles).flatten() {
            mark(list, Meant::Yes);
        }
        for (pattern, index) in self.patterns.candidates(name) {
            if pattern.matches(name) {
                mark(&[*index], Meant::Yes);
            }
        }
        for of_group in &self.groups {
            match inquiry.is_member(of_group.key, &of_group.group, name) {
                Fact::Known(true) => mark(&of_group.rules, Meant::Yes),
                Fact::Known(false) => {}
                Fact::Missing => mark(&of_group.rules, Meant::Perhaps),
                Fact::Unavailable => mark(&of_group.rules, Meant::CannotBeTold),
            }
        }
        meant
    }
}
