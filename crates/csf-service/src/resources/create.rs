//! CREATE of everything that needs no procedure of its own (TS-0004 7.3.3.3 to 7.3.3.6).

use csf_store::{Batch, Expect};
use csf_tree::schema::{ACCESS_CONTROL_POLICY, CONTENT_INSTANCE, GROUP, Schema};
use csf_tree::{Resource, resource_key};

use super::append::append;
use super::container;
use super::content::{body, governs};
use super::draft::{Placement, draft_free as draft_of, place};
use super::flex_container;
use super::group;
use super::quota;
use super::result::{OF_CREATE, created, must_support};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::outside::Outside;
use crate::policies;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::Found;

/// Creates a resource of this schema below the target.
pub(crate) async fn create<O: Outside>(
    call: &Call<'_, O>,
    parent: &Found,
    schema: &'static Schema,
) -> Result<Reply, Refusal> {
    must_support(call.request, OF_CREATE)?;
    let id =
        call.context.next_ordinal(call.asking.now()).resource_id(schema).ok_or_else(Refusal::internal)?;
    let creator = Some(quota::maker(call));
    let placement = Placement { parent, schema, id, creator };
    let mut resource = draft_of(call, placement, body(call.request)?).await?;
    if *schema == CONTENT_INSTANCE {
        let resource = append(call, parent, resource).await?;
        note(call, &resource);
        return created(call, &resource).await;
    }
    let mut batch = Batch::new();
    let mut effect = Effect::Ordinary;
    // The parent must still be there when the child appears.
    batch.check(resource_key(&parent.resource.id), Expect::Version(parent.version));
    if *schema == ACCESS_CONTROL_POLICY {
        call.context.policies.check(&call.context.settings, &resource)?;
    }
    if governs(schema.resource_type) {
        effect = Effect::Governing;
    }
    policies::check_credential(call, &resource)?;
    resource.listed_as = policies::listed_as(&call.context.settings, &resource);
    policies::check_subscription(&call.context.settings, &resource)?;
    if *schema == GROUP {
        group::settle(call, &mut resource).await?;
    }
    if *schema == csf_tree::schema::CONTAINER {
        container::begin(&mut resource);
    }
    if schema.is_foreign() {
        flex_container::begin(&mut resource);
    }
    place(&mut batch, &resource);
    quota::commit_made(call, batch, &resource, effect).await?;
    note(call, &resource);
    let reply = created(call, &resource).await?;
    Ok(if effect == Effect::Governing { reply.audited(AuditKind::Administration) } else { reply })
}

/// Notes of what was just written when it ends and where its name leads.
fn note<O: Outside>(call: &Call<'_, O>, resource: &Resource) {
    call.context.note_end(resource.expires);
    if let Some(parent) = &resource.parent {
        call.asking.names.remember(parent, resource.name.as_str(), &resource.id);
    }
}
