//! A sensitive data object is taken by its next owner: sealed anew, and counted as the next owner's (SDH-2).

use csf_api::{EntityId, Object, Value};
use csf_store::{Batch, Expect};
use csf_transport::Owner;
use csf_tree::Resource;

use super::content::{Place, content_key, size};
use super::{retrieve, usage};
use crate::call::Call;
use crate::hand_over;
use crate::keys::owner_of;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::Found;

/// Makes the object the caller's, who was named.
pub(super) async fn take<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    resource: &mut Resource,
    given: &Object,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    let caller: &EntityId = hand_over::taker(call, &found.resource, given, batch).await?;
    let octets = retrieve::octets(call, found).await?;
    let storage = resource.parent.clone().ok_or_else(Refusal::internal)?;
    let (before, after) = (owner_of(resource)?, Owner::new(caller.absolute()).ok_or_else(Refusal::internal)?);
    let size = size(&octets);
    usage::count(call, batch, (&storage, &before), Some(size), None).await?;
    usage::count(call, batch, (&storage, &after), None, Some(size)).await?;
    hand_over::give(&call.context.settings, resource, caller);
    let state = resource.integer("st").saturating_add(1);
    resource.attributes.set("st", Value::Integer(state));
    let sealed = Place::of(resource)?.seal(call, octets).await?;
    batch.put(content_key(&resource.id), Expect::Any, sealed);
    Ok(())
}
