//! A compiled accessControlPolicy (TS-0001 9.6.2): its two sets of rules, ready to be asked.

mod error;
mod parse;
mod rules;

use std::fmt;
use std::sync::Arc;

use csf_api::{AccessOperation, ResourceId};

pub use error::{Fault, PolicyError};
pub use parse::{
    MAX_ENTRY_BYTES, MAX_ORIGINATORS_PER_RULE, MAX_PATTERN_BYTES, MAX_PATTERNS_PER_SECTION,
    MAX_RULES_PER_SECTION,
};

use self::rules::RuleSet;
use crate::subject::Subject;
use crate::verdict::{Reason, RuleRef};

/// One of the two sets of rules in a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// `pv`: what the policy permits on the resources that link to it.
    Privileges,
    /// `pvs`: what it permits on itself, and who may link and unlink it.
    SelfPrivileges,
}

impl Section {
    /// The short name of the attribute.
    #[must_use]
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::Privileges => "pv",
            Self::SelfPrivileges => "pvs",
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Privileges => "privileges",
            Self::SelfPrivileges => "selfPrivileges",
        })
    }
}

/// What in a rule gives less than its author may have hoped for: material for a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// Contexts (`acco`) are not evaluated: the rule permits nothing.
    Contexts,
    /// Object details (`acod`) are not evaluated: the rule permits nothing.
    ObjectDetails,
    /// Attribute lists (`aca`) are not evaluated: the rule permits nothing.
    Attributes,
    /// A member that no rule is known to have may be a condition: the rule permits nothing.
    UnknownMember,
    /// An originator entry is a Role-ID, and roles are not evaluated: the entry matches nobody.
    Role,
    /// An originator entry may be a group's identifier, and groups are not evaluated: it matches nobody.
    Group,
    /// An originator entry has a form that no originator fits.
    Nobody,
}

impl Remark {
    /// Whether it disables the whole rule. A condition does, since it narrows what the rule permits; an
    /// originator entry does not, since the entries of a rule are alternatives.
    #[must_use]
    pub const fn disables_rule(self) -> bool {
        match self {
            Self::Contexts | Self::ObjectDetails | Self::Attributes | Self::UnknownMember => true,
            Self::Role | Self::Group | Self::Nobody => false,
        }
    }
}

/// A compiled policy: immutable, meant to be shared. It is made by [`Policy::parse`].
///
/// Its `Debug` shows sizes, no identity.
pub struct Policy {
    id: Arc<ResourceId>,
    privileges: RuleSet,
    self_privileges: RuleSet,
}

impl Policy {
    /// The policy's resource identifier.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.id
    }

    /// How many rules a section has.
    #[must_use]
    pub fn rule_count(&self, section: Section) -> usize {
        self.section(section).len()
    }

    /// What in a section gives less than it seems to, by the number of the rule.
    pub fn remarks(&self, section: Section) -> impl Iterator<Item = (usize, Remark)> {
        self.section(section).remarks()
    }

    /// The rule that permits, or what the most promising one failed at.
    pub(crate) fn evaluate(
        &self,
        section: Section,
        subject: &Subject<'_>,
        operation: AccessOperation,
    ) -> Result<RuleRef, Reason> {
        let index = self.section(section).evaluate(subject, operation)?;
        Ok(RuleRef::Rule { policy: Arc::clone(&self.id), section, index })
    }

    const fn section(&self, section: Section) -> &RuleSet {
        match section {
            Section::Privileges => &self.privileges,
            Section::SelfPrivileges => &self.self_privileges,
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("id", &self.id.as_str())
            .field("privileges", &self.privileges.len())
            .field("self_privileges", &self.self_privileges.len())
            .finish()
    }
}
