//! What the content of a request asks for, before it is known whether that may be had.

use csf_api::{Object, Operation, Request, ResourceType, Status};
use csf_tree::Resource;
use csf_tree::schema::{
    self, ACCESS_CONTROL_POLICY, AUTHENTICATION_SERVICE, AUTHORIZATION_SERVICE, CONFIGURATION, CREDENTIAL,
    DATA_OBJECT, FUNCTION, GROUP, KEY_OBJECT, REGISTRY, SECURITY, SECURITY_ADMINISTRATION, SENSITIVE_DATA,
    STORAGE, Schema,
};

use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::target;

/// Types that an IN-CSE alone hosts, whether this software knows them or not (TS-0004 table 6.3.4.2.1-1): eventConfig,
/// m2mServiceSubscriptionProfile, serviceSubscribedAppRule, serviceSubscribedNode, statsCollect, statsConfig,
/// AEContactList, AEContactListPerCSE and triggerRequest.
const OF_AN_INFRASTRUCTURE_NODE: [u16; 9] = [7, 11, 19, 20, 21, 22, 43, 44, 47];

/// The content of a request as an object, under whatever root.
pub(crate) fn body(request: &Request) -> Result<&Object, Refusal> {
    let content = request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    content.value.as_object().ok_or_else(|| Refusal::bad_request("the content must hold an object"))
}

/// What a NOTIFY carries (TS-0004 7.5.1): a notification, several, security information, or a response.
const NOTIFICATIONS: [&str; 4] = ["m2m:sgn", "m2m:agn", "m2m:seci", "m2m:rsp"];

/// Whether the content of a request is one that a NOTIFY carries.
pub(crate) fn is_notification(request: &Request) -> bool {
    request.content.as_ref().is_some_and(|content| NOTIFICATIONS.contains(&&*content.root))
}

/// The schema of the child that a CREATE asks for, if it may stand below this parent.
pub(crate) fn schema_of_child(
    settings: &Settings,
    request: &Request,
    parent: &Resource,
) -> Result<&'static Schema, Refusal> {
    let resource_type =
        request.resource_type.ok_or_else(|| Refusal::bad_request("the resource type is missing"))?;
    let content = request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    if OF_AN_INFRASTRUCTURE_NODE.contains(&resource_type.number()) && !settings.is_infrastructure_node() {
        return Err(Refusal::new(
            Status::OperationNotAllowed,
            "an IN-CSE alone hosts resources of this type",
        ));
    }
    if resource_type == ResourceType::SUBSCRIPTION && UNWATCHED.contains(&parent.schema) {
        return Err(Refusal::new(Status::TargetNotSubscribable, "nothing is told of what happens here"));
    }
    let child = schema::of_create(resource_type, content, &settings.flex_containers).map_err(|status| {
        Refusal::new(status, "type and content do not name a resource that this node hosts")
    })?;
    if target::is_left_out(settings, child) && child.creatable {
        must_have_access_management(settings)?;
    }
    if !child.creatable {
        return Err(Refusal::new(Status::OperationNotAllowed, "resources of this type cannot be created"));
    }
    if !parent.schema.children.contains(&child.root_as_child()) {
        return Err(Refusal::new(
            Status::InvalidChildResourceType,
            "the target takes no children of this type",
        ));
    }
    Ok(child)
}

/// What cannot be subscribed to (decision 0067): what is sensitive, what is invoked, and what lies above, whose
/// notifications would carry either. Elsewhere subscriptions are a type that this node does not host.
const UNWATCHED: [&Schema; 12] = [
    &SECURITY,
    &SENSITIVE_DATA,
    &STORAGE,
    &DATA_OBJECT,
    &KEY_OBJECT,
    &FUNCTION,
    &SECURITY_ADMINISTRATION,
    &CONFIGURATION,
    &REGISTRY,
    &AUTHORIZATION_SERVICE,
    &AUTHENTICATION_SERVICE,
    &CREDENTIAL,
];

/// Refuses what belongs to access management where that component is left out (ARC-2).
pub(crate) fn must_have_access_management(settings: &Settings) -> Result<(), Refusal> {
    if settings.components.access_management {
        return Ok(());
    }
    Err(Refusal::new(Status::NotImplemented, "this node has no access management"))
}

/// Whether decisions depend on resources of this type: policies, consultations, roles and tokens, and the rules by which applications
/// register.
pub(crate) fn governs(resource_type: ResourceType) -> bool {
    [
        ResourceType::ACCESS_CONTROL_POLICY,
        ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION,
        ResourceType::ROLE,
        ResourceType::TOKEN,
        ResourceType::SERVICE_SUBSCRIPTION_PROFILE,
        ResourceType::SERVICE_SUBSCRIBED_NODE,
        ResourceType::SERVICE_SUBSCRIBED_APP_RULE,
    ]
    .contains(&resource_type)
}

/// Attributes on which access decisions depend.
const GOVERNING: &[&str] = &["acpi", "daci", "cstn", "macp", "pv", "pvs"];

/// Whether decisions depend on what this UPDATE changes of a resource of this type.
pub(crate) fn changes_decisions(schema: &Schema, given: &Object) -> bool {
    // A rule may name a group for its members.
    let members = *schema == GROUP && given.get("mid").is_some();
    members || governs(schema.resource_type) || given.iter().any(|(name, _)| GOVERNING.contains(&name))
}

/// Refuses a policy whose `pvs` holds no rule. That belongs to the syntax of the request, so whoever asks is told, and
/// before anything is looked for (TS-0004 7.4.2.2.1 and 7.4.2.2.3).
pub(super) fn must_hold_a_self_privilege(request: &Request) -> Result<(), Refusal> {
    let policy = request.content.as_ref().filter(|content| *content.root == *ACCESS_CONTROL_POLICY.root);
    let rules = policy.and_then(|content| content.value.as_object()?.get("pvs")?.as_object());
    let is_empty = |rules: &Object| match rules.get("acr") {
        Some(list) => list.as_list().is_some_and(<[_]>::is_empty),
        None => rules.is_empty(),
    };
    if rules.is_some_and(is_empty) {
        return Err(Refusal::bad_request("pvs: it must hold at least one rule"));
    }
    Ok(())
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
