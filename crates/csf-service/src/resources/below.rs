//! What a RETRIEVE shows of the resources below its target: nested, or as references (TS-0001 8.1.2).

use csf_api::{AccessOperation, Content, Object, Partial, Value};
use csf_tree::{Resource, represent};

use super::children::{permitted, reference};
use super::conditions::{Sight, meets};
use super::walk::Walk;
use crate::asked::Asked;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::security_tree;
use crate::target::{self, Found};

/// The most resources below its target that one representation shows.
pub(super) const MAX_SHOWN: u32 = 1000;
/// How many levels of children are nested in one representation: each takes two of the levels to which a
/// content may nest.
pub(super) const MAX_NESTED_LEVELS: u32 = 8;

/// The resources below a target that the caller may read, level by level.
struct Below {
    shown: Vec<Shown>,
    partial: Option<Partial>,
}

struct Shown {
    resource: Resource,
    address: String,
    /// The number of its parent: 0 for the target, else one more than its place in the list.
    parent: usize,
}

/// References to the resources below the target, and what is left of them.
pub(super) async fn references<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
) -> Result<(Value, Option<Partial>), Refusal> {
    let Below { shown, partial } =
        below(call, found, u32::MAX, Asked::existence(AccessOperation::Retrieve)).await?;
    let list = shown.iter().map(|s| reference(&s.resource.name, s.resource.resource_type(), &s.address));
    Ok((Value::List(list.collect()), partial))
}

/// Adds the resources below the target: each in its parent, in lists under the root names of their types.
pub(super) async fn nested<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    whole: Content,
) -> Result<(Content, Option<Partial>), Refusal> {
    let Below { shown, partial } =
        below(call, found, MAX_NESTED_LEVELS, Asked::whole(AccessOperation::Retrieve)).await?;
    let Value::Object(target) = whole.value else { return Err(Refusal::internal()) };
    let mut objects = vec![target];
    let mut roots = vec![whole.root.clone()];
    for Shown { resource, .. } in &shown {
        let child = represent(resource, security_tree::compute(call, resource).await?);
        let Value::Object(object) = child.value else { return Err(Refusal::internal()) };
        objects.push(object);
        roots.push(child.root);
    }
    // The last child is ready first, because whatever lies below a resource comes after it.
    let mut lists: Vec<Vec<(Box<str>, Value)>> = vec![Vec::new(); objects.len()];
    for child in shown.iter().rev() {
        let (Some(mut object), Some(root), Some(own)) = (objects.pop(), roots.pop(), lists.pop()) else {
            return Err(Refusal::internal());
        };
        attach(&mut object, own);
        let siblings = lists.get_mut(child.parent).ok_or_else(Refusal::internal)?;
        siblings.push((root, Value::Object(object)));
    }
    let (Some(mut object), Some(own)) = (objects.pop(), lists.pop()) else { return Err(Refusal::internal()) };
    attach(&mut object, own);
    Ok((Content::new(&whole.root, Value::Object(object)), partial))
}

/// Adds children that were collected from the last to the first.
fn attach(object: &mut Object, children: Vec<(Box<str>, Value)>) {
    let mut lists: Vec<(Box<str>, Vec<Value>)> = Vec::new();
    for (root, child) in children.into_iter().rev() {
        match lists.iter_mut().find(|(known, _)| *known == root) {
            Some((_, list)) => list.push(child),
            None => lists.push((root, vec![child])),
        }
    }
    for (root, list) in lists {
        object.set(&root, Value::List(list));
    }
}

async fn below<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    levels: u32,
    asked: Asked<'_>,
) -> Result<Below, Refusal> {
    let filter = call.request.filter.as_ref();
    let (level, limit, offset) = filter.map_or((None, None, None), |f| (f.level, f.limit, f.offset));
    let limit = limit.unwrap_or(MAX_SHOWN).min(MAX_SHOWN);
    let first = offset.unwrap_or(1).max(1);
    let root = target::hierarchical(call.asking, &call.context.settings, &found.resource).await?;
    let mut walk = Walk::below(&found.resource.id, root, level, levels);
    let mut below = Below { shown: Vec::new(), partial: None };
    // The offset counts direct children, each with what lies below it.
    let (mut to_skip, mut count) = (first.saturating_sub(1), 0_u32);
    while let Some(step) = walk.next(call).await? {
        let Some(Found { resource, .. }) = permitted(call, &step.child, asked).await? else {
            continue;
        };
        if let Some(criteria) = filter
            && !meets(call, criteria, &resource, Sight::Discovered, &mut walk.budget).await?
        {
            // What lies below it can meet them still; it is shown in what is nearest above and shown itself.
            walk.descend(&step, step.parent);
            continue;
        }
        if step.level == 1 && to_skip > 0 {
            to_skip = to_skip.saturating_sub(1);
            continue;
        }
        if count >= limit {
            let next = first.checked_add(count).filter(|_| step.level == 1);
            below.partial = Some(Partial { next });
            return Ok(below);
        }
        count = count.saturating_add(1);
        let number = below.shown.len().saturating_add(1);
        walk.descend(&step, number);
        let address = step.shown_as(call.request.identifier_form).to_owned();
        below.shown.push(Shown { resource, address, parent: step.parent });
    }
    if walk.was_cut() {
        below.partial = Some(Partial { next: None });
    }
    Ok(below)
}
