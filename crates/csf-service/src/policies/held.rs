//! What the originator of a request was found to have: roles and tokens that hold.

use std::sync::{Arc, OnceLock};

use csf_access::{Permission, RoleId, Token};
use csf_api::{AssignedTokenId, ResourceId};
use csf_store::Version;

use super::tokens::Kept;

/// The resources to which the permissions of a token lead, by the number of the permission.
pub(super) type Covered = Vec<Vec<ResourceId>>;

/// A token that holds.
#[derive(Clone)]
pub(super) struct HeldToken {
    pub(super) kept: Arc<Kept>,
    /// Where its permissions lead, once a decision had to look.
    pub(super) covered: OnceLock<Covered>,
}

impl HeldToken {
    pub(super) const fn new(kept: Arc<Kept>) -> Self {
        Self { kept, covered: OnceLock::new() }
    }

    pub(super) fn token(&self) -> &Arc<Token> {
        self.kept.token()
    }
}

/// Roles and tokens that hold for the originator of one request. Only this component makes them.
#[derive(Clone, Default)]
pub(crate) struct Held {
    /// The policy epoch in which they were found: a later one may have ended them. None where they were not found by
    /// anything that is kept here.
    pub(super) epoch: Option<Version>,
    pub(super) roles: Vec<RoleId>,
    pub(super) tokens: Vec<HeldToken>,
    /// Which roles of the tokens the originator may use, in order; `None` for whichever they give.
    pub(super) allowed: Option<Vec<RoleId>>,
}

/// The names by which tokens may be brought again.
pub(crate) struct Assigned<'a>(&'a [HeldToken]);

impl Assigned<'_> {
    pub(crate) fn to_vec(&self) -> Vec<AssignedTokenId> {
        let assigned = |held: &HeldToken| AssignedTokenId {
            local: held.kept.local().into(),
            token: held.token().id().as_str().into(),
        };
        self.0.iter().map(assigned).collect()
    }
}

impl Held {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self { epoch: None, roles: Vec::new(), tokens: Vec::new(), allowed: None }
    }

    /// The roles.
    pub(crate) fn roles(&self) -> &[RoleId] {
        &self.roles
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> &[HeldToken] {
        &self.tokens
    }

    /// The roles that a permission of a token gives the originator, beside those that it has.
    pub(super) fn with_roles_of(&self, permission: &Permission) -> Option<Vec<RoleId>> {
        let may_use =
            |role: &&RoleId| self.allowed.as_ref().is_none_or(|allowed| allowed.binary_search(role).is_ok());
        let mut roles: Vec<RoleId> = permission.roles().iter().filter(may_use).cloned().collect();
        if roles.is_empty() {
            return None;
        }
        roles.extend_from_slice(&self.roles);
        Some(roles)
    }

    /// By which names the tokens may be brought again.
    pub(crate) fn assigned(&self) -> Assigned<'_> {
        Assigned(&self.tokens)
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
