//! Clause 6.3.1.2: other CSFs ask whether an originator may do something, and are under access control themselves.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use conformance::{Draft, Reading, Speaker, changes};
use csf_api::{ResourceType, Response};
use nix::unistd::{User, geteuid};
use support::NodeProcess;
use support::lab::{container, draft, policy, rule};

const SERVICE: &str = "-/security/authorization";

/// A node on which the user of this test runs the local CSF `local:billing` and the CSE `/id-far`.
fn node() -> NodeProcess {
    let user = User::from_uid(geteuid()).ok().flatten().expect("the user of this test").name;
    let csf = format!("local.csf.billing={user}");
    let cse = format!("local.users.{user}=/id-far");
    NodeProcess::with().set(&csf).set(&cse).start()
}

/// A container of Cmeter that Creader may read and nobody else may.
fn scene(node: &NodeProcess) -> String {
    let mut meter = Speaker::registered(node, "Cmeter");
    let own = rule(["Cmeter"], 63);
    let made = meter.create("-/Cmeter", policy("p", [own.clone(), rule(["Creader"], 2)], [own]));
    assert_eq!(made.code(), 2001);
    let readings = container("readings").with("acpi", ["-/Cmeter/p"]);
    assert_eq!(meter.create("-/Cmeter", readings).code(), 2001);
    "-/Cmeter/readings".to_owned()
}

/// Lets this originator update this resource.
fn let_ask(node: &NodeProcess, originator: &str, root: &'static str, address: &str) {
    let mut admin = Speaker::administrator(node);
    let asks = policy("asks", [rule([originator], 4)], [rule(["CAdmin"], 63)]);
    assert_eq!(admin.create("-", asks).code(), 2001);
    let links = changes(root).with("acpi", ["acpAdmin", "-/asks"]);
    assert_eq!(admin.update(address, links).code(), 2004);
}

fn about(root: &'static str, originator: &str, operation: i64, target: &str) -> Draft {
    changes(root).with("fr", originator).with("op", operation).with("to", target)
}

fn decided(response: &Response) -> (u16, i64) {
    (response.code(), response.number("dec"))
}

// Shows ACC-5.
#[test]
fn a_local_csf_asks_and_gets_the_answer_that_the_gate_gives() {
    let node = node();
    let target = scene(&node);
    let_ask(&node, "local:billing", "csf:authorizationService", SERVICE);
    let mut billing = Speaker::claiming(&node, "local:billing");
    for (originator, code) in [("Creader", 2000), ("Cother", 4103)] {
        let itself = Speaker::registered(&node, originator).retrieve(&target).code();
        assert_eq!(itself, code, "{originator}");
        let told = billing.update(SERVICE, about("csf:authorization", originator, 2, &target));
        assert_eq!(decided(&told), (2004, if itself == 2000 { 1 } else { 2 }), "{originator}");
    }
}

// Shows ACC-5 with an authorization decision resource, asked by a CSE.
#[test]
fn a_cse_asks_a_decision_point_and_nothing_remains_there() {
    let node = node();
    let target = scene(&node);
    let point = draft(ResourceType::AUTHORIZATION_DECISION, "m2m:auds").with("rn", "pdp");
    let mut admin = Speaker::administrator(&node);
    assert_eq!(admin.create("-", point).code(), 2001);
    let_ask(&node, "/id-far", "m2m:auds", "-/pdp");
    let mut far = Speaker::claiming(&node, "/id-far");
    let before = admin.retrieve("-/pdp").content;
    for (originator, decision) in [("Creader", 1), ("Cother", 2)] {
        let told = far.update("-/pdp", about("m2m:auds", originator, 2, &target));
        assert_eq!(decided(&told), (2004, decision), "{originator}");
        assert!(told.number("sus") == 1);
    }
    assert!(admin.retrieve("-/pdp").content == before);
    // A question with something missing, and one that is none (PDP/02).
    assert_eq!(far.update("-/pdp", about("m2m:auds", "Creader", 2, &target).without("op")).code(), 4000);
    let mixed = about("m2m:auds", "Creader", 2, &target).with("lbl", ["x"]);
    assert_eq!(far.update("-/pdp", mixed).code(), 4000);
}

// Shows ACC-6.
#[test]
fn an_asker_without_the_right_is_refused_and_learns_nothing() {
    let node = node();
    let target = scene(&node);
    let_ask(&node, "local:billing", "csf:authorizationService", SERVICE);
    let mut reader = Speaker::registered(&node, "Creader");
    let ask = |speaker: &mut Speaker, originator: &str, operation: i64| {
        speaker.update(SERVICE, about("csf:authorization", originator, operation, &target))
    };
    let refusals = [("Creader", 2), ("Creader", 4), ("Cmeter", 2)].map(|(originator, operation)| {
        let response = ask(&mut reader, originator, operation);
        assert_eq!(response.code(), 4103);
        response.content
    });
    assert!(refusals[0] == refusals[1] && refusals[1] == refusals[2]);
    // Whoever may ask is answered; whoever takes that name without proof is not even heard.
    let mut billing = Speaker::claiming(&node, "local:billing");
    assert_eq!(decided(&ask(&mut billing, "Creader", 2)), (2004, 1));
    assert_eq!(decided(&ask(&mut billing, "Creader", 4)), (2004, 2));
    let mut other = Speaker::claiming(&node, "local:other");
    assert_eq!(ask(&mut other, "Creader", 2).code(), 4106);
}
