//! The components of the Security CSF and which of them a node may leave out (TS-0003 5.5).

use std::fmt;

/// A component of the Security CSF, in the order of the draft's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// The layer below: secure environments and the way to them.
    SecurityTransport,
    /// Storage for sensitive data and keys.
    SecureStorage,
    /// Administration of the CSF itself.
    SecurityAdministration,
    /// Access decisions for others: policies, roles, tokens, authorization and authentication services.
    AccessManagement,
    /// Cryptographic and other sensitive functions.
    SensitiveFunctions,
    /// Secure associations on behalf of others.
    AssociationEstablishment,
    /// Pseudonyms.
    IdentityProtection,
}

impl Component {
    /// Every component that the draft names.
    pub const ALL: &'static [Self] = &[
        Self::SecurityTransport,
        Self::SecureStorage,
        Self::SecurityAdministration,
        Self::AccessManagement,
        Self::SensitiveFunctions,
        Self::AssociationEstablishment,
        Self::IdentityProtection,
    ];

    /// The components that this build has.
    pub const BUILT: &'static [Self] = &[
        Self::SecurityTransport,
        Self::SecureStorage,
        Self::SecurityAdministration,
        #[cfg(feature = "access-management")]
        Self::AccessManagement,
        #[cfg(feature = "sensitive-functions")]
        Self::SensitiveFunctions,
    ];

    /// The name in configurations and in the `cmp` attribute of the security resource.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecurityTransport => "security-transport",
            Self::SecureStorage => "secure-storage",
            Self::SecurityAdministration => "security-administration",
            Self::AccessManagement => "access-management",
            Self::SensitiveFunctions => "sensitive-functions",
            Self::AssociationEstablishment => "association-establishment",
            Self::IdentityProtection => "identity-protection",
        }
    }

    /// The component with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|component| component.name() == name)
    }

    /// Whether no node may be without it.
    #[must_use]
    pub const fn is_mandatory(self) -> bool {
        matches!(self, Self::SecurityTransport | Self::SecureStorage | Self::SecurityAdministration)
    }

    /// The cargo feature that builds it in, which has its name; `None` where every build has the component or none.
    #[must_use]
    pub const fn feature(self) -> Option<&'static str> {
        match self {
            Self::AccessManagement | Self::SensitiveFunctions => Some(self.name()),
            _ => None,
        }
    }

    /// Whether this build has it.
    #[must_use]
    pub fn is_built(self) -> bool {
        Self::BUILT.contains(&self)
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Shows ARC-11.
    #[test]
    fn three_components_are_mandatory_and_four_optional() {
        let mandatory: Vec<_> =
            Component::ALL.iter().filter(|c| c.is_mandatory()).map(|c| c.name()).collect();
        assert_eq!(mandatory, ["security-transport", "secure-storage", "security-administration"]);
        assert_eq!(Component::ALL.len(), 7);
    }

    #[test]
    fn components_are_found_by_name_only() {
        for component in Component::ALL {
            assert_eq!(Component::named(component.name()), Some(*component));
        }
        assert_eq!(Component::named("Secure-Storage"), None);
    }

    #[test]
    fn only_what_is_optional_has_a_feature_and_what_is_built_has_one() {
        for component in Component::ALL {
            assert!(!(component.is_mandatory() && component.feature().is_some()), "{component}");
            assert!(component.is_mandatory() || !component.is_built() || component.feature().is_some());
        }
    }

    #[test]
    fn what_is_mandatory_is_built() {
        assert!(Component::ALL.iter().all(|c| c.is_built() || !c.is_mandatory()));
    }
}
