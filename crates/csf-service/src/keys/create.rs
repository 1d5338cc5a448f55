//! CREATE of a key object: a key is made inside the secure environment of the storage.

use csf_api::{Object, ResourceId, SecurityLevel, Status, Value};
use csf_store::{Batch, Expect, Version};
use csf_transport::{
    Command, KeyAlgorithm, KeyId, KeySpec, KeyUse, KeyUses, NoneFits, Owner, Reply as SeReply, SeError,
};
use csf_tree::schema::KEY_OBJECT;
use csf_tree::{represent, resource_key};

use super::intent::{self, Intent};
use super::{PENDING, activate, environment_of};
use crate::audit::AuditKind;
use crate::door::Call;
use crate::functions::{input, no_environment};
use crate::gate::Effect;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::resources::{self, Placement, Reply, place};
use crate::target::Found;

/// Makes a key and the object that stands for it.
pub(crate) async fn create<O: Outside>(call: &Call<'_, O>, storage: &Found) -> Result<Reply, Refusal> {
    let body = resources::body(call.request)?;
    let caller = call.caller.originator().filter(|_| call.caller.is_proven());
    // Without a proven owner nobody could ever use the key.
    let owner = caller.and_then(|id| Owner::new(id.absolute())).ok_or_else(Refusal::denied)?;
    csf_tree::schema::check_create(&KEY_OBJECT, body)?;
    let (algorithm, uses, minimum) = (algorithm(body)?, uses(body)?, minimum(body)?);
    let key = new_key_id(call).await?;
    let id = ResourceId::parse(&format!("{}{key}", KEY_OBJECT.id_prefix)).map_err(|_| Refusal::internal())?;
    let placement =
        Placement { parent: storage, schema: &KEY_OBJECT, id, creator: Some(owner.as_str().into()) };
    let mut resource = resources::draft_of(call, placement, body).await?;
    let environment = environment_of(&resource)?;
    let described =
        call.service.environments.iter().find(|d| d.id == environment).ok_or_else(Refusal::not_found)?;
    if described.level < minimum {
        return Err(no_environment(NoneFits::LevelTooLow));
    }
    let attributes = &mut resource.attributes;
    attributes.set("own", Value::text(caller.map_or("", |id| id.relative_to(&call.service.settings.home))));
    attributes.set("exp", Value::Bool(false));
    attributes.set("seL", Value::Integer(i64::from(described.level.number())));
    attributes.set("gen", Value::Integer(1));
    attributes.set("stt", Value::text(PENDING));

    let mut batch = Batch::new();
    batch.check(resource_key(&storage.resource.id), Expect::Version(storage.version));
    place(&mut batch, &resource);
    intent::note(&mut batch, &resource, Intent::Create);
    call.grant.commit(call.asking, batch, Effect::Ordinary).await?;

    let spec = KeySpec { id: key, owner, algorithm, uses, exportable: false };
    let info = match call.asking.execute(&environment, Command::GenerateKey(spec)).await {
        Ok(SeReply::Key(info)) => info,
        Ok(_) => return Err(Refusal::internal()),
        Err(error) => {
            // Nothing was made: take the object back. Where the outcome is unknown it stays pending, and
            // the next start finds out.
            if !matches!(error, SeError::OutcomeUnknown | SeError::Fault) {
                let mut undo = Batch::new();
                intent::unplace(&mut undo, &resource);
                call.grant.follow_up(call.asking, undo).await?;
            }
            return Err(error.into());
        }
    };
    activate(&mut resource, &info);
    let mut outcome = Batch::new();
    outcome.put(resource_key(&resource.id), Expect::Version(Version::FIRST), resource.encode());
    intent::settle(&mut outcome, &resource);
    call.grant.follow_up(call.asking, outcome).await?;
    let content = represent(&resource, Object::new());
    Ok(Reply::new(Status::Created).with(content).audited(AuditKind::KeyUse))
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

fn minimum(body: &Object) -> Result<SecurityLevel, Refusal> {
    body.get("msl").map_or(Ok(SecurityLevel::None), input::level)
}

async fn new_key_id<O: Outside>(call: &Call<'_, O>) -> Result<KeyId, Refusal> {
    let reply = call.asking.execute(call.service.first_environment(), Command::Random { length: 16 }).await?;
    let SeReply::Random(bytes) = reply else { return Err(Refusal::internal()) };
    bytes.expose().try_into().map(KeyId).map_err(|_| Refusal::internal())
}
