//! DELETE: the target goes with everything below it, and nothing is left behind.

use csf_service::AuditKind;
use support::lab::{
    ALL, Lab, RETRIEVE, Reading as _, commits, container, creation, deletion, instance, on_every_storage,
    policy, rule,
};

use crate::scenery::{added, append, meter, must, policy_of_meter};

fn keys(lab: &Lab) -> Vec<String> {
    lab.world().versions().into_keys().collect()
}

/// Containers, instances and policies below `Cmeter`, three levels deep.
fn plant(lab: &Lab) {
    let meter = lab.as_ae(1000, "Cmeter");
    for (to, name) in [("", "outer"), ("/outer", "middle"), ("/outer/middle", "inner"), ("/outer", "beside")]
    {
        must(&meter.create(&format!("cse-mn/Cmeter{to}"), container(name)), 2001);
        for content in ["one", "two", "three"] {
            append(&meter, &format!("cse-mn/Cmeter{to}/{name}"), content);
        }
    }
}

#[test]
fn nothing_of_a_deleted_subtree_is_left() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = keys(&lab);
        plant(&lab);
        let inner = meter.retrieve("cse-mn/Cmeter/outer/middle/inner").text("ri").to_owned();
        assert!(keys(&lab).len() > before.len() + 16);
        must(&meter.delete("cse-mn/Cmeter/outer"), 2002);
        assert_eq!(keys(&lab), before);
        for to in ["cse-mn/Cmeter/outer", "cse-mn/Cmeter/outer/middle/inner", &inner, &format!("{inner}/la")]
        {
            must(&meter.retrieve(to), 4004);
        }
        must(&meter.delete("cse-mn/Cmeter/outer"), 4004);
    });
}

#[test]
fn nothing_of_a_deregistered_ae_is_left() {
    on_every_storage(|lab| {
        let before = keys(&lab);
        let meter = meter(&lab);
        policy_of_meter(&meter, "p", [rule(["all"], ALL)]);
        plant(&lab);
        must(&meter.delete("cse-mn/Cmeter"), 2002);
        assert_eq!(keys(&lab), before);
        assert_eq!(lab.take_audits().last().unwrap().kind, AuditKind::Registration);
    });
}

#[test]
fn a_sibling_whose_identifier_begins_alike_is_not_touched() {
    on_every_storage(|lab| {
        let one = lab.registered(1000, "Cmeter");
        let other = lab.registered(1000, "Cmeter2");
        must(&one.create("cse-mn/Cmeter", container("readings")), 2001);
        must(&other.create("cse-mn/Cmeter2", container("readings")), 2001);
        must(&one.delete("cse-mn/Cmeter"), 2002);
        must(&other.retrieve("cse-mn/Cmeter2/readings"), 2000);
    });
}

#[test]
fn a_subtree_goes_whoever_owns_what_is_in_it() {
    // The right to delete is asked for the target alone (TS-0001 10.1.5).
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = keys(&lab);
        let guest = lab.registered(1001, "Cguest");
        let id = policy_of_meter(&meter, "p", [rule(["Cguest"], 1), rule(["Cmeter"], ALL)]);
        added(&meter, "cse-mn/Cmeter", container("shared").with("acpi", [id.as_str()]));
        added(&guest, "cse-mn/Cmeter/shared", container("theirs"));
        must(&meter.delete("cse-mn/Cmeter/shared/theirs"), 4103);
        must(&meter.delete("cse-mn/Cmeter/shared"), 2002);
        must(&guest.retrieve("cse-mn/Cmeter/shared/theirs"), 4004);
        must(&meter.delete("cse-mn/Cmeter/p"), 2002);
        must(&guest.delete("cse-mn/Cguest"), 2002);
        assert_eq!(keys(&lab), before);
    });
}

#[test]
fn a_refused_delete_removes_nothing() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let id = policy_of_meter(&meter, "p", [rule(["Cguest"], RETRIEVE)]);
        added(&meter, "cse-mn/Cmeter", container("room").with("acpi", [id.as_str()]));
        let before = lab.world().versions();
        for asker in [&guest, &meter, &lab.bare(), &lab.admin()] {
            must(&asker.delete("cse-mn/Cmeter/room"), 4103);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn what_the_node_itself_made_is_not_deleted() {
    // Shows ARC-4.
    on_every_storage(|lab| {
        let before = lab.world().versions();
        for to in [
            "cse-mn",
            "cse-mn/acpAdmin",
            "cse-mn/security",
            "cse-mn/security/data",
            "cse-mn/security/data/storage-soft",
            "cse-mn/security/data/function-mac",
            "cse-mn/security/environment-soft",
            "cse-mn/security/policies",
            "cse-mn/security/administration",
        ] {
            must(&lab.admin().delete(to), 4005);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn what_is_created_while_its_parent_is_deleted_does_not_stay() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = keys(&lab);
        plant(&lab);
        let (deleted, created) = lab.interrupted(&meter, deletion("cse-mn/Cmeter/outer"), commits(), || {
            let late = meter.create("cse-mn/Cmeter/outer", container("late"));
            append(&meter, "cse-mn/Cmeter/outer/middle/inner", "late");
            append(&meter, "cse-mn/Cmeter/outer/late", "late");
            late
        });
        must(&created, 2001);
        must(&deleted, 2002);
        assert_eq!(keys(&lab), before);
    });
}

#[test]
fn nothing_is_created_below_a_parent_that_was_deleted_meanwhile() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for draft in [container("late"), instance("late")] {
            added(&meter, "cse-mn/Cmeter", container("room"));
            let request = creation("cse-mn/Cmeter/room", draft);
            let gone = || meter.delete("cse-mn/Cmeter/room");
            let (created, deleted) = lab.interrupted(&meter, request, commits(), gone);
            must(&deleted, 2002);
            must(&created, 4004);
        }
    });
}

#[test]
fn a_deregistered_ae_takes_its_policies_with_it() {
    // Shows ACC-9: what they permitted elsewhere is permitted no longer.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let id = added(&meter, "cse-mn/Cmeter", policy("p", [rule(["all"], ALL)], [rule(["all"], ALL)]));
        let guest = lab.registered(1001, "Cguest");
        added(&guest, "cse-mn/Cguest", container("room").with("acpi", [id.as_str()]));
        must(&lab.bare().retrieve("cse-mn/Cguest/room"), 2000);
        must(&meter.delete("cse-mn/Cmeter"), 2002);
        must(&lab.bare().retrieve("cse-mn/Cguest/room"), 4103);
        must(&guest.retrieve("cse-mn/Cguest/room"), 4103);
        // The way out is to delete what lies above.
        must(&guest.delete("cse-mn/Cguest"), 2002);
    });
}
