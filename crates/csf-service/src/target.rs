//! Finding what a request is about: from an address to a resource, its version, and what governs it.

use csf_api::{Address, RelativePath, RelativeStep, ResourceId, ResourceName, ResourceType, Status};
use csf_store::{Record, Version};
use csf_tree::schema::{
    ACCESS_CONTROL_POLICY, AUTHENTICATION_SERVICE, AUTHORIZATION_DECISION, AUTHORIZATION_INFORMATION,
    AUTHORIZATION_POLICY, AUTHORIZATION_SERVICE, CONTENT_INSTANCE, CREDENTIAL,
    DYNAMIC_AUTHORIZATION_CONSULTATION, FUNCTION, GROUP, POLICIES, ROLE, SERVICE_SUBSCRIBED_APP_RULE,
    SERVICE_SUBSCRIBED_NODE, SERVICE_SUBSCRIPTION_PROFILE, Schema, TOKEN,
};
use csf_tree::{Child, Head, Resource, Route, Start, child_range, name_key, resource_key, route};

use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::settings::Settings;

/// How far up an address is followed; trees are not deeper than addresses can be.
pub(crate) const MAX_DEPTH: usize = csf_api::MAX_ADDRESS_SEGMENTS;
/// How many instances are looked at together for one that has not ended.
const INSTANCES: usize = 16;

/// The name of the virtual child through which a request reaches the members of a group.
pub(crate) const FAN_OUT_POINT: &str = "fopt";

/// A resource as found, with the version that a later write must still find.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) resource: Resource,
    pub(crate) version: Version,
}

/// A resource on the way to another, as far as the way needs it.
struct At {
    head: Head,
    record: Record,
}

impl At {
    /// The resource that the way leads to, read as a whole.
    fn found(self) -> Result<Found, Refusal> {
        let resource = Resource::decode_as(&self.head.id, self.record.bytes())?;
        Ok(Found { resource, version: self.record.version() })
    }
}

/// What an address names.
#[derive(Clone, Debug)]
pub(crate) enum Located {
    /// A resource.
    Resource(Found),
    /// The members of a group, or what these names lead to below each of them.
    Members { group: Found, below: Vec<Box<str>> },
}

/// The identifier of the CSEBase: the CSE-ID without its slash.
pub(crate) fn base_id(settings: &Settings) -> Option<ResourceId> {
    ResourceId::parse(settings.home.cse().trim_start_matches('/')).ok()
}

/// Finds the resource at an address, where one resource is wanted and not the members of a group.
pub(crate) async fn find<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    address: &Address,
) -> Result<Found, Refusal> {
    match locate(asking, settings, address).await? {
        Located::Resource(found) => Ok(found),
        Located::Members { .. } => Err(Refusal::not_found()),
    }
}

/// Finds what an address names.
///
/// A resource that has ended, and one of a component that is left out, is not there.
pub(crate) async fn locate<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    address: &Address,
) -> Result<Located, Refusal> {
    let Route::Here(start, names) = route(address, &settings.home, settings.base_name.as_str()) else {
        // There are no links to other CSEs yet, so there is no next hop (TS-0004 7.3.2.6).
        return Err(Refusal::not_found());
    };
    let mut at = match start {
        Start::Base => head(asking, settings, &base_id(settings).ok_or_else(Refusal::internal)?).await?,
        Start::Resource(id) => {
            let at = head(asking, settings, &id).await?;
            // An end can be moved forward after children were made: what lies above must be there as well.
            depth_below(asking, settings, at.head.parent.clone()).await?;
            at
        }
    };
    let mut names = names.iter();
    while let Some(name) = names.next() {
        if *at.head.schema == GROUP && **name == *FAN_OUT_POINT {
            return Ok(Located::Members { group: at.found()?, below: names.cloned().collect() });
        }
        at = step(asking, settings, &at.head, name).await?;
    }
    Ok(Located::Resource(at.found()?))
}

/// Types that belong to access management.
const OF_ACCESS_MANAGEMENT: [&Schema; 14] = [
    &ACCESS_CONTROL_POLICY,
    &POLICIES,
    &AUTHORIZATION_SERVICE,
    &AUTHENTICATION_SERVICE,
    &CREDENTIAL,
    &AUTHORIZATION_DECISION,
    &AUTHORIZATION_POLICY,
    &AUTHORIZATION_INFORMATION,
    &ROLE,
    &TOKEN,
    &DYNAMIC_AUTHORIZATION_CONSULTATION,
    &SERVICE_SUBSCRIPTION_PROFILE,
    &SERVICE_SUBSCRIBED_NODE,
    &SERVICE_SUBSCRIBED_APP_RULE,
];

/// Types that an IN-CSE alone hosts (TS-0001 9.6.19).
const OF_AN_INFRASTRUCTURE_NODE: [&Schema; 3] =
    [&SERVICE_SUBSCRIPTION_PROFILE, &SERVICE_SUBSCRIBED_NODE, &SERVICE_SUBSCRIBED_APP_RULE];

/// Whether a type is not for a node of this kind.
fn is_of_another_kind_of_node(settings: &Settings, schema: &'static Schema) -> bool {
    !settings.is_infrastructure_node() && OF_AN_INFRASTRUCTURE_NODE.contains(&schema)
}

/// Whether a type belongs to a component that this node leaves out, or is a specialisation that is not configured.
pub(crate) fn is_left_out(settings: &Settings, schema: &'static Schema) -> bool {
    (!settings.components.sensitive_functions && *schema == FUNCTION)
        || (!settings.components.access_management && OF_ACCESS_MANAGEMENT.contains(&schema))
        || is_of_another_kind_of_node(settings, schema)
        || (schema.is_foreign() && !settings.flex_containers.contains(&schema))
}

/// The resource with this identifier.
pub(crate) async fn load<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    id: &ResourceId,
) -> Result<Found, Refusal> {
    head(asking, settings, id).await?.found()
}

/// The same, with as little of it as the way to another needs.
async fn head<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    id: &ResourceId,
) -> Result<At, Refusal> {
    let record = asking.load_one(resource_key(id)).await?.ok_or_else(Refusal::not_found)?;
    let head = Head::read_as(id, record.bytes())?;
    // What has no end needs no clock.
    let ended = head.expires.is_some() && head.is_expired(asking.now());
    if is_left_out(settings, head.schema) || ended {
        return Err(Refusal::not_found());
    }
    Ok(At { head, record })
}

/// Where a way from this resource leads; `None` where it leads nowhere.
pub(crate) async fn follow<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    from: &ResourceId,
    path: &RelativePath,
) -> Result<Option<Found>, Refusal> {
    let walk = async {
        let mut at = head(asking, settings, from).await?;
        for next in path.steps() {
            at = match (next, &at.head.parent) {
                (RelativeStep::Down(name), _) => step(asking, settings, &at.head, name).await?,
                (RelativeStep::Up, Some(parent)) => head(asking, settings, parent).await?,
                (RelativeStep::Up, None) => return Err(Refusal::not_found()),
            };
        }
        at.found()
    };
    match walk.await {
        Ok(found) => Ok(Some(found)),
        Err(refusal) if refusal.status == Status::NotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// The child of this name; `la` and `ol` of a container name its latest and oldest instance.
async fn step<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    parent: &Head,
    name: &str,
) -> Result<At, Refusal> {
    let id = &parent.id;
    if parent.schema.resource_type == ResourceType::CONTAINER && matches!(name, "la" | "ol") {
        return end_of(asking, settings, id, name == "la").await;
    }
    if let Some(child) = asking.names.find(id, name)
        && let Ok(at) = head(asking, settings, &child).await
        && Head::is_child(at.record.bytes(), id, name)
    {
        return Ok(at);
    }
    let record = asking.load_one(name_key(id, name)).await?.ok_or_else(Refusal::not_found)?;
    let child = std::str::from_utf8(record.bytes()).ok().and_then(|text| ResourceId::parse(text).ok());
    let child = child.ok_or_else(Refusal::internal)?;
    asking.names.remember(id, name, &child);
    head(asking, settings, &child).await
}

/// The latest or the oldest instance of a container that has not ended.
async fn end_of<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    container: &ResourceId,
    latest: bool,
) -> Result<At, Refusal> {
    let mut after: Option<String> = None;
    loop {
        let range = child_range(container, CONTENT_INSTANCE.id_prefix, after.as_deref(), INSTANCES, latest);
        let entries = asking.scan(&range).await?;
        if entries.is_empty() {
            return Err(Refusal::not_found());
        }
        for (_, record) in entries {
            let child = Child::decode(record.bytes())?;
            match head(asking, settings, &child.id).await {
                Err(refusal) if refusal.status == Status::NotFound => {}
                found => return found,
            }
            after = Some(child.id.as_str().to_owned());
        }
    }
}

/// How many names lead to a resource, from the CSEBase's to its own; an error where something above has ended.
pub(crate) async fn depth<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    resource: &Resource,
) -> Result<usize, Refusal> {
    depth_below(asking, settings, resource.parent.clone()).await
}

/// The same for a resource below this parent.
async fn depth_below<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    mut parent: Option<ResourceId>,
) -> Result<usize, Refusal> {
    let mut depth = 1_usize;
    while let Some(id) = parent {
        if depth > MAX_DEPTH {
            return Err(Refusal::internal());
        }
        depth = depth.saturating_add(1);
        parent = head(asking, settings, &id).await?.head.parent;
    }
    Ok(depth)
}

/// The hierarchical address of a resource, such as `cse-mn/meter/readings`.
pub(crate) async fn hierarchical<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    resource: &Resource,
) -> Result<String, Refusal> {
    let mut names: Vec<ResourceName> = vec![resource.name.clone()];
    let mut parent = resource.parent.clone();
    while let Some(id) = parent {
        if names.len() > MAX_DEPTH {
            return Err(Refusal::internal());
        }
        let above = load(asking, settings, &id).await?.resource;
        names.push(above.name);
        parent = above.parent;
    }
    names.reverse();
    Ok(names.iter().map(ResourceName::as_str).collect::<Vec<_>>().join("/"))
}
