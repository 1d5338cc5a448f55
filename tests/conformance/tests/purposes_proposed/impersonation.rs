//! IMP/01 and IMP/02: an AE speaks for itself alone, a CSE also for the AEs that it registered.

use conformance::{ALL, Reading, Speaker, container, policy, rule};
use csf_api::{Response, Value};
use nix::unistd::geteuid;
use support::NodeProcess;
use support::lab::{Draft, changes, on_every_storage, remote_cse};

#[track_caller]
fn told(response: Response, code: u16) -> Response {
    assert_eq!(response.code(), code, "{:?}", response.content);
    response
}

// IMP/01. Shows ACC-2.
#[test]
fn an_ae_that_claims_to_be_another_is_refused() {
    on_every_storage(|lab| {
        let [one, other] = [lab.registered(1000, "CAE1"), lab.registered(1001, "CAE2")];
        told(one.claiming(Some("CAE2")).retrieve("-/CAE2"), 4106);
        told(other.claiming(Some("CAE1")).delete("-/CAE1"), 4106);
        told(one.retrieve("-/CAE1"), 2000);
        told(other.retrieve("-/CAE2"), 2000);
    });
    let node = NodeProcess::start();
    told(Speaker::claiming(&node, "CAE1").retrieve("-"), 4106);
    told(Speaker::registered(&node, "CAE1").retrieve("-"), 2000);
}

/// A node whose local socket speaks for this CSE, with a container for its AE by name, and one for the same AE where it
/// is authenticated.
fn scene(profile: &str, cse: &str) -> NodeProcess {
    let node = NodeProcess::with().profile(profile).set(&format!("local.users.{}={cse}", geteuid())).start();
    let mut owner = Speaker::registered(&node, "CAE1");
    let named = || rule(["/id-gw/Csensor"], ALL);
    let rules = [("named", named()), ("authenticated", named().with("acaf", Value::Bool(true)))];
    for (name, opened) in rules {
        let door = format!("door-{name}");
        told(
            owner.create("-/CAE1", policy(&door, [opened, rule(["CAE1"], ALL)], [rule(["CAE1"], ALL)])),
            2001,
        );
        told(owner.create("-/CAE1", container(name).with("acpi", [format!("-/CAE1/{door}").as_str()])), 2001);
    }
    node
}

fn registration() -> Draft {
    remote_cse("/id-gw/-")
}

// IMP/02. Shows ACC-2.
#[test]
fn a_cse_that_is_registered_forwards_for_its_own_aes() {
    for profile in ["mn", "in"] {
        let node = scene(profile, "/id-gw");
        let mut sensor = Speaker::claiming(&node, "/id-gw/Csensor");
        told(sensor.retrieve("-/CAE1/named"), 4106);
        told(Speaker::claiming(&node, "/id-gw").create("-", registration().with("rn", "gw")), 2001);
        told(sensor.retrieve("-/CAE1/named"), 2000);
        let absolute = "//csf.example/id-gw/Csensor";
        told(Speaker::claiming(&node, absolute).retrieve("-/CAE1/named"), 2000);
        // It counts by its name, and nothing proved it here.
        told(sensor.retrieve("-/CAE1/authenticated"), 4103);
        told(Speaker::claiming(&node, "/id-gw/Cother").retrieve("-/CAE1/named"), 4103);
        // Another CSE, an AE of another, one of this node that somebody else could be, the administrator.
        for from in
            ["/id-other", "/id-other/Csensor", "CAE9", "CAdmin", "/Ssensor", "//other.example/id-gw/Csensor"]
        {
            told(Speaker::claiming(&node, from).retrieve("-/CAE1/named"), 4106);
        }
        told(Speaker::claiming(&node, "/id-gw").delete("-/gw"), 2002);
        told(sensor.retrieve("-/CAE1/named"), 4106);
    }
}

// IMP/02, where no CSE registers. Shows ACC-2.
#[test]
fn with_an_application_service_node_no_cse_registers_and_none_forwards() {
    let node = scene("asn", "/id-gw");
    told(Speaker::claiming(&node, "/id-gw").create("-", registration()), 4005);
    told(Speaker::claiming(&node, "/id-gw/Csensor").retrieve("-/CAE1/named"), 4106);
}

// Shows ACC-1 and ACC-2.
#[test]
fn an_explanation_says_which_kind_of_caller_it_is_about() {
    let node = scene("mn", "/id-gw");
    told(Speaker::claiming(&node, "/id-gw").create("-", registration()), 2001);
    let mut admin = Speaker::administrator(&node);
    for (authenticated, kind, decision) in [(false, "vouched", 2), (true, "proven", 1)] {
        let asked = changes("csf:explanation").with("fr", "/id-gw/Csensor").with("op", 2);
        let asked = asked.with("to", "-/CAE1/authenticated").with("atn", authenticated);
        let answer = told(admin.update("-/security/administration", asked), 2004);
        assert_eq!((answer.text("std"), answer.number("dec")), (kind, decision));
    }
}
