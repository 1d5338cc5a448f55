//! CSE/REG: the identity that a registration binds.

use conformance::{Reading, Speaker};
use csf_api::ResourceType;
use nix::unistd::{User, geteuid};
use support::lab::{ae, creation, draft, remote_cse};
use support::{NodeProcess, RawRequest, Wire};

use crate::tester::{created, of_release_1, told};

const APP_ID: &str = "Ntester";

/// Purposes of stems that the provider assigns need an IN.
fn infrastructure_node() -> NodeProcess {
    NodeProcess::with().profile("in").start()
}

/// Registers under this From; the AE-ID.
fn registered(node: &NodeProcess, from: &str) -> String {
    let answer = created(Speaker::claiming(node, from).create("-", ae(APP_ID)));
    assert_eq!(answer.text("ri"), answer.text("aei"));
    // It is who it was told to be.
    let stem = answer.text("aei").to_owned();
    assert_eq!(Speaker::claiming(node, &stem).retrieve(&stem).code(), 2000);
    stem
}

// TP/oneM2M/CSE/REG/CRE/005
#[test]
fn an_s_alone_as_originator_gets_a_stem_of_the_provider() {
    let node = infrastructure_node();
    let stems = ["S", "S"].map(|from| registered(&node, from));
    assert!(stems.iter().all(|stem| stem.starts_with('S') && stem.len() > 1), "{stems:?}");
    assert_ne!(stems[0], stems[1]);
}

// TP/oneM2M/CSE/REG/CRE/006
#[test]
fn a_stem_of_the_provider_that_is_asked_for_is_given() {
    let node = infrastructure_node();
    assert_eq!(registered(&node, "/Stester"), "Stester");
}

// TP/oneM2M/CSE/REG/CRE/010, as far as it concerns the registrar itself
#[test]
fn a_registration_is_answered_with_its_app_id() {
    let node = infrastructure_node();
    let answer = created(Speaker::claiming(&node, "S").create("-", ae(APP_ID)));
    assert_eq!(answer.text("api"), APP_ID);
}

// TP/oneM2M/CSE/REG/CRE/011
#[test]
fn a_c_alone_as_originator_gets_a_stem_of_the_registrar() {
    let node = NodeProcess::start();
    let stems = ["C", "C"].map(|from| registered(&node, from));
    assert!(stems.iter().all(|stem| stem.starts_with('C') && stem.len() > 1), "{stems:?}");
    assert_ne!(stems[0], stems[1]);
}

// TP/oneM2M/CSE/REG/CRE/017_API and TP/oneM2M/CSE/REG/CRE/017_RR
#[test]
fn a_registration_without_app_id_or_request_reachability_is_refused() {
    let node = NodeProcess::start();
    let mut tester = Speaker::claiming(&node, "Ctester");
    for missing in ["api", "rr"] {
        told(tester.create("-", ae(APP_ID).without(missing)), 4000);
        told(tester.retrieve("-"), 4106);
    }
    created(tester.create("-", ae(APP_ID)));
}

// TP/oneM2M/CSE/REG/CRE/018
#[test]
fn a_cse_registers_with_its_mandatory_attributes() {
    let user = User::from_uid(geteuid()).ok().flatten().expect("the user of this test");
    let proven = format!("local.users.{}=/id-tester", user.name);
    let node = NodeProcess::with().profile("in").set(&proven).start();
    let mut stranger = Speaker::claiming(&node, "/id-stranger");
    told(stranger.create("-", remote_cse("/id-stranger/-")), 4106);
    let mut tester = Speaker::claiming(&node, "/id-tester");
    for missing in ["cb", "rr"] {
        told(tester.create("-", remote_cse("/id-tester/-").without(missing)), 4000);
    }
    assert_eq!(created(tester.create("-", remote_cse("/id-tester/-"))).text("csi"), "/id-tester");
}

// TP/oneM2M/CSE/REG/CRE/022
#[test]
fn a_registration_without_originator_gets_a_stem_of_the_registrar() {
    let node = NodeProcess::start();
    let body = format!(r#"{{"m2m:ae":{{"rn":"tester","api":"{APP_ID}","rr":false,"srv":["3"]}}}}"#);
    let request = RawRequest::create("/-", 2, body).without("X-M2M-Origin");
    let answer = Wire::local(&node).exchange(&request.bytes()).expect("an answer");
    assert_eq!(answer.rsc(), Some(2001), "{answer:?}");
    assert!(answer.text().contains(r#""aei":"C"#), "{}", answer.text());
    // Where nothing proves who asks, nobody is registered.
    let refused = Wire::tcp(&node).exchange(&request.bytes()).expect("an answer");
    assert_eq!(refused.rsc(), Some(4107), "{refused:?}");
}

// TP/oneM2M/CSE/REG/CRE/023
#[test]
fn an_originator_that_is_registered_is_not_registered_again() {
    let node = NodeProcess::start();
    let mut tester = Speaker::registered(&node, "Ctester");
    told(tester.create("-", ae(APP_ID)), 4117);
    told(tester.retrieve("Ctester"), 2000);
}

// TP/oneM2M/CSE/REG/CRE/023, as release 1 has it
#[test]
fn an_originator_of_release_1_that_is_registered_is_told_of_a_conflict() {
    let node = NodeProcess::with().set("http.release1=true").start();
    let mut tester = Speaker::claiming(&node, "Ctester");
    let register = || of_release_1(creation("-", ae(APP_ID).without("srv")));
    created(tester.send(register()));
    told(tester.send(register()), 4105);
    told(tester.create("-", ae(APP_ID)), 4117);
}

// TP/oneM2M/CSE/REG/CRE/027
#[test]
fn nobody_creates_a_csebase() {
    let node = NodeProcess::start();
    let mut tester = Speaker::registered(&node, "Ctester");
    let base = || draft(ResourceType::CSE_BASE, "m2m:cb").with("csi", "/id-tester");
    for to in ["-", "-/Ctester"] {
        let answer = tester.create(to, base());
        assert!(!answer.status.is_success(), "{to}: {answer:?}");
        let answer = Speaker::administrator(&node).create(to, base());
        assert!(!answer.status.is_success(), "{to}, as administrator: {answer:?}");
    }
}

/// An infrastructure node that admits by service subscription, with one rule: these App-IDs under these stems.
fn admitting(apps: &str, stems: &str) -> NodeProcess {
    let node = NodeProcess::with().profile("in").set("registration.admission=subscription").start();
    let mut admin = Speaker::administrator(&node);
    let rule = draft(ResourceType::SERVICE_SUBSCRIBED_APP_RULE, "m2m:asar").with("rn", "rule");
    created(admin.create("-", rule.with("aai", [apps]).with("aae", [stems])));
    created(
        admin.create(
            "-",
            draft(ResourceType::SERVICE_SUBSCRIPTION_PROFILE, "m2m:mssp").with("rn", "contract"),
        ),
    );
    let here = draft(ResourceType::SERVICE_SUBSCRIBED_NODE, "m2m:svsn").with("ni", "urn:node:1");
    created(admin.create("-/contract", here.with("csi", "/id-in").with("rlk", ["-/rule"])));
    node
}

// TP/oneM2M/CSE/REG/CRE/002
#[test]
fn a_stem_that_is_on_the_allowed_list_registers() {
    let node = admitting("*", "Callowed");
    assert_eq!(registered(&node, "Callowed"), "Callowed");
}

// TP/oneM2M/CSE/REG/CRE/004 and TP/oneM2M/CSE/REG/CRE/016: 4107 where release 1 is spoken, 4126 elsewhere
#[test]
fn a_stem_or_app_id_that_is_not_on_the_allowed_list_is_refused() {
    for (apps, from) in [("*", "Cother"), ("Nother*", "Callowed")] {
        let node = admitting(apps, "Callowed");
        told(Speaker::claiming(&node, from).create("-", ae(APP_ID)), 4126);
        told(Speaker::claiming(&node, from).retrieve("-"), 4106);
    }
}
