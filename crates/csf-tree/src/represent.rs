//! The representation of a resource: what a RETRIEVE gives (TS-0004 7.3.3).

use csf_api::{Content, Object, Value};

use crate::resource::Resource;

/// The whole representation, under the root name of its type.
///
/// Attributes that are computed at the time of reading are passed in and take precedence.
#[must_use]
pub fn represent(resource: &Resource, computed: Object) -> Content {
    let mut object = Object::new()
        .with("rn", Value::text(resource.name.as_str()))
        .with("ty", Value::Integer(i64::from(resource.resource_type().number())))
        .with("ri", Value::text(resource.id.as_str()))
        .with("pi", Value::text(resource.parent.as_ref().map_or("", |id| id.as_str())))
        .with("ct", Value::Text(resource.created.to_string().into()))
        .with("lt", Value::Text(resource.modified.to_string().into()));
    if let Some(expires) = resource.expires {
        object.set("et", Value::Text(expires.to_string().into()));
    }
    if let Some(cnd) = resource.schema.container_definition {
        object.set("cnd", Value::text(cnd));
    }
    for (name, value) in resource.attributes.iter().chain(computed.iter()) {
        object.set(name, value.clone());
    }
    Content::new(resource.schema.root, Value::Object(object))
}

/// Only the named attributes of a representation; those that the resource does not have are left out.
///
/// # Errors
///
/// The first name that the type does not define.
pub fn select<'a>(resource: &Resource, content: &Content, names: &'a [Box<str>]) -> Result<Content, &'a str> {
    let mut object = Object::new();
    let whole = content.value.as_object();
    for name in names {
        if resource.schema.attribute(name).is_none() {
            return Err(name);
        }
        if let Some(value) = whole.and_then(|o| o.get(name)) {
            object.set(name, value.clone());
        }
    }
    Ok(Content::new(&content.root, Value::Object(object)))
}
