//! What a policy holds without effect, so that its author can be told.

/// What in a rule gives less than its author may have hoped for: material for a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// A context has a condition that is not evaluated (a user, a criterion, a limit, or one that is not known): the
    /// context never holds.
    Context,
    /// A member that no rule is known to have may be a condition: the rule permits nothing.
    UnknownMember,
    /// An originator entry has a form that no originator fits.
    Nobody,
}

impl Remark {
    /// Whether it disables the whole rule. A condition of the rule does, since it narrows what the rule permits; an
    /// originator entry or a context does not, since those of a rule are alternatives.
    #[must_use]
    pub const fn disables_rule(self) -> bool {
        match self {
            Self::UnknownMember => true,
            Self::Context | Self::Nobody => false,
        }
    }
}
