//! From the attributes of a CREATE to a resource, and from a resource to the records that place it.

use csf_api::{EntityId, Object, ResourceId, ResourceName, ResourceType, UtcTime, Value};
use csf_store::{Batch, Expect, Version};
use csf_tree::schema::{self, CONTAINER, CONTENT_INSTANCE, Schema};
use csf_tree::{Child, Resource, child_key, end_key, listed_key, mark_key, name_key, resource_key};

use super::delete::remove_ended;
use crate::call::Call;
use crate::names::{ADMINISTRATOR_POLICY, USE_POLICY};
use crate::outside::Outside;
use crate::policies::{self, Link};
use crate::refusal::Refusal;
use crate::settings::ServiceLimits;
use crate::target::{self, Found};

/// How long a resource lives that asks for no end: five years.
const DEFAULT_LIFETIME_SECONDS: i64 = 5 * 365 * 86_400;

/// A child as its parent's list had it when it was read.
pub(super) struct Entry {
    pub(super) parent: ResourceId,
    pub(super) child: Child,
    pub(super) version: Version,
}

/// Where a new resource goes and what it is called.
pub(crate) struct Placement<'a> {
    pub(crate) parent: &'a Found,
    pub(crate) schema: &'static Schema,
    pub(crate) id: ResourceId,
    pub(crate) creator: Option<Box<str>>,
}

/// Checks the attributes of a CREATE and makes the resource that they describe.
async fn draft<O: Outside>(
    call: &Call<'_, O>,
    placement: Placement<'_>,
    body: &Object,
) -> Result<Resource, Refusal> {
    let Placement { parent, schema, id, creator } = placement;
    schema::check_create(schema, body)?;
    let now = call.asking.now();
    let mut attributes = Object::new();
    let mut expires = None;
    for (name, value) in body.iter() {
        match name {
            "rn" | "cnd" => {}
            "et" => expires = Some(end(value, now)?),
            "acpi" | "macp" => {
                attributes.set(name, policies::links(call, name, Link::Policies, value).await?);
            }
            "daci" => {
                attributes.set(name, policies::links(call, name, Link::Consultations, value).await?);
            }
            "cstn" => {
                must_be_somebody(call, value)?;
                attributes.set(name, value.clone());
            }
            "cr" => {
                let creator = call.caller.originator().map(|id| id.relative_to(&call.context.settings.home));
                attributes.set(name, Value::text(creator.unwrap_or_default()));
            }
            _ => {
                attributes.set(name, value.clone());
            }
        }
    }
    let name = match body.get("rn").and_then(Value::as_text) {
        Some(name) => ResourceName::parse(name).map_err(|e| Refusal::bad_request(e.to_string()))?,
        None => ResourceName::parse(id.as_str()).map_err(|_| Refusal::internal())?,
    };
    if parent.resource.resource_type() == ResourceType::CONTAINER && matches!(name.as_str(), "la" | "ol") {
        return Err(Refusal::new(csf_api::Status::Conflict, "the name belongs to a virtual resource"));
    }
    if *parent.resource.schema == schema::GROUP && name.as_str() == target::FAN_OUT_POINT {
        return Err(Refusal::new(csf_api::Status::Conflict, "the name belongs to a virtual resource"));
    }
    if is_kept_free(call, parent, &name) {
        return Err(Refusal::new(csf_api::Status::Conflict, "the name belongs to the node"));
    }
    // An instance has no children, so it is never the one that makes the tree deeper.
    if *schema != CONTENT_INSTANCE {
        // The CSEBase has depth 1, so the depth of the parent is the level of its child.
        let level = target::depth(call.asking, &call.context.settings, &parent.resource).await?;
        let deepest = call.context.settings.limits.depth.min(ServiceLimits::MAX_DEPTH);
        if u32::try_from(level).map_or(true, |level| level > deepest) {
            let text = format!("there are at most {deepest} levels below the CSEBase");
            return Err(Refusal::new(csf_api::Status::NotAcceptable, text));
        }
    }
    let expires = end_below(&parent.resource, expires, now);
    Ok(Resource {
        id,
        parent: Some(parent.resource.id.clone()),
        name,
        schema,
        created: now,
        modified: now,
        expires: Some(expires),
        creator,
        registrant: None,
        listed_as: None,
        attributes,
    })
}

/// Whether the name waits for one of the first policies, which a start with access management makes.
fn is_kept_free<O>(call: &Call<'_, O>, parent: &Found, name: &ResourceName) -> bool {
    !call.context.settings.components.access_management
        && *parent.resource.schema == schema::CSE_BASE
        && [ADMINISTRATOR_POLICY, USE_POLICY].contains(&name.as_str())
}

/// Like [`draft`], and no sibling has the name.
pub(crate) async fn draft_free<O: Outside>(
    call: &Call<'_, O>,
    placement: Placement<'_>,
    body: &Object,
) -> Result<Resource, Refusal> {
    let resource = draft(call, placement, body).await?;
    must_be_free(call, &resource).await?;
    Ok(resource)
}

/// The end of life that a request asks for, which must lie ahead.
pub(super) fn end(value: &Value, now: UtcTime) -> Result<UtcTime, Refusal> {
    let time = value.as_text().and_then(|text| UtcTime::parse(text).ok());
    time.filter(|time| *time > now).ok_or_else(|| Refusal::bad_request("et must lie in the future"))
}

/// The end of life of a resource below this parent: what is asked for, or the default; never after the parent's.
pub(super) fn end_below(parent: &Resource, asked: Option<UtcTime>, now: UtcTime) -> UtcTime {
    let latest = asked.unwrap_or_else(|| now.plus_seconds(DEFAULT_LIFETIME_SECONDS));
    parent.expires.map_or(latest, |of_parent| latest.min(of_parent))
}

/// Refuses a custodian that is nobody: who would keep everybody out, for ever.
pub(super) fn must_be_somebody<O: Outside>(call: &Call<'_, O>, custodian: &Value) -> Result<(), Refusal> {
    let read = |text: &str| EntityId::parse(text, &call.context.settings.home).is_ok();
    if custodian.as_text().is_some_and(read) {
        return Ok(());
    }
    Err(Refusal::bad_request("cstn names no AE, CSE or local CSF"))
}

/// Refuses a name that a sibling has which has not ended. (A sibling made at the same moment shows when the batch is committed.)
async fn must_be_free<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<(), Refusal> {
    let Some(parent) = &resource.parent else { return Ok(()) };
    let Some(entry) = call.asking.load_one(name_key(parent, resource.name.as_str())).await? else {
        return Ok(());
    };
    let sibling = std::str::from_utf8(entry.bytes()).ok().and_then(|text| ResourceId::parse(text).ok());
    if remove_ended(call, &sibling.ok_or_else(Refusal::internal)?).await? {
        return Ok(());
    }
    Err(Refusal::new(csf_api::Status::Conflict, "a sibling has this name"))
}

/// Adds to a batch the records that put a new resource below its parent.
pub(crate) fn place(batch: &mut Batch, resource: &Resource) {
    batch.put(resource_key(&resource.id), Expect::Absent, resource.encode());
    if let Some(parent) = &resource.parent {
        batch.put(child_key(parent, &resource.id), Expect::Absent, Child::of(resource).encode());
        let name = resource.id.as_str().as_bytes().to_vec();
        batch.put(name_key(parent, resource.name.as_str()), Expect::Absent, name);
    }
    if let Some(end) = resource.expires {
        batch.put(end_key(end, &resource.id), Expect::Any, Vec::new());
    }
    if let Some(listed_as) = &resource.listed_as {
        batch.put(listed_key(listed_as, &resource.id), Expect::Absent, Vec::new());
    }
}

/// Adds to a batch what takes the records away again, if the resource has this state.
pub(crate) fn unplace(batch: &mut Batch, parent: &ResourceId, child: &Child, expect: Expect) {
    batch.delete(resource_key(&child.id), expect);
    batch.delete(child_key(parent, &child.id), Expect::Any);
    unplace_indexes(batch, parent, child);
}

/// The same for a child as its parent's list had it. Where it is counted, the list must still have it so: what
/// another request took away meanwhile must not be counted off twice.
pub(super) fn unplace_entry(batch: &mut Batch, entry: &Entry) {
    let Entry { parent, child, version } = entry;
    let expect = if child.counts_for.is_some() { Expect::Version(*version) } else { Expect::Any };
    batch.delete(resource_key(&child.id), Expect::Any);
    batch.delete(child_key(parent, &child.id), expect);
    unplace_indexes(batch, parent, child);
}

fn unplace_indexes(batch: &mut Batch, parent: &ResourceId, child: &Child) {
    batch.delete(name_key(parent, child.name.as_str()), Expect::Any);
    if let Some(end) = child.expires {
        batch.delete(end_key(end, &child.id), Expect::Any);
    }
    if let Some(listed_as) = &child.listed_as {
        batch.delete(listed_key(listed_as, &child.id), Expect::Any);
    }
    if child.resource_type == CONTAINER.resource_type {
        batch.delete(mark_key(&child.id), Expect::Any);
    }
}
