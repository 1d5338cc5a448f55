//! The component for sensitive functions: invoked by UPDATE on their own resource, with nothing left behind
//! (draft 6.3.5.1; requirements RES-5, RES-6, SDH-4).
//!
//! The content of an invocation has the function's own root, such as `csf:digest`. Members are named as in
//! TS-0016, octets are base64, `kInf` names a key object, `msl` demands a security level. The answer says in `seL` at which level it ran.
//!
//! A build without the feature `sensitive-functions` has `absent/functions.rs` in its place.

mod catalogue;
mod cipher;
mod csr;
mod digest;
#[cfg(test)]
mod documentation;
mod execution;
mod mac;
mod random;
mod signature;
mod stream;
mod token;
mod wrap;

use csf_api::{Content, Object, Request, Status, Value};
use csf_transport::Description;
use csf_tree::Resource;

use crate::audit::AuditKind;
use crate::call::Call;
use crate::names::FUNCTION_PREFIX;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;

use crate::input::Input;
use catalogue::FUNCTIONS;

/// The identifiers of the functions that these environments perform.
pub(crate) fn offered(environments: &[Description]) -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().filter(|f| f.level(environments).is_some()).map(|f| f.id)
}

/// What the resource of a function says of it (RES-5).
pub(crate) fn described(environments: &[Description], resource: &Resource) -> Object {
    let id = resource.id.as_str().strip_prefix(FUNCTION_PREFIX);
    let Some(function) = FUNCTIONS.iter().find(|f| Some(f.id) == id) else { return Object::new() };
    let level = function.level(environments).map_or(0, |level| level.number());
    Object::new()
        .with("fid", Value::text(function.id))
        .with("ver", Value::text(function.version))
        .with("seL", Value::Integer(i64::from(level)))
        .with("alg", Value::texts(function.algorithms(environments)))
        .with("env", Value::List(function.performers(environments).map(performer).collect()))
}

/// One environment that performs a function: which one, at which level, with which algorithms.
fn performer((description, algorithms): (&Description, Vec<&'static str>)) -> Value {
    let entry = Object::new()
        .with("sID", Value::text(&description.m2m_se_id))
        .with("seL", Value::Integer(i64::from(description.level.number())))
        .with("alg", Value::texts(algorithms));
    Value::Object(entry)
}

/// Whether an UPDATE of a function resource invokes it, rather than changing its attributes.
pub(crate) fn is_invocation(request: &Request) -> bool {
    request.content.as_ref().is_some_and(|c| *c.root != *csf_tree::schema::FUNCTION.root)
}

/// Whether the function of this resource works with a key.
pub(crate) fn uses_key(target: &Resource) -> bool {
    let id = target.id.as_str().strip_prefix(FUNCTION_PREFIX);
    matches!(id, Some("mac" | "signature" | "cipher" | "csr" | "wrap" | "token"))
}

/// Invokes the function of this resource.
pub(crate) async fn invoke<O: Outside>(call: &Call<'_, O>, target: &Resource) -> Result<Reply, Refusal> {
    let id = target.id.as_str().strip_prefix(FUNCTION_PREFIX);
    let function = FUNCTIONS.iter().find(|f| Some(f.id) == id).ok_or_else(Refusal::not_found)?;
    let content =
        call.request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    if *content.root != *function.root {
        return Err(Refusal::bad_request(format!("this function is invoked with '{}'", function.root)));
    }
    let body =
        content.value.as_object().ok_or_else(|| Refusal::bad_request("the input must be an object"))?;
    let input = Input::new(body);
    input.only(function.inputs)?;
    let ran = match function.id {
        "random" => random::run(call, &input).await?,
        "digest" => digest::run(call, &input).await?,
        "mac" => mac::run(call, &input).await?,
        "signature" => signature::run(call, &input).await?,
        "csr" => csr::run(call, &input).await?,
        "cipher" => cipher::run(call, &input).await?,
        "wrap" => wrap::run(call, &input).await?,
        "token" => token::run(call, &input).await?,
        _ => return Err(Refusal::not_found()),
    };
    debug_assert!(
        ran.output.iter().all(|(name, _)| function.outputs.contains(&name)),
        "the catalogue says what comes back"
    );
    // Where a key lies elsewhere than the highest published level, or an algorithm does, the caller sees it here.
    let output = ran.output.with("seL", Value::Integer(i64::from(ran.level.number())));
    let reply = Reply::new(Status::Updated).with(Content::new(function.root, Value::Object(output)));
    // Of a stream the beginning and the end are recorded; the parts between are one use.
    let between = input.has("str") && input.has("msg");
    Ok(if uses_key(target) && !between { reply.audited(AuditKind::KeyUse) } else { reply })
}
