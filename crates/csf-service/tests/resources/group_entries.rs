//! Rules for the members of a group (TS-0001 9.6.2.1).

use csf_api::{EntityId, Object, Value};
use support::lab::{
    ALL, Asker, Fault, Lab, RETRIEVE, Reading as _, changes, container, group, load_of, on_every_storage,
    on_every_storage_with, rule,
};

use crate::scenery::{meter, must, policy_of_meter};

const ROOM: &str = "cse-mn/Cmeter/room";

/// A room that the members of `cse-mn/Cmeter/crowd` may read and update, and two guests who are none.
fn room(lab: &Lab) -> [Asker<'_>; 3] {
    let meter = meter(lab);
    let one = rule(["cse-mn/Cmeter/crowd"], ALL);
    let id = policy_of_meter(&meter, "door", [one]);
    must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
    let guests = [lab.registered(1001, "Cguest"), lab.registered(1002, "Cother")];
    must(&meter.create("cse-mn/Cmeter", group("crowd", 9, [])), 2001);
    // Its owner lets itself read AEs: a member's type may be read by whoever adds it.
    let [guest, other] = guests;
    for (asker, name) in [(&guest, "Cguest"), (&other, "Cother")] {
        let open = Object::new().with("acr", Value::List(vec![Value::Object(rule(["Cmeter", name], ALL))]));
        let policy = support::lab::policy("open", [], [rule([name], ALL)]).with("pv", open);
        let answer = asker.create(&format!("cse-mn/{name}"), policy);
        must(&answer, 2001);
        let link = changes("m2m:ae").with("acpi", [answer.text("ri")]);
        must(&asker.update(&format!("cse-mn/{name}"), link), 2004);
    }
    [meter, guest, other]
}

fn members<const N: usize>(meter: &Asker<'_>, members: [&str; N]) {
    must(&meter.update("cse-mn/Cmeter/crowd", changes("m2m:grp").with("mid", members)), 2004);
}

// ACP/NEW/02. Shows ACC-3.
#[test]
fn members_of_a_group_are_permitted_as_long_as_they_are_members() {
    on_every_storage(|lab| {
        let [meter, guest, other] = room(&lab);
        must(&guest.retrieve(ROOM), 4103);
        members(&meter, ["cse-mn/Cguest"]);
        must(&guest.retrieve(ROOM), 2000);
        must(&other.retrieve(ROOM), 4103);
        must(&lab.bare().retrieve(ROOM), 4103);
        members(&meter, ["Cother"]);
        must(&guest.retrieve(ROOM), 4103);
        must(&other.update(ROOM, changes("m2m:cnt").with("lbl", ["mine"])), 2004);
        must(&meter.delete("cse-mn/Cmeter/crowd"), 2002);
        must(&other.retrieve(ROOM), 4103);
    });
}

// Shows ACC-3.
#[test]
fn a_member_that_is_gone_is_one_again_until_the_group_is_written() {
    on_every_storage(|lab| {
        let [meter, guest, other] = room(&lab);
        let count = || meter.retrieve("cse-mn/Cmeter/crowd").number("cnm");
        members(&meter, ["cse-mn/Cguest", "cse-mn/Cother"]);
        must(&guest.retrieve(ROOM), 2000);
        must(&guest.delete("cse-mn/Cguest"), 2002);
        assert_eq!(count(), 1);
        must(&lab.registered(1001, "Cguest").retrieve(ROOM), 2000);
        assert_eq!(count(), 2);
        must(&guest.delete("cse-mn/Cguest"), 2002);
        must(&meter.update("cse-mn/Cmeter/crowd", changes("m2m:grp").with("mnm", 1)), 2004);
        must(&lab.registered(1001, "Cguest").retrieve(ROOM), 4103);
        assert_eq!(count(), 1);
        must(&other.retrieve(ROOM), 2000);
    });
}

#[test]
fn members_of_a_sub_group_are_not_members() {
    on_every_storage(|lab| {
        let [meter, guest, _] = room(&lab);
        must(&meter.create("cse-mn/Cmeter", group("inner", 9, ["cse-mn/Cguest"])), 2001);
        members(&meter, ["cse-mn/Cmeter/inner"]);
        must(&guest.retrieve(ROOM), 4103);
        // A group that contains itself ends as any other.
        members(&meter, ["cse-mn/Cmeter/crowd", "cse-mn/Cguest"]);
        must(&guest.retrieve(ROOM), 2000);
    });
}

// Shows ACC-9.
#[test]
fn a_group_that_cannot_be_had_fails_its_own_entry_only() {
    on_every_storage(|lab| {
        let [meter, guest, other] = room(&lab);
        let crowd = meter.retrieve("cse-mn/Cmeter/crowd").text("ri").to_owned();
        members(&meter, ["cse-mn/Cguest"]);
        let rules = [rule(["cse-mn/Cmeter/crowd"], ALL), rule(["Cother"], RETRIEVE)];
        let pv = Object::new().with("acr", Value::List(rules.map(Value::Object).to_vec()));
        must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
        must(&guest.retrieve(ROOM), 2000);
        lab.script(load_of(&format!("res/{crowd}")), Fault::Failing);
        must(&guest.retrieve(ROOM), 4103);
        must(&other.retrieve(ROOM), 2000);
        lab.heal();
        must(&guest.retrieve(ROOM), 2000);
    });
}

#[test]
fn what_is_no_group_here_is_for_nobody() {
    on_every_storage(|lab| {
        let [meter, guest, _] = room(&lab);
        for entry in ["cse-mn/Cmeter/room", "/id-in/crowd", "cse-mn/nobody", "cse-mn/Cmeter/crowd/fopt"] {
            let pv = Object::new().with("acr", Value::List(vec![Value::Object(rule([entry], ALL))]));
            must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
            must(&guest.retrieve(ROOM), 4103);
        }
    });
}

// A member on another CSE is nobody here, whatever its name is like.
#[test]
fn members_on_other_cses_stand_for_whom_they_name_and_for_nobody_here() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let [meter, guest, _] = room(&lab);
        members(&meter, ["/id-in/Cguest", "//other.example/id-mn/Cguest", "/id-in", "/id-in/cse-in/Cguest"]);
        must(&guest.retrieve(ROOM), 4103);
        members(&meter, ["/id-in/Cguest", "cse-mn/Cguest"]);
        must(&guest.retrieve(ROOM), 2000);
    });
    // The one that is named by the identifier of its CSE, over a channel that proves it; and another.
    let gateway = |setup: &mut support::lab::Setup| {
        let cse = |id| EntityId::parse(id, &setup.settings.home).unwrap();
        let own = ["/id-in", "/id-asn"].map(cse).into();
        setup.settings.local_users.insert(600, own);
    };
    on_every_storage_with(gateway, |lab| {
        let [meter, _, _] = room(&lab);
        let (infrastructure, other) = (lab.as_ae(600, "/id-in"), lab.as_ae(600, "/id-asn"));
        must(&infrastructure.retrieve(ROOM), 4103);
        members(&meter, ["//csf.example/id-in"]);
        must(&infrastructure.retrieve(ROOM), 2000);
        must(&other.retrieve(ROOM), 4103);
        members(&meter, ["/id-in/cse-in"]);
        must(&infrastructure.retrieve(ROOM), 4103);
    });
}
