//! Whether an AE may register here, by the service subscription (TS-0001 10.2.2.2 step 003, TS-0004 7.3.2.7).
//!
//! ```text
//!   CSEBase ── mssp ── svsn: csi = this CSE, rlk ──▶ asar: aai (App-IDs) × aae (AE-ID stems)
//! ```
//!
//! No subscription for this CSE is 4128; a subscription none of whose rules allows the combination is 4126.

use csf_access::{RoleId, matches_wildcards};
use csf_api::{Address, EntityId, EntityKind, ResourceId, ResourceType, Status, Value};
use csf_store::Range;
use csf_tree::schema::{SERVICE_SUBSCRIBED_APP_RULE, SERVICE_SUBSCRIBED_NODE};
use csf_tree::{Resource, resource_key, spaces};

use crate::call::Call;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::settings::{Admission, Settings};
use crate::target;

/// The most subscribed nodes that are looked at for this CSE.
const MAX_NODES: usize = 1000;

/// Refuses a registration that no rule of the service subscription allows, where the node asks for one.
pub(crate) async fn admit_application<O: Outside>(
    call: &Call<'_, O>,
    app_id: &str,
    entity: &EntityId,
) -> Result<(), Refusal> {
    let settings = &call.context.settings;
    if settings.admission == Admission::Open {
        return Ok(());
    }
    let stem = entity.stem().unwrap_or_default();
    let mut established = false;
    for node in subscribed_nodes(call.asking, settings).await? {
        established = true;
        for link in texts(&node, "rlk") {
            let Some(rule) = linked_rule(call.asking, settings, link).await? else { continue };
            if allows(&rule, app_id, stem) {
                return Ok(());
            }
        }
    }
    Err(if established {
        Refusal::new(Status::AppRuleValidationFailed, "no rule of the service subscription allows this AE")
    } else {
        Refusal::new(Status::ServiceSubscriptionNotEstablished, "this CSE is in no service subscription")
    })
}

/// Those of these roles that the service subscription allows the originator to use (TS-0001 7.1.14), where the node asks
/// for a subscription. Only an AE that is registered here is in one: a stem of another CSE is another entity.
pub(super) async fn allowed_roles<O: Outside>(
    settings: &Settings,
    asking: &Asking<'_, O>,
    holder: &EntityId,
    roles: Vec<RoleId>,
) -> Result<Vec<RoleId>, Refusal> {
    if settings.admission == Admission::Open || roles.is_empty() {
        return Ok(roles);
    }
    let Some(stem) = holder.stem() else { return Ok(Vec::new()) };
    let Some(id) = ResourceId::parse(stem).ok() else { return Ok(Vec::new()) };
    if EntityId::parse(stem, &settings.home).as_ref() != Ok(holder) {
        return Ok(Vec::new());
    }
    let Some(record) = asking.load_one(resource_key(&id)).await? else { return Ok(Vec::new()) };
    let entity = Resource::decode(record.bytes())?;
    if entity.resource_type() != ResourceType::AE || entity.is_expired(asking.now()) {
        return Ok(Vec::new());
    }
    let app_id = entity.attributes.get("api").and_then(Value::as_text).unwrap_or_default();
    let mut allowed = Vec::new();
    for node in subscribed_nodes(asking, settings).await? {
        for link in texts(&node, "rlk") {
            let Some(rule) = linked_rule(asking, settings, link).await? else { continue };
            if allows(&rule, app_id, stem) {
                let listed = |role: &&RoleId| texts(&rule, "ari").any(|listed| listed == role.as_str());
                allowed.extend(roles.iter().filter(listed).cloned());
            }
        }
    }
    allowed.sort_unstable();
    allowed.dedup();
    Ok(allowed)
}

/// The nodes of subscriptions whose CSE is this one, and which have not ended.
async fn subscribed_nodes<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
) -> Result<Vec<Resource>, Refusal> {
    let this = EntityId::parse(settings.home.cse(), &settings.home).map_err(|_| Refusal::internal())?;
    let range = Range {
        space: spaces::SEALED,
        prefix: SERVICE_SUBSCRIBED_NODE.id_prefix.into(),
        after: None,
        limit: MAX_NODES,
        backwards: false,
    };
    let mut nodes = Vec::new();
    for (_, record) in asking.scan(&range).await? {
        let node = Resource::decode(record.bytes())?;
        let cse = node.attributes.get("csi").and_then(Value::as_text);
        let is_ours = cse.and_then(|id| EntityId::parse(id, &settings.home).ok()).as_ref() == Some(&this);
        let ended = node.is_expired(asking.now());
        // What lies above must be there as well.
        if is_ours && !ended && target::depth(asking, settings, &node).await.is_ok() {
            nodes.push(node);
        }
    }
    Ok(nodes)
}

/// The rule at the end of a link; a link that leads nowhere, or to something else, gives nothing.
async fn linked_rule<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    link: &str,
) -> Result<Option<Resource>, Refusal> {
    let Ok(address) = Address::parse(link) else { return Ok(None) };
    match target::find(asking, settings, &address).await {
        Ok(found) if *found.resource.schema == SERVICE_SUBSCRIBED_APP_RULE => Ok(Some(found.resource)),
        Ok(_) => Ok(None),
        Err(refusal) if refusal.status == Status::NotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Whether a rule allows this combination where no security association was made. A rule that names credentials is for
/// associations made with them; a list that is absent allows nothing.
fn allows(rule: &Resource, app_id: &str, stem: &str) -> bool {
    let lists = |name, value: &str| texts(rule, name).any(|pattern| matches_wildcards(pattern, value));
    rule.attributes.get("apci").is_none() && lists("aai", app_id) && lists("aae", stem)
}

fn texts<'a>(resource: &'a Resource, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let list = resource.attributes.get(name).and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_text)
}

/// Checks what a node or a rule of a service subscription says beyond the kinds of its attributes.
pub(crate) fn check_subscription(settings: &Settings, resource: &Resource) -> Result<(), Refusal> {
    let cse = resource.attributes.get("csi").and_then(Value::as_text);
    if *resource.schema == SERVICE_SUBSCRIBED_NODE {
        let is_cse = |id| EntityId::parse(id, &settings.home).is_ok_and(|id| id.kind() == EntityKind::Cse);
        if cse.is_some_and(|id| !is_cse(id)) {
            return Err(Refusal::bad_request("csi names no CSE"));
        }
        if cse.is_none() && resource.attributes.get("rlk").is_some() {
            return Err(Refusal::bad_request("rlk needs the CSE-ID (csi) for which the rules hold"));
        }
    }
    if *resource.schema == SERVICE_SUBSCRIBED_APP_RULE {
        if texts(resource, "aai").any(|pattern| !pattern.starts_with(['*', 'R', 'r', 'N'])) {
            return Err(Refusal::bad_request("a pattern in aai begins with '*', 'R' or 'N'"));
        }
        if texts(resource, "ari").any(|role| RoleId::parse(role).is_err()) {
            return Err(Refusal::bad_request("ari holds Role-IDs: a name, '@' and a lower-case domain"));
        }
    }
    Ok(())
}
