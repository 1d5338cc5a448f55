//! What governs the target of a request (TS-0001 9.6.1.3.2 and 10.2.3.1, TS-0004 7.3.3.15).

use std::sync::Arc;

use csf_api::{EntityId, ResourceId};

use crate::fact::Fact;
use crate::policy::Policy;
use crate::rules::Rules;

/// What governs the target. The host chooses the variant; [`decide`](crate::decide) does the rest.
#[derive(Clone, Copy, Debug)]
pub enum Governing<'a> {
    /// The target is itself an accessControlPolicy: only its own `selfPrivileges` count.
    SelfPrivileges(&'a Policy),
    /// The target, or the parent that governs it, has accessControlPolicyIDs: the `privileges` of every
    /// policy that they name.
    Linked(&'a [(ResourceId, Fact<Arc<Policy>>)]),
    /// An UPDATE of accessControlPolicyIDs alone: the `selfPrivileges` of every policy named at present.
    LinkedSelf(&'a [(ResourceId, Fact<Arc<Policy>>)]),
    /// Nothing of the above permits, and the target has dynamicAuthorizationConsultationIDs: what the server behind
    /// each of these consultations granted to the subject (TS-0003 7.3.2.2). A host asks a server for what is
    /// missing only where that is worth it: for a subject with a name, and a consultation that is enabled.
    Consulted(&'a [(ResourceId, Fact<Arc<Rules>>)]),
    /// The target could have accessControlPolicyIDs and has none: everything for its custodian if it has
    /// one, else for its creator, and nothing for anybody else. An UPDATE that sets the first
    /// accessControlPolicyIDs is decided so as well.
    Default {
        /// The value of `custodian`.
        custodian: Option<&'a EntityId>,
        /// The originator of the CREATE.
        creator: Option<&'a EntityId>,
    },
}
