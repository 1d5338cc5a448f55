//! RETRIEVE of a sensitive data object: with its octets for the owner, without them for an administrator.

use base64ct::{Base64, Encoding};
use csf_api::{Object, ResultContent, Value};
use csf_store::StoreError;
use csf_transport::Secret;
use csf_tree::{Resource, resource_key};

use super::content::{CONTENT, Place, content_key, damaged, size};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::keys::owner_of;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources;
use crate::target::Found;

/// Retrieves the object.
pub(crate) async fn retrieve<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let (one, several) = (call.request.to.attribute(), &call.request.attributes);
    let named = one == Some(CONTENT) || several.iter().any(|name| **name == *CONTENT);
    let all = matches!(call.request.result_content, None | Some(ResultContent::Attributes))
        && one.is_none()
        && several.is_empty();
    let is_owner = is_owner(call, &found.resource)?;
    if named && !is_owner {
        return Err(Refusal::denied());
    }
    if !is_owner || !(named || all) {
        return resources::show(call, found, Object::new()).await;
    }
    let reply = resources::show(call, found, shown(call, found).await?).await?;
    Ok(reply.audited(AuditKind::DataUse))
}

/// What a RETRIEVE of the whole object shows this caller beside its attributes.
pub(crate) async fn shown<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Object, Refusal> {
    if !is_owner(call, &found.resource)? {
        return Ok(Object::new());
    }
    let text = Base64::encode_string(octets(call, found).await?.expose());
    Ok(Object::new().with(CONTENT, Value::Text(text.into())))
}

fn is_owner<O>(call: &Call<'_, O>, resource: &Resource) -> Result<bool, Refusal> {
    let (owner, caller) = (owner_of(resource)?, call.caller.originator());
    Ok(call.caller.is_proven() && caller.map(|id| id.absolute()) == Some(owner.as_str()))
}

/// The octets of the object in the version on which was decided.
pub(super) async fn octets<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Secret, Refusal> {
    let resource = &found.resource;
    let (key, content) = (resource_key(&resource.id), content_key(&resource.id));
    let mut records = match call.asking.load(&[key.clone(), content.clone()]).await {
        Ok(records) => records.into_iter(),
        Err(StoreError::NotAuthentic(of)) if of == content => return Err(damaged()),
        Err(error) => return Err(error.into()),
    };
    let (object, content) = (records.next().flatten(), records.next().flatten());
    if object.is_none_or(|object| object.version() != found.version) {
        return Err(StoreError::Conflict(key).into());
    }
    let sealed = content.ok_or_else(damaged)?.bytes().to_vec();
    let octets = Place::of(resource)?.unseal(call, sealed).await?;
    if u64::try_from(resource.integer("cbs")) != Ok(size(&octets)) {
        return Err(damaged());
    }
    Ok(octets)
}
