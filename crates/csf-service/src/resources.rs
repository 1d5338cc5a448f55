//! The component for oneM2M resources: create, retrieve, update, delete, discover, register.

mod children;
mod container;
mod create;
mod delete;
mod discover;
mod draft;
mod register;
mod retrieve;
mod update;

use csf_api::{Content, Object, Operation, Request, Response, ResultContent, Status, Value};
use csf_tree::schema::{self, Schema};
use csf_tree::{Resource, represent};

use crate::audit::AuditKind;
use crate::door::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use discover::discover;
pub(crate) use draft::{Placement, draft_free as draft_of, place};
pub(crate) use register::register;
pub(crate) use retrieve::retrieve;
pub(crate) use update::update;

/// What a component gives back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: Status,
    pub(crate) content: Option<Content>,
    pub(crate) location: Option<Box<str>>,
    pub(crate) audit: Option<AuditKind>,
}

impl Reply {
    pub(crate) const fn new(status: Status) -> Self {
        Self { status, content: None, location: None, audit: None }
    }

    pub(crate) fn with(mut self, content: Content) -> Self {
        self.content = Some(content);
        self
    }

    pub(crate) const fn audited(mut self, kind: AuditKind) -> Self {
        self.audit = Some(kind);
        self
    }

    pub(crate) fn into_response(self, request: &Request) -> Response {
        let mut response = Response::new(self.status, request.request_id.clone(), Some(request.release));
        response.content = self.content;
        response.location = self.location;
        response
    }
}

/// The content of a request as an object, under whatever root.
pub(crate) fn body(request: &Request) -> Result<&Object, Refusal> {
    let content = request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    content.value.as_object().ok_or_else(|| Refusal::bad_request("the content must hold an object"))
}

/// The schema of the child that a CREATE asks for, if it may stand below this parent.
pub(crate) fn schema_of_child(request: &Request, parent: &Resource) -> Result<&'static Schema, Refusal> {
    let resource_type =
        request.resource_type.ok_or_else(|| Refusal::bad_request("the resource type is missing"))?;
    let content = request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    let child = schema::of_create(resource_type, content).map_err(|status| {
        Refusal::new(status, "type and content do not name a resource that this node hosts")
    })?;
    if !child.creatable {
        return Err(Refusal::new(Status::OperationNotAllowed, "resources of this type cannot be created"));
    }
    if !parent.schema.children.contains(&child.root) {
        return Err(Refusal::new(
            Status::InvalidChildResourceType,
            "the target takes no children of this type",
        ));
    }
    Ok(child)
}

/// Whether the request changes which policies govern its target.
///
/// Such an UPDATE carries nothing else (TS-0001 9.6.1.3.2).
pub(crate) fn is_relinking(request: &Request) -> Result<bool, Refusal> {
    if request.operation != Operation::Update {
        return Ok(false);
    }
    let body = request.content.as_ref().and_then(|c| c.value.as_object());
    match body.filter(|body| body.get("acpi").is_some()) {
        Some(body) if body.len() > 1 => {
            Err(Refusal::bad_request("acpi must be the only attribute of an update"))
        }
        found => Ok(found.is_some()),
    }
}

/// The reply to a CREATE, as its result content asks.
async fn created<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Reply, Refusal> {
    let whole = represent(resource, Object::new());
    let reply = Reply::new(Status::Created);
    match call.request.result_content.unwrap_or(ResultContent::Attributes) {
        ResultContent::Nothing => Ok(reply),
        ResultContent::Attributes => Ok(reply.with(whole)),
        ResultContent::ModifiedAttributes => Ok(reply.with(without(whole, body(call.request)?))),
        content @ (ResultContent::HierarchicalAddress | ResultContent::HierarchicalAddressAndAttributes) => {
            let uri = target::hierarchical(call.asking, &call.service.settings, resource).await?;
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

fn unsupported_result() -> Refusal {
    Refusal::new(Status::NotImplemented, "this result content is not supported here")
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
