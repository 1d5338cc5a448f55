//! What the security tree says of policies: those in force, and the rights that they give (RES-1).

use csf_api::{AccessOperation, Object, ResourceId, Value};
use csf_store::Range;
use csf_tree::schema::ACCESS_CONTROL_POLICY;
use csf_tree::{Resource, resource_key, spaces};

use crate::asked::Asked;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// The most policies that `policies` lists.
const MAX_LISTED: usize = 1000;

/// The rules of every policy that governs the Security CSF resource, as one set of access control rules.
pub(crate) async fn access_rights<O: Outside>(
    call: &Call<'_, O>,
    resource: &Resource,
) -> Result<Value, Refusal> {
    let mut rules = Vec::new();
    for id in resource.linked_policies() {
        let Ok(id) = ResourceId::parse(id) else { continue };
        let Some(record) = call.asking.load_one(resource_key(&id)).await? else { continue };
        let policy = Resource::decode(record.bytes())?;
        if policy.is_expired(call.asking.now()) || *policy.schema != ACCESS_CONTROL_POLICY {
            continue;
        }
        let privileges = policy.attributes.get("pv").and_then(Value::as_object);
        rules.extend_from_slice(
            privileges.and_then(|pv| pv.get("acr")).and_then(Value::as_list).unwrap_or_default(),
        );
    }
    Ok(Value::Object(Object::new().with("acr", Value::List(rules))))
}

/// The policies of the node, as far as the caller may read them.
pub(crate) async fn in_force<O: Outside>(call: &Call<'_, O>) -> Result<Value, Refusal> {
    let mut ids = Vec::new();
    for prefix in ["acp", "acpAdmin", "acpUse"] {
        let prefix = if prefix == "acp" { ACCESS_CONTROL_POLICY.id_prefix } else { prefix };
        let range = Range {
            space: spaces::SEALED,
            prefix: prefix.into(),
            after: None,
            limit: MAX_LISTED,
            backwards: false,
        };
        for (_, record) in call.asking.scan(&range).await? {
            let policy = Resource::decode(record.bytes())?;
            let gate = call.context.gate(call.asking);
            if gate.admit(call.caller, Asked::existence(AccessOperation::Retrieve), &policy).await.is_ok() {
                ids.push(Value::text(policy.id.as_str()));
            }
        }
    }
    Ok(Value::List(ids))
}
