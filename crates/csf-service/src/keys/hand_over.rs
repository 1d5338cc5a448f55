//! A key goes to another owner: its owner names the next one, who takes it (SDH-2).
//!
//! Taking spans store and secure environment: the note in the store, with the room at the next owner; the act in the
//! environment; the outcome in the store. From the act on the environment does nothing for the owner before, and until
//! the outcome it does nothing for the next one either, for the object still names the first.

use csf_api::{EntityId, Object, Request, ResultContent, Status, UtcTime, Value};
use csf_store::{Batch, Expect, Version};
use csf_transport::{Command, KeyInfo, Owner, Reply as SeReply};
use csf_tree::schema::{KEY_OBJECT, check_update};
use csf_tree::{Child, Resource, child_key, represent, resource_key};

use super::intent::{self, Intent};
use super::key_object::{
    ACTIVE, EXPORTABLE, IMPORTED, absent_environment, activate, environment_of, key_id, owner_of,
};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::hand_over::{self, NEXT, OWNER};
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources::{self, quota};
use crate::settings::Settings;
use crate::target::Found;

/// The attributes by which others may see or look after a key object. They were the former owner's to give.
const GIVEN_ACCESS: [&str; 2] = ["acpi", "cstn"];
const OF_HAND_OVER: &[ResultContent] = &[ResultContent::Nothing, ResultContent::Attributes];

/// Whether an UPDATE of a key object is about whose the key is, or will be.
pub(crate) fn touches(request: &Request) -> bool {
    let body = request.content.as_ref().and_then(|content| content.value.as_object());
    body.is_some_and(|body| [OWNER, NEXT].iter().any(|name| body.get(name).is_some()))
}

/// Names the next owner, or takes the key.
pub(crate) async fn change<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    resources::must_support(call.request, OF_HAND_OVER)?;
    if call.request.content.as_ref().is_some_and(|content| *content.root != *KEY_OBJECT.root) {
        return Err(Refusal::bad_request(format!("the content of this target is '{}'", KEY_OBJECT.root)));
    }
    let body = resources::body(call.request)?;
    check_update(&KEY_OBJECT, body)?;
    if hand_over::step(call.request, &found.resource).is_none() {
        return Err(Refusal::bad_request("whose a key is changes alone, and with nothing else"));
    }
    must_be_one_key(&found.resource)?;
    let resource = match body.get(NEXT) {
        Some(next) => name(call, found, next).await?,
        None => take(call, found, body).await?,
    };
    let reply = Reply::new(Status::Updated).audited(AuditKind::KeyUse);
    Ok(match call.request.result_content {
        Some(ResultContent::Nothing) => reply,
        _ => reply.with(represent(&resource, Object::new())),
    })
}

/// Refuses a key that the former owner could have again after giving it away.
fn must_be_one_key(resource: &Resource) -> Result<(), Refusal> {
    let attributes = &resource.attributes;
    if attributes.get("stt").and_then(Value::as_text) != Some(ACTIVE) {
        return Err(Refusal::new(Status::NotAcceptable, "the key is not active"));
    }
    let outside = [IMPORTED, EXPORTABLE].iter().any(|name| attributes.get(name) == Some(&Value::Bool(true)));
    if outside || attributes.get("kFr").is_some() {
        let text = "a key that was imported, may leave or was made from another is not handed over: \
                    whoever gave it away could have it again";
        return Err(Refusal::bad_request(text));
    }
    Ok(())
}

async fn name<O: Outside>(call: &Call<'_, O>, found: &Found, next: &Value) -> Result<Resource, Refusal> {
    let mut resource = found.resource.clone();
    let owner = owner_of(&resource)?;
    // As with every use, no policy lets anybody but the owner, who is proven.
    if !call.caller.is_proven() || call.caller.originator().map(EntityId::absolute) != Some(owner.as_str()) {
        return Err(Refusal::denied());
    }
    let (note, unchanged) = intent::must_stay(call, &resource).await?;
    let mut batch = Batch::new();
    hand_over::name(call, &mut resource, next, &mut batch).await?;
    resource.modified = call.asking.now();
    batch.check(note, unchanged);
    batch.put(resource_key(&resource.id), Expect::Version(found.version), resource.encode());
    call.grant.commit(call.asking, batch, Effect::Ordinary).await?;
    Ok(resource)
}

async fn take<O: Outside>(call: &Call<'_, O>, found: &Found, given: &Object) -> Result<Resource, Refusal> {
    let resource = &found.resource;
    let mut batch = Batch::new();
    let caller = hand_over::taker(call, resource, given, &mut batch).await?;
    let to = Owner::new(caller.absolute()).ok_or_else(Refusal::internal)?;
    let (key, owner, environment) = (key_id(resource)?, owner_of(resource)?, environment_of(resource)?);
    if !call.context.environments.iter().any(|described| described.id == environment) {
        return Err(absent_environment());
    }
    batch.check(resource_key(&resource.id), Expect::Version(found.version));
    let counted = Resource { creator: Some(to.as_str().into()), ..resource.clone() };
    let (note, wanted) = (intent::noted(call, resource).await?, Intent::HandOver(to.clone()));
    let is_first = note.0.is_none();
    intent::note(&mut batch, resource, &wanted, note.1);
    match note.0 {
        None => quota::commit_made(call, batch, &counted, Effect::Ordinary).await?,
        // It was asked for before, and counts already. That the note is written anew tells whoever wrote it.
        Some(noted) if noted == wanted => call.grant.commit(call.asking, batch, Effect::Ordinary).await?,
        Some(Intent::Destroy) => return Err(intent::being_destroyed()),
        Some(Intent::HandOver(_)) => return Err(intent::being_handed_over()),
        Some(Intent::Create | Intent::Rotate) => {
            let text = "it is not known yet which generation the key has; its owner rotates once more";
            return Err(Refusal::new(Status::Conflict, text));
        }
    }
    let command = Command::HandOverKey { key, owner, to: to.clone() };
    match call.asking.execute(&environment, command).await {
        Ok(SeReply::Key(info)) => conclude(call, found, &info).await,
        Ok(_) => Err(Refusal::internal()),
        Err(error) => {
            // Where the outcome is unknown the note stays, and the next start, or the same request again, finds out.
            if is_first && intent::nothing_was_done(error) {
                let mut undo = Batch::new();
                intent::take_back(&mut undo, resource);
                match quota::follow_up_gone(call, undo, counted.counts_for().into_iter()).await {
                    // Somebody asked for the same meanwhile, and brings it to an end.
                    Err(refusal) if refusal.stale => {}
                    done => done?,
                }
            }
            Err(error.into())
        }
    }
}

/// Makes it durable whose the key is. Nothing but labels and the end of the object can have changed meanwhile.
async fn conclude<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    info: &KeyInfo,
) -> Result<Resource, Refusal> {
    let (mut resource, mut version) = (found.resource.clone(), found.version);
    for _ in 0..intent::MAX_ROUNDS {
        if resource.creator.as_deref() == Some(info.spec.owner.as_str()) {
            // Whoever asked for the same has brought it to an end.
            return Ok(resource);
        }
        let before = resource.clone();
        give(&call.context.settings, &mut resource, info, call.asking.now())?;
        let mut outcome = Batch::new();
        replace(&mut outcome, &resource, version);
        intent::settle(&mut outcome, &resource);
        match quota::follow_up_gone(call, outcome, before.counts_for().into_iter()).await {
            Err(refusal) if refusal.stale => {}
            done => return done.map(|()| resource),
        }
        (resource, version) = intent::reread(call, &resource.id).await?.ok_or_else(Refusal::not_found)?;
    }
    Err(Refusal::internal())
}

/// Notes in the object what its environment says: whose the key is. Nobody has access that the former owner gave.
pub(super) fn give(
    settings: &Settings,
    resource: &mut Resource,
    info: &KeyInfo,
    now: UtcTime,
) -> Result<(), Refusal> {
    let owner = EntityId::parse(info.spec.owner.as_str(), &settings.home).map_err(|_| Refusal::internal())?;
    hand_over::give(settings, resource, &owner);
    activate(resource, info);
    for name in GIVEN_ACCESS {
        resource.attributes.remove(name);
    }
    resource.modified = now;
    Ok(())
}

/// Adds to a batch the object as it became, also as its parent lists it: for whom it counts is another.
pub(super) fn replace(batch: &mut Batch, resource: &Resource, version: Version) {
    batch.put(resource_key(&resource.id), Expect::Version(version), resource.encode());
    if let Some(parent) = &resource.parent {
        batch.put(child_key(parent, &resource.id), Expect::Any, Child::of(resource).encode());
    }
}
