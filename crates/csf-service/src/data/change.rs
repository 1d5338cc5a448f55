//! UPDATE of the content of a sensitive data object.

use csf_api::{Object, Value};
use csf_store::{Batch, Expect};
use csf_tree::Resource;

use super::content::{CONTENT, Place, content_key, octets, size};
use super::create::must_reach_level;
use super::usage;
use crate::call::Call;
use crate::keys::owner_of;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// Adds new octets to the batch of an UPDATE that gives some, and takes them out of the attributes. Whether it did.
pub(crate) async fn change<O: Outside>(
    call: &Call<'_, O>,
    resource: &mut Resource,
    given: &Object,
    batch: &mut Batch,
) -> Result<bool, Refusal> {
    resource.attributes.remove(CONTENT);
    if given.get(CONTENT).is_none() {
        return Ok(false);
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
    Ok(true)
}
