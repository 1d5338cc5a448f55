//! Credentials: by which key an entity authenticates itself, and who may have its answers checked.
//!
//! An entity registers, changes and removes its own. Nobody registers one for another, and no policy lets anybody else
//! change one; administrators may remove it. It is there until its `et`.

use base64ct::{Base64, Encoding};
use csf_api::{Address, EntityId, Object, ResourceId, SecurityLevel, Status, Value};
use csf_store::{Batch, Expect, Version};
use csf_transport::codec::MAX_PUBLIC_KEY_BYTES;
use csf_transport::{
    Command, KeyId, KeyUse, KeyUses, Owner, Reply as SeReply, SeError, SeId, SignInput, SignatureAlgorithm,
    choose,
};
use csf_tree::schema::{CREDENTIAL, KEY_OBJECT};
use csf_tree::{Resource, resource_key};

use super::asker;
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::keys::{ACTIVE, absent_environment, environment_of, key_id, level_in, owner_of, usable};
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources::{self, Placement, place, quota};
use crate::target::{self, Found};

/// The most verifiers that a credential names.
const MAX_VERIFIERS: usize = 64;
/// Who may check, where everybody may who has proven who it is.
const ALL: &str = "all";

/// A credential, as a check needs it.
pub(super) struct Credential {
    /// Whom it stands for.
    pub(super) owner: EntityId,
    pub(super) key: Key,
    /// How well the key is guarded, as far as this node knows.
    pub(super) level: SecurityLevel,
    everybody: bool,
    verifiers: Vec<EntityId>,
    /// In which state it and its key object were read.
    read: (Version, Option<Version>),
}

/// By what answers are checked.
pub(super) enum Key {
    /// A key object, while it is there and active.
    Held(Option<Held>),
    /// The public part of a key that is elsewhere.
    Public { key: Vec<u8>, algorithm: SignatureAlgorithm },
}

/// A key in a secure environment.
pub(super) struct Held {
    pub(super) key: KeyId,
    pub(super) owner: Owner,
    pub(super) environment: SeId,
}

impl Credential {
    /// Whether nothing of it changed between these two looks.
    pub(super) fn is_unchanged_since(&self, before: &Self) -> bool {
        self.read == before.read
    }

    /// Whether this one may have answers checked by it.
    pub(super) fn is_for(&self, verifier: &EntityId) -> bool {
        self.everybody || self.verifiers.contains(verifier)
    }
}

/// Registers a credential for the caller.
pub(crate) async fn register<O: Outside>(call: &Call<'_, O>, parent: &Found) -> Result<Reply, Refusal> {
    resources::must_support(call.request, resources::OF_CREATE)?;
    let body = resources::body(call.request)?;
    let owner = asker(call)?;
    let now = call.asking.now();
    let id = call.context.next_ordinal(now).resource_id(&CREDENTIAL).ok_or_else(Refusal::internal)?;
    let creator = Some(owner.absolute().into());
    let placement = Placement { parent, schema: &CREDENTIAL, id, creator };
    let mut resource = resources::draft_of(call, placement, body).await?;
    resource.attributes.set("own", Value::text(owner.relative_to(&call.context.settings.home)));
    settle(call, &mut resource).await?;
    let mut batch = Batch::new();
    batch.check(resource_key(&parent.resource.id), Expect::Version(parent.version));
    place(&mut batch, &resource);
    quota::commit_made(call, batch, &resource, Effect::Ordinary).await?;
    call.context.note_end(resource.expires);
    Ok(resources::created(call, &resource).await?.audited(AuditKind::Authentication))
}

/// Checks a change, which the resource has already: another key takes the place of the one before as a whole.
pub(crate) async fn change<O: Outside>(
    call: &Call<'_, O>,
    resource: &mut Resource,
    given: &Object,
) -> Result<(), Refusal> {
    if resource.creator.as_deref() != Some(asker(call)?.absolute()) {
        return Err(Refusal::denied());
    }
    let gives = |name| given.get(name).is_some_and(|value| *value != Value::Null);
    let attributes = &mut resource.attributes;
    match (gives("kInf"), gives("kDt")) {
        (true, false) => {
            attributes.remove("kDt");
            if !gives("Salg") {
                attributes.remove("Salg");
            }
        }
        (false, true) => {
            attributes.remove("kInf");
        }
        _ => {}
    }
    settle(call, resource).await
}

/// Checks what a credential says, and adds what follows from it.
async fn settle<O: Outside>(call: &Call<'_, O>, resource: &mut Resource) -> Result<(), Refusal> {
    verifiers(call, resource)?;
    let text = |name| resource.attributes.get(name).and_then(Value::as_text);
    let (named, public, algorithm) = (text("kInf"), text("kDt"), text("Salg"));
    let (settled, level) = match (named, public) {
        (Some(named), None) => {
            let usable = usable(call, "kInf", named).await?;
            let command = Command::KeyInfo { key: usable.key, owner: usable.owner };
            let SeReply::Key(info) = call.asking.execute(&usable.environment, command).await? else {
                return Err(Refusal::internal());
            };
            if info.spec.uses != KeyUses::NONE.with(KeyUse::Authenticate) {
                return Err(Refusal::bad_request("the key of 'kInf' is not one for 'authenticate' alone"));
            }
            let key = info.spec.algorithm;
            let own = key.signature().map(|a| a.name()).or_else(|| key.mac().map(|a| a.name()));
            let own = own.ok_or_else(Refusal::internal)?;
            if algorithm.is_some_and(|said| said != own) {
                return Err(Refusal::bad_request(format!("the key of 'kInf' answers by {own}")));
            }
            // By its identifier: another key object may have its name some day.
            let id = format!("{}{}", KEY_OBJECT.id_prefix, usable.key);
            (Object::new().with("kInf", Value::text(&id)).with("Salg", Value::text(own)), usable.level)
        }
        (None, Some(public)) => {
            let algorithm = algorithm.and_then(SignatureAlgorithm::from_name).ok_or_else(|| {
                let names: Vec<_> = SignatureAlgorithm::ALL.iter().map(|a| a.name()).collect();
                Refusal::bad_request(format!("with 'kDt', 'Salg' is one of {}", names.join(", ")))
            })?;
            must_be_public_key(call, octets(public)?, algorithm).await?;
            // Nobody here knows how the private part is guarded.
            (Object::new(), SecurityLevel::None)
        }
        _ => {
            let text =
                "give either 'kInf', a key object of your own, or 'kDt', the public part of a key elsewhere";
            return Err(Refusal::bad_request(text));
        }
    };
    for (name, value) in settled.iter() {
        resource.attributes.set(name, value.clone());
    }
    resource.attributes.set("seL", Value::Integer(i64::from(level.number())));
    Ok(())
}

/// Refuses what is no public key of the algorithm: the environments know.
async fn must_be_public_key<O: Outside>(
    call: &Call<'_, O>,
    public_key: Vec<u8>,
    algorithm: SignatureAlgorithm,
) -> Result<(), Refusal> {
    let at = choose(&call.context.environments, "verify-with", Some(algorithm.name()), SecurityLevel::None);
    let command = Command::VerifyWith {
        public_key,
        algorithm,
        input: SignInput::Message(Vec::new()),
        signature: vec![0; algorithm.signature_bytes()],
    };
    match call.asking.execute(at.map_err(no_environment)?, command).await {
        Ok(SeReply::Verified(false)) => Ok(()),
        // A key under which nothing at all is signed proves nothing.
        Ok(SeReply::Verified(true)) | Err(SeError::InvalidInput) => {
            let name = algorithm.name();
            Err(Refusal::bad_request(format!("'kDt' is no public key (SubjectPublicKeyInfo) for {name}")))
        }
        Ok(_) => Err(Refusal::internal()),
        Err(error) => Err(error.into()),
    }
}

/// Whether everybody may check by it, and who may otherwise.
fn verifiers<O>(call: &Call<'_, O>, resource: &Resource) -> Result<(bool, Vec<EntityId>), Refusal> {
    let listed = resource.attributes.get("vBy").and_then(Value::as_list).unwrap_or_default();
    if listed.len() > MAX_VERIFIERS {
        return Err(Refusal::bad_request(format!("'vBy' names at most {MAX_VERIFIERS}")));
    }
    let names: Vec<&str> = listed.iter().filter_map(Value::as_text).collect();
    let some = names.iter().filter(|name| **name != ALL);
    let some = some.map(|name| EntityId::parse(name, &call.context.settings.home)).collect::<Result<_, _>>();
    let some = some.map_err(|e| Refusal::bad_request(format!("'vBy': {e}")))?;
    Ok((names.contains(&ALL), some))
}

/// An address in a request.
pub(super) fn address(member: &str, named: &str) -> Result<Address, Refusal> {
    Address::parse(named).map_err(|e| Refusal::bad_request(format!("'{member}': {e}")))
}

/// The credential at this address; nothing where there is none.
pub(super) async fn load<O: Outside>(
    call: &Call<'_, O>,
    address: &Address,
) -> Result<Option<Credential>, Refusal> {
    let found = target::find(call.asking, &call.context.settings, address).await;
    let Some(found) = unless_missing(found)?.filter(|found| *found.resource.schema == CREDENTIAL) else {
        return Ok(None);
    };
    let resource = found.resource;
    let mut of_key = None;
    let owner = owner_of(&resource)?;
    let (everybody, verifiers) = verifiers(call, &resource)?;
    let text = |name| resource.attributes.get(name).and_then(Value::as_text);
    let (key, level) = match (text("kInf"), text("kDt")) {
        (Some(id), None) => match held(call, &owner, id).await? {
            Some((held, level, version)) => {
                of_key = Some(version);
                (Key::Held(Some(held)), level)
            }
            None => (Key::Held(None), SecurityLevel::None),
        },
        (None, Some(public)) => {
            let algorithm = text("Salg").and_then(SignatureAlgorithm::from_name);
            let algorithm = algorithm.ok_or_else(Refusal::internal)?;
            (Key::Public { key: octets(public)?, algorithm }, SecurityLevel::None)
        }
        _ => return Err(Refusal::internal()),
    };
    let owner = EntityId::parse(owner.as_str(), &call.context.settings.home);
    let owner = owner.map_err(|_| Refusal::internal())?;
    let read = (found.version, of_key);
    Ok(Some(Credential { owner, key, level, everybody, verifiers, read }))
}

/// The key object with this identifier, if it is there, active, and the owner's.
async fn held<O: Outside>(
    call: &Call<'_, O>,
    owner: &Owner,
    id: &str,
) -> Result<Option<(Held, SecurityLevel, Version)>, Refusal> {
    let id = ResourceId::parse(id).map_err(|_| Refusal::internal())?;
    let found = target::load(call.asking, &call.context.settings, &id).await;
    let Some(Found { resource: object, version }) = unless_missing(found)? else { return Ok(None) };
    let active = object.attributes.get("stt").and_then(Value::as_text) == Some(ACTIVE);
    if *object.schema != KEY_OBJECT || !active || owner_of(&object)? != *owner {
        return Ok(None);
    }
    let environment = environment_of(&object)?;
    let described = call.context.environments.iter().find(|d| d.id == environment);
    let level = level_in(described.ok_or_else(absent_environment)?.level, &object);
    let held = Held { key: key_id(&object)?, owner: owner.clone(), environment };
    Ok(Some((held, level, version)))
}

fn unless_missing(found: Result<Found, Refusal>) -> Result<Option<Found>, Refusal> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(refusal) if refusal.status == Status::NotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn octets(text: &str) -> Result<Vec<u8>, Refusal> {
    let wrong = || Refusal::bad_request(format!("'kDt' is base64 of at most {MAX_PUBLIC_KEY_BYTES} bytes"));
    if text.len() > MAX_PUBLIC_KEY_BYTES.div_ceil(3).saturating_mul(4) {
        return Err(wrong());
    }
    let octets = Base64::decode_vec(text).map_err(|_| wrong())?;
    if octets.len() > MAX_PUBLIC_KEY_BYTES { Err(wrong()) } else { Ok(octets) }
}
