//! The byte form of resources: what is written reads back equal, and what is not written does not read.

#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use csf_api::{Object, ResourceId, ResourceName, UtcTime, Value};
use csf_tree::{Child, Registrant, Resource, schema};
use proptest::prelude::*;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        (-1e300..1e300_f64).prop_map(Value::Float),
        ".{0,20}".prop_map(|text| Value::text(&text)),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..6).prop_map(|members| {
                let mut object = Object::new();
                for (name, value) in members {
                    object.set(&name, value);
                }
                Value::Object(object)
            }),
        ]
    })
}

prop_compose! {
    fn resources()(
        schema in prop::sample::select(schema::ALL),
        id in "[a-zA-Z0-9._~-]{1,40}".prop_filter("a name", |t| ResourceId::parse(t).is_ok()),
        parent in prop::option::of("p-[a-z0-9]{1,10}"),
        times in (any::<i64>(), any::<i64>(), prop::option::of(any::<i64>())),
        creator in prop::option::of(".{0,30}"),
        registrant in prop::option::of(prop_oneof![
            any::<u32>().prop_map(Registrant::LocalUser),
            Just(Registrant::Unproven),
        ]),
        listed_as in prop::option::of("[a-z/]{0,40}"),
        members in prop::collection::vec(("[a-z]{1,6}", values()), 0..8),
    ) -> Resource {
        let mut attributes = Object::new();
        for (name, value) in members {
            attributes.set(&name, value);
        }
        Resource {
            id: ResourceId::parse(&id).expect("a name"),
            parent: parent.map(|p| ResourceId::parse(&p).expect("a name")),
            name: ResourceName::parse(&id).expect("a name"),
            schema,
            created: UtcTime::from_unix_micros(times.0),
            modified: UtcTime::from_unix_micros(times.1),
            expires: times.2.map(UtcTime::from_unix_micros),
            creator: creator.map(Into::into),
            registrant,
            listed_as: listed_as.map(Into::into),
            attributes,
        }
    }
}

proptest! {
    #[test]
    fn a_resource_reads_back_equal(resource in resources()) {
        prop_assert_eq!(Resource::decode(&resource.encode()), Ok(resource));
    }

    #[test]
    fn a_cut_or_lengthened_record_is_no_resource(resource in resources(), at in any::<prop::sample::Index>()) {
        let bytes = resource.encode();
        prop_assert!(Resource::decode(&bytes[..at.index(bytes.len())]).is_err());
        let longer = [bytes.as_slice(), &[0]].concat();
        prop_assert!(Resource::decode(&longer).is_err());
    }

    #[test]
    fn bytes_that_nobody_wrote_are_refused_and_harm_nothing(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(resource) = Resource::decode(&bytes) {
            prop_assert_eq!(resource.encode(), bytes);
        } else {
            prop_assert!(Child::decode(&bytes).map(|child| child.encode()).is_ok_and(|b| b == bytes)
                || Child::decode(&bytes).is_err());
        }
    }

    #[test]
    fn a_child_entry_reads_back_equal(
        id in "[a-z]{1,9}",
        ty in any::<u16>(),
        size in any::<u64>(),
        end in prop::option::of(0_i64..1_000_000),
        counts_for in prop::option::of(".{0,40}"),
        listed_as in prop::option::of("[a-z/]{0,40}"),
    ) {
        let child = Child {
            id: ResourceId::parse(&id).expect("a name"),
            name: ResourceName::parse(&id).expect("a name"),
            resource_type: csf_api::ResourceType::from_number(ty),
            size,
            expires: end.map(csf_api::UtcTime::from_unix_micros),
            counts_for: counts_for.map(Into::into),
            listed_as: listed_as.map(Into::into),
        };
        prop_assert_eq!(Child::decode(&child.encode()), Ok(child));
    }
}

#[test]
fn what_has_a_specialisation_that_is_not_defined_reads_as_a_flex_container() {
    static GONE: schema::Schema = schema::Schema {
        resource_type: schema::FLEX_CONTAINER.resource_type,
        name: "gone",
        root: "lab:gone",
        container_definition: Some("org.example.gone"),
        id_prefix: "flx-",
        ordinary: true,
        creatable: true,
        children: &[],
        attributes: &[],
        shared: &[],
        unsupported: &[],
    };
    let bytes = |id: &str| {
        let resource = Resource {
            id: ResourceId::parse(id).expect("a name"),
            parent: None,
            name: ResourceName::parse("gone").expect("a name"),
            schema: &GONE,
            created: UtcTime::MIN,
            modified: UtcTime::MIN,
            expires: None,
            creator: None,
            registrant: None,
            listed_as: None,
            attributes: Object::new(),
        };
        resource.encode()
    };
    assert_eq!(Resource::decode(&bytes("flx-1")).expect("a record").schema, &schema::FLEX_CONTAINER);
    assert!(Resource::decode(&bytes("key-1")).is_err());
}
