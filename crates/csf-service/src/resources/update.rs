//! UPDATE of attributes (TS-0004 7.3.3.7), and of the policies that govern a resource (TS-0001 9.6.1.3.2).

use csf_api::{Object, ResultContent, Status, Value};
use csf_store::{Batch, Expect};
use csf_tree::schema::{
    self, ACCESS_CONTROL_POLICY, CONTAINER, CONTENT_INSTANCE, CREDENTIAL, CSE_BASE, DATA_OBJECT, GROUP,
    KEY_OBJECT,
};
use csf_tree::{Child, Resource, child_key, end_key, represent, resource_key};

use super::container;
use super::content::{body, changes_decisions, must_have_access_management};
use super::draft::{end, end_below, must_be_somebody};
use super::flex_container;
use super::group;
use super::result::{modified, must_support, seen, unsupported_result};
use crate::audit::AuditKind;
use crate::authentication_service;
use crate::call::Call;
use crate::data;
use crate::gate::Effect;
use crate::keys;
use crate::outside::Outside;
use crate::policies::{self, Link};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::security_tree;
use crate::target::{self, Found};

/// The result contents of an UPDATE.
const OF_UPDATE: &[ResultContent] =
    &[ResultContent::Nothing, ResultContent::Attributes, ResultContent::ModifiedAttributes];

/// Updates the target.
pub(crate) async fn update<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let mut resource = found.resource.clone();
    let schema = resource.schema;
    must_be_changeable(schema)?;
    must_support(call.request, OF_UPDATE)?;
    let given = body(call.request)?;
    if call.request.content.as_ref().is_some_and(|c| *c.root != *schema.root) {
        return Err(Refusal::bad_request(format!("the content of this target is '{}'", schema.root)));
    }
    // Of a standard type it is an UPDATE that changes no attribute; those of the node's own say what they take.
    if given.is_empty() && schema.root.starts_with("csf:") {
        return Err(Refusal::bad_request("the content changes nothing"));
    }
    schema::check_update(schema, given)?;
    if given.get("acpi").is_some() || given.get("daci").is_some() {
        // Also where links are only taken away: they must be there when access management comes back.
        must_have_access_management(&call.context.settings)?;
    }
    let now = call.asking.now();
    for (name, value) in given.iter() {
        match (name, value) {
            ("et", time) => {
                let asked = if *time == Value::Null { None } else { Some(end(time, now)?) };
                resource.expires = Some(end_below(&parent_of(call, &resource).await?, asked, now));
            }
            (_, Value::Null) => {
                resource.attributes.remove(name);
            }
            ("cstn", custodian) => {
                must_be_somebody(call, custodian)?;
                resource.attributes.set(name, custodian.clone());
            }
            ("acpi" | "macp", list) => {
                resource.attributes.set(name, policies::links(call, name, Link::Policies, list).await?);
            }
            ("daci", list) => {
                resource.attributes.set(name, policies::links(call, name, Link::Consultations, list).await?);
            }
            _ => {
                resource.attributes.set(name, value.clone());
            }
        }
    }
    let mut batch = Batch::new();
    if *schema == ACCESS_CONTROL_POLICY {
        call.context.policies.check(&call.context.settings, &resource)?;
    }
    policies::check_subscription(&call.context.settings, &resource)?;
    if *schema == GROUP {
        group::change(call, &mut resource, given).await?;
    }
    if *schema == CONTAINER {
        let state = resource.integer("st").saturating_add(1);
        resource.attributes.set("st", Value::Integer(state));
        if container::is_closed(&found.resource) && !container::is_closed(&resource) {
            container::clear(call, &mut resource, &mut batch).await?;
        }
        container::trim(call, &mut resource, &mut batch).await?;
    }
    if schema.is_foreign() {
        flex_container::change(&found.resource, &mut resource);
    }
    let mut audit = None;
    if *schema == DATA_OBJECT {
        audit = data::change(call, found, &mut resource, given, &mut batch).await?;
    }
    if *schema == CREDENTIAL {
        authentication_service::change(call, &mut resource, given).await?;
        audit = Some(AuditKind::Authentication);
    }
    resource.modified = now;
    if resource.expires != found.resource.expires {
        move_end(&mut batch, &found.resource, &resource);
    }
    if *schema == KEY_OBJECT {
        let (note, unchanged) = keys::must_stay(call, &resource).await?;
        batch.check(note, unchanged);
    }
    batch.put(resource_key(&resource.id), Expect::Version(found.version), resource.encode());
    let governing = changes_decisions(schema, given);
    // A rule may name a group for its members, of which those that are gone went with this.
    let members = |group: &Resource| group.attributes.get("mid").cloned();
    let forgets = *schema == GROUP && members(&found.resource) != members(&resource);
    let effect = if governing || forgets { Effect::Governing } else { Effect::Ordinary };
    call.grant.commit(call.asking, batch, effect).await?;
    call.context.policies.forget_grants(&resource.id);
    call.context.note_end(resource.expires);
    let reply = match call.request.result_content.unwrap_or(ResultContent::Attributes) {
        ResultContent::Nothing => Reply::new(Status::Updated),
        ResultContent::Attributes => {
            let computed = security_tree::compute(call, &resource).await?;
            Reply::new(Status::Updated).with(seen(call, &resource, represent(&resource, computed), given))
        }
        ResultContent::ModifiedAttributes => {
            let before = represent(&found.resource, Object::new());
            let after = seen(call, &resource, represent(&resource, Object::new()), given);
            let reply = Reply::new(Status::Updated);
            match modified(&seen(call, &found.resource, before, given), after, given) {
                Some(content) => reply.with(content),
                None => reply,
            }
        }
        _ => return Err(unsupported_result(call.request)),
    };
    let audit = if governing { Some(AuditKind::Administration) } else { audit };
    Ok(match audit {
        Some(kind) => reply.audited(kind),
        None => reply,
    })
}

/// Refuses what no UPDATE changes.
pub(super) fn must_be_changeable(schema: &schema::Schema) -> Result<(), Refusal> {
    if *schema == CSE_BASE || *schema == CONTENT_INSTANCE {
        return Err(Refusal::new(Status::OperationNotAllowed, "resources of this type cannot be updated"));
    }
    Ok(())
}

/// Adds to a batch that a resource ends at another moment: in the index of ends, and in its parent's list.
fn move_end(batch: &mut Batch, before: &Resource, after: &Resource) {
    if let Some(end) = before.expires {
        batch.delete(end_key(end, &before.id), Expect::Any);
    }
    if let Some(end) = after.expires {
        batch.put(end_key(end, &after.id), Expect::Any, Vec::new());
    }
    if let Some(parent) = &after.parent {
        batch.put(child_key(parent, &after.id), Expect::Any, Child::of(after).encode());
    }
}

async fn parent_of<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Resource, Refusal> {
    let parent = resource.parent.as_ref().ok_or_else(Refusal::internal)?;
    Ok(target::load(call.asking, &call.context.settings, parent).await?.resource)
}
