//! Components and profiles: a mandatory component cannot be left out, an optional one leaves nothing reachable.

#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

use csf_api::{Object, ResourceType, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeBuilder, NodeProcess};

const MANDATORY: [&str; 3] = ["security-transport", "secure-storage", "security-administration"];
const OPTIONAL: [&str; 2] = ["access-management", "sensitive-functions"];

/// A node with these optional components, and the mandatory ones.
fn with(optional: &[&str]) -> NodeBuilder {
    let names: Vec<_> = MANDATORY.iter().chain(optional).copied().collect();
    NodeProcess::with().set(&format!("components={}", names.join(",")))
}

fn status(client: &mut Client, to: &str) -> Status {
    client.retrieve(to).expect("an answer").status
}

fn object(client: &mut Client, to: &str) -> Object {
    let response = client.retrieve(to).expect("an answer");
    match response.content.map(|content| content.value) {
        Some(Value::Object(object)) if response.status == Status::Ok => object,
        other => panic!("{to}: {:?} {other:?}", response.status),
    }
}

fn texts(object: &Object, name: &str) -> Vec<String> {
    let list = object.get(name).and_then(Value::as_list).expect("a list");
    list.iter().map(|text| text.as_text().expect("a text").to_owned()).collect()
}

fn policy(client: &mut Client) -> Status {
    let all = r#"{"acr":[{"acor":["Cmeter"],"acop":63}]}"#;
    let body = format!(r#"{{"m2m:acp":{{"rn":"p","pv":{all},"pvs":{all}}}}}"#);
    let content = content_from_json(body.as_bytes()).unwrap();
    client.create("-/Cmeter", ResourceType::ACCESS_CONTROL_POLICY, content).unwrap().status
}

fn digest(client: &mut Client) -> Status {
    let content = content_from_json(br#"{"csf:digest":{"Halg":"SHA-256","msg":"AA=="}}"#).unwrap();
    client.invoke("-/security/data/function-digest", content).unwrap().status
}

// Shows ARC-11.
#[test]
fn a_configuration_without_a_mandatory_component_is_refused_and_names_it() {
    for left_out in MANDATORY {
        let names: Vec<_> =
            MANDATORY.iter().chain(&OPTIONAL).copied().filter(|name| *name != left_out).collect();
        let setting = format!("components={}", names.join(","));
        let (status, said) = NodeProcess::with().set(&setting).start_refused();
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(said.contains(left_out) && said.contains("components"), "{said}");
    }
    let (status, said) = with(&["time-travel"]).start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("time-travel"), "{said}");
}

// Shows ARC-2.
#[test]
fn without_sensitive_functions_none_of_them_is_there() {
    let node = with(&["access-management"]).start();
    let mut meter = node.register("Cmeter");
    let functions = ["random", "digest", "mac", "signature", "cipher", "csr", "wrap", "token"];
    for mut client in [node.admin(), node.as_originator("Cmeter")] {
        for function in functions {
            let to = format!("-/security/data/function-{function}");
            assert_eq!(status(&mut client, &to), Status::NotFound, "{to}");
            assert_eq!(status(&mut client, &format!("function-{function}")), Status::NotFound, "{to}");
        }
        assert_eq!(digest(&mut client), Status::NotFound);
    }
    assert!(texts(&object(&mut meter, "-/security/data"), "fns").is_empty());
    let components = texts(&object(&mut meter, "-/security"), "cmp");
    assert!(!components.contains(&"sensitive-functions".to_owned()), "{components:?}");
    assert_eq!(policy(&mut meter), Status::Created);
    // The twin: with the component they are there, on the same state.
    let node = with(&OPTIONAL).home(node.stop()).start();
    let mut meter = node.as_originator("Cmeter");
    assert_eq!(texts(&object(&mut meter, "-/security/data"), "fns").len(), functions.len());
    assert_eq!(digest(&mut meter), Status::Updated);
}

// Shows ARC-2, ARC-11.
#[test]
fn without_access_management_there_are_no_policies_and_owners_keep_their_own() {
    let node = with(&["sensitive-functions"]).start();
    let (mut meter, mut other, mut admin) = (node.register("Cmeter"), node.register("Cother"), node.admin());
    assert_eq!(policy(&mut meter), Status::NotImplemented);
    for client in [&mut meter, &mut admin] {
        for to in ["-/security/policies", "security-policies", "acpAdmin", "acpUse", "-/acpAdmin"] {
            assert_eq!(status(client, to), Status::NotFound, "{to}");
        }
    }
    assert_eq!(status(&mut meter, "-/Cmeter"), Status::Ok);
    assert_eq!(status(&mut other, "-/Cmeter"), Status::OriginatorHasNoPrivilege);
    assert_eq!(status(&mut admin, "-/security/administration"), Status::Ok);
    assert_eq!(status(&mut meter, "-/security/administration"), Status::OriginatorHasNoPrivilege);
}

// Shows ARC-2: a policy that was made while the component was there is out of reach when it is gone.
#[test]
fn a_component_that_is_taken_away_takes_its_resources_out_of_reach() {
    let node = with(&OPTIONAL).start();
    let mut meter = node.register("Cmeter");
    assert_eq!(policy(&mut meter), Status::Created);
    assert_eq!(status(&mut meter, "-/Cmeter/p"), Status::Ok);
    let node = with(&[]).home(node.stop()).start();
    for mut client in [node.as_originator("Cmeter"), node.admin()] {
        for to in ["-/Cmeter/p", "-/security/policies", "-/security/data/function-random"] {
            assert_eq!(status(&mut client, to), Status::NotFound, "{to}");
        }
    }
    let node = with(&OPTIONAL).home(node.stop()).start();
    assert_eq!(status(&mut node.as_originator("Cmeter"), "-/Cmeter/p"), Status::Ok);
}

// Shows ARC-2, and ARC-7, ARC-8 and ARC-9 in part.
#[test]
fn each_profile_shows_what_it_is() {
    for (profile, cse_type) in [("asn", 3), ("mn", 2), ("in", 1)] {
        let node = NodeProcess::with().profile(profile).start();
        let mut admin = node.admin();
        let base = object(&mut admin, &format!("cse-{profile}"));
        assert_eq!(base.get("cst").and_then(Value::as_integer), Some(cse_type));
        assert_eq!(base.get("csi").and_then(Value::as_text), Some(format!("/id-{profile}").as_str()));
        assert_eq!(base.get("rn").and_then(Value::as_text), Some(format!("cse-{profile}").as_str()));
        assert_eq!(texts(&base, "poa"), [format!("http://{}/", node.http())]);
        let security = object(&mut admin, "-/security");
        assert_eq!(security.get("prf").and_then(Value::as_text), Some(profile));
        let mut components = texts(&security, "cmp");
        components.sort();
        let mut expected: Vec<_> = MANDATORY.iter().chain(&OPTIONAL).map(|name| (*name).to_owned()).collect();
        expected.sort();
        assert_eq!(components, expected);
    }
}

#[test]
fn the_state_of_one_profile_is_refused_by_another() {
    let home = NodeProcess::with().profile("mn").start().stop();
    let (status, said) = NodeProcess::with().home(home).profile("in").start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("another CSE"), "{said}");
}

#[test]
fn a_node_says_what_it_is_and_how_it_is_started() {
    for profile in ["asn", "mn", "in"] {
        let name = format!("csf-{profile}");
        let output = std::process::Command::new(support::program(&name)).arg("--help").output();
        let output = output.expect("the node's program");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success());
        assert!(
            said.starts_with(&format!("The Security CSF of a oneM2M node, profile {profile}\n")),
            "{said}"
        );
        assert!(said.contains("--state <DIR>"), "{said}");
    }
}
