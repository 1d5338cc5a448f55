//! What the originator of a request was found to have: roles and tokens that hold.

use std::sync::Arc;

use csf_access::{Permission, RoleId, Token};
use csf_api::{AssignedTokenId, ResourceId};
use csf_store::Version;

/// A token that holds, with the resources that its permissions are about.
#[derive(Clone)]
pub(super) struct HeldToken {
    pub(super) token: Arc<Token>,
    /// For each permission: the resources; `None` for whatever resource.
    pub(super) covered: Arc<[Option<Vec<ResourceId>>]>,
}

impl HeldToken {
    /// The permissions that are about this resource, with their numbers.
    pub(super) fn about(&self, id: &ResourceId) -> impl Iterator<Item = (usize, &Permission)> {
        let permissions = self.token.permissions().iter().enumerate();
        permissions.zip(self.covered.iter()).filter_map(|(permission, covered)| {
            covered.as_ref().is_none_or(|covered| covered.contains(id)).then_some(permission)
        })
    }
}

/// Roles and tokens that hold for the originator of one request. Only this component makes them.
#[derive(Clone, Default)]
pub(crate) struct Held {
    /// The policy epoch in which they were found: a later one may have ended them.
    pub(super) epoch: Option<Version>,
    pub(super) roles: Vec<RoleId>,
    pub(super) tokens: Vec<HeldToken>,
    pub(super) assigned: Vec<AssignedTokenId>,
}

impl Held {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self { epoch: None, roles: Vec::new(), tokens: Vec::new(), assigned: Vec::new() }
    }

    /// The roles.
    pub(crate) fn roles(&self) -> &[RoleId] {
        &self.roles
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> &[HeldToken] {
        &self.tokens
    }

    /// By which names the tokens may be brought again.
    pub(crate) fn assigned(&self) -> &[AssignedTokenId] {
        &self.assigned
    }

    /// Whether a decision in this epoch may build on them.
    pub(super) fn holds_in(&self, epoch: Version) -> bool {
        self.epoch.is_none_or(|found| found == epoch)
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (roles, tokens) = (self.roles.len(), self.tokens.len());
        f.debug_struct("Held").field("roles", &roles).field("tokens", &tokens).finish_non_exhaustive()
    }
}
