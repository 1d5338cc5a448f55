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
use crate::remark::Remark;
use crate::section::Section;
use crate::subject::Subject;
use crate::verdict::{Reason, RuleRef};

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
