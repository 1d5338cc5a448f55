//! Records of resources and of children: what decodes encodes to the same bytes and holds no impossible value.
#![no_main]

use csf_api::Value;
use csf_tree::{Child, Resource};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Resource::decode(bytes) {
        Ok(resource) => {
            assert_eq!(resource.encode(), bytes);
            assert!(resource.attributes.iter().all(|(_, value)| is_possible(value)));
            let _ = (resource.resource_type(), resource.linked_policies().count());
        }
        Err(error) => assert!(error.position <= bytes.len(), "{error}"),
    }
    match Child::decode(bytes) {
        Ok(child) => assert_eq!(child.encode(), bytes),
        Err(error) => assert!(error.position <= bytes.len(), "{error}"),
    }
});

fn is_possible(value: &Value) -> bool {
    match value {
        Value::Float(number) => number.is_finite(),
        Value::List(list) => list.iter().all(is_possible),
        Value::Object(object) => object.iter().all(|(_, value)| is_possible(value)),
        _ => true,
    }
}
