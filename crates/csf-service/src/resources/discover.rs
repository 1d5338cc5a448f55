//! Discovery: the addresses of what lies below the target, matches, and may be discovered by the caller
//! (TS-0001 10.2.6).

use std::collections::BTreeSet;

use csf_api::{
    AccessOperation, Content, IdentifierForm, Object, Partial, RelativePath, ResultContent, Status, Value,
};
use csf_tree::Resource;

use super::children::{permitted, reference};
use super::conditions::{Sight, may, meets};
use super::container;
use super::result::unsupported_result;
use super::walk::Walk;
use crate::asked::Asked;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::{self, Found};

/// Discovers below the target.
pub(crate) async fn discover<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let Some(criteria) = &call.request.discovery else { return Err(Refusal::internal()) };
    let as_references = match call.request.result_content {
        None | Some(ResultContent::DiscoveryReferences) => false,
        Some(ResultContent::ChildReferences) => true,
        Some(_) => return Err(unsupported_result(call.request)),
    };
    let most = call.context.settings.limits.discovery_results;
    let limit = criteria.limit.unwrap_or(most).min(most);
    let first = criteria.offset.unwrap_or(1).max(1);
    let root = target::hierarchical(call.asking, &call.context.settings, &found.resource).await?;
    let mut walk = Walk::below(&found.resource.id, root, criteria.level, u32::MAX);
    let (mut results, mut count, mut to_skip) = (Vec::new(), 0_u32, first.saturating_sub(1));
    let mut partial = None;
    let mut reached = BTreeSet::new();
    while let Some(step) = walk.next(call).await? {
        if count >= limit {
            // Whether another result comes is not found out: that could mean to look at everything.
            partial = Some(Partial { next: first.checked_add(count) });
            break;
        }
        let Some(seen) = permitted(call, &step.child, Asked::existence(AccessOperation::Discovery)).await?
        else {
            // What may not be discovered hides itself, not what lies below it.
            if target::load(call.asking, &call.context.settings, &step.child.id).await.is_ok() {
                walk.descend(&step, 0);
            }
            continue;
        };
        walk.descend(&step, 0);
        if !meets(call, criteria, &seen.resource, Sight::Discovered, &mut walk.budget).await? {
            continue;
        }
        let meant = match &criteria.relative_path {
            None => Meant {
                address: step.shown_as(call.request.identifier_form).to_owned(),
                resource: seen.resource,
            },
            Some(path) => match other(call, &mut walk, &seen.resource, path).await? {
                // Where several ways lead to one resource it is one result.
                Some(meant) if reached.insert(meant.resource.id.clone()) => meant,
                _ => continue,
            },
        };
        if to_skip > 0 {
            to_skip = to_skip.saturating_sub(1);
            continue;
        }
        count = count.saturating_add(1);
        results.push(if as_references {
            reference(&meant.resource.name, meant.resource.resource_type(), &meant.address)
        } else {
            Value::text(&meant.address)
        });
    }
    if walk.was_cut() {
        partial = Some(Partial { next: None });
    }
    let results = Value::List(results);
    let content = if as_references {
        Content::new("m2m:rrl", Value::Object(Object::new().with("rrf", results)))
    } else {
        Content::new("m2m:uril", results)
    };
    Ok(Reply { partial, ..Reply::new(Status::Ok).with(content) })
}

/// A result.
struct Meant {
    resource: Resource,
    address: String,
}

/// What a relative path leads to from a resource that was found, if the caller may discover that.
async fn other<O: Outside>(
    call: &Call<'_, O>,
    walk: &mut Walk,
    from: &Resource,
    path: &RelativePath,
) -> Result<Option<Meant>, Refusal> {
    let settings = &call.context.settings;
    if !path.steps().all(|_| walk.budget.take()) {
        return Ok(None);
    }
    let Some(Found { resource, .. }) = target::follow(call.asking, settings, &from.id, path).await? else {
        return Ok(None);
    };
    if container::is_withheld(call, &resource).await?
        || !may(call, AccessOperation::Discovery, &resource).await?
    {
        return Ok(None);
    }
    let address = match call.request.identifier_form {
        IdentifierForm::Structured => target::hierarchical(call.asking, settings, &resource).await?,
        IdentifierForm::Unstructured => resource.id.as_str().to_owned(),
    };
    Ok(Some(Meant { resource, address }))
}
