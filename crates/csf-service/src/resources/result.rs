//! What the response holds, by the result content of the request (TS-0001 table 8.1.2-1).

use csf_api::{Content, Object, Request, ResultContent, Status, Value};
use csf_tree::{Resource, represent};

use super::content::body;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target;

/// The reply to a CREATE, as its result content asks.
pub(crate) async fn created<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Reply, Refusal> {
    let whole = represent(resource, Object::new());
    let reply = Reply::new(Status::Created);
    match call.request.result_content.unwrap_or(ResultContent::Attributes) {
        ResultContent::Nothing => Ok(reply),
        ResultContent::Attributes => Ok(reply.with(whole)),
        ResultContent::ModifiedAttributes => Ok(reply.with(without(whole, body(call.request)?))),
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
        _ => Err(unsupported_result()),
    }
}

pub(super) fn unsupported_result() -> Refusal {
    Refusal::new(Status::NotImplemented, "this result content is not supported here")
}

/// The members of a representation that the request did not itself set.
pub(super) fn without(content: Content, given: &Object) -> Content {
    let mut rest = Object::new();
    for (name, value) in content.value.as_object().into_iter().flat_map(Object::iter) {
        if given.get(name) != Some(value) {
            rest.set(name, value.clone());
        }
    }
    Content::new(&content.root, Value::Object(rest))
}

/// Refuses a result content that the operation does not have, before anything is done.
pub(crate) fn must_support(request: &Request, supported: &[ResultContent]) -> Result<(), Refusal> {
    match request.result_content {
        Some(asked) if !supported.contains(&asked) => Err(unsupported_result()),
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
