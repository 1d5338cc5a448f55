//! A question on its way through rules: what is asked, by whom, when, and what was found so far.

use std::cell::OnceCell;
use std::net::IpAddr;

use csf_api::{Address, Calendar, EntityId};

use crate::circumstances::Circumstances;
use crate::condition::network::canonical;
use crate::keyed::key_of;
use crate::question::{MAX_TOUCHED, Question, Touched};
use crate::subject::{Standing, Subject};
use crate::verdict::{MAX_MISSING, Missing, Reason, Verdict};

/// What is asked, with what is worked out at most once of it.
pub(crate) struct Inquiry<'a> {
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) question: &'a Question<'a>,
    pub(crate) circumstances: &'a Circumstances<'a>,
    calendar: OnceCell<Calendar>,
    name_key: OnceCell<u64>,
}

impl<'a> Inquiry<'a> {
    pub(crate) const fn new(
        subject: &'a Subject<'a>,
        question: &'a Question<'a>,
        circumstances: &'a Circumstances<'a>,
    ) -> Self {
        Self { subject, question, circumstances, calendar: OnceCell::new(), name_key: OnceCell::new() }
    }

    pub(crate) fn calendar(&self) -> &Calendar {
        self.calendar.get_or_init(|| self.circumstances.now.into())
    }

    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.circumstances.address.map(canonical)
    }

    /// The key of the name that the subject has.
    pub(crate) fn name_key(&self, name: &EntityId) -> u64 {
        *self.name_key.get_or_init(|| key_of(name))
    }
}

/// What the rules looked at so far give, and what stands in the way.
pub(crate) struct Findings {
    nearest: Reason,
    missing: Missing,
    /// Bit *n* for the *n*-th attribute of the question, where a rule's list has it.
    granted: u128,
}

impl Findings {
    pub(crate) const fn new() -> Self {
        Self { nearest: Reason::NoPolicy, missing: Missing::nothing(), granted: 0 }
    }

    /// A step at which a rule, or all of them, failed.
    pub(crate) fn fail(&mut self, reason: Reason) {
        self.nearest = self.nearest.max(reason);
    }

    pub(crate) const fn need_location(&mut self) {
        self.missing.location = true;
    }

    pub(crate) fn need_group(&mut self, group: &Address) {
        push(&mut self.missing.groups, group);
    }

    pub(crate) fn need_policy(&mut self, id: &csf_api::ResourceId) {
        push(&mut self.missing.policies, id);
    }

    pub(crate) fn need_consultation(&mut self, id: &csf_api::ResourceId) {
        push(&mut self.missing.consultations, id);
    }

    /// Adds the attributes that a rule lists; whether every one that the question touches is now listed.
    pub(crate) fn grant(&mut self, list: &[Box<str>], question: &Question<'_>) -> bool {
        let Touched::These(touched) = question.attributes else { return false };
        if touched.len() > MAX_TOUCHED {
            return false;
        }
        let mut all = true;
        let mut bit = 1_u128;
        for name in touched {
            if list.binary_search_by(|listed| (**listed).cmp(name)).is_ok() {
                self.granted |= bit;
            }
            all &= self.granted & bit != 0;
            bit = bit.wrapping_shl(1);
        }
        all
    }

    /// The answer where no rule permits.
    pub(crate) fn conclude<By>(self) -> Verdict<By> {
        if self.missing.is_nothing() { Verdict::Deny(self.nearest) } else { Verdict::Unknown(self.missing) }
    }
}

/// The step that all rules fail at where none is for the subject.
pub(crate) fn for_nobody_else(subject: &Subject<'_>) -> Reason {
    if subject.standing == Standing::Bare { Reason::Bare } else { Reason::Originator }
}

fn push<T: Clone + PartialEq>(list: &mut Vec<T>, item: &T) {
    if list.len() < MAX_MISSING && !list.contains(item) {
        list.push(item.clone());
    }
}
