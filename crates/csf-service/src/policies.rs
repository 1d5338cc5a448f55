//! The component for access management: decisions from the policies of others, the policies themselves, and the
//! roles and tokens that a request brings along (draft 5.5; requirements ACC-1, ACC-8, ACC-9, ARC-11).
//!
//! The gate asks it, and goes on without it: where the component is left out, owners keep what is theirs and
//! administrators administration. A build without the feature `access-management` has `absent/policies.rs` in its
//! place.

mod account;
mod admission;
mod cache;
mod consultation;
mod covered;
mod credentials;
mod decision;
mod facts;
mod first_policies;
mod groups;
mod held;
mod hex;
mod introspect;
mod linking;
mod listed;
mod listing;
mod present;
mod token_access;
mod tokens;

use csf_api::ResourceId;
use csf_tree::Resource;

use crate::refusal::Refusal;
use crate::settings::Settings;

pub(crate) use account::{Account, ExplainedPermission, Told};
pub(crate) use admission::{admit_application, check_subscription};
pub(crate) use credentials::check_credential;
pub(crate) use facts::Facts;
pub(crate) use first_policies::first;
pub(crate) use held::Held;
pub(crate) use linking::{Link, links};
pub(crate) use listed::listed_as;
pub(crate) use listing::{access_rights, in_force};

use cache::PolicyCache;
use consultation::Consultations;
use tokens::Tokens;

/// The most policies that a resource may link.
pub(crate) const MAX_LINKED_POLICIES: usize = 32;
/// The most consultations that a resource may link.
pub(crate) const MAX_LINKED_CONSULTATIONS: usize = 4;

/// The policies of the node, compiled as they are needed.
#[derive(Default)]
pub(crate) struct Policies {
    cache: PolicyCache,
    tokens: Tokens,
    consultations: Consultations,
}

impl Policies {
    /// Forgets what servers granted about a resource that has changed.
    pub(crate) fn forget_grants(&self, target: &ResourceId) {
        self.consultations.forget(target);
    }

    /// Refuses a policy that cannot be evaluated.
    pub(crate) fn check(&self, settings: &Settings, policy: &Resource) -> Result<(), Refusal> {
        let compiled = self.cache.compile(settings, policy);
        compiled.map(drop).map_err(|e| Refusal::bad_request(e.to_string()))
    }
}
