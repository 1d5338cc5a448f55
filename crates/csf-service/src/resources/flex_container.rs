//! Foreign flexContainers: their state tag and the size of what they hold (TS-0001 9.6.35, TS-0004 7.4.37).

use csf_api::Value;
use csf_tree::Resource;

use super::container::json_length;

/// Sets what the node says about a new one.
pub(super) fn begin(resource: &mut Resource) {
    resource.attributes.set("st", Value::Integer(0));
    measure(resource);
}

/// Brings it up to date after an UPDATE: the state advances when an attribute of the specialisation changes.
pub(super) fn change(before: &Resource, resource: &mut Resource) {
    let custom = before.schema.attributes.iter().map(|a| a.name);
    if custom.into_iter().any(|name| before.attributes.get(name) != resource.attributes.get(name)) {
        let state = before.integer("st").saturating_add(1);
        resource.attributes.set("st", Value::Integer(state));
        measure(resource);
    }
}

/// The bytes of its own attributes: of a text itself, else of the JSON form without blanks.
fn measure(resource: &mut Resource) {
    let sizes = resource.schema.attributes.iter().filter_map(|a| match resource.attributes.get(a.name)? {
        Value::Text(text) => Some(text.len()),
        other => Some(json_length(other)),
    });
    let size = sizes.fold(0_usize, usize::saturating_add);
    resource.attributes.set("cs", Value::Integer(i64::try_from(size).unwrap_or(i64::MAX)));
}
