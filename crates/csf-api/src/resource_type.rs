//! Resource types by number (TS-0004 6.3.4.2.1).

use std::fmt;

/// The `ty` of a resource: any number that a request can carry, with names for those this project hosts.
///
/// Whether a type can be created, and where, is the business of `csf-tree`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceType(u16);

impl ResourceType {
    /// `<accessControlPolicy>`
    pub const ACCESS_CONTROL_POLICY: Self = Self(1);
    /// `<AE>`
    pub const AE: Self = Self(2);
    /// `<container>`
    pub const CONTAINER: Self = Self(3);
    /// `<contentInstance>`
    pub const CONTENT_INSTANCE: Self = Self(4);
    /// `<CSEBase>`
    pub const CSE_BASE: Self = Self(5);
    /// `<group>`
    pub const GROUP: Self = Self(9);
    /// `<m2mServiceSubscriptionProfile>`
    pub const SERVICE_SUBSCRIPTION_PROFILE: Self = Self(11);
    /// `<mgmtObj>`
    pub const MANAGEMENT_OBJECT: Self = Self(13);
    /// `<node>`
    pub const NODE: Self = Self(14);
    /// `<remoteCSE>`
    pub const REMOTE_CSE: Self = Self(16);
    /// `<serviceSubscribedAppRule>`
    pub const SERVICE_SUBSCRIBED_APP_RULE: Self = Self(19);
    /// `<serviceSubscribedNode>`
    pub const SERVICE_SUBSCRIBED_NODE: Self = Self(20);
    /// `<subscription>`
    pub const SUBSCRIPTION: Self = Self(23);
    /// `<flexContainer>`
    pub const FLEX_CONTAINER: Self = Self(28);
    /// `<role>`
    pub const ROLE: Self = Self(31);
    /// `<token>`
    pub const TOKEN: Self = Self(32);
    /// `<dynamicAuthorizationConsultation>`
    pub const DYNAMIC_AUTHORIZATION_CONSULTATION: Self = Self(34);
    /// `<authorizationDecision>`
    pub const AUTHORIZATION_DECISION: Self = Self(35);
    /// `<authorizationPolicy>`
    pub const AUTHORIZATION_POLICY: Self = Self(36);
    /// `<authorizationInformation>`
    pub const AUTHORIZATION_INFORMATION: Self = Self(37);

    /// The type with this number.
    #[must_use]
    pub const fn from_number(number: u16) -> Self {
        Self(number)
    }

    /// Whether the specifications define such a type, or have room for it: announced variants have numbers from 10,001
    /// on, and 9999 stands for a mixture.
    #[must_use]
    pub const fn is_defined(self) -> bool {
        matches!(self.0, 1..=99 | 9999 | 10_001..=10_099)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
