//! Members of a group that are gone: they are not shown, not counted and not asked, and a later write forgets them.
//! Those that were deleted through the group are taken off its list at once (TS-0004 7.4.14.3.5; decision 0083).

use csf_api::{AccessOperation, Object, ResourceId, Value};
use csf_store::{Batch, Expect};
use csf_tree::{Head, Resource, resource_key};

use crate::asked::Asked;
use crate::authentication::Caller;
use crate::context::Context;
use crate::gate::{Effect, Grant};
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::target::{self, FAN_OUT_POINT};

/// How often a list is written again that somebody else changed meanwhile.
const MAX_ROUNDS: usize = 8;

/// Sets the list of members and their number.
pub(crate) fn keep<'a>(attributes: &mut Object, members: impl ExactSizeIterator<Item = &'a str>) {
    attributes.set("cnm", Value::Integer(i64::try_from(members.len()).unwrap_or(i64::MAX)));
    attributes.set("mid", Value::texts(members));
}

/// The group with those members only that are there. One on another CSE is taken to be.
pub(crate) async fn without<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    group: &Resource,
) -> Result<Resource, Refusal> {
    let members: Vec<&str> = listed(group).collect();
    let ids: Vec<_> = members.iter().map(|member| hosted(member)).collect();
    let keys: Vec<_> = ids.iter().flatten().map(resource_key).collect();
    let records = if keys.is_empty() { Vec::new() } else { asking.load(&keys).await? };
    let mut records = records.into_iter();
    let mut there = Vec::with_capacity(members.len());
    for (member, id) in members.into_iter().zip(&ids) {
        let Some(id) = id else {
            there.push(member);
            continue;
        };
        let Some(record) = records.next().flatten() else { continue };
        let head = Head::read_as(id, record.bytes())?;
        if !head.is_expired(asking.now()) && !target::is_left_out(settings, head.schema) {
            there.push(member);
        }
    }
    let mut rest = group.clone();
    keep(&mut rest.attributes, there.into_iter());
    Ok(rest)
}

/// What a representation shows of the members.
pub(crate) async fn shown<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    group: &Resource,
) -> Result<Object, Refusal> {
    let rest = without(asking, settings, group).await?.attributes;
    let of_members = ["cnm", "mid"].into_iter().filter_map(|name| Some((name, rest.get(name)?)));
    Ok(of_members.fold(Object::new(), |shown, (name, value)| shown.with(name, value.clone())))
}

/// Takes members that were just deleted through the group off its list. The node does so itself: who deleted them needed
/// no right to change the group.
pub(crate) async fn forget<O: Outside>(
    context: &Context,
    asking: &Asking<'_, O>,
    group: &ResourceId,
    deleted: &[&str],
) -> Result<(), Refusal> {
    let (caller, asking) = (Caller::internal(), &Grant::later(asking));
    let mut outcome = Err(Refusal::stale());
    for _ in 0..MAX_ROUNDS {
        let mut found = target::load(asking, &context.settings, group).await?;
        let asked = Asked::whole(AccessOperation::Update);
        let grant = context.gate(asking).admit(&caller, asked, &found.resource).await?;
        let rest: Vec<Box<str>> =
            listed(&found.resource).filter(|member| !deleted.contains(member)).map(Into::into).collect();
        keep(&mut found.resource.attributes, rest.iter().map(|member| &**member));
        found.resource.modified = asking.now();
        let mut batch = Batch::new();
        batch.put(resource_key(group), Expect::Version(found.version), found.resource.encode());
        // A rule may name the group for its members.
        outcome = grant.commit(asking, batch, Effect::Governing).await;
        if !matches!(&outcome, Err(refusal) if refusal.stale) {
            break;
        }
    }
    outcome
}

/// Whether a member is one whichever resource it stands for: the latest, the oldest, or the members of a group.
pub(crate) fn is_virtual(member: &str) -> bool {
    matches!(member.rsplit('/').next(), Some("la" | "ol" | FAN_OUT_POINT))
}

fn listed(group: &Resource) -> impl Iterator<Item = &str> {
    let members = group.attributes.get("mid").and_then(Value::as_list).unwrap_or_default();
    members.iter().filter_map(Value::as_text)
}

/// The resource here that must be there for a member to be: itself, or what a virtual one is below.
fn hosted(member: &str) -> Option<ResourceId> {
    // Members here are kept by identifier, without the CSE-ID.
    let id = member.split('/').next().filter(|first| !first.is_empty())?;
    ResourceId::parse(id).ok()
}
