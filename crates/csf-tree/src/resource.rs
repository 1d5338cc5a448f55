//! A resource as the node holds it: its place, its times, its attributes, and what only the node may know.

use csf_api::{Object, ResourceId, ResourceName, ResourceType, UtcTime};

use crate::schema::{CONTENT_INSTANCE, DATA_OBJECT, Schema};

/// As whose a resource is recorded that a caller without identity made. No entity has this identifier, so default
/// access gives it to nobody.
pub const NOBODY: &str = "nobody";

/// Who registered an AE, as the channel proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registrant {
    /// A local user, by number, over the local socket.
    LocalUser(u32),
    /// Nobody that was proven: a registration under a laboratory switch.
    Unproven,
}

/// A resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its unstructured identifier (`ri`).
    pub id: ResourceId,
    /// The identifier of its parent (`pi`); none for the CSEBase.
    pub parent: Option<ResourceId>,
    /// Its name (`rn`).
    pub name: ResourceName,
    /// Its type and, for a flexContainer, its specialisation.
    pub schema: &'static Schema,
    /// When it was made (`ct`).
    pub created: UtcTime,
    /// When it was last changed (`lt`).
    pub modified: UtcTime,
    /// When it ends (`et`).
    pub expires: Option<UtcTime>,
    /// The absolute identifier of who made it, or [`NOBODY`]; none for what the node made. Default access depends
    /// on it; it is shown only as `cr`, and only where the creator asked for that.
    pub creator: Option<Box<str>>,
    /// For an AE: who registered it.
    pub registrant: Option<Registrant>,
    /// For a role or token: where the index of credentials has it (see [`listed_key`](crate::listed_key)).
    pub listed_as: Option<Box<str>>,
    /// Its other attributes by short name.
    pub attributes: Object,
}

impl Resource {
    /// Its type.
    #[must_use]
    pub const fn resource_type(&self) -> ResourceType {
        self.schema.resource_type
    }

    /// Whether it has ended at this moment.
    #[must_use]
    pub fn is_expired(&self, now: UtcTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// The policies that it links (`acpi`), as written.
    pub fn linked_policies(&self) -> impl Iterator<Item = &str> {
        self.attributes
            .get("acpi")
            .and_then(|v| v.as_list())
            .unwrap_or_default()
            .iter()
            .filter_map(|v| v.as_text())
    }

    /// Among whose resources this one is counted: its creator's. Instances are not counted, for their containers
    /// bound them, nor sensitive data objects, which their storage counts; nor is what the node itself made.
    #[must_use]
    pub fn counts_for(&self) -> Option<&str> {
        let bounded_otherwise = *self.schema == CONTENT_INSTANCE || *self.schema == DATA_OBJECT;
        if bounded_otherwise { None } else { self.creator.as_deref() }
    }

    /// A whole-number attribute; 0 when it has none of that name.
    #[must_use]
    pub fn integer(&self, name: &str) -> i64 {
        self.attributes.get(name).and_then(csf_api::Value::as_integer).unwrap_or(0)
    }
}
