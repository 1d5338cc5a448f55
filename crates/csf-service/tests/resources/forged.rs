//! Ordinary records lie open. What somebody writes there is not taken for a resource that does not.

use std::time::Duration;

use csf_api::{Object, ResourceId, ResourceName, Value};
use csf_tree::Resource;
use csf_tree::schema::{ACCESS_CONTROL_POLICY, CONTENT_INSTANCE, Schema};
use support::lab::{ALL, Lab, Reading as _, changes, on_every_storage, rule};

use crate::scenery::{meter, must};

/// A record that says it is this resource, of this type, and that `Cmeter` may do everything with it.
fn record(lab: &Lab, id: &ResourceId, schema: &'static Schema, lasts: i64) -> Option<Resource> {
    let all =
        Value::Object(Object::new().with("acr", Value::List(vec![Value::Object(rule(["Cmeter"], ALL))])));
    Some(Resource {
        id: id.clone(),
        parent: ResourceId::parse("id-mn").ok(),
        name: ResourceName::parse("readings").ok()?,
        schema,
        created: lab.world().utc(),
        modified: lab.world().utc(),
        expires: Some(lab.world().utc().plus_seconds(lasts)),
        creator: Some("//csf.example/id-mn/Cmeter".into()),
        registrant: None,
        listed_as: None,
        attributes: Object::new().with("pv", all.clone()).with("pvs", all),
    })
}

#[test]
fn a_container_is_not_taken_for_a_policy_or_for_another_resource() {
    // Shows ARC-4.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let container = ResourceId::parse(meter.retrieve("cse-mn/Cmeter/readings").text("ri")).unwrap();
        let administrators = ResourceId::parse("acpAdmin").unwrap();
        must(&meter.update("cse-mn/acpAdmin", changes("m2m:acp").with("lbl", ["x"])), 4103);
        let before = lab.admin().retrieve("cse-mn/acpAdmin").content;
        for (id, schema) in [
            (&administrators, &ACCESS_CONTROL_POLICY),
            (&container, &ACCESS_CONTROL_POLICY),
            (&container, &CONTENT_INSTANCE),
        ] {
            let forged = record(&lab, id, schema, 60).unwrap();
            lab.world().forge(&container, &forged);
            must(&meter.update(container.as_str(), changes("m2m:acp").with("lbl", ["x"])), 5000);
            must(&meter.retrieve(container.as_str()), 5000);
            must(&meter.delete(container.as_str()), 5000);
        }
        assert_eq!(lab.admin().retrieve("cse-mn/acpAdmin").content, before);
    });
}

#[test]
fn nothing_is_swept_in_the_place_of_what_a_record_says_it_is() {
    // Shows ARC-4.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let brief = changes("m2m:cnt").with("et", lab.in_seconds(60).as_str());
        must(&meter.update("cse-mn/Cmeter/readings", brief), 2004);
        let container = ResourceId::parse(meter.retrieve("cse-mn/Cmeter/readings").text("ri")).unwrap();
        let administrators = ResourceId::parse("acpAdmin").unwrap();
        let forged = record(&lab, &administrators, &ACCESS_CONTROL_POLICY, 60).unwrap();
        lab.world().forge(&container, &forged);
        let before = lab.admin().retrieve("cse-mn/acpAdmin").content;
        lab.wait(Duration::from_secs(60));
        assert_eq!(lab.sweep().removed, 0);
        assert_eq!(lab.admin().retrieve("cse-mn/acpAdmin").content, before);
    });
}
