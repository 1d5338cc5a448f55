//! Policies as resources: what they may hold, and who may read and change them (TS-0001 9.6.2).

use csf_api::{Object, Value};
use support::lab::{
    ALL, CREATE, DELETE, RETRIEVE, Reading as _, UPDATE, changes, container, on_every_storage, policy,
    retrieval, rule, with_result_content,
};

use crate::scenery::{Act, meter, must, policy_of_meter};

#[test]
fn privileges_may_hold_several_rules_and_come_back_as_sent() {
    // The public test purposes SEC/ACP/CRE/001 and 002. Shows ACC-3.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let pv = [rule(["CAdmin"], ALL), rule(["Cmeter"], 55), rule(["all", "//csf.example"], RETRIEVE)];
        let pvs = [rule(["CAdmin"], ALL), rule(["Cmeter", "C*"], 55)];
        let draft = policy("several", pv, pvs);
        let sent = draft.clone().content();
        let created = meter.create("cse-mn/Cmeter", draft);
        must(&created, 2001);
        let read = meter.retrieve("cse-mn/Cmeter/several");
        for name in ["pv", "pvs"] {
            let sent = sent.value.as_object().unwrap().get(name).unwrap();
            assert!(created.member(name) == sent, "{name}");
            assert!(read.member(name) == sent, "{name}");
        }
    });
}

#[test]
fn privileges_may_be_empty_and_then_permit_nothing() {
    // SEC/ACP/CRE/003.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let empty_list = policy("empty-list", [], [rule(["Cmeter"], ALL)]);
        let no_list = policy("no-list", [], [rule(["Cmeter"], ALL)]).with("pv", Object::new());
        for (n, draft) in [empty_list, no_list].into_iter().enumerate() {
            let created = meter.create("cse-mn/Cmeter", draft);
            must(&created, 2001);
            let draft = container(&format!("closed-{n}")).with("acpi", [created.text("ri")]);
            must(&meter.create("cse-mn/Cmeter", draft), 2001);
            for act in Act::ALL {
                let to = format!("cse-mn/Cmeter/closed-{n}");
                assert_eq!(act.on(&meter, &to, "m2m:cnt"), 4103, "{act:?}");
            }
        }
    });
}

#[test]
fn a_policy_without_self_privileges_is_never_made() {
    // SEC/ACP/CRE/004.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = lab.world().versions();
        let whole = || policy("lost", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
        for draft in [
            policy("lost", [rule(["all"], ALL)], []),
            whole().with("pvs", Object::new()),
            whole().without("pvs"),
            whole().with("pvs", Value::Null),
            whole().without("pv"),
        ] {
            must(&meter.create("cse-mn/Cmeter", draft), 4000);
        }
        assert_eq!(lab.world().versions(), before);
        must(&meter.create("cse-mn/Cmeter", whole()), 2001);
    });
}

#[test]
fn a_policy_keeps_its_self_privileges() {
    // DMR/UPD_008_ACP_PVS.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        policy_of_meter(&meter, "kept", [rule(["all"], RETRIEVE)]);
        let none = Object::new().with("acr", Value::List(Vec::new()));
        for pvs in [Value::Null, Value::Object(Object::new()), Value::Object(none), Value::text("all")] {
            must(&meter.update("cse-mn/Cmeter/kept", changes("m2m:acp").with("pvs", pvs)), 4000);
        }
        must(&meter.update("cse-mn/Cmeter/kept", changes("m2m:acp").with("pv", Value::Null)), 4000);
        must(&meter.update("cse-mn/Cmeter/kept", changes("m2m:acp").with("ct", "20200101T000000")), 4000);
        must(&meter.retrieve("cse-mn/Cmeter/kept"), 2000);
    });
}

#[test]
fn malformed_rules_are_refused_whole() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = lab.world().versions();
        for wrong in [
            rule(["all"], 64),
            rule(["all"], -1),
            Object::new().with("acor", Value::texts(["all"])),
            Object::new().with("acop", Value::Integer(63)),
            rule(["all"], ALL).with("acor", Value::text("all")),
            rule(["all"], ALL).with("acop", Value::text("63")),
            rule(["all"], ALL).with("acaf", Value::Integer(1)),
            rule(["all"], ALL).with("acco", Value::text("always")),
        ] {
            let pv = policy("wrong", [rule(["all"], ALL), wrong.clone()], [rule(["Cmeter"], ALL)]);
            must(&meter.create("cse-mn/Cmeter", pv), 4000);
            let pvs = policy("wrong", [rule(["all"], ALL)], [rule(["Cmeter"], ALL), wrong]);
            must(&meter.create("cse-mn/Cmeter", pvs), 4000);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn a_policy_is_governed_by_its_own_self_privileges_alone() {
    // ACP/NEW/05: privileges and creation count for nothing here.
    on_every_storage(|lab| {
        meter(&lab);
        let meter = lab.as_ae(1000, "Cmeter");
        let keeper = lab.registered(1001, "Ckeeper");
        let draft = policy("given-away", [rule(["Cmeter"], ALL)], [rule(["Ckeeper"], RETRIEVE + UPDATE)]);
        must(&meter.create("cse-mn/Cmeter", draft), 2001);
        let to = "cse-mn/Cmeter/given-away";
        for act in [Act::Retrieve, Act::Update, Act::Delete] {
            assert_eq!(act.on(&meter, to, "m2m:acp"), 4103, "{act:?}");
            assert_eq!(act.on(&lab.admin(), to, "m2m:acp"), 4103, "{act:?}");
        }
        assert_eq!(Act::Retrieve.on(&keeper, to, "m2m:acp"), 2000);
        assert_eq!(Act::Update.on(&keeper, to, "m2m:acp"), 2004);
        assert_eq!(Act::Delete.on(&keeper, to, "m2m:acp"), 4103);
    });
}

#[test]
fn policies_link_no_policies() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let id = policy_of_meter(&meter, "first", [rule(["all"], ALL)]);
        let draft = policy("second", [], [rule(["Cmeter"], ALL)]).with("acpi", [id.as_str()]);
        must(&meter.create("cse-mn/Cmeter", draft), 4000);
        must(&meter.update("cse-mn/Cmeter/first", changes("m2m:acp").with("acpi", [id.as_str()])), 4000);
    });
}

#[test]
fn a_changed_policy_is_in_force_with_the_next_request() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let id = policy_of_meter(&meter, "door", [rule(["Cmeter"], ALL)]);
        must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
        let rules = |rule: Object| Object::new().with("acr", Value::List(vec![Value::Object(rule)]));
        for (operations, expected) in
            [(CREATE, 4103), (RETRIEVE, 2000), (DELETE, 4103), (ALL, 2000), (0, 4103)]
        {
            let pv = rules(rule(["Cguest"], operations));
            must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
            must(&guest.retrieve("cse-mn/Cmeter/room"), expected);
        }
    });
}

#[test]
fn who_may_create_a_policy_below_the_csebase_is_the_administrators_business() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let draft = || policy("common", [rule(["all"], RETRIEVE)], [rule(["CAdmin"], ALL)]);
        must(&meter.create("cse-mn", draft()), 4103);
        must(&lab.admin().create("cse-mn", draft()), 2001);
        must(&meter.create("cse-mn/Cmeter/readings", draft()), 4108);
        let part = meter.send(with_result_content(1, retrieval("cse-mn/common#pv")));
        must(&part, 4103);
        must(&lab.admin().retrieve("cse-mn/common#pv"), 2000);
    });
}
