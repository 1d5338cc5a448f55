//! CREATE of a sensitive data object.

use csf_api::{ResourceId, SecurityLevel, Value};
use csf_store::{Batch, Expect};
use csf_transport::{NoneFits, Owner};
use csf_tree::schema::{self, DATA_OBJECT};
use csf_tree::{Resource, resource_key};

use super::content::{CONTENT, Place, content_key, octets, size};
use super::usage;
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::hand_over::{self, NEXT};
use crate::keys::{absent_environment, environment_of};
use crate::levels::{level, no_environment};
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources::{self, Placement, place};
use crate::target::Found;

/// How the content of every object is protected: the secure environment of its storage seals it.
const SEALED_BY_ENVIRONMENT: &str = "sealed-by-environment";

/// Stores octets for the caller.
pub(crate) async fn create<O: Outside>(call: &Call<'_, O>, storage: &Found) -> Result<Reply, Refusal> {
    resources::must_support(call.request, resources::OF_CREATE)?;
    let body = resources::body(call.request)?;
    let caller = call.caller.originator().filter(|_| call.caller.is_proven());
    // Without a proven owner nobody could ever have the octets back.
    let owner = caller.and_then(|id| Owner::new(id.absolute())).ok_or_else(Refusal::denied)?;
    schema::check_create(&DATA_OBJECT, body)?;
    let octets = octets(call, body)?;
    let size = size(&octets);
    let id: ResourceId = call
        .context
        .next_ordinal(call.asking.now())
        .resource_id(&DATA_OBJECT)
        .ok_or_else(Refusal::internal)?;
    let placement = Placement {
        parent: storage,
        schema: &DATA_OBJECT,
        id: id.clone(),
        creator: Some(owner.as_str().into()),
    };
    let mut resource = resources::draft_of(call, placement, body).await?;
    resource.attributes.remove(CONTENT);
    let level = must_reach_level(call, &resource)?;
    let attributes = &mut resource.attributes;
    attributes.set("st", Value::Integer(0));
    attributes.set("own", Value::text(caller.map_or("", |id| id.relative_to(&call.context.settings.home))));
    attributes.set("cbs", Value::Integer(i64::try_from(size).unwrap_or(i64::MAX)));
    attributes.set("seL", Value::Integer(i64::from(level.number())));
    attributes.set("prt", Value::text(SEALED_BY_ENVIRONMENT));

    let mut batch = Batch::new();
    batch.check(resource_key(&storage.resource.id), Expect::Version(storage.version));
    if let Some(next) = body.get(NEXT) {
        hand_over::name(call, &mut resource, next, &mut batch).await?;
    }
    usage::count(call, &mut batch, (&storage.resource.id, &owner), None, Some(size)).await?;
    place(&mut batch, &resource);
    let sealed = Place::of(&resource)?.seal(call, octets).await?;
    batch.put(content_key(&id), Expect::Absent, sealed);
    call.grant.commit(call.asking, batch, Effect::Ordinary).await?;
    call.context.note_end(resource.expires);
    Ok(resources::created(call, &resource).await?.audited(AuditKind::DataUse))
}

/// The level of the secure environment that is to hold the object: at least what the object demands.
pub(super) fn must_reach_level<O: Outside>(
    call: &Call<'_, O>,
    resource: &Resource,
) -> Result<SecurityLevel, Refusal> {
    let minimum = resource.attributes.get("msl").map_or(Ok(SecurityLevel::None), level)?;
    let at = environment_of(resource)?;
    let described = call.context.environments.iter().find(|d| d.id == at).ok_or_else(absent_environment)?;
    if described.level < minimum {
        return Err(no_environment(NoneFits::LevelTooLow));
    }
    Ok(described.level)
}
