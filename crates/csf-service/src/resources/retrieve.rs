//! RETRIEVE: a representation, whole or in part, and what the caller may see of the resources below.

use csf_api::{Content, Object, Partial, ResultContent, Status, Value};
use csf_tree::{represent, select};

use super::below::{nested, references};
use super::result::unsupported_result;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::security_tree;
use crate::target::Found;

/// Retrieves the target.
pub(crate) async fn retrieve<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    show(call, found, security_tree::compute(call, &found.resource).await?).await
}

/// Shows the target, with these attributes beside those that are stored.
pub(crate) async fn show<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    computed: Object,
) -> Result<Reply, Refusal> {
    let resource = &found.resource;
    let whole = represent(resource, computed);
    let one = call.request.to.attribute().map(|name| vec![name.into()]);
    let names = one.as_deref().unwrap_or(&call.request.attributes);
    if !names.is_empty() {
        let part = select(resource, &whole, names).map_err(|name| {
            Refusal::bad_request(format!("the type has no attribute '{}'", name.escape_debug()))
        })?;
        return Ok(Reply::new(Status::Ok).with(part));
    }
    let asked = call.request.result_content.unwrap_or(ResultContent::Attributes);
    let (content, partial) = representation(call, found, whole, asked).await?;
    Ok(Reply { partial, ..Reply::new(Status::Ok).with(content) })
}

/// The target as this result content shows it, with what the caller may read of what lies below, and where that was
/// cut off.
pub(super) async fn representation<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    whole: Content,
    asked: ResultContent,
) -> Result<(Content, Option<Partial>), Refusal> {
    Ok(match asked {
        ResultContent::Attributes => (whole, None),
        ResultContent::AttributesAndChildResources => nested(call, found, whole).await?,
        ResultContent::ChildResources => {
            let empty = Content::new(&whole.root, Value::Object(Object::new()));
            nested(call, found, empty).await?
        }
        ResultContent::AttributesAndChildReferences => {
            let (list, partial) = references(call, found).await?;
            let Value::Object(attributes) = whole.value else { return Err(Refusal::internal()) };
            (Content::new(&whole.root, Value::Object(attributes.with("ch", list))), partial)
        }
        ResultContent::ChildReferences => {
            let (list, partial) = references(call, found).await?;
            (Content::new("m2m:rrl", Value::Object(Object::new().with("rrf", list))), partial)
        }
        _ => return Err(unsupported_result(call.request)),
    })
}
