//! DELETE of a resource and everything below it.

use csf_api::{Object, ResourceId, ResourceType, Status};
use csf_store::{Batch, Expect, Record};
use csf_tree::schema::{AE, CONTAINER, CONTENT_INSTANCE, CREDENTIAL, DATA_OBJECT, KEY_OBJECT, REMOTE_CSE};
use csf_tree::{Child, Resource, child_range, resource_key};

use super::container;
use super::content::governs;
use super::draft::{Entry, unplace, unplace_entry};
use super::quota;
use super::result::last_seen;
use crate::audit::AuditKind;
use crate::call::Call;
use crate::data;
use crate::gate::Effect;
use crate::names::ADMINISTRATOR_POLICY;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::{self, Found, MAX_DEPTH};

/// The most resources that one request deletes; a larger subtree is deleted in parts, from below.
pub(super) const MAX_SUBTREE: usize = 10_000;

/// How often what was created meanwhile is looked for again because it changed.
const MAX_ROUNDS: usize = 8;

/// Deletes the target.
pub(crate) async fn delete<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let resource = &found.resource;
    must_be_deletable(resource)?;
    let reply = last_seen(call, found, Object::new()).await?;
    let mut batch = Batch::new();
    let mut governing = ends_decisions(resource.resource_type());
    let below = subtree(call, &resource.id).await?;
    for entry in &below {
        governing |= ends_decisions(entry.child.resource_type);
        unplace_entry(&mut batch, entry);
    }
    remove(call, found, &mut batch).await?;
    let effect = if governing { Effect::Governing } else { Effect::Ordinary };
    quota::commit_gone(call, batch, counted(&below, Some(resource)), effect).await?;
    sweep(call, resource, &below).await?;
    Ok(match *resource.schema {
        ref schema if *schema == AE || *schema == REMOTE_CSE => reply.audited(AuditKind::Registration),
        ref schema if *schema == CREDENTIAL => reply.audited(AuditKind::Authentication),
        _ if governing => reply.audited(AuditKind::Administration),
        _ => reply,
    })
}

/// Whether decisions end with a resource of this type: a policy's, those for the members of a group, or for an AE that
/// is gone.
fn ends_decisions(resource_type: ResourceType) -> bool {
    governs(resource_type) || [ResourceType::AE, ResourceType::GROUP].contains(&resource_type)
}

/// Refuses what no DELETE removes.
pub(super) fn must_be_deletable(resource: &Resource) -> Result<(), Refusal> {
    if !resource.schema.creatable || resource.id.as_str() == ADMINISTRATOR_POLICY {
        return Err(Refusal::new(Status::OperationNotAllowed, "this resource cannot be deleted"));
    }
    Ok(())
}

/// Removes a resource that has ended, with everything below it, where its name or identity is wanted again;
/// whether there is room now. A key object keeps its place: its key must be destroyed by a DELETE.
pub(super) async fn remove_ended<O: Outside>(call: &Call<'_, O>, id: &ResourceId) -> Result<bool, Refusal> {
    let Some(record) = call.asking.load_one(resource_key(id)).await? else { return Ok(true) };
    let resource = Resource::decode_as(id, record.bytes())?;
    if !resource.is_expired(call.asking.now()) || *resource.schema == KEY_OBJECT {
        return Ok(false);
    }
    let found = Found { resource, version: record.version() };
    if *found.resource.schema == DATA_OBJECT {
        return data::remove(call, &found).await.map(|()| true);
    }
    let mut batch = Batch::new();
    let below = subtree(call, id).await?;
    below.iter().for_each(|entry| unplace_entry(&mut batch, entry));
    remove(call, &found, &mut batch).await?;
    // What governed may be among it. The request that needs the room is decided again in the new epoch.
    quota::commit_gone(call, batch, counted(&below, Some(&found.resource)), Effect::Governing).await?;
    sweep(call, &found.resource, &below).await?;
    Ok(true)
}

/// Removes a resource that has ended and what lies below it, at most so many at once and the lowest first. How many
/// were removed, and whether that was all.
pub(crate) async fn remove_part<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    most: usize,
) -> Result<(usize, bool), Refusal> {
    let mut parent = found.resource.id.clone();
    for _ in 0..=MAX_DEPTH {
        let below = children(call, &parent, most).await?;
        // Where nothing has children of its own, the resource is removed with all of it, or some of it before.
        let branch = below.iter().map(|entry| &entry.child).find(|child| !is_leaf(child));
        if let Some(branch) = branch {
            parent = branch.id.clone();
            continue;
        }
        let mut batch = Batch::new();
        below.iter().for_each(|entry| unplace_entry(&mut batch, entry));
        let mut removed = below.len();
        let whole = below.len() < most && parent == found.resource.id;
        let mut with_them = None;
        if whole {
            remove(call, found, &mut batch).await?;
            with_them = Some(found.resource.clone());
            removed = removed.saturating_add(1);
        } else if below.len() < most {
            let record = call.asking.load_one(resource_key(&parent)).await?.ok_or_else(Refusal::not_found)?;
            let resource = Resource::decode_as(&parent, record.bytes())?;
            let above = resource.parent.as_ref().ok_or_else(Refusal::internal)?;
            unplace(&mut batch, above, &Child::of(&resource), Expect::Version(record.version()));
            removed = removed.saturating_add(1);
            with_them = Some(resource);
        }
        let governing = ends_decisions(found.resource.resource_type())
            || with_them.as_ref().is_some_and(|resource| ends_decisions(resource.resource_type()))
            || below.iter().any(|entry| ends_decisions(entry.child.resource_type));
        let effect = if governing { Effect::Governing } else { Effect::Ordinary };
        quota::commit_gone(call, batch, counted(&below, with_them.as_ref()), effect).await?;
        if whole {
            sweep(call, &found.resource, &below).await?;
        }
        return Ok((removed, whole));
    }
    Err(Refusal::internal())
}

async fn children<O: Outside>(
    call: &Call<'_, O>,
    parent: &ResourceId,
    most: usize,
) -> Result<Vec<Entry>, Refusal> {
    let entries = call.asking.scan(&child_range(parent, "", None, most, false)).await?;
    entries.iter().map(|(_, record)| entry(parent, record)).collect()
}

fn entry(parent: &ResourceId, record: &Record) -> Result<Entry, Refusal> {
    Ok(Entry { parent: parent.clone(), child: Child::decode(record.bytes())?, version: record.version() })
}

/// Among whose resources what lay below a resource counts, and the resource with it.
fn counted<'a>(below: &'a [Entry], resource: Option<&'a Resource>) -> impl Iterator<Item = &'a str> {
    let below = below.iter().filter_map(|entry| entry.child.counts_for.as_deref());
    below.chain(resource.and_then(Resource::counts_for))
}

/// Whether nothing can be below it.
fn is_leaf(child: &Child) -> bool {
    [ResourceType::CONTENT_INSTANCE, ResourceType::ACCESS_CONTROL_POLICY].contains(&child.resource_type)
}

/// Adds the removal of the target itself; an instance is taken off its container's counters.
async fn remove<O: Outside>(call: &Call<'_, O>, found: &Found, batch: &mut Batch) -> Result<(), Refusal> {
    let resource = &found.resource;
    let Some(parent) = &resource.parent else { return Err(Refusal::internal()) };
    let child = Child::of(resource);
    if *resource.schema == CONTENT_INSTANCE {
        let mut above = target::load(call.asking, &call.context.settings, parent).await?;
        if *above.resource.schema == CONTAINER {
            // An instance that was removed meanwhile, to make room, must not be counted off twice.
            container::remove(batch, &mut above.resource, &child, Expect::Version(found.version));
            above.resource.modified = call.asking.now();
            batch.put(resource_key(parent), Expect::Version(above.version), above.resource.encode());
            return Ok(());
        }
    }
    unplace(batch, parent, &child, Expect::Version(found.version));
    Ok(())
}

/// Everything below a resource, with the parent of each.
async fn subtree<O: Outside>(call: &Call<'_, O>, root: &ResourceId) -> Result<Vec<Entry>, Refusal> {
    let mut found: Vec<Entry> = Vec::new();
    let mut waiting = vec![root.clone()];
    while let Some(parent) = waiting.pop() {
        let range = child_range(&parent, "", None, MAX_SUBTREE, false);
        for (_, record) in call.asking.scan(&range).await? {
            let entry = entry(&parent, &record)?;
            if found.len() >= MAX_SUBTREE {
                let text = "there is too much below this resource; delete what is below it first";
                return Err(Refusal::new(Status::NotAcceptable, text));
            }
            if entry.child.resource_type != CONTENT_INSTANCE.resource_type {
                waiting.push(entry.child.id.clone());
            }
            found.push(entry);
        }
    }
    Ok(found)
}

/// Removes what was created below a deleted resource after its subtree was read and before it was gone.
/// Nothing can follow: a child is only created while its parent is there.
async fn sweep<O: Outside>(call: &Call<'_, O>, root: &Resource, deleted: &[Entry]) -> Result<(), Refusal> {
    let children = deleted.iter().map(|entry| &entry.child);
    let parents = children.filter(|c| c.resource_type != CONTENT_INSTANCE.resource_type);
    let parents: Vec<ResourceId> =
        std::iter::once(root.id.clone()).chain(parents.map(|c| c.id.clone())).collect();
    for parent in parents {
        sweep_below(call, &parent).await?;
    }
    Ok(())
}

async fn sweep_below<O: Outside>(call: &Call<'_, O>, parent: &ResourceId) -> Result<(), Refusal> {
    for _ in 0..MAX_ROUNDS {
        let left = subtree(call, parent).await?;
        if left.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new();
        left.iter().for_each(|entry| unplace_entry(&mut batch, entry));
        match quota::follow_up_gone(call, batch, counted(&left, None)).await {
            // Somebody else took part of it away: another look.
            Err(refusal) if refusal.stale => {}
            done => return done,
        }
    }
    Err(Refusal::internal())
}
