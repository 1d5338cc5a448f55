//! What became of each rule: the same checks as a decision makes, for every rule instead of until one permits.

use super::Rules;
use crate::circumstances::Circumstances;
use crate::condition::Check;
use crate::explain::Outcome;
use crate::fact::Fact;
use crate::inquiry::{Findings, Inquiry, for_nobody_else};
use crate::question::Question;
use crate::subject::Subject;
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
    /// What becomes of each rule where these rules alone decide, in their order.
    #[must_use]
    pub fn explain(
        &self,
        subject: &Subject<'_>,
        question: &Question<'_>,
        circumstances: &Circumstances<'_>,
    ) -> Vec<Outcome> {
        self.outcomes(&Inquiry::new(subject, question, circumstances), &mut Findings::new())
    }

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
        let mut mark = |rule: u16, as_meant: Meant| {
            if let Some(slot) = meant.get_mut(usize::from(rule)) {
                *slot = match (*slot, as_meant) {
                    (Meant::Yes, _) | (_, Meant::Yes) => Meant::Yes,
                    (Meant::Perhaps, _) | (_, Meant::Perhaps) => Meant::Perhaps,
                    (_, other) => other,
                };
            }
        };
        let index = &self.index;
        index.everybody().for_each(|rule| mark(rule, Meant::Yes));
        let Some(name) = inquiry.subject.name() else { return meant };
        let key = inquiry.name_key(name);
        let named = index.exactly(key, name).chain(index.of_domain(name));
        let fitting = index.of_roles(inquiry.subject.roles()).chain(index.by_pattern(name, |_| true));
        named.chain(fitting).for_each(|rule| mark(rule, Meant::Yes));
        for of_group in index.groups() {
            let groups = inquiry.circumstances.groups;
            let group = (of_group.key, &of_group.group);
            let as_meant = match groups.map_or(Fact::Missing, |groups| groups.is_member(group, (key, name))) {
                Fact::Known(true) => Meant::Yes,
                Fact::Known(false) => continue,
                Fact::Missing => Meant::Perhaps,
                Fact::Unavailable => Meant::CannotBeTold,
            };
            of_group.rules.iter().for_each(|rule| mark(*rule, as_meant));
        }
        meant
    }
}
