//! DELETE of a key object: the key is destroyed in its secure environment, then the object goes.

use csf_api::Object;
use csf_store::{Batch, Expect};
use csf_transport::Command;
use csf_tree::resource_key;

use super::intent::{self, Intent};
use super::key_object::{environment_of, key_id, owner_of};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources;
use crate::target::Found;

/// Destroys the key and removes its object.
pub(crate) async fn destroy<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let reply = resources::last_seen(call, found, Object::new()).await?;
    let resource = &found.resource;
    let (key, owner, environment) = (key_id(resource)?, owner_of(resource)?, environment_of(resource)?);
    let unchanged = match intent::noted(call, resource).await? {
        // A condition holds for one only of those who destroy the same key at the same time.
        (Some(Intent::Destroy), _) if call.request.if_match.is_some() => {
            return Err(intent::being_destroyed());
        }
        (Some(Intent::HandOver(_)), _) => return Err(intent::being_handed_over()),
        (_, expect) => expect,
    };
    let mut batch = Batch::new();
    batch.check(resource_key(&resource.id), Expect::Version(found.version));
    intent::note(&mut batch, resource, &Intent::Destroy, unchanged);
    call.grant.commit(call.asking, batch, Effect::Ordinary).await?;
    if let Err(error) = call.asking.execute(&environment, Command::DestroyKey { key, owner }).await {
        // Nothing was done: the key stays, and no later start takes it away from whoever was refused here.
        // Where the outcome is unknown the intent stays, and the next start brings it to an end.
        if intent::nothing_was_done(error) {
            let mut undo = Batch::new();
            intent::settle(&mut undo, resource);
            call.grant.follow_up(call.asking, undo).await?;
        }
        return Err(error.into());
    }
    intent::remove(call, resource, found.version).await?;
    Ok(reply.audited(AuditKind::KeyUse))
}
