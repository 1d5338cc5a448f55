//! Registration of another CSE (TS-0001 10.2.2.7, TS-0004 7.4.4).

use csf_api::{EntityId, EntityKind, Home, Operation, Request, ResourceId, ResourceType, Status, Value};
use csf_store::{Batch, Expect};
use csf_tree::schema::{self, CSE_BASE, REMOTE_CSE};
use csf_tree::{Resource, resource_key};

use super::content::body;
use super::delete::remove_ended;
use super::draft::{Placement, draft_free as draft_of, place};
use super::quota;
use super::result::{OF_CREATE, created, must_support};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::Found;

/// The `cst` of an application service node, which has no registrees but AEs.
const APPLICATION_SERVICE: u8 = 3;
/// What the identifier of a remoteCSE begins with, so that a CSE-ID never names another resource.
const ID_PREFIX: &str = "csr-";

/// Whether the request registers a CSE. As for AEs, no policy is asked about it.
pub(crate) fn is_cse_registration(request: &Request) -> bool {
    request.operation == Operation::Create && request.resource_type == Some(ResourceType::REMOTE_CSE)
}

#[cfg(feature = "access-management")]
/// The CSE-ID of the CSE that a resource of this identifier registers, if it is a remoteCSE's.
pub(crate) fn cse_of_id(id: &str) -> Option<String> {
    id.strip_prefix(ID_PREFIX).map(|name| format!("/{name}"))
}

/// The identifier of the remoteCSE that registers the CSE of this SP-relative CSE-ID.
fn id_of(csi: &str) -> Option<ResourceId> {
    ResourceId::parse(&format!("{ID_PREFIX}{}", csi.trim_start_matches('/'))).ok()
}

/// Whether this CSE is registered here, by itself, and its registration has not ended.
pub(crate) async fn is_registered_cse<O: Outside>(
    asking: &Asking<'_, O>,
    home: &Home,
    cse: &EntityId,
) -> Result<bool, Refusal> {
    let Some(id) = id_of(cse.relative_to(home)) else { return Ok(false) };
    let Some(record) = asking.load_one(resource_key(&id)).await? else { return Ok(false) };
    let resource = Resource::decode(record.bytes())?;
    let text = |value: Option<&str>| value.and_then(|id| EntityId::parse(id, home).ok());
    Ok(*resource.schema == REMOTE_CSE
        && !resource.is_expired(asking.now())
        && text(resource.attributes.get("csi").and_then(Value::as_text)).as_ref() == Some(cse)
        && text(resource.creator.as_deref()).as_ref() == Some(cse))
}

/// Registers a CSE below the CSEBase.
pub(crate) async fn register_cse<O: Outside>(call: &Call<'_, O>, base: &Found) -> Result<Reply, Refusal> {
    if *base.resource.schema != CSE_BASE {
        return Err(Refusal::new(Status::InvalidChildResourceType, "a CSE registers below the CSEBase"));
    }
    let csi = registree(call)?;
    let content =
        call.request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    if *content.root != *REMOTE_CSE.root {
        return Err(Refusal::bad_request("the content of a remoteCSE is 'm2m:csr'"));
    }
    must_support(call.request, OF_CREATE)?;
    let body = body(call.request)?;
    schema::check_create(&REMOTE_CSE, body)?;
    if body.get("csi").is_some_and(|given| given.as_text() != Some(csi)) {
        return Err(Refusal::bad_request("csi is another CSE-ID than From"));
    }
    let id = id_of(csi).ok_or_else(|| Refusal::bad_request("the CSE-ID is too long"))?;
    if !remove_ended(call, &id).await? {
        return Err(Refusal::new(Status::OriginatorHasAlreadyRegistered, "this CSE is registered"));
    }
    let creator = call.caller.originator().map(|id| id.absolute().into());
    let placement = Placement { parent: base, schema: &REMOTE_CSE, id, creator };
    let mut resource = draft_of(call, placement, body).await?;
    resource.attributes.set("csi", Value::text(csi));
    let mut batch = Batch::new();
    batch.check(resource_key(&base.resource.id), Expect::Version(base.version));
    place(&mut batch, &resource);
    quota::commit_made(call, batch, &resource, Effect::Ordinary).await?;
    Ok(created(call, &resource).await?.audited(AuditKind::Registration))
}

/// The CSE-ID of the caller, if it is a CSE that can register here.
fn registree<'a, O: Outside>(call: &'a Call<'_, O>) -> Result<&'a str, Refusal> {
    let settings = &call.context.settings;
    let not_allowed = |text| Err(Refusal::new(Status::OperationNotAllowed, text));
    if settings.cse_type == APPLICATION_SERVICE {
        return not_allowed("no CSE registers with an application service node");
    }
    let Some(cse) = call.caller.originator().filter(|id| id.kind() == EntityKind::Cse) else {
        return not_allowed("only a CSE registers as a remoteCSE");
    };
    let csi = cse.relative_to(&settings.home);
    if csi == settings.home.cse() {
        return not_allowed("a CSE does not register with itself");
    }
    if csi.starts_with("//") {
        let text = "CSEs of other service providers do not register here";
        return Err(Refusal::new(Status::NotImplemented, text));
    }
    Ok(csi)
}
