//! The component for access management: decisions from the policies of others, the policies themselves, and the
//! roles and tokens that a request brings along (draft 5.5; requirements ACC-1, ACC-8, ACC-9, ARC-11).
//!
//! The gate asks it, and goes on without it: where the component is left out, owners keep what is theirs and
//! administrators administration. A build without the feature `access-management` has `absent/policies.rs` in its
//! place.

mod account;
mod admission;
mod cache;
mod credentials;
mod decision;
mod facts;
mod first_policies;
mod groups;
mod held;
mod introspect;
mod linking;
mod listing;
mod present;
mod token_access;
mod tokens;

use csf_tree::Resource;

use crate::refusal::Refusal;
use crate::settings::Settings;

pub(crate) use account::{Account, ExplainedPermission, Told};
pub(crate) use admission::{admit_application, check_subscription};
pub(crate) use credentials::check_credential;
pub(crate) use facts::Facts;
pub(crate) use first_policies::first;
pub(crate) use held::Held;
pub(crate) use linking::links;
pub(crate) use listing::{access_rights, in_force};

use cache::PolicyCache;
use tokens::Tokens;

/// The most policies that a resource may link.
pub(crate) const MAX_LINKED_POLICIES: usize = 32;

/// The policies of the node, compiled as they are needed.
#[derive(Default)]
pub(crate) struct Policies {
    cache: PolicyCache,
    tokens: Tokens,
}

impl Policies {
    /// Refuses a policy that cannot be evaluated.
    pub(crate) fn check(&self, settings: &Settings, policy: &Resource) -> Result<(), Refusal> {
        let compiled = self.cache.compile(settings, policy);
        compiled.map(drop).map_err(|e| Refusal::bad_request(e.to_string()))
    }
}
