//! Discovery: the addresses of what lies below the target, matches, and may be discovered by the caller
//! (TS-0001 10.2.6).

use csf_api::{AccessOperation, Content, Object, Partial, ResultContent, Status, Value};

use super::children::{permitted, reference};
use super::conditions::{Sight, meets};
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
        if to_skip > 0 {
            to_skip = to_skip.saturating_sub(1);
            continue;
        }
        count = count.saturating_add(1);
        let address = step.shown_as(call.request.identifier_form);
        results.push(if as_references {
            reference(&step.child.name, step.child.resource_type, address)
        } else {
            Value::text(address)
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
