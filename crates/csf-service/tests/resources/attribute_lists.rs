//! Rules that list the attributes they are about (`aca`).

use csf_api::{Object, Value};
use support::lab::{
    ALL, Asker, DELETE, Lab, RETRIEVE, Reading as _, UPDATE, changes, container, creation, on_every_storage,
    retrieval, rule, unnamed_container, update, with_result_content,
};

use crate::scenery::{meter, must, policy_of_meter};

const ROOM: &str = "cse-mn/Cmeter/room";

/// A rule about these attributes.
fn about<const N: usize, const M: usize>(who: [&str; N], operations: i64, attributes: [&str; M]) -> Object {
    rule(who, operations).with("aca", Value::texts(attributes))
}

/// A room with a label and a bound that these rules govern, and a guest.
fn room<const N: usize>(lab: &Lab, pv: [Object; N]) -> Asker<'_> {
    let meter = meter(lab);
    let id = policy_of_meter(&meter, "door", pv);
    let draft = container("room").with("acpi", [id.as_str()]).with("lbl", ["cold"]).with("mni", 5);
    must(&meter.create("cse-mn/Cmeter", draft), 2001);
    lab.registered(1001, "Cguest")
}

fn attributes(names: &[&str]) -> csf_api::Request {
    let mut request = retrieval(ROOM);
    request.attributes = names.iter().map(|name| (*name).into()).collect();
    request
}

// Shows ACC-3.
#[test]
fn a_list_opens_what_it_lists_and_no_other_attribute() {
    on_every_storage(|lab| {
        let guest = room(&lab, [about(["Cguest"], RETRIEVE + UPDATE, ["lbl", "mni"])]);
        let read = guest.send(attributes(&["lbl", "mni"]));
        must(&read, 2000);
        assert_eq!(read.object().len(), 2);
        must(&guest.retrieve(&format!("{ROOM}#lbl")), 2000);
        must(&guest.retrieve(&format!("{ROOM}#ct")), 4103);
        must(&guest.send(attributes(&["lbl", "ct"])), 4103);
        must(&guest.retrieve(ROOM), 4103);
        must(&guest.send(with_result_content(8, retrieval(ROOM))), 2000);
        must(&guest.send(with_result_content(4, retrieval(ROOM))), 4103);
        must(&guest.update(ROOM, changes("m2m:cnt").with("mbs", 9)), 4103);
        must(&guest.update(ROOM, changes("m2m:cnt").with("lbl", ["x"]).with("mbs", 9)), 4103);
        // What an UPDATE answers shows no more than it was allowed to touch.
        for number in [1, 9] {
            let change = changes("m2m:cnt").with("lbl", [if number == 1 { "one" } else { "nine" }]);
            let answer = guest.send(with_result_content(number, update(ROOM, change)));
            must(&answer, 2004);
            assert_eq!(answer.content.is_some(), number == 1, "nothing that may be seen changed beside");
            let shown = answer.content.iter().filter_map(|content| content.value.as_object());
            assert!(shown.flat_map(Object::iter).all(|(name, _)| name == "lbl"), "{answer:?}");
        }
    });
}

// Shows ACC-3.
#[test]
fn lists_of_several_rules_add_up_and_only_for_whom_they_are() {
    on_every_storage(|lab| {
        let rules = [
            about(["Cguest"], RETRIEVE, ["lbl"]),
            about(["all"], RETRIEVE, ["mni"]),
            about(["Cother"], RETRIEVE, ["ct"]),
            about(["Cguest"], UPDATE, ["mbs"]),
        ];
        let guest = room(&lab, rules);
        must(&guest.send(attributes(&["lbl", "mni"])), 2000);
        must(&guest.send(attributes(&["lbl", "ct"])), 4103);
        must(&guest.send(attributes(&["mbs"])), 4103);
        must(&lab.bare().send(attributes(&["mni"])), 2000);
        must(&lab.bare().send(attributes(&["lbl"])), 4103);
    });
}

#[test]
fn a_delete_touches_all_and_a_create_what_it_gives() {
    on_every_storage(|lab| {
        let all = ["rn", "ty", "ri", "pi", "ct", "lt", "et", "acpi", "lbl", "mni", "st", "cni", "cbs", "cr"];
        let some = about(["Cguest"], DELETE + 1, ["rn", "lbl"]);
        let guest = room(&lab, [some.clone()]);
        must(&guest.delete(ROOM), 4103);
        must(&guest.create(ROOM, container("box").with("mni", 3)), 4103);
        // What a CREATE answers shows no more than it was allowed to give, and where it is if asked for.
        let made = guest.create(ROOM, container("box").with("lbl", ["small"]));
        must(&made, 2001);
        assert_eq!((made.text("rn"), made.texts("lbl"), made.object().len()), ("box", vec!["small"], 2));
        let unnamed = |number| with_result_content(number, creation(ROOM, unnamed_container()));
        let [nothing, address, both, changed] = [1, 2, 3, 9].map(|number| guest.send(unnamed(number)));
        assert_eq!((nothing.code(), nothing.object().len()), (2001, 0));
        assert_eq!((address.code(), address.location.is_some()), (2001, true));
        assert_eq!(both.member("m2m:cnt").as_object().map(Object::len), Some(0));
        assert_eq!((changed.code(), changed.content), (2001, None));
        let meter = lab.as_ae(1000, "Cmeter");
        for (rules, code) in [(vec![some.clone(), about(["Cguest"], DELETE, all)], 2002), (vec![some], 4004)]
        {
            let pv = Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect()));
            must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
            must(&guest.delete(ROOM), code);
        }
    });
}

#[test]
fn a_rule_without_a_list_opens_everything() {
    on_every_storage(|lab| {
        let guest = room(&lab, [about(["Cguest"], ALL, ["lbl"]), rule(["Cguest"], RETRIEVE)]);
        must(&guest.retrieve(ROOM), 2000);
        must(&guest.delete(ROOM), 4103);
        let unlisted = about(["Cguest"], ALL, []);
        let pv = Object::new().with("acr", Value::List(vec![Value::Object(unlisted)]));
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
        must(&guest.send(attributes(&["lbl"])), 4103);
        must(&guest.discover(ROOM, csf_api::FilterCriteria::default()), 2000);
    });
}
