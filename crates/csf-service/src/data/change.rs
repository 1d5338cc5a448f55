//! UPDATE of a sensitive data object: its content, its next owner, its owner.

use csf_api::{Object, Value};
use csf_store::{Batch, Expect};
use csf_tree::Resource;

use super::content::{CONTENT, Place, content_key, octets, size};
use super::create::must_reach_level;
use super::{hand_over as taking, usage};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::hand_over::{self, NEXT, OWNER};
use crate::keys::owner_of;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::Found;

/// Adds to the batch of an UPDATE what it changes beside the attributes: new octets, or a new owner. As what it is to be
/// recorded, if that is so.
pub(crate) async fn change<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    resource: &mut Resource,
    given: &Object,
    batch: &mut Batch,
) -> Result<Option<AuditKind>, Refusal> {
    resource.attributes.remove(CONTENT);
    if given.get(OWNER).is_some() {
        taking::take(call, found, resource, given, batch).await?;
        return Ok(Some(AuditKind::DataUse));
    }
    if let Some(next) = given.get(NEXT) {
        let administers = hand_over::name(call, resource, next, batch).await?;
        if administers {
            return Ok(Some(AuditKind::Administration));
        }
    }
    if given.get(CONTENT).is_none() {
        return Ok(given.get(NEXT).map(|_| AuditKind::DataUse));
    }
    let (octets, owner) = (octets(call, given)?, owner_of(resource)?);
    must_reach_level(call, resource)?;
    let storage = resource.parent.clone().ok_or_else(Refusal::internal)?;
    let (before, after) = (u64::try_from(resource.integer("cbs")).unwrap_or(0), size(&octets));
    usage::count(call, batch, (&storage, &owner), Some(before), Some(after)).await?;
    resource.attributes.set("cbs", Value::Integer(i64::try_from(after).unwrap_or(i64::MAX)));
    resource.attributes.set("st", Value::Integer(resource.integer("st").saturating_add(1)));
    let sealed = Place::of(resource)?.seal(call, octets).await?;
    // The resource itself is written under its version in the same batch, so the two belong together.
    batch.put(content_key(&resource.id), Expect::Any, sealed);
    Ok(Some(AuditKind::DataUse))
}
