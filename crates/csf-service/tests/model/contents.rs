//! Rules and permissions as a node is sent them.

use csf_api::{Object, Value};

use crate::events::{Context, Detail, Permission, Rule};

/// A set of rules.
pub(crate) fn rules_of(rules: &[Rule]) -> Object {
    let rules = rules.iter().map(|rule| Value::Object(object_of(rule))).collect();
    Object::new().with("acr", Value::List(rules))
}

fn object_of(rule: &Rule) -> Object {
    let mut object = Object::new()
        .with("acor", Value::texts(rule.who.iter().copied()))
        .with("acop", Value::Integer(rule.operations));
    if rule.authenticated {
        object.set("acaf", Value::Bool(true));
    }
    if !rule.contexts.is_empty() {
        object.set("acco", Value::List(rule.contexts.iter().map(|c| Value::Object(context(c))).collect()));
    }
    if !rule.details.is_empty() {
        object.set("acod", Value::List(rule.details.iter().map(|d| Value::Object(detail(d))).collect()));
    }
    if let Some(list) = rule.attributes {
        object.set("aca", Value::texts(list.iter().copied()));
    }
    object
}

fn context(context: &Context) -> Object {
    let mut object = Object::new();
    if !context.windows.is_empty() {
        object.set("actw", Value::texts(context.windows.iter().map(String::as_str)));
    }
    let mut addresses = Object::new();
    for (name, list) in [("ipv4", &context.ipv4), ("ipv6", &context.ipv6)] {
        if !list.is_empty() {
            addresses.set(name, Value::texts(list.iter().copied()));
        }
    }
    if !addresses.is_empty() {
        object.set("acip", Value::Object(addresses));
    }
    if !context.countries.is_empty() {
        let region = Object::new().with("accc", Value::texts(context.countries.iter().copied()));
        object.set("aclr", Value::Object(region));
    }
    if context.unknown {
        object.set("acui", Value::texts(["somebody"]));
    }
    object
}

fn detail(detail: &Detail) -> Object {
    let children = detail.children.iter().copied().map(Value::Integer).collect();
    let mut object = Object::new().with("chty", Value::List(children));
    if let Some(target) = detail.target {
        object.set("ty", Value::Integer(target));
    }
    if detail.special {
        object.set("spty", Value::Object(Object::new().with("cnd", Value::text("org.example.special"))));
    }
    object
}

/// A permission of a token, for rooms by their addresses.
pub(crate) fn permission_of(permission: &Permission, room: impl Fn(usize) -> String) -> Object {
    let mut object = Object::new();
    if let Some(number) = permission.room {
        object.set("ris", Value::texts([&*room(number)]));
    }
    if !permission.rules.is_empty() {
        object.set("pv", Value::Object(rules_of(&permission.rules)));
    }
    if !permission.roles.is_empty() {
        object.set("rids", Value::texts(permission.roles.iter().copied()));
    }
    object
}
