//! What the service layer is told at start: names, components, local users, limits.

mod consultation;
mod token_issuer;

use std::collections::BTreeMap;

use csf_api::{EntityId, Home, ResourceName};
use csf_tree::schema::Schema;

pub use consultation::{AuthorizationServer, Consultation};
pub use token_issuer::{
    ContentEncryption, SignatureAlgorithm, TokenClass, TokenIssuer, TokenKey, TokenKeyKind,
};

/// The components that are present (draft 5.5).
///
/// Security transport, secure storage and security administration are always there; the others are left
/// out where the profile or the operator leaves them out, and then nothing of them can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Components {
    /// Policies of others, beside the rights of owners and administrators.
    pub access_management: bool,
    /// Random numbers, digests, MACs and signatures for others.
    pub sensitive_functions: bool,
}

impl Components {
    /// Those that this build has: one whose cargo feature is off is not in the program, and no setting brings it back.
    pub const BUILT: Self = Self {
        access_management: cfg!(feature = "access-management"),
        sensitive_functions: cfg!(feature = "sensitive-functions"),
    };

    /// The feature of a component that is asked for and not among those that a build has.
    pub(crate) const fn beyond(&self, built: &Self) -> Option<&'static str> {
        if self.access_management && !built.access_management {
            Some("access-management")
        } else if self.sensitive_functions && !built.sensitive_functions {
            Some("sensitive-functions")
        } else {
            None
        }
    }
}

/// Laboratory switches. Each weakens authentication and is stated loudly wherever the node speaks of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Laboratory {
    /// On the network listener, From is believed: bare callers become vouched ones.
    pub believe_originators: bool,
    /// And the administrator may come that way too.
    pub administrator: bool,
}

/// Who may do what with an ordinary resource that links no policies and has no custodian.
///
/// It is a property of the node: a decision cannot depend on which release a request happens to be of, or
/// whoever is refused under one would ask again under the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultAccess {
    /// Its creator everything, others nothing (TS-0001 9.6.1.3.2 from release 3 on).
    #[default]
    Creator,
    /// What the policies of its parent say, or of the next above that has any. Only `http.release1` asks for it:
    /// suites and devices of release 1 expect it.
    InheritFromParent,
}

/// Which applications may register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Admission {
    /// Whichever can prove who it is.
    #[default]
    Open,
    /// Those that a rule of the service subscription allows (TS-0001 9.6.29). Only an IN-CSE hosts one.
    ServiceSubscription,
}

/// The limits that the service layer itself enforces. What a request exceeds refuses it with 5207.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLimits {
    /// The most results of a discovery, whatever the request asks for; the rest is left out.
    pub discovery_results: u32,
    /// How many levels below the CSEBase a resource may be created; an instance does not count as one.
    pub depth: u32,
    /// The largest content of an instance, in bytes, as its `cs` counts them.
    pub content_bytes: u64,
    /// The most instances of a container, whatever its `mni`; beyond it the oldest go.
    pub instances_per_container: u64,
    /// The largest sensitive data object, in bytes, as `cbs` counts them; never more than
    /// [`csf_tree::schema::MAX_SENSITIVE_BYTES`].
    pub data_object_bytes: u64,
    /// The most sensitive data objects of one owner in one storage.
    pub data_objects_per_owner: u64,
    /// The most bytes of sensitive data of one owner in one storage, as `cbs` counts them.
    pub data_bytes_per_owner: u64,
    /// The most resources that an originator made and that still exist; instances and sensitive data are not counted.
    pub resources_per_originator: u64,
}

impl ServiceLimits {
    /// The deepest level that an address can name.
    pub const MAX_DEPTH: u32 = csf_api::MAX_ADDRESS_SEGMENTS as u32 - 1;
}

impl Default for ServiceLimits {
    fn default() -> Self {
        Self {
            discovery_results: csf_api::DEFAULT_DISCOVERY_LIMIT,
            depth: Self::MAX_DEPTH,
            content_bytes: 1024 * 1024,
            instances_per_container: 1_000_000,
            data_object_bytes: csf_tree::schema::MAX_SENSITIVE_BYTES as u64,
            data_objects_per_owner: 1_000,
            data_bytes_per_owner: 16 * 1024 * 1024,
            resources_per_originator: 10_000,
        }
    }
}

/// The settings of the service layer.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The service provider and CSE-ID of the node.
    pub home: Home,
    /// The name of the CSEBase.
    pub base_name: ResourceName,
    /// The type of the CSE (`cst`): 1 IN, 2 MN, 3 ASN.
    pub cse_type: u8,
    /// The profile's name, shown in the security resource.
    pub profile: Box<str>,
    /// The names of the components, shown in the security resource.
    pub component_names: Vec<Box<str>>,
    /// The components that are present.
    pub components: Components,
    /// The administrator's identity.
    pub administrator: EntityId,
    /// Which originators a local user is, by user number.
    pub local_users: BTreeMap<u32, Vec<EntityId>>,
    /// Which user each local CSF runs as.
    pub local_csfs: BTreeMap<EntityId, u32>,
    /// Who may issue tokens and roles.
    pub token_issuers: Vec<TokenIssuer>,
    /// Which authorization servers are asked where nothing here permits.
    pub consultation: Consultation,
    /// Laboratory switches.
    pub laboratory: Laboratory,
    /// Which applications may register.
    pub admission: Admission,
    /// Access to what has no policies.
    pub default_access: DefaultAccess,
    /// The compatibility switches of the bindings that are on, shown to administrators.
    pub binding_switches: Vec<&'static str>,
    /// The specialisations of flexContainer that others define and this node hosts.
    pub flex_containers: Vec<&'static Schema>,
    /// Limits.
    pub limits: ServiceLimits,
    /// The version of the software, shown to administrators.
    pub version: Box<str>,
    /// Whether the system keeps the memory of the process out of the swap, shown to administrators.
    pub memory: &'static str,
    /// The identity of the store, shown to administrators.
    pub store_id: Box<str>,
    /// Where the node can be reached (`poa`).
    pub points_of_access: Vec<Box<str>>,
}

impl Settings {
    /// The `cst` of an infrastructure node.
    const INFRASTRUCTURE: u8 = 1;

    /// Whether the CSE is an IN-CSE.
    pub(crate) const fn is_infrastructure_node(&self) -> bool {
        self.cse_type == Self::INFRASTRUCTURE
    }
}

#[cfg(test)]
mod tests {
    use super::Components;

    #[test]
    fn what_is_asked_for_beyond_a_build_is_named_by_its_feature() {
        let of =
            |access_management, sensitive_functions| Components { access_management, sensitive_functions };
        assert_eq!(of(true, true).beyond(&of(true, true)), None);
        assert_eq!(of(false, false).beyond(&of(false, false)), None);
        assert_eq!(of(true, true).beyond(&of(false, true)), Some("access-management"));
        assert_eq!(of(true, true).beyond(&of(true, false)), Some("sensitive-functions"));
    }
}
