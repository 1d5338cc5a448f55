//! What the response holds, by the result content of the request (TS-0001 table 8.1.2-1).

use csf_api::{Content, Object, Request, ResultContent, Status, Value};
use csf_tree::{Resource, represent, select};

use super::content::{body, must_hold_a_self_privilege};
use super::retrieve::representation;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::{self, Found};

/// The reply to a CREATE, as its result content asks.
pub(crate) async fn created<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Reply, Refusal> {
    let given = body(call.request)?;
    let whole = seen(call, resource, represent(resource, Object::new()), given);
    let reply = Reply::new(Status::Created);
    match call.request.result_content.unwrap_or(ResultContent::Attributes) {
        ResultContent::Nothing => Ok(reply),
        ResultContent::Attributes => Ok(reply.with(whole)),
        ResultContent::ModifiedAttributes if call.grant.is_limited() => Ok(reply),
        ResultContent::ModifiedAttributes => Ok(reply.with(without(whole, given))),
        content @ (ResultContent::HierarchicalAddress | ResultContent::HierarchicalAddressAndAttributes) => {
            let uri = target::hierarchical(call.asking, &call.context.settings, resource).await?;
            let location = Some(uri.as_str().into());
            let content = if content == ResultContent::HierarchicalAddress {
                Content::new("m2m:uri", Value::Text(uri.into()))
            } else {
                let members =
                    Object::new().with("uri", Value::Text(uri.into())).with(&whole.root, whole.value);
                Content::new("m2m:rce", Value::Object(members))
            };
            Ok(Reply { location, ..reply.with(content) })
        }
        _ => Err(unsupported_result(call.request)),
    }
}

/// Refuses a result content that the operation does not have, and a content that no policy can have, wherever the request
/// leads (TS-0004 7.3.2.1 and 7.4.2.2).
pub(crate) fn must_allow(request: &Request) -> Result<(), Refusal> {
    let (operation, is_discovery) = (request.operation, request.discovery.is_some());
    match request.result_content {
        Some(asked) if !asked.is_allowed(operation, is_discovery, request.release) => {
            Err(Refusal::bad_request("this operation does not allow this rcn"))
        }
        _ => must_hold_a_self_privilege(request),
    }
}

/// The refusal of a result content that the operation has and that this node does not give.
pub(super) fn unsupported_result(request: &Request) -> Refusal {
    if request.result_content == Some(ResultContent::OriginalResource) {
        // No announced resources are hosted here, and of no others there is an original.
        return Refusal::bad_request("the target is no announced resource, so it has no original");
    }
    Refusal::new(Status::NotImplemented, "this result content is not supported here")
}

/// What the caller may see of a resource that it made or changed: the attributes that it gave, where it may touch only
/// some (decision 0039).
pub(super) fn seen<O>(call: &Call<'_, O>, resource: &Resource, whole: Content, given: &Object) -> Content {
    if !call.grant.is_limited() {
        return whole;
    }
    let names: Vec<Box<str>> = given.iter().map(|(name, _)| name.into()).collect();
    select(resource, &whole, &names)
        .unwrap_or_else(|_| Content::new(&whole.root, Value::Object(Object::new())))
}

/// The members of a representation that the request did not itself set.
fn without(content: Content, given: &Object) -> Content {
    let mut rest = Object::new();
    for (name, value) in content.value.as_object().into_iter().flat_map(Object::iter) {
        if given.get(name) != Some(value) {
            rest.set(name, value.clone());
        }
    }
    Content::new(&content.root, Value::Object(rest))
}

/// What an UPDATE changed beside what the request itself set: attributes as they became, and null for those that are
/// gone. `None` where there is nothing of the kind (TS-0004 7.3.3.12).
pub(crate) fn modified(before: &Content, after: Content, given: &Object) -> Option<Content> {
    let empty = Object::new();
    let (old, new) =
        (before.value.as_object().unwrap_or(&empty), after.value.as_object().unwrap_or(&empty).clone());
    let mut rest = Object::new();
    for (name, value) in new.iter() {
        // The time of the change changed, also where it is written as the one before.
        let is_new = old.get(name) != Some(value) || name == "lt";
        if is_new && given.get(name) != Some(value) {
            rest.set(name, value.clone());
        }
    }
    for (name, _) in old.iter() {
        if new.get(name).is_none() && given.get(name).is_none() {
            rest.set(name, Value::Null);
        }
    }
    (!rest.is_empty()).then(|| Content::new(&after.root, Value::Object(rest)))
}

/// What a DELETE gives back: the target as it was, and what the caller may read of what lay below it.
///
/// To be called before anything is deleted.
pub(crate) async fn last_seen<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    computed: Object,
) -> Result<Reply, Refusal> {
    let reply = Reply::new(Status::Deleted);
    match call.request.result_content {
        None | Some(ResultContent::Nothing) => Ok(reply),
        Some(asked) => {
            let (content, partial) =
                representation(call, found, represent(&found.resource, computed), asked).await?;
            Ok(Reply { partial, ..reply.with(content) })
        }
    }
}

/// Refuses a result content that the operation does not have, before anything is done.
pub(crate) fn must_support(request: &Request, supported: &[ResultContent]) -> Result<(), Refusal> {
    match request.result_content {
        Some(asked) if !supported.contains(&asked) => Err(unsupported_result(request)),
        _ => Ok(()),
    }
}

/// The result contents of a CREATE.
pub(crate) const OF_CREATE: &[ResultContent] = &[
    ResultContent::Nothing,
    ResultContent::Attributes,
    ResultContent::HierarchicalAddress,
    ResultContent::HierarchicalAddressAndAttributes,
    ResultContent::ModifiedAttributes,
];
