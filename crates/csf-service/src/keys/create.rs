//! CREATE of a key object: a key is made inside the secure environment of the storage, or one that was made elsewhere
//! is taken into it.

use csf_api::{Object, ResourceId, Value};
use csf_store::{Batch, Expect, Version};
use csf_transport::{
    Command, KeyAlgorithm, KeyId, KeyInfo, KeySpec, KeyUse, KeyUses, MAX_SECRET_BYTES, MIN_SECRET_BYTES,
    NoneFits, Owner, Reply as SeReply, SeError, SeId,
};
use csf_tree::schema::KEY_OBJECT;
use csf_tree::{Resource, resource_key};

use super::derivation::Derivation;
use super::intent::{self, Intent};
use super::key_object::{
    EXPORTABLE, IMPORTED, PENDING, absent_environment, activate, demanded, environment_of, level_in,
};
use super::material::{MATERIAL, material};
use super::unwrapping::Unwrapping;
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::hand_over::NEXT;
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources::{self, Placement, place, quota};
use crate::target::Found;

/// Makes a key, or takes the one that the request carries, and makes the object that stands for it.
pub(crate) async fn create<O: Outside>(call: &Call<'_, O>, storage: &Found) -> Result<Reply, Refusal> {
    resources::must_support(call.request, resources::OF_CREATE)?;
    let body = resources::body(call.request)?;
    let caller = call.caller.originator().filter(|_| call.caller.is_proven());
    // Without a proven owner nobody could ever use the key.
    let owner = caller.and_then(|id| Owner::new(id.absolute())).ok_or_else(Refusal::denied)?;
    csf_tree::schema::check_create(&KEY_OBJECT, body)?;
    if body.get(NEXT).is_some() {
        return Err(Refusal::bad_request("the next owner of a key is named once the key is there"));
    }
    let (algorithm, uses, minimum) = (algorithm(body)?, uses(body)?, demanded(body)?);
    must_fit(algorithm, uses)?;
    let material = material(body)?;
    let key = new_key_id(call).await?;
    let id = ResourceId::parse(&format!("{}{key}", KEY_OBJECT.id_prefix)).map_err(|_| Refusal::internal())?;
    let placement =
        Placement { parent: storage, schema: &KEY_OBJECT, id, creator: Some(owner.as_str().into()) };
    let mut resource = resources::draft_of(call, placement, body).await?;
    // What came in is for the environment alone.
    resource.attributes.remove(MATERIAL);
    resource.attributes.set(IMPORTED, Value::Bool(material.is_some()));
    let environment = environment_of(&resource)?;
    let described =
        call.context.environments.iter().find(|d| d.id == environment).ok_or_else(absent_environment)?;
    let unwrapping = Unwrapping::of(call, body, &environment).await?;
    let derivation = match unwrapping {
        Some(_) => None,
        None => Derivation::of(call, body, &environment).await?,
    };
    if let Some(derivation) = &derivation {
        derivation.must_make(algorithm)?;
    }
    if derivation.is_some() && material.is_some() {
        return Err(Refusal::bad_request("a key is imported by 'kMt' or made from 'kFr', not both"));
    }
    if derivation.as_ref().is_some_and(Derivation::is_from_imported) {
        // Who knows the other key knows this one.
        resource.attributes.set(IMPORTED, Value::Bool(true));
    }
    let exportable = body.get(EXPORTABLE) == Some(&Value::Bool(true));
    if exportable && derivation.is_some() {
        return Err(Refusal::bad_request(
            "a key that is made from another is made again where it is needed: no 'exp'",
        ));
    }
    resource.attributes.set(EXPORTABLE, Value::Bool(exportable));
    let highest = derivation.as_ref().map_or(described.level, |made| made.level().min(described.level));
    let level = level_in(highest, &resource);
    if level < minimum {
        return Err(no_environment(NoneFits::LevelTooLow));
    }
    let attributes = &mut resource.attributes;
    attributes.set("own", Value::text(caller.map_or("", |id| id.relative_to(&call.context.settings.home))));
    attributes.set("seL", Value::Integer(i64::from(level.number())));
    attributes.set("gen", Value::Integer(1));
    attributes.set("stt", Value::text(PENDING));

    let mut batch = Batch::new();
    batch.check(resource_key(&storage.resource.id), Expect::Version(storage.version));
    place(&mut batch, &resource);
    intent::note(&mut batch, &resource, &Intent::Create, Expect::Any);
    quota::commit_made(call, batch, &resource, Effect::Ordinary).await?;
    call.context.note_end(resource.expires);

    let spec = KeySpec { id: key, owner, algorithm, uses, exportable };
    let invalid = invalid(algorithm, material.is_some(), unwrapping.is_some(), derivation.as_ref());
    let command = match (material, unwrapping, derivation) {
        (Some(wrapped), Some(unwrapping), _) => unwrapping.command(&wrapped, spec),
        (Some(material), None, _) => Command::ImportKey { spec, material },
        (None, _, Some(derivation)) => derivation.command(spec),
        (None, _, None) => Command::GenerateKey(spec),
    };
    let info = match call.asking.execute(&environment, command).await {
        Ok(SeReply::Key(info)) => info,
        Ok(_) => return Err(Refusal::internal()),
        Err(error) => {
            // Nothing was made: take the object back. Where the outcome is unknown it stays pending, and
            // the next start finds out.
            if intent::nothing_was_done(error) {
                intent::remove(call, &resource, Version::FIRST).await?;
            }
            return Err(match (error, invalid) {
                (SeError::InvalidInput, Some(text)) => Refusal::bad_request(text),
                (error, _) => error.into(),
            });
        }
    };
    let resource = conclude(call, resource, &environment, &info).await?;
    Ok(resources::created(call, &resource).await?.audited(AuditKind::KeyUse))
}

/// Makes it durable that the key is there. The object may have been changed or deleted since it was placed.
async fn conclude<O: Outside>(
    call: &Call<'_, O>,
    mut resource: Resource,
    environment: &SeId,
    info: &KeyInfo,
) -> Result<Resource, Refusal> {
    let mut version = Version::FIRST;
    for _ in 0..intent::MAX_ROUNDS {
        activate(&mut resource, info);
        let mut outcome = Batch::new();
        outcome.put(resource_key(&resource.id), Expect::Version(version), resource.encode());
        intent::settle(&mut outcome, &resource);
        match call.grant.follow_up(call.asking, outcome).await {
            Err(refusal) if refusal.stale => {}
            done => return done.map(|()| resource),
        }
        let Some(changed) = intent::reread(call, &resource.id).await? else {
            // A key without its object would never be found again.
            let (key, owner) = (info.spec.id, info.spec.owner.clone());
            call.asking.execute(environment, Command::DestroyKey { key, owner }).await?;
            return Err(Refusal::not_found());
        };
        (resource, version) = changed;
    }
    Err(Refusal::internal())
}

/// What the environment finds wrong where it finds the input invalid: everything else was looked at before.
fn invalid(
    algorithm: KeyAlgorithm,
    is_given: bool,
    is_wrapped: bool,
    derivation: Option<&Derivation>,
) -> Option<String> {
    let name = algorithm.name();
    match (is_given, derivation.and_then(Derivation::of_peer)) {
        (true, _) if is_wrapped => Some(format!("what 'kMt' holds wrapped is no key {name}")),
        (true, _) if algorithm.is_pair() => {
            Some(format!("'kMt' is no key {name}: give the bare private bytes, or PKCS#8 in DER"))
        }
        (true, _) if algorithm.takes_any_length() => {
            Some(format!("'kMt' is no key {name}, which has {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} bytes"))
        }
        (true, _) => Some(format!("'kMt' is no key {name}, which has one length only")),
        (false, Some(way)) => {
            Some(format!("'kPb' is no public key (SubjectPublicKeyInfo) for {}", way.name()))
        }
        (false, None) => None,
    }
}

/// Refuses uses that no key of this algorithm has, or not together.
fn must_fit(algorithm: KeyAlgorithm, uses: KeyUses) -> Result<(), Refusal> {
    if algorithm.can_be_for(uses) {
        return Ok(());
    }
    let names: Vec<_> = algorithm.uses().iter().map(|one| one.name()).collect();
    let alone = if algorithm.authenticates() { ", or for authenticate alone" } else { "" };
    let text = format!("'kUs': a key {} is made for {}{alone}", algorithm.name(), names.join(", "));
    Err(Refusal::bad_request(text))
}

fn algorithm(body: &Object) -> Result<KeyAlgorithm, Refusal> {
    let named = body.get("kAl").and_then(Value::as_text).and_then(KeyAlgorithm::from_name);
    named.ok_or_else(|| {
        let names: Vec<_> = KeyAlgorithm::ALL.iter().map(|a| a.name()).collect();
        Refusal::bad_request(format!("'kAl' must be one of {}", names.join(", ")))
    })
}

fn uses(body: &Object) -> Result<KeyUses, Refusal> {
    let listed = body.get("kUs").and_then(Value::as_list).unwrap_or_default();
    let mut uses = KeyUses::NONE;
    for name in listed.iter().filter_map(Value::as_text) {
        let named = KeyUse::ALL.into_iter().find(|one| one.name() == name);
        uses = uses.with(named.ok_or_else(|| {
            let names: Vec<_> = KeyUse::ALL.iter().map(|one| one.name()).collect();
            Refusal::bad_request(format!("'kUs' lists some of {}", names.join(", ")))
        })?);
    }
    if uses == KeyUses::NONE { Err(Refusal::bad_request("'kUs' must list a use")) } else { Ok(uses) }
}

async fn new_key_id<O: Outside>(call: &Call<'_, O>) -> Result<KeyId, Refusal> {
    let reply = call.asking.execute(call.context.first_environment(), Command::Random { length: 16 }).await?;
    let SeReply::Random(bytes) = reply else { return Err(Refusal::internal()) };
    bytes.expose().try_into().map(KeyId).map_err(|_| Refusal::internal())
}
