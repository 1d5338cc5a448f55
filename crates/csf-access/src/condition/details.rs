//! Object details: `acod`, which children a CREATE may make, and below what (TS-0001 9.6.2.4, TS-0003 7.1.5).

use csf_api::ResourceType;

use crate::question::{Question, Specialisation};

/// One member of `acod`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Details {
    /// The type of the target, where it matters.
    pub(crate) target: Option<ResourceType>,
    /// The specialisation of the new child, where it matters.
    pub(crate) specialisation: Option<OwnedSpecialisation>,
    /// The types of the new child.
    pub(crate) children: Box<[ResourceType]>,
}

/// A specialisation as a policy holds it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OwnedSpecialisation {
    Container(Box<str>),
    Management(i64),
}

impl Details {
    /// Whether a CREATE is one of those that are meant. Without a child nothing is.
    pub(crate) fn admit(&self, question: &Question<'_>) -> bool {
        let Some(child) = question.child else { return false };
        self.target.is_none_or(|target| target == question.target)
            && self.specialisation.as_ref().is_none_or(|wanted| wanted.is(child.specialisation))
            && self.children.contains(&child.resource_type)
    }
}

impl OwnedSpecialisation {
    fn is(&self, other: Option<Specialisation<'_>>) -> bool {
        match (self, other) {
            (Self::Container(wanted), Some(Specialisation::Container(given))) => **wanted == *given,
            (Self::Management(wanted), Some(Specialisation::Management(given))) => *wanted == given,
            _ => false,
        }
    }
}
