//! What a key object says about its key.

use base64ct::{Base64, Encoding};
use csf_api::{Object, SecurityLevel, Status, Value};
use csf_transport::{KeyId, KeyInfo, Owner, SeId};
use csf_tree::Resource;
use csf_tree::schema::KEY_OBJECT;

use crate::levels::level;
use crate::names::STORAGE_PREFIX;
use crate::refusal::Refusal;

/// The state of a key object whose key is there.
pub(crate) const ACTIVE: &str = "active";
/// The state of a key object whose key is being made, or may have been.
pub(super) const PENDING: &str = "pending";

/// The state of a key object whose key was not there after a restore.
pub(super) const MISSING: &str = "missing";
/// The state of a key object that was made after a restore for a key without one.
pub(super) const QUARANTINED: &str = "quarantined";

/// The attribute that says whether the key was made elsewhere.
pub(super) const IMPORTED: &str = "imp";
/// The attribute that says whether the key may leave, wrapped.
pub(super) const EXPORTABLE: &str = "exp";
/// The highest level of a key that was made elsewhere, or that may be elsewhere: somebody outside had it or has it, so
/// that it is guarded no better than by software.
const OUTSIDE_LEVEL: SecurityLevel = SecurityLevel::Low;

/// The level of this key in a secure environment of such a level: never above the one that it was made with.
pub(crate) fn level_in(environment: SecurityLevel, resource: &Resource) -> SecurityLevel {
    let made = resource.attributes.get("seL").and_then(|value| level(value).ok());
    let highest = made.map_or(environment, |made| environment.min(made));
    let outside =
        [IMPORTED, EXPORTABLE].iter().any(|n| resource.attributes.get(n) == Some(&Value::Bool(true)));
    if outside { highest.min(OUTSIDE_LEVEL) } else { highest }
}

/// The level that these attributes demand of the environment of a key.
pub(super) fn demanded(attributes: &Object) -> Result<SecurityLevel, Refusal> {
    attributes.get("msl").map_or(Ok(SecurityLevel::None), level)
}

/// The key's identifier in its secure environment, which is also the resource's.
pub(crate) fn key_id(resource: &Resource) -> Result<KeyId, Refusal> {
    let id = resource.id.as_str().strip_prefix(KEY_OBJECT.id_prefix).and_then(KeyId::parse);
    id.ok_or_else(Refusal::internal)
}

/// The owner: the one who made the object.
pub(crate) fn owner_of(resource: &Resource) -> Result<Owner, Refusal> {
    resource.creator.as_deref().and_then(Owner::new).ok_or_else(Refusal::internal)
}

/// The secure environment that holds the object: the one of the storage above.
pub(crate) fn environment_of(resource: &Resource) -> Result<SeId, Refusal> {
    let storage = resource.parent.as_ref().and_then(|id| id.as_str().strip_prefix(STORAGE_PREFIX));
    storage.and_then(SeId::parse).ok_or_else(Refusal::internal)
}

/// The refusal where that environment is not plugged in.
pub(crate) fn absent_environment() -> Refusal {
    Refusal::new(Status::TargetNotReachable, "the secure environment of this storage is not here")
}

/// Notes in a key object what its secure environment says about the key.
pub(super) fn activate(resource: &mut Resource, info: &KeyInfo) {
    let attributes = &mut resource.attributes;
    attributes.set("stt", Value::text(ACTIVE));
    attributes.set("gen", Value::Integer(i64::from(info.generation)));
    if let Some(public) = &info.public_key {
        attributes.set("kDt", Value::Text(Base64::encode_string(public).into()));
    }
}
