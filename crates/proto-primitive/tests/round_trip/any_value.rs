//! Any value that a body can hold.

use csf_api::{Object, Value};
use proptest::prelude::*;

/// How many parts a list or an object has as a rule.
const AS_A_RULE: u32 = 8;

/// One that nests so deep, of about so many parts, of which fewer than so many stand together.
pub(crate) fn value(depth: u32, parts: u32, width: usize) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::Float),
        any::<f32>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| Value::Float(f.into())),
        any::<String>().prop_map(|s| Value::text(&s)),
    ];
    leaf.prop_recursive(depth, parts, AS_A_RULE, move |inner| {
        let most = 0..width;
        prop_oneof![
            prop::collection::vec(inner.clone(), most.clone()).prop_map(Value::List),
            prop::collection::btree_map(any::<String>(), inner, most).prop_map(|members| {
                Value::Object(members.into_iter().fold(Object::new(), |o, (name, v)| o.with(&name, v)))
            }),
        ]
    })
}
