//! Rules whose conditions are evaluated, and rules whose conditions are not (TS-0003 7.1.3, 7.1.5).

use csf_api::{Object, Value};
use support::lab::{
    ALL, Asker, Lab, RETRIEVE, Reading as _, changes, container, on_every_storage, policy, rule,
};

use crate::scenery::{Act, meter, must, policy_of_meter};

/// A container `room` of `Cmeter` that a policy `door` with these privileges governs, and a guest.
fn room<const N: usize>(lab: &Lab, pv: [Object; N]) -> Asker<'_> {
    let meter = meter(lab);
    let id = policy_of_meter(&meter, "door", pv);
    must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
    lab.registered(1001, "Cguest")
}

/// Conditions that this build does not evaluate.
fn unevaluated() -> [(&'static str, Value); 5] {
    let window = Object::new().with("actw", Value::texts(["* * * * * * *"]));
    let context = |name, value| Value::Object(window.clone().with(name, value));
    [
        ("acco", Value::List(vec![context("acui", Value::texts(["somebody"]))])),
        ("acco", context("acec", Value::Object(Object::new()))),
        ("acco", context("acl", Value::Integer(7))),
        ("acco", context("acyy", Value::Null)),
        ("acxx", Value::Bool(true)),
    ]
}

#[test]
fn a_rule_with_a_condition_that_is_not_evaluated_permits_nothing() {
    // Shows ACC-9.
    for (name, condition) in unevaluated() {
        on_every_storage(|lab| {
            let conditional = rule(["Cguest", "all"], ALL).with(name, condition.clone());
            let guest = room(&lab, [conditional.clone()]);
            for act in Act::ALL {
                assert_eq!(act.on(&guest, "cse-mn/Cmeter/room", "m2m:cnt"), 4103, "{name} {act:?}");
            }
            // It comes back as it was sent.
            let read = lab.as_ae(1000, "Cmeter").retrieve("cse-mn/Cmeter/door");
            let sent = Object::new().with("acr", Value::List(vec![Value::Object(conditional)]));
            assert!(*read.member("pv") == Value::Object(sent), "{name}");
        });
    }
}

#[test]
fn another_rule_permits_whatever_the_conditions_of_the_first() {
    for (name, condition) in unevaluated() {
        on_every_storage(|lab| {
            let conditional = rule(["Cguest"], ALL).with(name, condition.clone());
            let guest = room(&lab, [conditional, rule(["Cguest"], RETRIEVE)]);
            must(&guest.retrieve("cse-mn/Cmeter/room"), 2000);
            must(&guest.delete("cse-mn/Cmeter/room"), 4103);
        });
    }
}

#[test]
fn a_condition_in_self_privileges_is_no_weaker() {
    // Shows ACC-9.
    for (name, condition) in unevaluated() {
        on_every_storage(|lab| {
            let meter = meter(&lab);
            let conditional = rule(["Cmeter"], ALL).with(name, condition.clone());
            must(&meter.create("cse-mn/Cmeter", policy("stuck", [rule(["all"], ALL)], [conditional])), 2001);
            for act in [Act::Retrieve, Act::Update, Act::Delete] {
                assert_eq!(act.on(&meter, "cse-mn/Cmeter/stuck", "m2m:acp"), 4103, "{name} {act:?}");
            }
        });
    }
}

#[test]
fn an_authentication_flag_admits_whom_the_channel_proves() {
    // ACP/NEW/03.
    on_every_storage(|lab| {
        let flagged = rule(["all"], RETRIEVE).with("acaf", Value::Bool(true));
        let guest = room(&lab, [flagged]);
        must(&guest.retrieve("cse-mn/Cmeter/room"), 2000);
        must(&lab.bare().retrieve("cse-mn/Cmeter/room"), 4103);
        let open = Object::new().with(
            "acr",
            Value::List(vec![Value::Object(rule(["all"], RETRIEVE).with("acaf", Value::Bool(false)))]),
        );
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", open)), 2004);
        must(&lab.bare().retrieve("cse-mn/Cmeter/room"), 2000);
    });
}

#[test]
fn originators_are_matched_by_name_pattern_and_domain() {
    // ACP/NEW/01, SEC/ACP/003 and 004.
    for (entry, expected) in [
        ("Cguest", 2000),
        ("/id-mn/Cguest", 2000),
        ("//csf.example/id-mn/Cguest", 2000),
        ("all", 2000),
        ("//csf.example", 2000),
        ("C*", 2000),
        ("Cg*t", 2000),
        ("/id-mn/C*", 2000),
        ("/id-*/Cguest", 2000),
        ("//*/id-mn/Cguest", 2000),
        ("Cgues", 4103),
        ("cguest", 4103),
        ("Cg.est", 4103),
        ("Sguest", 4103),
        ("/id-in/Cguest", 4103),
        ("//other.example", 4103),
        ("//csf.exampl*", 4103),
        ("//*", 4103),
        ("*", 4103),
        ("/id-mn", 4103),
        // What is no group, and a role that the guest does not have, are nobody.
        ("cse-mn/Cmeter", 4103),
        ("operator@csf.example", 4103),
        ("ALL", 4103),
        ("", 4103),
    ] {
        on_every_storage(|lab| {
            let guest = room(&lab, [rule([entry], RETRIEVE)]);
            assert_eq!(guest.retrieve("cse-mn/Cmeter/room").code(), expected, "{entry}");
        });
    }
}

#[test]
fn each_operation_has_its_own_bit() {
    for act in Act::ALL {
        on_every_storage(|lab| {
            let guest = room(&lab, [rule(["Cguest"], ALL - act.bit())]);
            assert_eq!(act.on(&guest, "cse-mn/Cmeter/room", "m2m:cnt"), 4103, "all but {act:?}");
        });
        on_every_storage(|lab| {
            let guest = room(&lab, [rule(["Cguest"], act.bit())]);
            for other in Act::ALL.into_iter().filter(|other| *other != act) {
                assert_eq!(other.on(&guest, "cse-mn/Cmeter/room", "m2m:cnt"), 4103, "only {act:?}");
            }
            assert_eq!(act.on(&guest, "cse-mn/Cmeter/room", "m2m:cnt"), act.done(), "{act:?}");
        });
    }
}
