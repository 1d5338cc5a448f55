//! What a policy holds without effect, so that its author can be told.

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
