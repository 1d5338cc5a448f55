//! Decisions whose facts come late, fail or are not there: nothing that was closed is opened by it.

use csf_api::Object;
use support::lab::{
    ALL, Lab, RETRIEVE, Reading as _, Scenario, Setup, Storage, UPDATE, changes, container, creation,
    deletion, each_fact_pending_absent_late_and_failing, instance, policy, retrieval, rule, update,
};

use crate::scenery::{added, append, meter, must, policy_of_meter};

const ROOM: &str = "cse-mn/Cmeter/room";

/// A container `room` of `Cmeter` that links policies with these rules, and a registered guest.
fn room(lab: &Lab, rules: &[Object]) {
    let meter = meter(lab);
    let mut links = Vec::new();
    for (n, rule_of_pv) in rules.iter().enumerate() {
        links.push(policy_of_meter(&meter, &format!("p{n}"), [rule_of_pv.clone()]));
    }
    let acpi = csf_api::Value::texts(links.iter().map(String::as_str));
    added(&meter, "cse-mn/Cmeter", container("room").with("acpi", acpi));
    let _ = lab.registered(1001, "Cguest");
}

/// The record key of the policy of this name: the same in every laboratory that is prepared so.
fn key_of_policy(prepare: &dyn Fn(&Lab), name: &str) -> String {
    let lab = Lab::new(Setup::on(Storage::Memory));
    prepare(&lab);
    let read = lab.as_ae(1000, "Cmeter").retrieve(&format!("cse-mn/Cmeter/{name}"));
    format!("res/{}", read.text("ri"))
}

fn scenario<'a>(
    name: &'a str,
    prepare: &'a dyn Fn(&Lab),
    ask: &'a dyn for<'lab> Fn(&'lab Lab) -> (support::lab::Asker<'lab>, csf_api::Request),
    expected: u16,
) -> Scenario<'a> {
    Scenario { name, setup: &|_| {}, prepare, ask, expected, dispensable: &[] }
}

// Every test here shows ACC-9.

#[test]
fn a_permit_by_a_linked_policy_rests_on_all_its_facts() {
    each_fact_pending_absent_late_and_failing(&scenario(
        "linked policy",
        &|lab| room(lab, &[rule(["Cguest"], RETRIEVE)]),
        &|lab| (lab.as_ae(1001, "Cguest"), retrieval(ROOM)),
        2000,
    ));
}

#[test]
fn a_permit_by_the_second_policy_does_not_need_the_first() {
    let prepare = |lab: &Lab| room(lab, &[rule(["Cguest"], RETRIEVE), rule(["Cguest"], UPDATE)]);
    let first = key_of_policy(&prepare, "p0");
    let second = key_of_policy(&prepare, "p1");
    let change = || update(ROOM, changes("m2m:cnt").with("lbl", ["x"]));
    each_fact_pending_absent_late_and_failing(&Scenario {
        dispensable: &[&first],
        ..scenario("second policy", &prepare, &|lab| (lab.as_ae(1001, "Cguest"), change()), 2004)
    });
    // And where both permit, either does.
    let prepare = |lab: &Lab| room(lab, &[rule(["Cguest"], ALL), rule(["Cguest"], ALL)]);
    each_fact_pending_absent_late_and_failing(&Scenario {
        dispensable: &[&first, &second],
        ..scenario("both policies", &prepare, &|lab| (lab.as_ae(1001, "Cguest"), change()), 2004)
    });
}

#[test]
fn default_access_of_the_creator_rests_on_all_its_facts() {
    let prepare = |lab: &Lab| drop(meter(lab));
    let to = "cse-mn/Cmeter/readings";
    for (name, request, expected) in [
        ("creator reads", retrieval(to), 2000),
        ("creator adds", creation(to, container("inner")), 2001),
        ("creator changes", update(to, changes("m2m:cnt").with("mni", 3)), 2004),
        ("creator deletes", deletion(to), 2002),
    ] {
        each_fact_pending_absent_late_and_failing(&scenario(
            name,
            &prepare,
            &|lab| (lab.as_ae(1000, "Cmeter"), request.clone()),
            expected,
        ));
    }
}

#[test]
fn default_access_of_a_custodian_rests_on_all_its_facts() {
    let prepare = |lab: &Lab| {
        let meter = meter(lab);
        added(&meter, "cse-mn/Cmeter", container("room").with("cstn", "Ckeeper"));
        let _ = lab.registered(1001, "Ckeeper");
    };
    each_fact_pending_absent_late_and_failing(&scenario(
        "custodian",
        &prepare,
        &|lab| (lab.as_ae(1001, "Ckeeper"), deletion(ROOM)),
        2002,
    ));
    each_fact_pending_absent_late_and_failing(&scenario(
        "creator beside a custodian",
        &prepare,
        &|lab| (lab.as_ae(1000, "Cmeter"), deletion(ROOM)),
        4103,
    ));
}

#[test]
fn self_privileges_rest_on_all_their_facts() {
    let prepare = |lab: &Lab| {
        let meter = meter(lab);
        must(&meter.create("cse-mn/Cmeter", policy("p", [], [rule(["Cguest"], UPDATE)])), 2001);
        let _ = lab.registered(1001, "Cguest");
    };
    let change = || update("cse-mn/Cmeter/p", changes("m2m:acp").with("lbl", ["x"]));
    each_fact_pending_absent_late_and_failing(&scenario(
        "self-privileges",
        &prepare,
        &|lab| (lab.as_ae(1001, "Cguest"), change()),
        2004,
    ));
    each_fact_pending_absent_late_and_failing(&scenario(
        "not by creation",
        &prepare,
        &|lab| (lab.as_ae(1000, "Cmeter"), change()),
        4103,
    ));
}

#[test]
fn a_change_of_links_rests_on_all_its_facts() {
    let prepare = |lab: &Lab| room(lab, &[rule(["Cguest"], ALL)]);
    let relink = || update(ROOM, changes("m2m:cnt").with("acpi", ["cse-mn/Cmeter/p0"]));
    each_fact_pending_absent_late_and_failing(&scenario(
        "acpi by self-privileges",
        &prepare,
        &|lab| (lab.as_ae(1000, "Cmeter"), relink()),
        2004,
    ));
    each_fact_pending_absent_late_and_failing(&scenario(
        "acpi by privileges",
        &prepare,
        &|lab| (lab.as_ae(1001, "Cguest"), relink()),
        4103,
    ));
}

#[test]
fn access_to_an_instance_rests_on_its_container() {
    let prepare = |lab: &Lab| {
        room(lab, &[rule(["Cguest"], 3), rule(["Cmeter"], ALL)]);
        append(&lab.as_ae(1000, "Cmeter"), ROOM, "17");
    };
    let second = key_of_policy(&prepare, "p1");
    each_fact_pending_absent_late_and_failing(&Scenario {
        dispensable: &[&second],
        ..scenario(
            "latest instance",
            &prepare,
            &|lab| (lab.as_ae(1001, "Cguest"), retrieval("cse-mn/Cmeter/room/la")),
            2000,
        )
    });
    each_fact_pending_absent_late_and_failing(&Scenario {
        dispensable: &[&second],
        ..scenario(
            "new instance",
            &prepare,
            &|lab| (lab.as_ae(1001, "Cguest"), creation(ROOM, instance("18"))),
            2001,
        )
    });
}

#[test]
fn what_is_denied_stays_denied() {
    let prepare = |lab: &Lab| room(lab, &[rule(["Cguest"], RETRIEVE), rule(["Cother"], ALL)]);
    each_fact_pending_absent_late_and_failing(&scenario(
        "wrong operation",
        &prepare,
        &|lab| (lab.as_ae(1001, "Cguest"), deletion(ROOM)),
        4103,
    ));
    each_fact_pending_absent_late_and_failing(&scenario(
        "bare",
        &prepare,
        &|lab| (lab.network("Cguest"), retrieval(ROOM)),
        4103,
    ));
    each_fact_pending_absent_late_and_failing(&scenario(
        "another user",
        &prepare,
        &|lab| (lab.as_ae(1000, "Cguest"), retrieval(ROOM)),
        4106,
    ));
}

#[test]
fn the_administrators_office_rests_on_all_its_facts() {
    let prepare = |lab: &Lab| drop(meter(lab));
    each_fact_pending_absent_late_and_failing(&scenario(
        "administrator deletes a registration",
        &prepare,
        &|lab| (lab.admin(), deletion("cse-mn/Cmeter")),
        2002,
    ));
    each_fact_pending_absent_late_and_failing(&scenario(
        "administrator reads a container",
        &prepare,
        &|lab| (lab.admin(), retrieval("cse-mn/Cmeter/readings")),
        4103,
    ));
}

#[test]
fn a_registration_rests_on_all_its_facts() {
    let prepare = |lab: &Lab| drop(meter(lab));
    let new = || creation("cse-mn", support::lab::ae("Nlab.example"));
    each_fact_pending_absent_late_and_failing(&scenario(
        "new identity",
        &prepare,
        &|lab| (lab.as_ae(1001, "Cnew"), new()),
        2001,
    ));
    each_fact_pending_absent_late_and_failing(&scenario(
        "identity of another",
        &prepare,
        &|lab| (lab.as_ae(1001, "Cmeter"), new()),
        4117,
    ));
}
