//! The attributes of the security tree that are computed when they are read (draft 5.2 and 6.3.5;
//! requirements RES-1 to RES-5).

use csf_api::{AccessOperation, Object, ResourceId, Value};
use csf_store::Range;
use csf_transport::Description;
use csf_tree::schema::{
    ACCESS_CONTROL_POLICY, ENVIRONMENT, FUNCTION, POLICIES, SECURITY, SECURITY_ADMINISTRATION,
    SENSITIVE_DATA, STORAGE,
};
use csf_tree::{Resource, resource_key, spaces};

use crate::call::Call;
use crate::context::Context;
use crate::functions::FUNCTIONS;
use crate::names::{ENVIRONMENT_PREFIX, FUNCTION_PREFIX, STORAGE_PREFIX};
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::settings::DefaultAccess;

/// The most policies that `policies` lists.
const MAX_LISTED: usize = 1000;

/// The computed attributes of a resource; none for a resource outside the security tree.
pub(crate) async fn compute<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Object, Refusal> {
    let context = call.context;
    let schema = resource.schema;
    Ok(if *schema == SECURITY {
        security(context).with("acR", access_rights(call, resource).await?)
    } else if *schema == SENSITIVE_DATA {
        sensitive_data(context)
    } else if *schema == FUNCTION {
        function(context, resource)
    } else if *schema == STORAGE {
        described(context, resource, STORAGE_PREFIX).map_or_else(Object::new, storage)
    } else if *schema == ENVIRONMENT {
        described(context, resource, ENVIRONMENT_PREFIX).map_or_else(Object::new, environment)
    } else if *schema == POLICIES {
        Object::new().with("pol", policies_in_force(call).await?)
    } else if *schema == SECURITY_ADMINISTRATION {
        administration(call)
    } else {
        Object::new()
    })
}

fn security(context: &Context) -> Object {
    let mut levels: Vec<u8> = context.environments.iter().map(|d| d.level.number()).collect();
    levels.sort_unstable();
    levels.dedup();
    let levels = levels.into_iter().map(|level| Value::Integer(i64::from(level))).collect();
    let components = context.settings.component_names.iter().map(|name| &**name);
    Object::new()
        .with("seL", Value::List(levels))
        .with("prf", Value::text(&context.settings.profile))
        .with("cmp", Value::texts(components))
}

/// The rules of every policy that governs the Security CSF resource, as one set of access control rules.
async fn access_rights<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Value, Refusal> {
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

fn sensitive_data(context: &Context) -> Object {
    let functions = FUNCTIONS.iter().filter(|_| context.settings.components.sensitive_functions);
    let functions = functions.filter(|f| f.level(&context.environments).is_some()).map(|f| f.id);
    let storages = context.environments.iter().map(|d| d.id.as_str());
    Object::new().with("fns", Value::texts(functions)).with("stg", Value::texts(storages))
}

fn function(context: &Context, resource: &Resource) -> Object {
    let id = resource.id.as_str().strip_prefix(FUNCTION_PREFIX);
    let Some(function) = FUNCTIONS.iter().find(|f| Some(f.id) == id) else { return Object::new() };
    let level = function.level(&context.environments).map_or(0, |level| level.number());
    Object::new()
        .with("fid", Value::text(function.id))
        .with("ver", Value::text(function.version))
        .with("seL", Value::Integer(i64::from(level)))
        .with("alg", Value::texts(function.algorithms(&context.environments)))
}

fn described<'a>(context: &'a Context, resource: &Resource, prefix: &str) -> Option<&'a Description> {
    let id = resource.id.as_str().strip_prefix(prefix)?;
    context.environments.iter().find(|d| d.id.as_str() == id)
}

fn storage(d: &Description) -> Object {
    Object::new()
        .with("sID", Value::text(&d.m2m_se_id))
        .with("seL", Value::Integer(i64::from(d.level.number())))
}

fn environment(d: &Description) -> Object {
    let mut object = storage(d)
        .with("seT", Value::Integer(i64::from(d.kind as u8)))
        .with("stt", Value::text("operational"))
        .with("lvR", Value::text(&d.level_reason));
    if let Some(simulates) = &d.simulates {
        object.set("sim", Value::text(simulates));
    }
    object
}

/// The policies of the node, as far as the caller may read them.
async fn policies_in_force<O: Outside>(call: &Call<'_, O>) -> Result<Value, Refusal> {
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
            if gate.admit(call.caller, AccessOperation::Retrieve, &policy).await.is_ok() {
                ids.push(Value::text(policy.id.as_str()));
            }
        }
    }
    Ok(Value::List(ids))
}

fn administration<O: Outside>(call: &Call<'_, O>) -> Object {
    let settings = &call.context.settings;
    let up = call.asking.now().unix_micros().saturating_sub(call.context.started.unix_micros());
    let mut switches = Vec::new();
    if settings.laboratory.believe_originators {
        switches.push("http.believe_originators");
    }
    if settings.laboratory.administrator {
        switches.push("lab.administrator");
    }
    let mut compatibility = Vec::new();
    if settings.default_access == DefaultAccess::InheritFromParent {
        compatibility.push("http.release1");
    }
    Object::new()
        .with("ver", Value::text(&settings.version))
        .with("upS", Value::Integer(up.div_euclid(1_000_000).max(0)))
        .with("stI", Value::text(&settings.store_id))
        .with("lab", Value::texts(switches))
        .with("cmt", Value::texts(compatibility))
        .with("aud", Value::text("recording"))
}
