//! A compiled accessControlPolicy (TS-0001 9.6.2): its two sets of rules, ready to be asked.

use std::fmt;
use std::sync::Arc;

use csf_api::{Home, ResourceId, Value};

use crate::condition::window::WindowForm;
use crate::inquiry::{Findings, Inquiry};
use crate::remark::Remark;
use crate::rules::{Fault, Place, PolicyError, Reading, Rules};
use crate::section::Section;
use crate::verdict::RuleRef;

/// A compiled policy: immutable, meant to be shared. It is made by [`Policy::parse`].
///
/// Its `Debug` shows sizes, no identity.
pub struct Policy {
    id: Arc<ResourceId>,
    privileges: Rules,
    self_privileges: Rules,
}

impl Policy {
    /// Compiles the values of `privileges` (`pv`) and `selfPrivileges` (`pvs`).
    ///
    /// Relative identifiers are read against `home`, the CSE that hosts the policy. A rule with a
    /// condition that cannot be evaluated is accepted and permits nothing; see [`Policy::remarks`].
    ///
    /// # Errors
    ///
    /// Says which member is wrong, and why.
    pub fn parse(
        id: ResourceId,
        privileges: &Value,
        self_privileges: &Value,
        home: &Home,
    ) -> Result<Self, PolicyError> {
        Self::parse_as(id, privileges, self_privileges, home, WindowForm::Seven)
    }

    /// Like [`Policy::parse`], with time windows of this form.
    ///
    /// # Errors
    ///
    /// Says which member is wrong, and why.
    pub fn parse_as(
        id: ResourceId,
        privileges: &Value,
        self_privileges: &Value,
        home: &Home,
        windows: WindowForm,
    ) -> Result<Self, PolicyError> {
        let reading = Reading { home, windows };
        let place = |section: Section| Place::root(section.short_name());
        let privileges = Rules::read(place(Section::Privileges), privileges, &reading)?;
        let self_privileges = Rules::read(place(Section::SelfPrivileges), self_privileges, &reading)?;
        if self_privileges.is_empty() {
            return Err(place(Section::SelfPrivileges).fault(Fault::NoRule));
        }
        Ok(Self { id: Arc::new(id), privileges, self_privileges })
    }

    /// The policy's resource identifier.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.id
    }

    /// How many rules a section has.
    #[must_use]
    pub const fn rule_count(&self, section: Section) -> usize {
        self.rules(section).len()
    }

    /// What in a section gives less than it seems to, by the number of the rule.
    pub fn remarks(&self, section: Section) -> impl Iterator<Item = (usize, Remark)> {
        self.rules(section).remarks()
    }

    /// The rules of a section.
    #[must_use]
    pub const fn rules(&self, section: Section) -> &Rules {
        match section {
            Section::Privileges => &self.privileges,
            Section::SelfPrivileges => &self.self_privileges,
        }
    }

    /// Adds to what was found so far; the rule that permits, if one does.
    pub(crate) fn evaluate(
        &self,
        section: Section,
        inquiry: &Inquiry<'_>,
        findings: &mut Findings,
    ) -> Option<RuleRef> {
        let index = self.rules(section).evaluate(inquiry, findings)?;
        Some(RuleRef::Rule { policy: Arc::clone(&self.id), section, index })
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
