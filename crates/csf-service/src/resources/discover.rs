//! Discovery: the addresses of what lies below the target, matches, and may be discovered by the caller.

use std::collections::VecDeque;

use csf_api::{AccessOperation, Content, FilterCriteria, ResultContent, Status, Value};
use csf_tree::Resource;

use super::children;
use super::result::unsupported_result;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::{self, Found};

/// The most resources that one discovery looks at.
const MAX_VISITED: usize = 20_000;

/// Discovers below the target.
pub(crate) async fn discover<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let Some(criteria) = &call.request.discovery else { return Err(Refusal::internal()) };
    if !matches!(
        call.request.result_content,
        None | Some(ResultContent::DiscoveryReferences | ResultContent::ChildReferences)
    ) {
        return Err(unsupported_result());
    }
    let most = call.context.settings.limits.discovery_results;
    let limit = usize::try_from(criteria.limit.unwrap_or(most).min(most)).unwrap_or(usize::MAX);
    let mut to_skip = criteria.offset.unwrap_or(1).saturating_sub(1);
    let deepest = criteria.level.unwrap_or(u32::MAX);
    let root = target::hierarchical(call.asking, &call.context.settings, &found.resource).await?;
    let mut waiting = VecDeque::from([(found.resource.clone(), root, 0_u32)]);
    let mut uris = Vec::new();
    let mut visited = 0_usize;
    while let Some((parent, address, level)) = waiting.pop_front() {
        if level >= deepest {
            continue;
        }
        let mut after: Option<String> = None;
        loop {
            let page = children::page(call, &parent, after.as_deref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.as_str().to_owned());
            for child in page {
                visited = visited.saturating_add(1);
                if uris.len() >= limit || visited > MAX_VISITED {
                    return Ok(list(uris));
                }
                // What may not be discovered hides itself, not what lies below it.
                let permitted = children::permitted(call, &child, AccessOperation::Discovery).await?;
                let address = format!("{address}/{}", child.name);
                if let Some(Found { resource, .. }) = permitted {
                    if matches(criteria, &resource) {
                        if to_skip > 0 {
                            to_skip = to_skip.saturating_sub(1);
                        } else {
                            uris.push(Value::text(&address));
                        }
                    }
                    waiting.push_back((resource, address, level.saturating_add(1)));
                } else if let Ok(hidden) = target::load(call.asking, &call.context.settings, &child.id).await
                {
                    waiting.push_back((hidden.resource, address, level.saturating_add(1)));
                }
            }
        }
    }
    Ok(list(uris))
}

fn list(uris: Vec<Value>) -> Reply {
    Reply::new(Status::Ok).with(Content::new("m2m:uril", Value::List(uris)))
}

fn matches(criteria: &FilterCriteria, resource: &Resource) -> bool {
    let of_type =
        criteria.resource_types.is_empty() || criteria.resource_types.contains(&resource.resource_type());
    let labels = resource.attributes.get("lbl").and_then(Value::as_list).unwrap_or_default();
    let labelled = criteria.labels.is_empty()
        || labels
            .iter()
            .filter_map(Value::as_text)
            .any(|label| criteria.labels.iter().any(|l| **l == *label));
    of_type && labelled
}
