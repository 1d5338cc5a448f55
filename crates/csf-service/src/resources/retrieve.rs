//! RETRIEVE: a representation, whole or in part, and the children that the caller may see.

use csf_api::{AccessOperation, Content, Object, ResultContent, Status, Value};
use csf_tree::{represent, select};

use super::children::{self, Seen};
use super::result::unsupported_result;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::security_tree;
use crate::target::{self, Found};

/// Retrieves the target.
pub(crate) async fn retrieve<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let resource = &found.resource;
    let computed = security_tree::compute(call, resource).await?;
    let whole = represent(resource, computed);
    let one = call.request.to.attribute().map(|name| vec![name.into()]);
    let names = one.as_deref().unwrap_or(&call.request.attributes);
    if !names.is_empty() {
        let part = select(resource, &whole, names).map_err(|name| {
            Refusal::bad_request(format!("the type has no attribute '{}'", name.escape_debug()))
        })?;
        return Ok(Reply::new(Status::Ok).with(part));
    }
    let content = match call.request.result_content.unwrap_or(ResultContent::Attributes) {
        ResultContent::Attributes => whole,
        ResultContent::AttributesAndChildResources => with_children(call, found, whole).await?,
        ResultContent::ChildResources => {
            let empty = Content::new(&whole.root, Value::Object(Object::new()));
            with_children(call, found, empty).await?
        }
        ResultContent::AttributesAndChildReferences => {
            let references = references(call, found).await?;
            let Value::Object(attributes) = whole.value else { return Err(Refusal::internal()) };
            Content::new(&whole.root, Value::Object(attributes.with("ch", Value::List(references))))
        }
        ResultContent::ChildReferences => {
            let references = references(call, found).await?;
            Content::new("m2m:rrl", Value::Object(Object::new().with("rrf", Value::List(references))))
        }
        _ => return Err(unsupported_result()),
    };
    Ok(Reply::new(Status::Ok).with(content))
}

async fn references<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Vec<Value>, Refusal> {
    let above = target::hierarchical(call.asking, &call.context.settings, &found.resource).await?;
    let seen = children::seen(call, &found.resource, AccessOperation::Retrieve).await?;
    Ok(seen
        .into_iter()
        .map(|Seen { resource, .. }| {
            let object = Object::new()
                .with("nm", Value::text(resource.name.as_str()))
                .with("typ", Value::Integer(i64::from(resource.resource_type().number())))
                .with("val", Value::Text(format!("{above}/{}", resource.name).into()));
            Value::Object(object)
        })
        .collect())
}

/// Adds the direct children, in lists under the root names of their types.
async fn with_children<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    whole: Content,
) -> Result<Content, Refusal> {
    let Value::Object(mut object) = whole.value else { return Err(Refusal::internal()) };
    for Seen { resource, .. } in children::seen(call, &found.resource, AccessOperation::Retrieve).await? {
        let computed = security_tree::compute(call, &resource).await?;
        let child = represent(&resource, computed);
        let mut list = match object.remove(&child.root) {
            Some(Value::List(list)) => list,
            _ => Vec::new(),
        };
        list.push(child.value);
        object.set(&child.root, Value::List(list));
    }
    Ok(Content::new(&whole.root, Value::Object(object)))
}
