//! The attribute tables: which types there are, what they hold, and what a request may say about it
//! (TS-0004 7.4 for the standard types; the `csf:` specialisations are this project's own).

mod attribute;
mod authorization;
mod check;
mod foreign;
mod group;
mod management;
mod remote;
mod security;
mod service_subscription;
mod standard;

use csf_api::{Content, ResourceType, Status};

pub use attribute::{Attribute, Kind, MAX_LIST_ENTRIES, MAX_LONG_TEXT_BYTES, MAX_TEXT_BYTES, Presence};
pub use authorization::{
    AUTHORIZATION_DECISION, AUTHORIZATION_INFORMATION, AUTHORIZATION_POLICY,
    DYNAMIC_AUTHORIZATION_CONSULTATION, ROLE, TOKEN,
};
pub use check::{AttributeError, Problem, check_create, check_update};
pub use foreign::{DefinitionError, FLEX_CONTAINER, MAX_DEFINITIONS, define};
pub use group::GROUP;
pub use management::{BATTERY, DEVICE_INFO, MEMORY, MY_CERTIFICATE_FILE};
pub use remote::{NODE, REMOTE_CSE};
pub use security::{
    AUTHENTICATION_SERVICE, AUTHORIZATION_SERVICE, CONFIGURATION, CREDENTIAL, DATA_OBJECT, ENVIRONMENT,
    FUNCTION, KEY_OBJECT, MAX_SENSITIVE_BYTES, POLICIES, REGISTRY, SECURITY, SECURITY_ADMINISTRATION,
    SENSITIVE_DATA, STORAGE,
};
pub use service_subscription::{
    SERVICE_SUBSCRIBED_APP_RULE, SERVICE_SUBSCRIBED_NODE, SERVICE_SUBSCRIPTION_PROFILE,
};
pub use standard::{ACCESS_CONTROL_POLICY, AE, CONTAINER, CONTENT_INSTANCE, CSE_BASE};

/// A resource type, or one specialisation of flexContainer.
#[derive(Debug)]
pub struct Schema {
    /// The type number (`ty`).
    pub resource_type: ResourceType,
    /// The name of the type in the specification.
    pub name: &'static str,
    /// The root member of its representation.
    pub root: &'static str,
    /// The container definition (`cnd`) of a flexContainer specialisation.
    pub container_definition: Option<&'static str>,
    /// What its identifiers begin with; empty where identifiers are given otherwise.
    pub id_prefix: &'static str,
    /// Whether it is an ordinary resource, which lies open in the store.
    pub ordinary: bool,
    /// Whether a request can create it.
    pub creatable: bool,
    /// Which types may be created below it, by root.
    pub children: &'static [&'static str],
    /// Its own attributes.
    pub attributes: &'static [Attribute],
    /// The attributes that it shares with other types.
    pub shared: &'static [&'static [Attribute]],
    /// Attributes that the specification defines and this build does not support: 5001 when given.
    pub unsupported: &'static [&'static str],
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        // Most are told apart without reading.
        self.resource_type == other.resource_type && self.root == other.root
    }
}

impl Schema {
    /// The attribute of this short name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.all_attributes().find(|a| a.name == name)
    }

    /// Every attribute, its own first.
    pub fn all_attributes(&self) -> impl Iterator<Item = &'static Attribute> + use<> {
        self.attributes.iter().chain(self.shared.iter().copied().flatten())
    }
}

/// Every type and specialisation that is compiled in. What others define comes beside it, through [`define`].
pub static ALL: &[&Schema] = &[
    &CSE_BASE,
    &AE,
    &CONTAINER,
    &CONTENT_INSTANCE,
    &ACCESS_CONTROL_POLICY,
    &GROUP,
    &REMOTE_CSE,
    &NODE,
    &MY_CERTIFICATE_FILE,
    &MEMORY,
    &BATTERY,
    &DEVICE_INFO,
    &AUTHORIZATION_DECISION,
    &AUTHORIZATION_POLICY,
    &AUTHORIZATION_INFORMATION,
    &ROLE,
    &TOKEN,
    &DYNAMIC_AUTHORIZATION_CONSULTATION,
    &SERVICE_SUBSCRIPTION_PROFILE,
    &SERVICE_SUBSCRIBED_NODE,
    &SERVICE_SUBSCRIBED_APP_RULE,
    &FLEX_CONTAINER,
    &SECURITY,
    &SENSITIVE_DATA,
    &FUNCTION,
    &STORAGE,
    &KEY_OBJECT,
    &DATA_OBJECT,
    &ENVIRONMENT,
    &POLICIES,
    &AUTHORIZATION_SERVICE,
    &AUTHENTICATION_SERVICE,
    &CREDENTIAL,
    &SECURITY_ADMINISTRATION,
    &CONFIGURATION,
    &REGISTRY,
];

/// The schema of this type and root.
#[must_use]
pub fn find(resource_type: ResourceType, root: &str) -> Option<&'static Schema> {
    let compiled_in = ALL.iter().copied().find(|s| s.resource_type == resource_type && s.root == root);
    compiled_in.or_else(|| foreign::defined(root).filter(|s| s.resource_type == resource_type))
}

/// The schema that a CREATE of this type with this content names: one that is compiled in, or one of `defined`.
///
/// # Errors
///
/// 4000 where type and content contradict each other, 4125 for a container definition that nobody here
/// knows, 5001 for a type or management definition that this build does not host.
pub fn of_create(
    resource_type: ResourceType,
    content: &Content,
    defined: &[&'static Schema],
) -> Result<&'static Schema, Status> {
    let body = content.value.as_object().ok_or(Status::BadRequest)?;
    if resource_type == ResourceType::FLEX_CONTAINER {
        let cnd = body.get("cnd").and_then(|v| v.as_text()).ok_or(Status::BadRequest)?;
        let all = ALL.iter().chain(defined).copied();
        let schema = all.into_iter().find(|s| s.container_definition == Some(cnd));
        let schema = schema.ok_or(Status::SpecializationSchemaNotFound)?;
        return if *content.root == *schema.root { Ok(schema) } else { Err(Status::BadRequest) };
    }
    if resource_type == ResourceType::MANAGEMENT_OBJECT {
        let mgd = body.get("mgd").and_then(|v| v.as_integer()).ok_or(Status::BadRequest)?;
        let named = management::SPECIALISATIONS.iter().find(|(number, _)| *number == mgd);
        let (_, schema) = named.ok_or(Status::NotImplemented)?;
        return if *content.root == *schema.root { Ok(schema) } else { Err(Status::BadRequest) };
    }
    let mut of_type = ALL.iter().copied().filter(|s| s.resource_type == resource_type).peekable();
    if of_type.peek().is_none() {
        return Err(if resource_type.is_defined() { Status::NotImplemented } else { Status::BadRequest });
    }
    of_type.find(|s| *s.root == *content.root).ok_or(Status::BadRequest)
}
