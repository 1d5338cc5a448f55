//! Clause 5.5: which components a node must carry, and what is gone with those that it leaves out.

use conformance::{
    ALL, Reading, Speaker, changes, container, credential, ecdsa_key, hmac_key, instance, policy, rule,
};
use csf_api::{Content, Object, Operation, ResourceType, Value};
use support::{NodeBuilder, NodeProcess, RawRequest, Wire};

const MANDATORY: [&str; 3] = ["security-transport", "secure-storage", "security-administration"];
const STORAGE: &str = "-/security/data/storage-soft";
const RANDOM: &str = "-/security/data/function-random";

/// A node with the mandatory components and these.
fn with_optional(optional: &[&str]) -> NodeBuilder {
    let names = [&MANDATORY, optional].concat();
    NodeProcess::with().set(&format!("components={}", names.join(",")))
}

/// Starts a node without one component, which must be refused by that name and no other.
fn is_refused_without(component: &str) {
    let names: Vec<&str> =
        MANDATORY.into_iter().chain(["access-management", "sensitive-functions"]).collect();
    let rest: Vec<&str> = names.iter().copied().filter(|name| *name != component).collect();
    let (status, said) = NodeProcess::with().set(&format!("components={}", rest.join(","))).start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains(component), "it does not name {component}: {said}");
    for other in rest {
        assert!(!said.contains(other), "{other} was there: {said}");
    }
}

// Shows ARC-11.
#[test]
fn a_configuration_without_security_transport_is_refused_by_name() {
    is_refused_without("security-transport");
}

// Shows ARC-11.
#[test]
fn a_configuration_without_secure_storage_is_refused_by_name() {
    is_refused_without("secure-storage");
}

// Shows ARC-11.
#[test]
fn a_configuration_without_security_administration_is_refused_by_name() {
    is_refused_without("security-administration");
}

// Shows ARC-11.
#[test]
fn each_optional_component_can_be_left_out_and_the_rest_is_served() {
    for optional in [
        &[][..],
        &["access-management"],
        &["sensitive-functions"],
        &["access-management", "sensitive-functions"],
    ] {
        let node = with_optional(optional).start();
        let expected = [&MANDATORY, optional].concat();
        let mut administrator = Speaker::administrator(&node);
        assert_eq!(administrator.retrieve("-/security").texts("cmp"), expected);
        assert_eq!(administrator.retrieve("-/security/administration").code(), 2000);
        let (managed, functions) =
            (optional.contains(&"access-management"), optional.contains(&"sensitive-functions"));

        // What every node serves.
        let (mut meter, mut other) =
            (Speaker::registered(&node, "Cmeter"), Speaker::registered(&node, "Cother"));
        assert_eq!(meter.create("-/Cmeter", container("log")).code(), 2001);
        assert_eq!(meter.create("-/Cmeter/log", instance("1")).code(), 2001);
        assert_eq!(meter.retrieve("-/Cmeter/log/la").text("con"), "1");
        assert_eq!(other.retrieve("-/Cmeter/log/la").code(), 4103);
        // Storage for keys: given by a policy where there are policies, to nobody but administration elsewhere.
        let key = meter.create(STORAGE, hmac_key("k")).code();
        assert_eq!(key, if managed { 2001 } else { 4103 }, "{optional:?}");
        // Functions, where they are carried: an address that is not there comes before all rights.
        let invoked = meter.update(RANDOM, changes("csf:random").with("Dsz", 8)).code();
        let expected = match (functions, managed) {
            (false, _) => 4004,
            (true, true) => 2004,
            (true, false) => 4103,
        };
        assert_eq!(invoked, expected, "{optional:?}");
        // Policies, where access management is carried.
        let mine = rule(["Cmeter"], ALL);
        let made = meter.create("-/Cmeter", policy("mine", [mine.clone()], [mine])).code();
        assert_eq!(made, if managed { 2001 } else { 5001 }, "{optional:?}");
    }
}

// Shows ARC-2.
#[test]
fn each_profile_starts_with_the_components_that_it_names_and_no_others() {
    let built = [&MANDATORY[..], &["access-management", "sensitive-functions"]].concat();
    for profile in ["asn", "mn", "in"] {
        let node = NodeProcess::with().profile(profile).start();
        let mut meter = Speaker::registered(&node, "Cmeter");
        assert_eq!(meter.retrieve("-/security").text("prf"), profile);
        assert_eq!(meter.retrieve("-/security").texts("cmp"), built, "{profile}");
        // Each child of the security resource belongs to a component that is named, or to the environments.
        let base = format!("{}/security", node.base());
        let mut children = Speaker::administrator(&node).children("-/security");
        children.retain(|child| !child.starts_with(&format!("{base}/environment-")));
        children.sort();
        let expected = ["administration", "authentication", "authorization", "data", "policies"]
            .map(|name| format!("{base}/{name}"));
        assert_eq!(children, expected, "{profile}");
    }
}

// Shows ARC-2.
#[test]
fn an_address_below_an_absent_component_is_not_found() {
    // The same addresses are there where the components are.
    let node = NodeProcess::start();
    let mut administrator = Speaker::administrator(&node);
    let functions: Vec<String> =
        administrator.children("-/security/data").into_iter().filter(|c| c.contains("/function-")).collect();
    assert!(!functions.is_empty());
    let policies = [
        "-/security/policies",
        "-/security/authorization",
        "-/security/authentication",
        "-/acpAdmin",
        "-/acpUse",
    ]
    .map(str::to_owned)
    .to_vec();
    for address in functions.iter().chain(&policies) {
        assert_eq!(administrator.retrieve(address).code(), 2000, "{address}");
    }
    drop(administrator);

    // A store that had the components before must not give them away either.
    let mut home = Some(node.crash());
    for (optional, absent) in [
        ("access-management", &functions),
        ("sensitive-functions", &policies),
        ("access-management", &functions),
    ] {
        let node = with_optional(&[optional]).home(home.take().unwrap_or_else(|| unreachable!())).start();
        let mut meter = Speaker::claiming(&node, "Cmeter");
        if meter.retrieve("-/Cmeter").code() == 4106 {
            meter = Speaker::registered(&node, "Cmeter");
        }
        for speaker in [&mut meter, &mut Speaker::administrator(&node)] {
            for address in absent {
                assert_eq!(speaker.retrieve(address).code(), 4004, "{address}");
                assert_eq!(speaker.retrieve(&format!("{address}/below")).code(), 4004, "{address}");
                assert_eq!(speaker.discover(address).code(), 4004, "{address}");
                assert_eq!(speaker.delete(address).code(), 4004, "{address}");
                let change = changes("csf:random").with("Dsz", 8);
                assert_eq!(speaker.update(address, change).code(), 4004, "{address}");
            }
        }
        home = Some(node.crash());
    }
}

// Shows ARC-2.
#[test]
fn creating_a_type_of_an_absent_component_is_not_implemented() {
    let mine = || {
        let mine = rule(["Cmeter"], ALL);
        policy("mine", [mine.clone()], [mine])
    };
    let linked = || container("linked").with("acpi", ["-/Cmeter/mine"]);
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create("-/Cmeter", mine()).code(), 2001);
    assert_eq!(meter.create("-/Cmeter", linked()).code(), 2001);

    let node = with_optional(&["sensitive-functions"]).start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create("-/Cmeter", mine()).code(), 5001);
    assert_eq!(meter.create("-/Cmeter", linked()).code(), 5001);
    assert_eq!(meter.create("-/Cmeter", container("linked")).code(), 2001, "it is only the policies");
    // Dynamic authorization, roles and tokens are access management's too.
    for (number, root) in [(34, "m2m:dac"), (37, "m2m:auif"), (31, "m2m:rol"), (32, "m2m:tk")] {
        let body = Content::new(root, Value::Object(Object::new()));
        assert_eq!(created(&mut meter, number, body), 5001, "{root}");
    }
}

// Shows ARC-2.
#[test]
fn the_parameters_of_an_absent_component_are_not_implemented() {
    let node = with_optional(&["sensitive-functions"]).start();
    drop(node.register("Cmeter"));
    let wire = &mut Wire::local(&node);
    let mut ask = |request: RawRequest| wire.exchange(&request.bytes()).and_then(|response| response.rsc());
    let read = |query: &str| RawRequest::new("GET", &format!("/-/Cmeter{query}"));
    assert_eq!(ask(read("")), Some(2000));
    // Roles, tokens and what tells of dynamic authorization are access management's.
    for query in ["rids=r@csf.example", "tids=t@csf.example", "ltids=t1", "tqi=true", "auri=x", "sqi=true"] {
        assert_eq!(ask(read(&format!("?{query}"))), Some(5001), "{query}");
    }
    for name in ["Authorization", "Proxy-Authorization", "X-M2M-AS"] {
        assert_eq!(ask(read("").with(name, "Bearer e30.e30.e30")), Some(5001), "{name}");
    }
    // It is not that the address or the caller were refused.
    assert_eq!(ask(read("?rcn=1")), Some(2000));
}

fn created(speaker: &mut Speaker, number: u16, content: Content) -> u16 {
    let mut request = support::lab::creation("-/Cmeter", container("x"));
    assert_eq!(request.operation, Operation::Create);
    request.resource_type = Some(ResourceType::from_number(number));
    request.content = Some(content);
    speaker.send(request).code()
}

// Shows ARC-11.
#[test]
fn without_access_management_owners_reach_their_own_and_nobody_elses() {
    let node = with_optional(&["sensitive-functions"]).start();
    let (mut meter, mut other) = (Speaker::registered(&node, "Cmeter"), Speaker::registered(&node, "Cother"));
    assert_eq!(meter.create("-/Cmeter", container("log")).code(), 2001);
    assert_eq!(meter.create("-/Cmeter/log", instance("1").with("rn", "first")).code(), 2001);
    for address in ["-/Cmeter", "-/Cmeter/log", "-/Cmeter/log/first", "-/Cmeter/log/la"] {
        assert_eq!(meter.retrieve(address).code(), 2000, "{address}");
        assert_eq!(other.retrieve(address).code(), 4103, "{address}");
        assert_eq!(other.delete(address).code(), 4103, "{address}");
        assert_eq!(other.discover(address).code(), 4103, "{address}");
    }
    assert_eq!(meter.update("-/Cmeter/log", changes("m2m:cnt").with("lbl", ["mine"])).code(), 2004);
    assert_eq!(other.update("-/Cmeter/log", changes("m2m:cnt").with("lbl", ["taken"])).code(), 4103);
    assert_eq!(other.create("-/Cmeter/log", instance("2")).code(), 4103);
    // The rest of the tree is administration, which is for administrators.
    let mut administrator = Speaker::administrator(&node);
    for address in ["-/security", "-/security/data", "-/security/administration", RANDOM, STORAGE] {
        assert_eq!(administrator.retrieve(address).code(), 2000, "{address}");
        for speaker in [&mut meter, &mut other] {
            assert_eq!(speaker.retrieve(address).code(), 4103, "{address}");
        }
    }
    assert_eq!(meter.delete("-/Cmeter/log").code(), 2002);
}

// Shows ARC-11.
#[test]
fn without_access_management_administrators_administrate_and_reach_nothing_of_others() {
    let node = with_optional(&["sensitive-functions"]).start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create("-/Cmeter", container("log")).code(), 2001);
    assert_eq!(meter.create("-/Cmeter/log", instance("1")).code(), 2001);
    let mut administrator = Speaker::administrator(&node);
    for address in ["-/Cmeter/log", "-/Cmeter/log/la"] {
        assert_eq!(administrator.retrieve(address).code(), 4103, "{address}");
        assert_eq!(administrator.delete(address).code(), 4103, "{address}");
        assert_eq!(meter.retrieve(address).code(), 2000, "{address}");
    }
    assert_eq!(administrator.create("-/Cmeter/log", instance("2")).code(), 4103);
    let taken = changes("m2m:cnt").with("lbl", ["taken"]);
    assert_eq!(administrator.update("-/Cmeter/log", taken).code(), 4103);
    // Administration: the node's own resources, and registrations.
    assert_eq!(administrator.retrieve("-/security/administration").code(), 2000);
    assert_eq!(administrator.retrieve("-/Cmeter").code(), 2000);
    assert_eq!(administrator.delete("-/Cmeter").code(), 2002);
    assert_eq!(Speaker::claiming(&node, "Cmeter").retrieve("-/Cmeter/log").code(), 4106);
}

// Shows ARC-11.
#[test]
fn without_access_management_no_roles_tokens_authorization_or_authentication_are_offered() {
    for managed in [true, false] {
        let optional: &[&str] =
            if managed { &["access-management", "sensitive-functions"] } else { &["sensitive-functions"] };
        let node = with_optional(optional).start();
        let mut meter = Speaker::registered(&node, "Cmeter");
        let mut administrator = Speaker::administrator(&node);
        let is = |answered: u16, offered: u16, absent: u16, what: &str| {
            assert_eq!(answered, if managed { offered } else { absent }, "{what}: {optional:?}");
        };
        // Roles, tokens, and points of authorization, as resources: nothing of theirs is said, or nobody knows them.
        for (number, root) in [(31, "m2m:rol"), (32, "m2m:tk"), (35, "m2m:auds"), (36, "m2m:aupy")] {
            let made = created(&mut meter, number, Content::new(root, Value::Object(Object::new())));
            assert!(managed != (made == 5001), "{root}: {made}");
        }
        // Roles and tokens that a request brings: none that counts, or none that is looked at.
        let wire = &mut Wire::local(&node);
        let mut bring = |request: RawRequest| wire.exchange(&request.bytes()).and_then(|answer| answer.rsc());
        let role = bring(RawRequest::new("GET", "/-/Cmeter?rids=r@csf.example"));
        is(role.unwrap_or_default(), 2000, 5001, "a role that does not count is passed over");
        let token = bring(RawRequest::new("GET", "/-/Cmeter").with("Authorization", "e30.e30.e30"));
        is(token.unwrap_or_default(), 4103, 5001, "a token that does not count");
        // Tokens issued and looked into, by whom the functions serve in both nodes.
        assert_eq!(administrator.create(STORAGE, ecdsa_key("k")).code(), 2001);
        let issue = changes("csf:token").with("kInf", format!("{STORAGE}/k").as_str());
        let issue = issue.with("tkid", "t@csf.example").with("tkhd", "//csf.example/id-mn/Cmeter");
        let issue = issue.with("tknb", "20200101T000000").with("tkna", "20990101T000000");
        let tokens = "-/security/data/function-token";
        is(administrator.update(tokens, issue).code(), 2004, 5001, "issued");
        let look = changes("csf:token").with("tkob", "e30.e30.e30");
        is(administrator.update(tokens, look).code(), 2004, 5001, "looked into");
        // Authorization.
        let asked = changes("csf:authorization").with("fr", "Cmeter").with("op", 2).with("to", "-/Cmeter");
        is(administrator.update("-/security/authorization", asked).code(), 2004, 4004, "authorization");
        // Authentication.
        let service = "-/security/authentication";
        let challenge = changes("csf:challenge").with("cla", "CAdmin");
        is(meter.update(service, challenge).code(), 2004, 4004, "challenge");
        for root in ["csf:response", "csf:verification"] {
            is(meter.update(service, changes(root)).code(), 4000, 4004, root);
        }
        is(meter.create(service, credential("c")).code(), 4000, 4004, "a credential there");
        is(meter.create("-/Cmeter", credential("c")).code(), 4108, 5001, "a credential anywhere");
    }
}
