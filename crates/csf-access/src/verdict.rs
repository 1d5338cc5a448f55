//! The answer of a decision, and the compact account of it that an audit record keeps.

use std::fmt;
use std::sync::Arc;

use csf_api::{Address, ResourceId};

use crate::section::Section;

/// The most policies, groups and consultations that one [`Missing`] asks for; a host with more asks in rounds.
pub const MAX_MISSING: usize = 64;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a verdict that nobody reads protects nothing"]
pub enum Verdict<By = RuleRef> {
    /// This rule permits it.
    Permit(By),
    /// Nothing permits it, whatever else were known.
    Deny(Reason),
    /// Nothing known permits it, but one of these facts might.
    Unknown(Missing),
}

impl<By> Verdict<By> {
    /// Whether the operation may be done now.
    #[must_use]
    pub const fn is_permit(&self) -> bool {
        matches!(self, Self::Permit(_))
    }
}

/// What to fetch before asking again: at least one fact, at most [`MAX_MISSING`] of a kind, none twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Policies.
    pub policies: Vec<ResourceId>,
    /// Groups, by the address under which a rule names them.
    pub groups: Vec<Address>,
    /// Where the originator is.
    pub location: bool,
    /// What the servers grant that these consultations name.
    pub consultations: Vec<ResourceId>,
}

#[cfg(feature = "policies")]
impl Missing {
    pub(crate) const fn nothing() -> Self {
        Self { policies: Vec::new(), groups: Vec::new(), location: false, consultations: Vec::new() }
    }

    pub(crate) const fn is_nothing(&self) -> bool {
        self.policies.is_empty() && self.groups.is_empty() && !self.location && self.consultations.is_empty()
    }
}

/// What permitted: small and cheap to clone. Its `Display` names no identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleRef {
    /// A rule of a policy.
    Rule {
        /// The policy's resource identifier.
        policy: Arc<ResourceId>,
        /// Where in the policy.
        section: Section,
        /// Which rule of `acr`, counted from 0.
        index: u16,
    },
    /// A rule that a token carries.
    #[cfg(feature = "policies")]
    Token {
        /// The token's identifier.
        token: Arc<crate::TokenId>,
        /// Which of its permissions, counted from 0.
        permission: u16,
        /// Which rule of that, counted from 0.
        index: u16,
    },
    /// A rule that an authorization server granted when it was asked.
    Consultation {
        /// The consultation that names the server.
        consultation: Arc<ResourceId>,
        /// Which of the granted rules, counted from 0.
        index: u16,
    },
    /// Default access of the creator.
    Creator,
    /// Default access of the custodian.
    Custodian,
    /// The node itself asked.
    Internal,
}

impl fmt::Display for RuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { policy, section, index } => write!(f, "{section}[{index}] of {policy}"),
            #[cfg(feature = "policies")]
            Self::Token { token, permission, index } => {
                write!(f, "permission {permission}, rule {index} of token {}", token.as_str())
            }
            Self::Consultation { consultation, index } => {
                write!(f, "rule {index} granted through {consultation}")
            }
            Self::Creator => f.write_str("default access of the creator"),
            Self::Custodian => f.write_str("default access of the custodian"),
            Self::Internal => f.write_str("the node itself"),
        }
    }
}

/// Why nothing permits: the step that the most promising rule failed at.
///
/// The variants for rules stand in the order of the steps, so that the greatest of several reasons comes
/// from the rule that was nearest to permitting. Reasons are for logs, audit and administrators; a denied
/// caller learns only that it was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No policy is linked.
    NoPolicy,
    /// Not one of the linked policies could be had.
    PolicyUnavailable,
    /// No consulted server could be asked, or answered what can be relied on.
    ConsultationUnavailable,
    /// No rule is about this operation.
    Operation,
    /// Rules are about this operation, but none is for this originator.
    Originator,
    /// Rules are about this operation; a group that one is for could not be had.
    GroupUnavailable,
    /// Nothing proves who calls, and no rule about this operation is for everybody.
    Bare,
    /// A rule is for this originator and operation, but demands that the originator be authenticated.
    Authentication,
    /// A rule is for this originator and operation, but not for this time.
    Window,
    /// A rule is for this originator and operation, but not from this address, or the address is unknown.
    Address,
    /// A rule is for this originator and operation, but not from where the originator is, or that is unknown.
    Location,
    /// A rule is for this originator and operation, but has a condition that cannot be evaluated.
    Condition,
    /// A rule is for this originator and operation, but not for this kind of child, or not below this target.
    ObjectDetails,
    /// Rules are for this originator and operation, but do not list every attribute that it touches.
    Attributes,
    /// Default access: neither a custodian nor a creator is on record.
    NoOwner,
    /// Default access: the originator is not the custodian.
    NotCustodian,
    /// Default access: the originator is not the creator.
    NotCreator,
}

impl Reason {
    const fn text(self) -> &'static str {
        match self {
            Self::NoPolicy => "no policy is linked",
            Self::PolicyUnavailable => "no linked policy could be had",
            Self::ConsultationUnavailable => "no consulted server gave an answer that counts",
            Self::Operation => "no rule is about this operation",
            Self::Originator => "no rule about this operation is for this originator",
            Self::GroupUnavailable => "a group that a rule is for could not be had",
            Self::Bare => "nothing proves who calls, and no rule about this operation is for everybody",
            Self::Authentication => "the rule demands an authenticated originator",
            Self::Window => "the rule is for another time",
            Self::Address => "the rule is for other addresses",
            Self::Location => "the rule is for another place",
            Self::Condition => "the rule has a condition that cannot be evaluated",
            Self::ObjectDetails => "the rule is for other children",
            Self::Attributes => "the rules do not list every attribute",
            Self::NoOwner => "no custodian or creator is on record",
            Self::NotCustodian => "the originator is not the custodian",
            Self::NotCreator => "the originator is not the creator",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_of_a_decision_is_small_enough_for_an_audit_record() {
        assert!(size_of::<RuleRef>() <= 16);
        assert_eq!(size_of::<Reason>(), 1);
    }

    #[test]
    fn an_account_says_which_rule_or_which_step() {
        let policy = Arc::new(ResourceId::parse("acp-7").expect("well formed"));
        let rule = RuleRef::Rule { policy, section: Section::SelfPrivileges, index: 3 };
        assert_eq!(rule.to_string(), "selfPrivileges[3] of acp-7");
        assert_eq!(RuleRef::Internal.to_string(), "the node itself");
        assert_eq!(Reason::Operation.to_string(), "no rule is about this operation");
    }
}
