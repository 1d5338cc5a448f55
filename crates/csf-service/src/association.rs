//! Associations: the channels that are open now and prove who is at their other end (draft 6.2.1; requirement ARC-14).

use csf_api::UtcTime;

/// What proves who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssociationKind {
    /// The administration socket, by the user that the kernel names.
    AdministrationSocket,
    /// The local socket, by the user that the kernel names.
    LocalSocket,
}

impl AssociationKind {
    /// The word in the registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AdministrationSocket => "administration",
            Self::LocalSocket => "local",
        }
    }
}

/// One association, as the node knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Association {
    /// What proves who is there.
    pub kind: AssociationKind,
    /// The user at the other end, by number.
    pub user: u32,
    /// Since when it is open.
    pub since: UtcTime,
    /// How many requests came over it.
    pub requests: u64,
}

/// The associations that are open now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Associations {
    /// The oldest ones first, up to the number that was asked for.
    pub listed: Vec<Association>,
    /// How many there are.
    pub count: usize,
}
