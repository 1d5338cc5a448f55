//! CREATE of an instance: for all who add to the same container at the same time, in one batch.

use csf_api::{ResourceId, Status, Value};
use csf_store::{Batch, Expect, Version};
use csf_tree::{Resource, mark_key, name_key, resource_key};

use super::container::{self, count, exceeds, size_of};
use super::draft::place;
use crate::appends::{Group, Intended, Turn, Wish};
use crate::call::Call;
use crate::gate::Effect;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::target::{self, Found};

/// Adds an instance to a container; the instance as it was written.
pub(super) async fn append<O: Outside>(
    call: &Call<'_, O>,
    parent: &Found,
    mut instance: Resource,
) -> Result<Resource, Refusal> {
    let size = instance.attributes.get("con").map_or(0, size_of);
    let largest = call.context.settings.limits.content_bytes;
    if u64::try_from(size).is_ok_and(|size| size > largest) {
        let text = format!("a content has at most {largest} bytes here");
        return Err(Refusal::new(Status::NotAcceptable, text));
    }
    instance.attributes.set("cs", Value::Integer(size));
    must_fit(&parent.resource, size)?;
    // What a request says of the container is true of the version that was looked at.
    let only_at = call.request.filter.is_some().then_some(parent.version);
    let wish = Wish { instance, epoch: call.grant.epoch(), only_at, by: call.asking.by };
    let place = call.context.appends.enrol(&parent.resource.id, wish)?;
    loop {
        match place.turn().await {
            Turn::Write(mut group) => {
                let outcome = write(call, &parent.resource.id, &mut group).await;
                group.conclude(outcome);
            }
            Turn::Answered(answer) => return answer.map(|instance| *instance),
            Turn::Lost(None) => return Err(Refusal::stale()),
            Turn::Lost(Some(intended)) => return recover(call, &parent.resource.id, *intended).await,
        }
    }
}

/// Refuses what the container could never hold.
fn must_fit(container: &Resource, size: i64) -> Result<(), Refusal> {
    let bound = |name| container.attributes.get(name).and_then(Value::as_integer);
    if bound("mbs").is_some_and(|most| size > most) || [bound("mni"), bound("mia")].contains(&Some(0)) {
        return Err(Refusal::new(Status::NotAcceptable, "the instance does not fit the container"));
    }
    Ok(())
}

/// The container as it is now. Whoever finds it gone looks for it again, and is told so.
async fn load<O: Outside>(call: &Call<'_, O>, id: &ResourceId) -> Result<Found, Refusal> {
    target::load(call.asking, &call.context.settings, id)
        .await
        .map_err(|refusal| if refusal.status == Status::NotFound { Refusal::stale() } else { refusal })
}

/// Writes for the group: each member's instance, once the container's counters, once what makes room.
async fn write<O: Outside>(
    call: &Call<'_, O>,
    id: &ResourceId,
    group: &mut Group<'_>,
) -> Result<(), Refusal> {
    let wishes = std::mem::take(&mut group.wishes);
    let by = wishes.iter().map(|wish| wish.by).max().unwrap_or(call.asking.by);
    // No member's time cuts another's short.
    let asking = Asking { by, ..*call.asking };
    let call = &Call { asking: &asking, ..*call };
    let found = load(call, id).await?;
    let together = wishes.len() > 1;
    let taken = taken_names(call, id, &wishes).await?;
    let mut container = found.resource;
    let mark = call.context.next_ordinal(call.asking.now());
    let mut added: Vec<(usize, Resource)> = Vec::with_capacity(wishes.len());
    for ((member, wish), taken) in wishes.into_iter().enumerate().zip(taken) {
        let sibling = |(_, other): &(usize, Resource)| other.name == wish.instance.name;
        let first = added.is_empty();
        if taken || added.iter().any(sibling) || !still_holds(call, &wish, found.version, first, &container) {
            group.answer(member, Err(Refusal::stale()));
            continue;
        }
        match settle(call, &container, wish.instance) {
            Ok(instance) => {
                count(&mut container, 1, instance.integer("cs"));
                container.attributes.set("st", Value::Integer(instance.integer("st")));
                group.about_to_write(member, &instance, mark);
                added.push((member, instance));
            }
            Err(refusal) => group.answer(member, Err(refusal)),
        }
    }
    if added.is_empty() {
        return Ok(());
    }
    let mut batch = Batch::new();
    container::trim(call, &mut container, &mut batch).await?;
    let mut left = added.len();
    for (_, instance) in &added {
        // When nothing older is there, what others of the group pushed out is not even written.
        let oldest = usize::try_from(container.integer("cni")).is_ok_and(|there| there <= left);
        if oldest && exceeds(call, &container) {
            count(&mut container, -1, instance.integer("cs").saturating_neg());
        } else {
            place(&mut batch, instance);
        }
        left = left.saturating_sub(1);
    }
    if together {
        // Whether this was written is known from what it leaves behind, as instances can go at any time.
        batch.put(mark_key(id), Expect::Any, mark.number().to_be_bytes().to_vec());
    }
    container.modified = call.asking.now();
    batch.put(resource_key(id), Expect::Version(found.version), container.encode());
    call.grant.commit(call.asking, batch, Effect::Ordinary).await
}

/// Whether what a request was permitted and drafted on is still so.
fn still_holds<O: Outside>(
    call: &Call<'_, O>,
    wish: &Wish,
    version: Version,
    first: bool,
    container: &Resource,
) -> bool {
    // One batch holds under one epoch: whoever was permitted under another is decided again.
    let permitted = wish.epoch == call.grant.epoch();
    let as_seen = wish.only_at.is_none_or(|seen| first && seen == version);
    let ends_before = match (wish.instance.expires, container.expires) {
        (Some(end), Some(of_container)) => end <= of_container,
        (None, Some(_)) => false,
        (_, None) => true,
    };
    permitted && as_seen && ends_before
}

/// Whether somebody has the name that a request gave its instance.
async fn taken_names<O: Outside>(
    call: &Call<'_, O>,
    id: &ResourceId,
    wishes: &[Wish],
) -> Result<Vec<bool>, Refusal> {
    let named = wishes.iter().filter(|wish| !is_unnamed(&wish.instance));
    let keys: Vec<_> = named.map(|wish| name_key(id, wish.instance.name.as_str())).collect();
    let found = if keys.is_empty() { Vec::new() } else { call.asking.load(&keys).await? };
    let mut found = found.into_iter();
    let taken = |wish: &Wish| !is_unnamed(&wish.instance) && found.next().flatten().is_some();
    Ok(wishes.iter().map(taken).collect())
}

fn is_unnamed(instance: &Resource) -> bool {
    instance.name.as_str() == instance.id.as_str()
}

/// The instance as the next one of its container: its identifier follows those of all before it, as `la` and
/// `ol` go by identifiers.
fn settle<O: Outside>(
    call: &Call<'_, O>,
    container: &Resource,
    mut instance: Resource,
) -> Result<Resource, Refusal> {
    must_fit(container, instance.integer("cs"))?;
    let now = call.asking.now();
    let id = call.context.next_ordinal(now).resource_id(instance.schema).ok_or_else(Refusal::internal)?;
    if is_unnamed(&instance) {
        instance.name = csf_api::ResourceName::parse(id.as_str()).map_err(|_| Refusal::internal())?;
    }
    instance.id = id;
    instance.created = now;
    instance.modified = now;
    if let Some(age) = container.attributes.get("mia").and_then(Value::as_integer) {
        let oldest = now.plus_seconds(age);
        instance.expires = Some(instance.expires.map_or(oldest, |end| end.min(oldest)));
    }
    instance.attributes.set("st", Value::Integer(container.integer("st").saturating_add(1)));
    // What is too large is refused alone, not with everybody else.
    let mut alone = Batch::new();
    place(&mut alone, &instance);
    alone.check_bounds()?;
    Ok(instance)
}

/// Finds out whether somebody who is gone had written for this request.
async fn recover<O: Outside>(
    call: &Call<'_, O>,
    container: &ResourceId,
    intended: Intended,
) -> Result<Resource, Refusal> {
    // Writes happen in order: when this one is over, so is that one, if it was ever asked for.
    match call.grant.commit(call.asking, Batch::new(), Effect::Ordinary).await {
        Err(refusal) if !refusal.stale => return Err(refusal),
        _ => {}
    }
    let left = call.asking.load_one(mark_key(container)).await?;
    let written = left.is_some_and(|record| record.bytes() == intended.mark.number().to_be_bytes());
    if written { Ok(intended.instance) } else { Err(Refusal::stale()) }
}
