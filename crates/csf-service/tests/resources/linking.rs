//! Which policies govern a resource, and who may change that (TS-0001 9.6.1.3.2).

use csf_api::Value;
use support::lab::{
    ALL, Lab, RETRIEVE, Reading as _, UPDATE, ae, changes, commits, container, on_every_storage, policy,
    rule, update,
};

use crate::scenery::{Act, added, append, meter, must, policy_of_meter};

/// `Cone`, whose AE links an administrator's policy with these numbers for it, and another policy to link.
fn linked(lab: &Lab, pv: i64, pvs: i64) {
    let administration = || rule(["CAdmin"], ALL);
    let draft =
        policy("one", [administration(), rule(["Cone"], pv)], [administration(), rule(["Cone"], pvs)]);
    must(&lab.admin().create("cse-mn", draft), 2001);
    must(&lab.admin().create("cse-mn", policy("two", [rule(["Cone"], ALL)], [administration()])), 2001);
    let draft = ae("Nlab.example").with("acpi", ["cse-mn/one"]);
    must(&lab.user(1000).register_ae(Some("Cone"), draft), 2001);
}

#[test]
fn links_may_be_changed_by_whom_self_privileges_permit_update() {
    // SEC/ACP/UPD/001. Shows ACC-3.
    on_every_storage(|lab| {
        linked(&lab, ALL - UPDATE, ALL);
        let one = lab.as_ae(1000, "Cone");
        must(&one.update("cse-mn/Cone", changes("m2m:ae").with("lbl", ["x"])), 4103);
        let both = changes("m2m:ae").with("acpi", ["cse-mn/one", "cse-mn/two"]);
        let updated = one.update("cse-mn/Cone", both);
        must(&updated, 2004);
        assert_eq!(updated.texts("acpi").len(), 2);
        must(&one.update("cse-mn/Cone", changes("m2m:ae").with("lbl", ["x"])), 2004);
    });
}

#[test]
fn links_are_not_changed_by_privileges() {
    // SEC/ACP/UPD/002.
    on_every_storage(|lab| {
        linked(&lab, ALL, ALL - UPDATE);
        let one = lab.as_ae(1000, "Cone");
        must(&one.update("cse-mn/Cone", changes("m2m:ae").with("lbl", ["x"])), 2004);
        for acpi in [Value::texts(["cse-mn/two"]), Value::Null] {
            must(&one.update("cse-mn/Cone", changes("m2m:ae").with("acpi", acpi)), 4103);
        }
    });
}

#[test]
fn an_update_of_links_carries_nothing_else() {
    // ACP/NEW/07.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let id = policy_of_meter(&meter, "p", [rule(["Cmeter"], ALL)]);
        let before = lab.world().versions();
        let both = changes("m2m:cnt").with("acpi", [id.as_str()]).with("lbl", ["x"]);
        must(&meter.update("cse-mn/Cmeter/readings", both), 4000);
        let removing = changes("m2m:cnt").with("acpi", Value::Null).with("mni", 5);
        must(&meter.update("cse-mn/Cmeter/readings", removing), 4000);
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn links_name_policies_that_are_there() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        policy_of_meter(&meter, "p", [rule(["Cmeter"], ALL)]);
        let before = lab.world().versions();
        for wrong in [
            &["cse-mn/Cmeter/nothing"][..],
            &["acp-000000000000000"],
            &["cse-mn/Cmeter/readings"],
            &["cse-mn/Cmeter"],
            &["cse-mn"],
            &["/id-in/acp-1"],
            &["//other.example/id-mn/acp-1"],
            &["cse-mn/Cmeter/p", "cse-mn/Cmeter/nothing"],
            &["not an address"],
            &[""],
            &[],
        ] {
            let acpi = Value::texts(wrong.iter().copied());
            let draft = container("new").with("acpi", acpi.clone());
            must(&meter.create("cse-mn/Cmeter", draft), 4000);
            must(&meter.update("cse-mn/Cmeter/readings", changes("m2m:cnt").with("acpi", acpi)), 4000);
        }
        let many = Value::List(vec![Value::text("cse-mn/Cmeter/p"); 33]);
        must(&meter.create("cse-mn/Cmeter", container("new").with("acpi", many)), 4000);
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn links_are_kept_as_identifiers_each_once() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let id = policy_of_meter(&meter, "p", [rule(["Cmeter"], ALL)]);
        let forms = ["cse-mn/Cmeter/p", &id, "/id-mn/-/Cmeter/p", "Cmeter/p"];
        let created = meter.create("cse-mn/Cmeter", container("new").with("acpi", forms));
        must(&created, 2001);
        assert_eq!(created.texts("acpi"), [&*id]);
    });
}

#[test]
fn links_to_deleted_policies_only_permit_nothing() {
    // ACP/NEW/08. Shows ACC-9: they are not the same as no links.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let [first, second] =
            ["first", "second"].map(|p| policy_of_meter(&meter, p, [rule(["Cmeter"], ALL)]));
        let draft = container("room").with("acpi", [first.as_str(), second.as_str()]);
        must(&meter.create("cse-mn/Cmeter", draft), 2001);
        must(&meter.delete("cse-mn/Cmeter/first"), 2002);
        must(&meter.retrieve("cse-mn/Cmeter/room"), 2000);
        must(&meter.delete("cse-mn/Cmeter/second"), 2002);
        for act in Act::ALL {
            assert_eq!(act.on(&meter, "cse-mn/Cmeter/room", "m2m:cnt"), 4103, "{act:?}");
        }
        let unlink = changes("m2m:cnt").with("acpi", Value::Null);
        must(&meter.update("cse-mn/Cmeter/room", unlink), 4103);
        // A new policy of the same name is another policy.
        policy_of_meter(&meter, "first", [rule(["Cmeter"], ALL)]);
        must(&meter.retrieve("cse-mn/Cmeter/room"), 4103);
    });
}

#[test]
fn the_first_link_is_set_by_whoever_has_default_access() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let keeper = lab.registered(1001, "Ckeeper");
        let guest = lab.registered(1002, "Cguest");
        let id = policy_of_meter(&meter, "p", [rule(["Cguest"], RETRIEVE)]);
        let link = || changes("m2m:cnt").with("acpi", [id.as_str()]);
        must(&guest.update("cse-mn/Cmeter/readings", link()), 4103);
        must(&meter.update("cse-mn/Cmeter/readings", link()), 2004);
        must(&guest.retrieve("cse-mn/Cmeter/readings"), 2000);
        must(&meter.create("cse-mn/Cmeter", container("kept").with("cstn", "Ckeeper")), 2001);
        must(&meter.update("cse-mn/Cmeter/kept", link()), 4103);
        must(&keeper.update("cse-mn/Cmeter/kept", link()), 2004);
        must(&guest.retrieve("cse-mn/Cmeter/kept"), 2000);
        must(&keeper.retrieve("cse-mn/Cmeter/kept"), 4103);
    });
}

#[test]
fn without_its_links_a_resource_returns_to_default_access() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let id = policy_of_meter(&meter, "p", [rule(["Cguest"], ALL)]);
        must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
        must(&meter.retrieve("cse-mn/Cmeter/room"), 4103);
        must(&guest.retrieve("cse-mn/Cmeter/room"), 2000);
        // The policy's self-privileges name Cmeter, so Cmeter may unlink it.
        let unlinked = meter.update("cse-mn/Cmeter/room", changes("m2m:cnt").with("acpi", Value::Null));
        must(&unlinked, 2004);
        assert!(!unlinked.has("acpi"));
        must(&meter.retrieve("cse-mn/Cmeter/room"), 2000);
        must(&guest.retrieve("cse-mn/Cmeter/room"), 4103);
    });
}

#[test]
fn an_instance_links_no_policies_of_its_own() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let id = policy_of_meter(&meter, "p", [rule(["all"], ALL)]);
        append(&meter, "cse-mn/Cmeter/readings", "17");
        let acpi = || changes("m2m:cin").with("acpi", [id.as_str()]);
        must(&meter.update("cse-mn/Cmeter/readings/la", acpi()), 4005);
        let draft = support::lab::instance("18").with("acpi", [id.as_str()]);
        must(&meter.create("cse-mn/Cmeter/readings", draft), 4000);
    });
}

#[test]
fn a_write_under_way_is_decided_again_when_its_policy_changes() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let id = policy_of_meter(&meter, "door", [rule(["Cguest"], ALL)]);
        added(&meter, "cse-mn/Cmeter", container("room").with("acpi", [id.as_str()]));
        let request = update("cse-mn/Cmeter/room", changes("m2m:cnt").with("lbl", ["late"]));
        let (response, closed) =
            lab.interrupted(&guest, request, commits(), || meter.delete("cse-mn/Cmeter/door"));
        must(&closed, 2002);
        must(&response, 4103);
    });
}
