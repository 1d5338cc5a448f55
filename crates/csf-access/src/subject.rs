//! Who asks, as a decision sees it (TS-0003 7.1.2; requirement ACC-2).

use csf_api::EntityId;

use crate::role::RoleId;

/// How much the channel, or the protection of the primitive itself, proves about the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The originator is the identity that was authenticated: `rq_authn` is true.
    Proven,
    /// An authenticated CSE forwards another's request: it counts as originator, not as authenticated.
    Vouched,
    /// Nothing proves who calls: whatever name the request carries is hearsay.
    Bare,
    /// The node itself, on its own behalf.
    Internal,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// What is proven about the caller.
    pub standing: Standing,
    /// The originator of the request, if it names one.
    pub originator: Option<&'a EntityId>,
    /// The roles that were found valid for the originator.
    pub roles: &'a [RoleId],
}

impl<'a> Subject<'a> {
    /// A subject without roles.
    #[must_use]
    pub const fn new(standing: Standing, originator: Option<&'a EntityId>) -> Self {
        Self { standing, originator, roles: &[] }
    }

    /// The roles that rules may know the caller by; only who has a name has any.
    #[must_use]
    pub const fn roles(&self) -> &'a [RoleId] {
        if self.name().is_some() { self.roles } else { &[] }
    }

    /// The name under which rules, creators and custodians may know the caller; a bare caller has none.
    #[must_use]
    pub const fn name(&self) -> Option<&'a EntityId> {
        match self.standing {
            Standing::Proven | Standing::Vouched => self.originator,
            Standing::Bare | Standing::Internal => None,
        }
    }

    /// Whether the originator was authenticated, as `acaf` demands.
    ///
    /// A proven channel without an originator authenticates nobody that a rule could mean.
    #[must_use]
    pub const fn is_authenticated(&self) -> bool {
        matches!(self.standing, Standing::Proven) && self.originator.is_some()
    }
}
