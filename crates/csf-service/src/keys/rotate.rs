//! UPDATE of a key object's `gen`: the key gets its next generation, in the same place and under the same name.
//!
//! Generations before make nothing any more; what they made is found right, or opened, as long as they are kept. The
//! next generation is made in the environment, or comes with the request where the key came so too.

use csf_api::{Object, Request, ResultContent, Status, Value};
use csf_store::{Batch, Expect, Version};
use csf_transport::{Command, KeyInfo, NoneFits, Reply as SeReply, SeError};
use csf_tree::schema::KEY_OBJECT;
use csf_tree::{Resource, represent, resource_key};

use super::intent::{self, Intent};
use super::key_object::{
    ACTIVE, IMPORTED, absent_environment, activate, demanded, environment_of, key_id, level_in, owner_of,
};
use super::material::{MATERIAL, material};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources;
use crate::target::Found;

const GENERATION: &str = "gen";
const OF_ROTATION: &[ResultContent] =
    &[ResultContent::Nothing, ResultContent::Attributes, ResultContent::ModifiedAttributes];

/// Whether an UPDATE of a key object asks for another generation, or brings one.
pub(crate) fn is_rotation(request: &Request) -> bool {
    let body = request.content.as_ref().and_then(|content| content.value.as_object());
    body.is_some_and(|body| [GENERATION, MATERIAL].iter().any(|name| body.get(name).is_some()))
}

/// Rotates the key.
pub(crate) async fn rotate<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    resources::must_support(call.request, OF_ROTATION)?;
    let resource = &found.resource;
    if call.request.content.as_ref().is_some_and(|content| *content.root != *KEY_OBJECT.root) {
        return Err(Refusal::bad_request(format!("the content of this target is '{}'", KEY_OBJECT.root)));
    }
    let (key, owner, environment) = (key_id(resource)?, owner_of(resource)?, environment_of(resource)?);
    // As with every use, no policy lets anybody but the owner, who is proven.
    if !call.caller.is_proven() || call.caller.originator().map(|id| id.absolute()) != Some(owner.as_str()) {
        return Err(Refusal::denied());
    }
    let body = resources::body(call.request)?;
    let generation = next(resource, body)?;
    csf_tree::schema::check_update(&KEY_OBJECT, body)?;
    let material = material(body)?;
    let given = material.is_some();
    must_be_rotatable(resource, given)?;
    let described = call.context.environments.iter().find(|described| described.id == environment);
    // What the key was made for, the next generation is made for too.
    if level_in(described.ok_or_else(absent_environment)?.level, resource) < demanded(&resource.attributes)? {
        return Err(no_environment(NoneFits::LevelTooLow));
    }
    let (note, unchanged) = intent::must_stay(call, resource).await?;
    let mut batch = Batch::new();
    batch.check(resource_key(&resource.id), Expect::Version(found.version));
    intent::note(&mut batch, resource, &Intent::Rotate, unchanged);
    debug_assert!(batch.writes().iter().any(|write| write.key == note), "the note is under its own key");
    call.grant.commit(call.asking, batch, Effect::Ordinary).await?;

    let command = Command::RotateKey { key, owner, generation, material };
    let info = match call.asking.execute(&environment, command).await {
        Ok(SeReply::Key(info)) => info,
        Ok(_) => return Err(Refusal::internal()),
        Err(error) => {
            // Where the outcome is unknown the note stays, and the next start, or the same request again, finds out.
            if intent::nothing_was_done(error) {
                let mut undo = Batch::new();
                intent::settle_rotation(call, &mut undo, resource).await?;
                call.grant.follow_up(call.asking, undo).await?;
            }
            return Err(match error {
                SeError::InvalidInput if given => {
                    Refusal::bad_request("'kMt' is no other key of the key's algorithm than the present one")
                }
                error => error.into(),
            });
        }
    };
    let before = represent(resource, Object::new());
    let resource = conclude(call, resource.clone(), found.version, &info).await?;
    let reply = Reply::new(Status::Updated).audited(AuditKind::KeyUse);
    Ok(match call.request.result_content {
        Some(ResultContent::Nothing) => reply,
        Some(ResultContent::ModifiedAttributes) => {
            let after = represent(&resource, Object::new());
            let changed = resources::modified(&before, after, resources::body(call.request)?);
            Reply { content: changed, ..reply }
        }
        _ => reply.with(represent(&resource, Object::new())),
    })
}

/// The generation that is asked for: the one after the present.
fn next(resource: &Resource, body: &Object) -> Result<u32, Refusal> {
    if body.iter().any(|(name, _)| ![GENERATION, MATERIAL].contains(&name)) {
        return Err(Refusal::bad_request("a rotation changes nothing beside 'gen'"));
    }
    let next = resource.integer(GENERATION).saturating_add(1);
    let asked = body.get(GENERATION).and_then(Value::as_integer).filter(|asked| *asked == next);
    asked.and_then(|asked| u32::try_from(asked).ok()).ok_or_else(|| {
        Refusal::bad_request(format!("'gen' can be set to the next generation only, which is {next}"))
    })
}

fn must_be_rotatable(resource: &Resource, given: bool) -> Result<(), Refusal> {
    let attributes = &resource.attributes;
    if attributes.get("stt").and_then(Value::as_text) != Some(ACTIVE) {
        return Err(Refusal::new(Status::NotAcceptable, "the key is not active"));
    }
    // Another generation would not be that key: it is made, or unwrapped, as a key of its own.
    if attributes.get("kFr").is_some() {
        return Err(Refusal::bad_request("a key that was made from another or unwrapped is not rotated"));
    }
    // What was made here would not be known where the first came from, and what was not made here has another level.
    match (attributes.get(IMPORTED) == Some(&Value::Bool(true)), given) {
        (true, false) => {
            Err(Refusal::bad_request("a key that was imported gets its next generation as 'kMt'"))
        }
        (false, true) => Err(Refusal::bad_request("only a key that was imported is rotated by 'kMt'")),
        _ => Ok(()),
    }
}

/// Makes it durable which generation the key has, whatever became of the object meanwhile.
async fn conclude<O: Outside>(
    call: &Call<'_, O>,
    mut resource: Resource,
    mut version: Version,
    info: &KeyInfo,
) -> Result<Resource, Refusal> {
    for _ in 0..intent::MAX_ROUNDS {
        let mut outcome = Batch::new();
        if resource.integer(GENERATION) < i64::from(info.generation) {
            activate(&mut resource, info);
            resource.modified = call.asking.now();
        }
        outcome.put(resource_key(&resource.id), Expect::Version(version), resource.encode());
        intent::settle_rotation(call, &mut outcome, &resource).await?;
        match call.grant.follow_up(call.asking, outcome).await {
            Err(refusal) if refusal.stale => {}
            done => return done.map(|()| resource),
        }
        (resource, version) = intent::reread(call, &resource.id).await?.ok_or_else(Refusal::not_found)?;
    }
    Err(Refusal::internal())
}
