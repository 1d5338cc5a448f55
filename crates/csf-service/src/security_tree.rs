//! The attributes that are computed when they are read: those of the security tree (draft 5.2 and 6.3.5; requirements
//! RES-1 to RES-5), and what of other resources depends on the moment.

use csf_api::{Object, Value};
use csf_transport::Description;
use csf_tree::Resource;
use csf_tree::schema::{
    AUTHENTICATION_SERVICE, CONFIGURATION, CSE_BASE, ENVIRONMENT, FUNCTION, GROUP, POLICIES, REGISTRY,
    SECURITY, SECURITY_ADMINISTRATION, SENSITIVE_DATA, STORAGE,
};

use crate::call::Call;
use crate::context::Context;
use crate::names::{ENVIRONMENT_PREFIX, STORAGE_PREFIX};
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::settings::DefaultAccess;
use crate::{administration, authentication_service, functions, gone_members, policies};

/// The computed attributes of a resource.
pub(crate) async fn compute<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Object, Refusal> {
    let context = call.context;
    let schema = resource.schema;
    Ok(if *schema == SECURITY {
        security(context).with("acR", policies::access_rights(call, resource).await?)
    } else if *schema == SENSITIVE_DATA {
        sensitive_data(context)
    } else if *schema == FUNCTION {
        functions::described(&context.environments, resource)
    } else if *schema == STORAGE {
        described(context, resource, STORAGE_PREFIX).map_or_else(Object::new, storage)
    } else if *schema == ENVIRONMENT {
        described(context, resource, ENVIRONMENT_PREFIX).map_or_else(Object::new, environment)
    } else if *schema == POLICIES {
        Object::new().with("pol", policies::in_force(call).await?)
    } else if *schema == AUTHENTICATION_SERVICE {
        authentication_service::described(&context.environments)
    } else if *schema == SECURITY_ADMINISTRATION {
        about(call)
    } else if *schema == CONFIGURATION {
        administration::shown(call).await?
    } else if *schema == REGISTRY {
        administration::listed(call).await?
    } else if *schema == GROUP {
        gone_members::shown(call.asking, &context.settings, resource).await?
    } else if *schema == CSE_BASE {
        Object::new().with("ctm", Value::text(&call.asking.now().to_string()))
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

fn sensitive_data(context: &Context) -> Object {
    let carried = context.settings.components.sensitive_functions;
    let functions = functions::offered(&context.environments).filter(|_| carried);
    let storages = context.environments.iter().map(|d| d.id.as_str());
    Object::new().with("fns", Value::texts(functions)).with("stg", Value::texts(storages))
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

fn about<O: Outside>(call: &Call<'_, O>) -> Object {
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
    compatibility.extend(&settings.binding_switches);
    Object::new()
        .with("ver", Value::text(&settings.version))
        .with("upS", Value::Integer(up.div_euclid(1_000_000).max(0)))
        .with("stI", Value::text(&settings.store_id))
        .with("lab", Value::texts(switches))
        .with("cmt", Value::texts(compatibility))
        .with("aud", Value::text(&call.asking.outside.audit_state()))
        .with("mem", Value::text(settings.memory))
        .with("hlt", Value::texts(call.asking.outside.health().iter().map(String::as_str)))
}
