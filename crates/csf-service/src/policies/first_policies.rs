//! The first policies of a node: the administrator's, and the one that lets others use the Security CSF.

use csf_api::{Object, ResourceId, UtcTime, Value};
use csf_tree::Resource;
use csf_tree::schema::ACCESS_CONTROL_POLICY;

use crate::names::{ADMINISTRATOR_POLICY, USE_POLICY};
use crate::settings::Settings;
use crate::start::{StartError, fixed};

/// CREATE, RETRIEVE, UPDATE and DISCOVERY: read and find the tree, create in storages, invoke functions.
/// What a resource of the tree does not take, it refuses by its type.
const USE_OPERATIONS: i64 = 1 + 2 + 4 + 32;
/// Every operation.
const ALL_OPERATIONS: i64 = 63;

/// The first policies, to stand below the CSEBase.
pub(crate) fn first(
    settings: &Settings,
    base: &ResourceId,
    now: UtcTime,
) -> Result<[Resource; 2], StartError> {
    let administrator = settings.administrator.relative_to(&settings.home);
    let rule = |originator: &str, operations: i64| {
        Object::new().with("acor", Value::texts([originator])).with("acop", Value::Integer(operations))
    };
    let rules =
        |rule: Object| Value::Object(Object::new().with("acr", Value::List(vec![Value::Object(rule)])));
    let policy = |name: &str, pv: Value| {
        let pvs = rules(rule(administrator, ALL_OPERATIONS));
        let attributes = Object::new().with("pv", pv).with("pvs", pvs);
        fixed(name, name, Some(base), &ACCESS_CONTROL_POLICY, attributes, now)
    };
    let authenticated = rule("all", USE_OPERATIONS).with("acaf", Value::Bool(true));
    Ok([
        policy(ADMINISTRATOR_POLICY, rules(rule(administrator, ALL_OPERATIONS)))?,
        policy(USE_POLICY, rules(authenticated))?,
    ])
}
