//! FlexContainers of others: a node hosts what its configuration defines, and says so where it does not.

#![expect(clippy::unwrap_used, reason = "tests report by panicking")]

use csf_api::{ResourceType, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::NodeProcess;

const DEFINITION: &str = "flex_containers.org.example.switch=lab:switch,on boolean mandatory,dim number";

fn create(client: &mut Client, to: &str, body: &str) -> Status {
    let content = content_from_json(body.as_bytes()).unwrap();
    client.create(to, ResourceType::FLEX_CONTAINER, content).unwrap().status
}

#[test]
fn a_definition_in_the_configuration_makes_a_type() {
    let node = NodeProcess::with().set(DEFINITION).start();
    let (mut meter, mut other) = (node.register("Cmeter"), node.register("Cother"));
    let switch = r#"{"lab:switch":{"rn":"s","cnd":"org.example.switch","on":true,"dim":0.5}}"#;
    assert_eq!(create(&mut other, "-/Cmeter", switch), Status::OriginatorHasNoPrivilege);
    assert_eq!(create(&mut meter, "-/Cmeter", switch), Status::Created);
    let unknown = r#"{"lab:switch":{"cnd":"org.example.none","on":true}}"#;
    assert_eq!(create(&mut meter, "-/Cmeter", unknown), Status::SpecializationSchemaNotFound);
    let without = r#"{"lab:switch":{"cnd":"org.example.switch"}}"#;
    assert_eq!(create(&mut meter, "-/Cmeter", without), Status::BadRequest);
    assert_eq!(other.retrieve("-/Cmeter/s").unwrap().status, Status::OriginatorHasNoPrivilege);

    // The definition is the configuration's, and what was made under it waits for it.
    let node = NodeProcess::with().home(node.stop()).start();
    assert_eq!(node.as_originator("Cmeter").retrieve("-/Cmeter/s").unwrap().status, Status::NotFound);
    let node = NodeProcess::with().home(node.stop()).set(DEFINITION).start();
    let response = node.as_originator("Cmeter").retrieve("-/Cmeter/s").unwrap();
    assert_eq!(response.status, Status::Ok);
    let switch = response.content.unwrap().value;
    assert_eq!(switch.as_object().and_then(|s| s.get("dim")), Some(&Value::Float(0.5)));
}

#[test]
fn a_definition_of_no_form_is_refused_at_start() {
    for (setting, why) in [
        ("flex_containers.org.example.x=m2m:cnt,on boolean", "prefix 'm2m'"),
        ("flex_containers.org.example.x=lab:x,on switch", "'on switch' is no attribute"),
        ("flex_containers.org.example.x=lab:x,acpi texts", "'acpi'"),
    ] {
        let (status, said) = NodeProcess::with().set(setting).start_refused();
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}
