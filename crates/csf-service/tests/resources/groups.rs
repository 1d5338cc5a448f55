//! One request to every member of a group (TS-0001 10.2.7, TS-0004 7.4.14).

#![expect(clippy::unwrap_used, reason = "a response of another form is a failed test")]

use csf_api::{Object, Value};
use support::lab::{
    ALL, Asker, CREATE, DELETE, Fault, Lab, RETRIEVE, Reading as _, UPDATE, ae, changes, codes, container,
    group, hmac_key, instance, load_of, on_every_storage, rule,
};

use crate::scenery::{added, append, must, policy_of_meter};

const METER: &str = "cse-mn/Cmeter";
const FOPT: &str = "cse-mn/Cmeter/g/fopt";

/// The parts of an aggregated response, which was a success.
#[track_caller]
fn parts(response: &csf_api::Response) -> Vec<&Object> {
    must(response, 2000);
    assert_eq!(&*response.content.as_ref().unwrap().root, "m2m:agr");
    response.member("m2m:rsp").as_list().unwrap().iter().map(|part| part.as_object().unwrap()).collect()
}

/// What a part holds under its root.
fn content<'a>(part: &'a Object, root: &str) -> &'a Object {
    part.get("pc").and_then(Value::as_object).and_then(|pc| pc.get(root)).and_then(Value::as_object).unwrap()
}

/// `Cmeter` with the containers `one` and `two` and the group `g` of both; it and their identifiers.
fn grouped(lab: &Lab) -> (Asker<'_>, [String; 2]) {
    let meter = lab.registered(1000, "Cmeter");
    let ids = ["one", "two"].map(|name| added(&meter, METER, container(name)));
    must(&meter.create(METER, group("g", 5, ["Cmeter/one", "Cmeter/two"])), 2001);
    (meter, ids)
}

#[test]
fn every_operation_reaches_every_member() {
    on_every_storage(|lab| {
        let (meter, [one, two]) = grouped(&lab);
        assert_eq!(codes(&meter.create(FOPT, instance("17"))), [2001, 2001]);
        assert_eq!(codes(&meter.update(FOPT, changes("m2m:cnt").with("lbl", ["x"]))), [2004, 2004]);
        let read = meter.retrieve(FOPT);
        for (part, (id, name)) in parts(&read).into_iter().zip([(&one, "one"), (&two, "two")]) {
            assert_eq!(part.get("fr"), Some(&Value::text(id)));
            assert_eq!(part.get("to"), Some(&Value::text("Cmeter")));
            assert_eq!(part.get("rqi"), Some(&Value::text(read.request_id.as_str())));
            let container = content(part, "m2m:cnt");
            assert_eq!(container.get("rn"), Some(&Value::text(name)));
            assert_eq!(container.get("cni"), Some(&Value::Integer(1)));
            assert_eq!(container.get("lbl"), Some(&Value::texts(["x"])));
        }
        let deleted = meter.delete(FOPT);
        assert_eq!(codes(&deleted), [2002, 2002]);
        assert!(parts(&deleted).iter().all(|part| part.get("pc").is_none()));
        must(&meter.retrieve(FOPT), 4109);
        must(&meter.retrieve("cse-mn/Cmeter/g"), 2000);
    });
}

#[test]
fn names_after_fopt_lead_on_from_every_member() {
    on_every_storage(|lab| {
        let (meter, [one, _]) = grouped(&lab);
        append(&meter, "cse-mn/Cmeter/one", "first");
        append(&meter, "cse-mn/Cmeter/two", "second");
        let latest = meter.retrieve(&format!("{FOPT}/la"));
        let contents: Vec<_> =
            parts(&latest).iter().map(|part| content(part, "m2m:cin").get("con").cloned().unwrap()).collect();
        assert_eq!(contents, [Value::text("first"), Value::text("second")]);
        must(&meter.create("cse-mn/Cmeter/one", container("inner")), 2001);
        assert_eq!(codes(&meter.retrieve(&format!("{FOPT}/inner"))), [2000, 4004]);
        let sizes = meter.retrieve(&format!("{FOPT}#cni"));
        assert_eq!(content(parts(&sizes)[0], "m2m:cnt").len(), 1);
        assert_eq!(parts(&sizes)[0].get("fr"), Some(&Value::text(&one)));
        // By identifier as well.
        let id = meter.retrieve("cse-mn/Cmeter/g").text("ri").to_owned();
        assert_eq!(codes(&meter.retrieve(&format!("{id}/fopt/la"))), [2000, 2000]);
        let far = format!("{FOPT}/{}", ["a"; 60].join("/"));
        assert_eq!(codes(&meter.retrieve(&far)), [4004, 4004]);
    });
}

#[test]
fn an_empty_group_is_asked_in_vain() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        must(&meter.create(METER, group("g", 1, [])), 2001);
        must(&meter.retrieve(FOPT), 4109);
        must(&lab.registered(1001, "Cother").retrieve(FOPT), 4103);
    });
}

/// A group of `Cmeter` with this policy over its members, or over itself; and `Cother`, which asks.
fn asked_by_another<'a>(lab: &'a Lab, attribute: &str, operations: i64) -> Asker<'a> {
    let (meter, _) = grouped(lab);
    let open = policy_of_meter(&meter, "open", [rule(["Cother"], ALL), rule(["Cmeter"], ALL)]);
    for name in ["one", "two"] {
        let links = changes("m2m:cnt").with("acpi", [&*open]);
        must(&meter.update(&format!("cse-mn/Cmeter/{name}"), links), 2004);
    }
    let id = policy_of_meter(&meter, "members", [rule(["Cother"], operations), rule(["Cmeter"], ALL)]);
    must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with(attribute, [&*id])), 2004);
    lab.registered(1001, "Cother")
}

#[test]
fn members_policies_permit_asking_the_members() {
    // GMG/001.
    on_every_storage(|lab| {
        let other = asked_by_another(&lab, "macp", RETRIEVE);
        assert_eq!(codes(&other.retrieve(FOPT)), [2000, 2000]);
        // The group itself is still its creator's.
        must(&other.retrieve("cse-mn/Cmeter/g"), 4103);
    });
}

#[test]
fn members_policies_refuse_asking_the_members() {
    // GMG/002.
    on_every_storage(|lab| {
        let other = asked_by_another(&lab, "macp", RETRIEVE);
        must(&other.update(FOPT, changes("m2m:cnt").with("lbl", ["x"])), 4103);
        must(&other.create(FOPT, instance("17")), 4103);
        must(&other.delete(FOPT), 4103);
        // The policies of the group itself do not help where its members have their own.
        let meter = lab.as_ae(1000, "Cmeter");
        let id = policy_of_meter(&meter, "wide", [rule(["Cother", "Cmeter"], ALL)]);
        must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with("acpi", [&*id])), 2004);
        must(&other.delete(FOPT), 4103);
        must(&other.retrieve("cse-mn/Cmeter/g"), 2000);
    });
}

#[test]
fn without_members_policies_those_of_the_group_permit() {
    // GMG/003.
    on_every_storage(|lab| {
        let other = asked_by_another(&lab, "acpi", RETRIEVE | CREATE);
        assert_eq!(codes(&other.retrieve(FOPT)), [2000, 2000]);
        assert_eq!(codes(&other.create(FOPT, instance("17"))), [2001, 2001]);
    });
}

#[test]
fn without_members_policies_those_of_the_group_refuse() {
    // GMG/004.
    on_every_storage(|lab| {
        let other = asked_by_another(&lab, "acpi", UPDATE | DELETE);
        must(&other.retrieve(FOPT), 4103);
        must(&other.create(FOPT, instance("17")), 4103);
        let audits = lab.take_audits();
        assert_eq!(audits.last().unwrap().target.as_deref(), Some(FOPT));
    });
}

#[test]
fn a_change_of_members_policies_counts_at_once() {
    on_every_storage(|lab| {
        let other = asked_by_another(&lab, "macp", ALL);
        assert_eq!(codes(&other.retrieve(FOPT)), [2000, 2000]);
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with("macp", Value::Null)), 2004);
        must(&other.retrieve(FOPT), 4103);
        assert_eq!(codes(&meter.retrieve(FOPT)), [2000, 2000]);
    });
}

#[test]
fn who_may_ask_the_group_still_asks_each_member_for_itself() {
    // Shows ACC-1.
    on_every_storage(|lab| {
        let other = asked_by_another(&lab, "macp", ALL);
        let meter = lab.as_ae(1000, "Cmeter");
        let closed = policy_of_meter(&meter, "closed", [rule(["Cmeter"], ALL)]);
        must(&meter.update("cse-mn/Cmeter/two", changes("m2m:cnt").with("acpi", [&*closed])), 2004);
        let _ = lab.take_audits();
        let read = other.retrieve(FOPT);
        assert_eq!(codes(&read), [2000, 4103]);
        assert!(content(parts(&read)[0], "m2m:cnt").get("rn").is_some());
        assert_eq!(
            parts(&read)[1].get("pc").and_then(Value::as_object).unwrap().iter().next().unwrap().0,
            "m2m:dbg"
        );
        // The refusal of a member is recorded like any other.
        let audits = lab.take_audits();
        let two = parts(&read)[1].get("fr").and_then(Value::as_text).unwrap().to_owned();
        assert_eq!(audits.len(), 1);
        assert_eq!(audits[0].target.as_deref(), Some(&*two));
        assert_eq!(audits[0].originator.as_deref(), Some("//csf.example/id-mn/Cother"));
        // Links of policies too.
        let relink = changes("m2m:cnt").with("acpi", [&*closed]);
        assert_eq!(codes(&other.update(FOPT, relink)), [4103, 4103]);
        must(&lab.bare().retrieve(FOPT), 4103);
    });
}

#[test]
fn a_sub_group_answers_for_its_members() {
    on_every_storage(|lab| {
        let (meter, _) = grouped(&lab);
        must(&meter.create(METER, container("three")), 2001);
        must(&meter.create(METER, group("outer", 5, ["Cmeter/g/fopt", "Cmeter/three", "Cmeter/g"])), 2001);
        let read = meter.retrieve("cse-mn/Cmeter/outer/fopt");
        assert_eq!(codes(&read), [2000, 2000, 2000]);
        let inner = content(parts(&read)[0], "m2m:agr");
        assert_eq!(inner.get("m2m:rsp").and_then(Value::as_list).unwrap().len(), 2);
        assert!(content(parts(&read)[2], "m2m:grp").get("mid").is_some());
        assert_eq!(codes(&meter.create("cse-mn/Cmeter/outer/fopt", instance("17"))), [2000, 2001, 4108]);
        for name in ["one", "two", "three"] {
            assert_eq!(meter.retrieve(&format!("cse-mn/Cmeter/{name}")).number("cni"), 1);
        }
    });
}

#[test]
fn a_member_that_cannot_be_reached_says_so_and_every_other_one_answers() {
    on_every_storage(|lab| {
        let (meter, [one, two]) = grouped(&lab);
        let far = ["/id-in/cse-in/x", "//other.example/id-mn/cse-mn/y", "/id-in/grp-1/fopt"];
        let members = [far[0], &*one, far[1], &*two, far[2]];
        must(&meter.create(METER, group("wide", 5, members)), 2001);
        let wide = "cse-mn/Cmeter/wide/fopt";
        let made = meter.create(wide, instance("17"));
        assert_eq!(codes(&made), [5103, 2001, 5103, 2001, 5103]);
        for (part, member) in parts(&made).into_iter().zip(members) {
            assert_eq!(part.get("fr"), Some(&Value::text(member)));
        }
        let latest = meter.retrieve(&format!("{wide}/la"));
        assert_eq!(codes(&latest), [5103, 2000, 5103, 2000, 5103]);
        assert_eq!(
            codes(&meter.update(wide, changes("m2m:cnt").with("lbl", ["x"]))),
            [5103, 2004, 5103, 2004, 5103]
        );
        assert_eq!(codes(&meter.delete(wide)), [5103, 2002, 5103, 2002, 5103]);
        // Where all are elsewhere, all of them say so; and whoever may not ask them hears nothing of them.
        must(&meter.create(METER, group("far", 3, far)), 2001);
        assert_eq!(codes(&meter.retrieve("cse-mn/Cmeter/far/fopt")), [5103; 3]);
        must(&lab.registered(1001, "Cother").retrieve("cse-mn/Cmeter/far/fopt"), 4103);
        // In a sub-group it is the same.
        must(&meter.create(METER, group("outer", 2, ["Cmeter/far/fopt", "Cmeter/g"])), 2001);
        let read = meter.retrieve("cse-mn/Cmeter/outer/fopt");
        assert_eq!(codes(&read), [2000, 2000]);
        let inner = content(parts(&read)[0], "m2m:agr").get("m2m:rsp").and_then(Value::as_list).unwrap();
        assert_eq!(inner.len(), 3);
    });
}

#[test]
fn a_target_reached_on_two_ways_is_asked_once() {
    on_every_storage(|lab| {
        let (meter, _) = grouped(&lab);
        let members = ["Cmeter/one", "Cmeter/g/fopt", "Cmeter/g/fopt/"].map(|m| m.trim_end_matches('/'));
        must(&meter.create(METER, group("outer", 5, members)), 2001);
        let created = meter.create("cse-mn/Cmeter/outer/fopt", instance("17"));
        assert_eq!(codes(&created), [2001, 2000]);
        let inner = content(parts(&created)[1], "m2m:agr").get("m2m:rsp").and_then(Value::as_list).unwrap();
        let inner: Vec<_> = inner.iter().map(|p| p.as_object().and_then(|p| p.get("rsc")).unwrap()).collect();
        assert_eq!(inner, [&Value::Integer(4104), &Value::Integer(2001)]);
        assert_eq!(meter.retrieve("cse-mn/Cmeter/one").number("cni"), 1);
    });
}

#[test]
fn groups_that_contain_each_other_come_to_an_end() {
    on_every_storage(|lab| {
        let (meter, _) = grouped(&lab);
        must(&meter.create(METER, group("h", 5, ["Cmeter/g/fopt"])), 2001);
        let circle = changes("m2m:grp").with("mid", ["Cmeter/h/fopt", "Cmeter/g/fopt", "Cmeter/one"]);
        must(&meter.update("cse-mn/Cmeter/g", circle), 2004);
        let read = meter.retrieve(FOPT);
        assert_eq!(codes(&read), [2000, 4104, 2000]);
        let inner = content(parts(&read)[0], "m2m:agr").get("m2m:rsp").and_then(Value::as_list).unwrap();
        let inner = inner[0].as_object().unwrap();
        assert_eq!(inner.get("rsc"), Some(&Value::Integer(4104)));
    });
}

#[test]
fn groups_stand_in_each_other_to_a_bounded_depth() {
    on_every_storage(|lab| {
        let (meter, _) = grouped(&lab);
        for depth in 1..6 {
            let below = if depth == 1 { "Cmeter/g".into() } else { format!("Cmeter/g{}", depth - 1) };
            must(&meter.create(METER, group(&format!("g{depth}"), 1, [&format!("{below}/fopt")])), 2001);
        }
        let innermost = |group: &str| {
            let read = meter.retrieve(&format!("cse-mn/Cmeter/{group}/fopt"));
            let mut part = parts(&read)[0].clone();
            while let Some(inner) = part
                .get("pc")
                .and_then(Value::as_object)
                .and_then(|pc| pc.get("m2m:agr"))
                .and_then(Value::as_object)
                .and_then(|agr| agr.get("m2m:rsp"))
                .and_then(Value::as_list)
            {
                part = inner[0].as_object().unwrap().clone();
            }
            part.get("rsc").and_then(Value::as_integer).unwrap()
        };
        assert_eq!(innermost("g3"), 2000);
        assert_eq!(innermost("g4"), 5207);
        assert_eq!(innermost("g5"), 5207);
    });
}

#[test]
fn one_request_becomes_a_bounded_number() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let many: Vec<String> = (0..200).map(|n| format!("c{n}")).collect();
        let ids: Vec<String> = many.iter().map(|name| added(&meter, METER, container(name))).collect();
        let all = Value::texts(ids.iter().map(|id| &**id));
        for name in ["a", "b", "c"] {
            must(&meter.create(METER, group(name, 200, []).with("mid", all.clone())), 2001);
        }
        let outer = group("outer", 5, ["Cmeter/a/fopt", "Cmeter/b/fopt", "Cmeter/c/fopt"]);
        must(&meter.create(METER, outer), 2001);
        assert_eq!(codes(&meter.retrieve("cse-mn/Cmeter/outer/fopt")), [2000, 2000, 5207]);
    });
}

#[test]
fn members_answer_a_bounded_amount() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let long = "x".repeat(1_000_000);
        let ids = ["a", "b", "c", "d", "e", "f"].map(|name| {
            let id = added(&meter, METER, container(name));
            append(&meter, &format!("{METER}/{name}"), &long);
            id
        });
        must(&meter.create(METER, group("g", 6, ids.each_ref().map(|id| &**id))), 2001);
        assert_eq!(codes(&meter.retrieve(&format!("{FOPT}/la"))), [2000, 2000, 2000, 2000, 2000, 5207]);
        assert_eq!(codes(&meter.retrieve(FOPT)), [2000; 6]);
        assert_eq!(codes(&meter.delete(&format!("{FOPT}/la"))), [2002; 6]);
    });
}

#[test]
fn members_policies_that_cannot_be_had_permit_nothing() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let other = asked_by_another(&lab, "macp", ALL);
        let meter = lab.as_ae(1000, "Cmeter");
        let id = meter.retrieve("cse-mn/Cmeter/g").texts("macp")[0].to_owned();
        for fault in [Fault::Absent, Fault::Failing] {
            lab.script(load_of(&format!("res/{id}")), fault);
            must(&other.retrieve(FOPT), 4103);
            lab.heal();
            assert_eq!(codes(&other.retrieve(FOPT)), [2000, 2000]);
        }
    });
}

#[test]
fn nobody_registers_through_a_group() {
    on_every_storage(|lab| {
        let admin = lab.admin();
        must(&admin.create("cse-mn", group("g", 5, ["cse-mn"])), 2001);
        let user = lab.as_ae(1001, "Cnew");
        must(&user.create("cse-mn/g/fopt", ae("Nlab.example")), 4108);
        must(&lab.admin().create("cse-mn/g/fopt", container("made")), 2000);
        must(&admin.retrieve("cse-mn/made"), 2000);
        must(&admin.retrieve("cse-mn/Cnew"), 4004);
    });
}

#[test]
fn functions_and_keys_are_used_through_a_group_by_their_owner_only() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let members = ["security/data/function-random", "security/data/storage-soft"];
        must(&meter.create(METER, group("g", 5, members)), 2001);
        let _ = lab.take_audits();
        assert_eq!(codes(&meter.create(FOPT, hmac_key("k"))), [4108, 2001]);
        assert!(lab.take_audits().iter().any(|audit| audit.kind == csf_service::AuditKind::KeyUse));
        must(&lab.registered(1001, "Cother").create(FOPT, hmac_key("k")), 4103);
        let input = Object::new().with("Dsz", Value::Integer(8));
        let random = meter.update(FOPT, {
            input.iter().fold(changes("csf:random"), |draft, (name, value)| draft.with(name, value.clone()))
        });
        assert_eq!(codes(&random)[0], 2004);
        assert!(parts(&random)[0].get("pc").is_some());
    });
}

#[test]
fn fopt_is_no_resource_of_its_own() {
    on_every_storage(|lab| {
        let (meter, _) = grouped(&lab);
        must(&meter.retrieve("cse-mn/Cmeter/one/fopt"), 4004);
        must(&meter.create(METER, container("c").with("acpi", ["Cmeter/g/fopt"])), 4000);
        let children = meter.retrieve("cse-mn/Cmeter/g");
        assert!(!children.has("fopt"));
    });
}
