//! The component for keys: key objects in a secure storage, with the key itself in its secure environment
//! (draft 6.3.5.2; requirements SDH-2 and SDH-4).
//!
//! A write that spans store and secure environment goes in three steps: the intent into the store, the act
//! in the secure environment, the outcome into the store. Whatever a crash leaves between them is brought
//! to an end at the next start; see [`reconcile`].

mod create;
mod destroy;
mod intent;

use base64ct::{Base64, Encoding};
use csf_api::{Address, SecurityLevel, Status, Value};
use csf_transport::{KeyId, KeyInfo, Owner, SeId};
use csf_tree::Resource;
use csf_tree::schema::KEY_OBJECT;

use crate::door::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::start::STORAGE_PREFIX;
use crate::target;

pub(crate) use create::create;
pub(crate) use destroy::destroy;
pub(crate) use intent::reconcile;

/// The state of a key object whose key is there.
const ACTIVE: &str = "active";
/// The state of a key object whose key is being made, or may have been.
const PENDING: &str = "pending";

/// A key that the caller may use.
pub(crate) struct UsableKey {
    pub(crate) key: KeyId,
    pub(crate) owner: Owner,
    pub(crate) environment: SeId,
    pub(crate) level: SecurityLevel,
}

/// The key that `kInf` names, if it is the caller's own.
pub(crate) async fn usable<O: Outside>(call: &Call<'_, O>, named: &str) -> Result<UsableKey, Refusal> {
    let address = Address::parse(named).map_err(|e| Refusal::bad_request(format!("'kInf': {e}")))?;
    let found = target::find(call.asking, &call.service.settings, &address).await?;
    let resource = &found.resource;
    if *resource.schema != KEY_OBJECT {
        return Err(Refusal::bad_request("'kInf' names no key object"));
    }
    let owner = owner_of(resource)?;
    // A key works for its owner only, whoever may read the key object; and a name that nothing proves owns nothing.
    if !call.caller.is_proven() || call.caller.originator().map(|id| id.absolute()) != Some(owner.as_str()) {
        return Err(Refusal::denied());
    }
    if resource.attributes.get("stt").and_then(Value::as_text) != Some(ACTIVE) {
        return Err(Refusal::new(Status::NotAcceptable, "the key is not active"));
    }
    let (key, environment) = (key_id(resource)?, environment_of(resource)?);
    let described = call.service.environments.iter().find(|d| d.id == environment);
    let level = described.map(|d| d.level).ok_or_else(|| {
        Refusal::new(Status::TargetNotReachable, "the secure environment of the key is not here")
    })?;
    Ok(UsableKey { key, owner, environment, level })
}

/// The key's identifier in its secure environment, which is also the resource's.
fn key_id(resource: &Resource) -> Result<KeyId, Refusal> {
    let id = resource.id.as_str().strip_prefix(KEY_OBJECT.id_prefix).and_then(KeyId::parse);
    id.ok_or_else(Refusal::internal)
}

/// The owner: the one who made the key object.
fn owner_of(resource: &Resource) -> Result<Owner, Refusal> {
    resource.creator.as_deref().and_then(Owner::new).ok_or_else(Refusal::internal)
}

/// The secure environment that holds the key: the one of the storage above.
fn environment_of(resource: &Resource) -> Result<SeId, Refusal> {
    let storage = resource.parent.as_ref().and_then(|id| id.as_str().strip_prefix(STORAGE_PREFIX));
    storage.and_then(SeId::parse).ok_or_else(Refusal::internal)
}

/// Notes in a key object what its secure environment says about the key.
fn activate(resource: &mut Resource, info: &KeyInfo) {
    let attributes = &mut resource.attributes;
    attributes.set("stt", Value::text(ACTIVE));
    attributes.set("gen", Value::Integer(i64::from(info.generation)));
    if let Some(public) = &info.public_key {
        attributes.set("kDt", Value::Text(Base64::encode_string(public).into()));
    }
}
