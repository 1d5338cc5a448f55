//! The end of a sensitive data object: by DELETE, or because its time is over.

use csf_api::Object;
use csf_store::{Batch, Expect};
use csf_tree::Child;

use super::content::content_key;
use super::usage;
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::keys::owner_of;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources;
use crate::target::Found;

/// Deletes the object at the wish of its owner or an administrator.
pub(crate) async fn delete<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let reply = resources::last_seen(call, found, Object::new()).await?;
    remove(call, found).await?;
    Ok(reply.audited(AuditKind::DataUse))
}

/// Removes the object with its content, and counts it off. The secure environment need not be there.
pub(crate) async fn remove<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<(), Refusal> {
    let resource = &found.resource;
    let (storage, owner) = (resource.parent.as_ref().ok_or_else(Refusal::internal)?, owner_of(resource)?);
    let size = u64::try_from(resource.integer("cbs")).unwrap_or(0);
    let mut batch = Batch::new();
    resources::unplace(&mut batch, storage, &Child::of(resource), Expect::Version(found.version));
    batch.delete(content_key(&resource.id), Expect::Any);
    usage::count(call, &mut batch, (storage, &owner), Some(size), None).await?;
    call.grant.commit(call.asking, batch, Effect::Ordinary).await
}
