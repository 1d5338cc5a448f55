//! The authentication service: two entities make sure of each other with its help (draft 6.3.1.3; requirement ACC-7).
//!
//! ```text
//!       A                         the node                          B
//!       │                            │ ◀── challenge: A, mutual ──── │   1  Rb
//!       │ ◀───────────────────── Rb ─┼────────────────────────────── │      by whatever way A and B have
//!       │ ─ challenge: B, after Rb ▶ │                               │   2  Ra
//!       │ ─ response to Rb, with Ra ▶│ (or made by A itself)         │
//!       │ ── Ra, response ───────────┼─────────────────────────────▶ │
//!       │                            │ ◀── verification ──────────── │   3  it is A, so B answers Ra
//!       │ ◀───────────── response ───┼────────────────────────────── │
//!       │ ── verification ─────────▶ │                               │      it is B
//! ```
//!
//! An UPDATE of `security/authentication` asks for each of these and leaves nothing in the tree. What is challenged and
//! not yet checked lies in memory ([`Challenges`]); what a response covers is a
//! [`Statement`](csf_transport::Statement). By what an entity authenticates itself is a credential, registered by itself
//! below the resource.
//!
//! A build without the feature `access-management` has `absent/authentication_service.rs` in its place.

mod challenge;
mod credential;
#[cfg(test)]
mod documentation;
mod outstanding;
mod response;
mod verification;

use csf_api::{Content, EntityId, Object, Request, Status, Value};
use csf_transport::{CHALLENGE_BYTES, Challenge, Description};
use csf_tree::schema::{AUTHENTICATION_SERVICE, Schema};

use crate::call::Call;
use crate::input::Input;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;

pub(crate) use credential::{change, register};
pub(crate) use outstanding::Challenges;

/// What the service can be asked for: the root of the content, and its members beside `msl`, which all take.
const CHALLENGE: (&str, &[&str]) = ("csf:challenge", &["cla", "pur", "mut", "pch"]);
/// See [`CHALLENGE`].
const RESPONSE: (&str, &[&str]) = ("csf:response", &["crd", "chl", "vrf", "pur", "pch"]);
/// See [`CHALLENGE`].
const VERIFICATION: (&str, &[&str]) = ("csf:verification", &["chl", "cla", "crd", "rsp", "pch"]);

/// Whether an UPDATE asks the service for something, rather than changing its resource.
pub(crate) fn is_request(schema: &Schema, request: &Request) -> bool {
    let root = request.content.as_ref().map(|content| &*content.root);
    *schema == AUTHENTICATION_SERVICE && root.is_some_and(|root| root != AUTHENTICATION_SERVICE.root)
}

/// Does what is asked for.
pub(crate) async fn serve<O: Outside>(call: &Call<'_, O>) -> Result<Reply, Refusal> {
    let content =
        call.request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    let body =
        content.value.as_object().ok_or_else(|| Refusal::bad_request("the input must be an object"))?;
    let asked = [CHALLENGE, RESPONSE, VERIFICATION].into_iter().find(|(root, _)| *root == &*content.root);
    let (root, members) = asked.ok_or_else(|| {
        let names = [CHALLENGE.0, RESPONSE.0, VERIFICATION.0].join(", ");
        Refusal::bad_request(format!("this service is asked with one of {names}"))
    })?;
    let input = Input::new(body);
    input.only(members)?;
    let (output, audit) = if root == CHALLENGE.0 {
        (challenge::give(call, &input).await?, None)
    } else if root == RESPONSE.0 {
        let (output, kind) = response::make(call, &input).await?;
        (output, Some(kind))
    } else {
        let (output, kind) = verification::verify(call, &input).await?;
        (output, Some(kind))
    };
    let reply = Reply::new(Status::Updated).with(Content::new(root, Value::Object(output)));
    Ok(match audit {
        Some(kind) => reply.audited(kind),
        None => reply,
    })
}

/// What the resource says of the service: by which algorithms somebody can authenticate itself here.
pub(crate) fn described(environments: &[Description]) -> Object {
    let of =
        |command| environments.iter().flat_map(|d| &d.capabilities).filter(move |c| c.command == command);
    let mut names: Vec<_> =
        of("check-response").chain(of("verify-with")).filter_map(|c| c.algorithm).collect();
    names.sort_unstable();
    names.dedup();
    Object::new().with("alg", Value::texts(names))
}

/// Who asks: somebody who has proven who it is.
fn asker<'a, O>(call: &Call<'a, O>) -> Result<&'a EntityId, Refusal> {
    call.caller.originator().filter(|_| call.caller.is_proven()).ok_or_else(Refusal::denied)
}

/// The entity that this member names.
fn entity<O>(call: &Call<'_, O>, input: &Input<'_>, name: &'static str) -> Result<EntityId, Refusal> {
    EntityId::parse(input.text(name)?, &call.context.settings.home)
        .map_err(|e| Refusal::bad_request(format!("'{name}': {e}")))
}

/// The challenge in this member, if it is there.
fn optional_challenge(input: &Input<'_>, name: &'static str) -> Result<Option<Challenge>, Refusal> {
    let Some(octets) = input.optional_octets_up_to(name, CHALLENGE_BYTES)? else { return Ok(None) };
    let challenge = octets.try_into();
    challenge.map(Some).map_err(|_| Refusal::bad_request(format!("'{name}' has {CHALLENGE_BYTES} bytes")))
}

/// The challenge in this member.
fn challenge(input: &Input<'_>, name: &'static str) -> Result<Challenge, Refusal> {
    optional_challenge(input, name)?.ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))
}
