//! What is kept in secure storage goes to another owner: one names the next owner, who then takes it (SDH-2).
//!
//! ```text
//!   the owner ─────────── UPDATE nOw ──▶ named ── UPDATE own, by the one who is named ──▶ the next owner's
//!   the administrator ─── UPDATE nOw ──▶ named, and void as soon as the owner is registered again
//!     (of data that an owner left behind; never of a key)
//! ```
//!
//! A name holds for [`OFFER_SECONDS`] and is void then, as if it had been taken back.

use csf_api::{EntityId, EntityKind, Object, Operation, Request, ResourceId, UtcTime, Value};
use csf_store::{Batch, Expect, RecordKey};
use csf_tree::schema::{AE, DATA_OBJECT, KEY_OBJECT};
use csf_tree::{Resource, resource_key};

use crate::authentication::{Caller, is_reserved};
use crate::call::Call;
use crate::gate::Basis;
use crate::keys::owner_of;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::settings::Settings;

/// The attribute that says whose the object is.
pub(crate) const OWNER: &str = "own";
/// The attribute that says whose it will be, if it is taken.
pub(crate) const NEXT: &str = "nOw";
/// Until when it can be taken.
const UNTIL: &str = "nUn";
/// How long somebody who was named may take the object, in seconds: a week. An offer that nobody remembers must not
/// stand open for ever.
pub(crate) const OFFER_SECONDS: i64 = 7 * 24 * 3600;
/// Who named the next owner.
const NAMED_BY: &str = "nBy";
const BY_OWNER: &str = "owner";
const BY_ADMINISTRATOR: &str = "administrator";

/// One of the two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The next owner is named, or no longer.
    Name,
    /// The next owner takes the object.
    Take,
}

/// The step that a request is, if it is one: it changes nothing else.
pub(crate) fn step(request: &Request, target: &Resource) -> Option<Step> {
    if request.operation != Operation::Update || ![&DATA_OBJECT, &KEY_OBJECT].contains(&target.schema) {
        return None;
    }
    let body = request.content.as_ref()?.value.as_object().filter(|body| body.len() == 1)?;
    match body.iter().next()?.0 {
        OWNER => Some(Step::Take),
        NEXT => Some(Step::Name),
        _ => None,
    }
}

/// On what ground somebody who is not the owner may take this step.
pub(crate) async fn ground<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    caller: &Caller,
    step: Step,
    target: &Resource,
) -> Result<Option<Basis>, Refusal> {
    let Some(originator) = caller.originator().filter(|_| caller.is_proven()) else { return Ok(None) };
    let is_orphan = || orphaned(asking, settings, target);
    Ok(match step {
        // Who could name the next owner of a key could sign, and read, as its owner: that needs the owner's consent.
        Step::Name if *target.schema == KEY_OBJECT => None,
        Step::Take if has_ended(target, asking.now()) => None,
        Step::Name if *originator != settings.administrator => None,
        Step::Name => is_orphan().await?.map(|_| Basis::Administration),
        Step::Take if next(settings, target).as_ref() != Some(originator) => None,
        Step::Take if was_named_by_owner(target) => Some(Basis::HandOver),
        Step::Take => is_orphan().await?.map(|_| Basis::HandOver),
    })
}

/// Names the next owner, or takes the name away. Whether an administrator does it.
pub(crate) async fn name<O: Outside>(
    call: &Call<'_, O>,
    resource: &mut Resource,
    given: &Value,
    batch: &mut Batch,
) -> Result<bool, Refusal> {
    let settings = &call.context.settings;
    let owner = owner_of(resource)?;
    let by_owner = call.caller.originator().map(EntityId::absolute) == Some(owner.as_str());
    if !by_owner {
        // The owner may have come back since the gate looked.
        let (key, expect) = orphaned(call.asking, settings, resource).await?.ok_or_else(Refusal::denied)?;
        batch.check(key, expect);
    }
    withdraw(resource);
    if let Some(text) = given.as_text() {
        let next = EntityId::parse(text, &settings.home);
        let next = next.map_err(|_| Refusal::bad_request("'nOw' names no AE, CSE or local CSF"))?;
        if next.absolute() == owner.as_str() {
            return Err(Refusal::bad_request("'nOw' names the present owner"));
        }
        // Who administers never reads, so an administrator does not come by data in this way.
        if next == settings.administrator {
            return Err(Refusal::bad_request("'nOw' names the administrator, who owns no data of others"));
        }
        if is_gone(call.asking, settings, &next).await?.is_some() {
            return Err(Refusal::bad_request("'nOw' names an AE that is not registered here"));
        }
        resource.attributes.set(NEXT, Value::text(next.relative_to(&settings.home)));
        let by = if by_owner { BY_OWNER } else { BY_ADMINISTRATOR };
        resource.attributes.set(NAMED_BY, Value::text(by));
        let until = call.asking.now().plus_seconds(OFFER_SECONDS);
        resource.attributes.set(UNTIL, Value::text(&until.to_string()));
    }
    Ok(!by_owner)
}

/// The caller, if it is the one who was named and takes the object with nothing else, and in time. What must stay so
/// until the batch is committed is added to it.
pub(crate) async fn taker<'a, O: Outside>(
    call: &'a Call<'_, O>,
    target: &Resource,
    given: &Object,
    batch: &mut Batch,
) -> Result<&'a EntityId, Refusal> {
    let settings = &call.context.settings;
    let named = next(settings, target);
    let asked =
        given.get(OWNER).and_then(Value::as_text).and_then(|t| EntityId::parse(t, &settings.home).ok());
    let caller = call.caller.originator().filter(|_| call.caller.is_proven());
    let caller = caller.filter(|_| named.as_ref() == caller && asked.as_ref() == caller && given.len() == 1);
    let caller = caller.ok_or_else(|| {
        let text =
            "'own' is changed by the next owner alone, for itself and with nothing else; name it with 'nOw'";
        Refusal::bad_request(text)
    })?;
    if has_ended(target, call.asking.now()) {
        return Err(Refusal::denied());
    }
    if !was_named_by_owner(target) {
        let gone = orphaned(call.asking, settings, target).await?;
        let (key, expect) = gone.ok_or_else(Refusal::denied)?;
        batch.check(key, expect);
    }
    Ok(caller)
}

/// Notes in the object whose it is now.
pub(crate) fn give(settings: &Settings, resource: &mut Resource, to: &EntityId) {
    resource.creator = Some(to.absolute().into());
    withdraw(resource);
    resource.attributes.set(OWNER, Value::text(to.relative_to(&settings.home)));
}

fn withdraw(resource: &mut Resource) {
    for name in [NEXT, NAMED_BY, UNTIL] {
        resource.attributes.remove(name);
    }
}

/// Whether the time in which the object could be taken is over.
fn has_ended(target: &Resource, now: UtcTime) -> bool {
    let until =
        target.attributes.get(UNTIL).and_then(Value::as_text).and_then(|text| UtcTime::parse(text).ok());
    // An offer of a version that knew no end has none.
    until.is_some_and(|until| until <= now)
}

fn next(settings: &Settings, target: &Resource) -> Option<EntityId> {
    let text = target.attributes.get(NEXT)?.as_text()?;
    EntityId::parse(text, &settings.home).ok()
}

fn was_named_by_owner(target: &Resource) -> bool {
    target.attributes.get(NAMED_BY).and_then(Value::as_text) == Some(BY_OWNER)
}

/// Where the owner of the object is registered no more: the condition under which that stays so.
async fn orphaned<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    target: &Resource,
) -> Result<Option<(RecordKey, Expect)>, Refusal> {
    let owner = owner_of(target)?;
    let owner = EntityId::parse(owner.as_str(), &settings.home).map_err(|_| Refusal::internal())?;
    is_gone(asking, settings, &owner).await
}

/// Where this is an AE that is not registered here. Whoever else speaks here does so by configuration or association,
/// and is never gone.
async fn is_gone<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    entity: &EntityId,
) -> Result<Option<(RecordKey, Expect)>, Refusal> {
    let is_ae = matches!(entity.kind(), EntityKind::RegistrarAssignedAe | EntityKind::ProviderAssignedAe);
    if !is_ae || is_reserved(settings, entity) {
        return Ok(None);
    }
    let id = entity.stem().and_then(|stem| ResourceId::parse(stem).ok()).ok_or_else(Refusal::internal)?;
    let key = resource_key(&id);
    let Some(record) = asking.load_one(key.clone()).await? else { return Ok(Some((key, Expect::Absent))) };
    let found = Resource::decode_as(&id, record.bytes())?;
    let is_here = *found.schema == AE && !found.is_expired(asking.now());
    Ok((!is_here).then(|| (key, Expect::Version(record.version()))))
}
