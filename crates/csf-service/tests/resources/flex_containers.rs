//! FlexContainers that others define (TS-0001 9.6.35, TS-0004 7.4.37).

use csf_api::{FilterCriteria, ResourceType, Value};
use csf_tree::schema::define;
use support::lab::{
    ALL, Draft, Lab, Reading as _, Setup, changes, container, draft, group, instance, on_every_storage,
    on_every_storage_with, rule, unnamed_container,
};

use crate::scenery::{Act, added, meter, must, policy_of_meter};

const SWITCH: &str = "org.example.switch";
const LAMP: &str = "lab:lamp";
const AT: &str = "cse-mn/Cmeter/l";

fn defining(setup: &mut Setup) {
    let lamp =
        ["on boolean mandatory", "dim number", "note text", "step integer", "seen timestamp", "also texts"];
    let defined = [define("org.example.lamp", LAMP, lamp), define(SWITCH, "lab:switch", [])];
    assert!(defined.iter().all(Result::is_ok), "{defined:?}");
    setup.settings.flex_containers = defined.into_iter().flatten().collect();
}

fn lamp() -> Draft {
    let lamp = draft(ResourceType::FLEX_CONTAINER, LAMP).with("cnd", "org.example.lamp");
    lamp.with("rn", "l").with("on", false)
}

fn switch() -> Draft {
    draft(ResourceType::FLEX_CONTAINER, "lab:switch").with("cnd", SWITCH).with("rn", "s")
}

#[test]
fn what_is_defined_can_be_created_read_changed_and_deleted() {
    on_every_storage_with(defining, |lab: Lab| {
        let meter = meter(&lab);
        let made =
            meter.create("cse-mn/Cmeter", lamp().with("dim", 1).with("note", "é").with("cr", Value::Null));
        must(&made, 2001);
        assert_eq!(
            (made.number("ty"), made.text("cnd"), made.text("cr")),
            (28, "org.example.lamp", "Cmeter")
        );
        // false, 1 and two bytes.
        assert_eq!((made.number("st"), made.number("cs")), (0, 8));
        let changed = meter.update(AT, changes(LAMP).with("on", true).with("dim", Value::Float(0.5)));
        must(&changed, 2004);
        assert_eq!((changed.number("st"), changed.number("cs")), (1, 9));
        let gone = meter.update(AT, changes(LAMP).with("note", Value::Null));
        assert_eq!((gone.number("st"), gone.number("cs"), gone.has("note")), (2, 7, false));
        let labelled = meter.update(AT, changes(LAMP).with("lbl", ["x"]).with("on", true));
        assert_eq!((labelled.number("st"), labelled.number("cs")), (2, 7));
        let read = meter.retrieve(AT);
        assert!(read.content.as_ref().is_some_and(|content| *content.root == *LAMP));
        assert_eq!(read.member("dim"), &Value::Float(0.5));
        must(&meter.delete(AT), 2002);
        must(&meter.retrieve(AT), 4004);
    });
}

#[test]
fn what_no_definition_has_is_refused() {
    on_every_storage_with(defining, |lab: Lab| {
        let meter = meter(&lab);
        for (wrong, code) in [
            (lamp().with("cnd", "org.example.none"), 4125),
            (lamp().with("cnd", SWITCH), 4000),
            (lamp().rooted("m2m:fcnt"), 4000),
            (lamp().rooted("lab:switch"), 4000),
            (lamp().without("cnd"), 4000),
            (lamp().without("on"), 4000),
            (lamp().with("on", "yes"), 4000),
            (lamp().with("on", Value::Null), 4000),
            (lamp().with("dim", "half"), 4000),
            (lamp().with("step", Value::Float(0.5)), 4000),
            (lamp().with("seen", "yesterday"), 4000),
            (lamp().with("also", "one"), 4000),
            (lamp().with("note", "x".repeat(4097).as_str()), 4000),
            (lamp().with("color", 1), 4000),
            (lamp().with("st", 1), 4000),
            (lamp().with("cs", 1), 4000),
            (lamp().with("daci", ["x"]), 4000),
            (switch().with("on", true), 4000),
        ] {
            must(&meter.create("cse-mn/Cmeter", wrong), code);
        }
        must(&meter.create("cse-mn/Cmeter", lamp().with("step", -3).with("seen", "20260101T000000")), 2001);
        must(&meter.create("cse-mn/Cmeter", lamp()), 4105);
        for (name, value) in [
            ("cnd", Value::text("org.example.lamp")),
            ("on", Value::Null),
            ("on", Value::Integer(1)),
            ("st", Value::Integer(9)),
            ("color", Value::Integer(1)),
        ] {
            must(&meter.update(AT, changes(LAMP).with(name, value)), 4000);
        }
        must(&meter.update(AT, changes("lab:switch").with("lbl", ["x"])), 4000);
        must(&meter.update(AT, changes("m2m:fcnt").with("lbl", ["x"])), 4000);
        assert_eq!(meter.retrieve(AT).number("st"), 0);
    });
}

#[test]
fn they_stand_where_containers_stand_and_take_containers_themselves() {
    on_every_storage_with(defining, |lab: Lab| {
        let meter = meter(&lab);
        let admin = lab.admin();
        must(&admin.create("cse-mn", lamp()), 2001);
        must(&meter.create("cse-mn/Cmeter", lamp()), 2001);
        must(&meter.create("cse-mn/Cmeter/readings", lamp()), 2001);
        must(&meter.create(AT, switch()), 2001);
        must(&meter.create(AT, container("inner")), 2001);
        must(&meter.create("cse-mn/Cmeter/l/inner", instance("17")), 2001);
        must(&meter.create(AT, instance("17")), 4108);
        must(&meter.create("cse-mn/Cmeter", group("g", 2, [AT])), 2001);
        must(&meter.create("cse-mn/Cmeter/g", lamp()), 4108);
        must(
            &admin.create("cse-mn", draft(ResourceType::NODE, "m2m:nod").with("rn", "n").with("ni", "x")),
            2001,
        );
        must(&admin.create("cse-mn/n", lamp()), 4108);
        must(&admin.create("cse-mn/security", lamp()), 4108);
        must(&meter.delete(AT), 2002);
        must(&meter.retrieve("cse-mn/Cmeter/l/inner"), 4004);
    });
}

#[test]
fn their_creator_has_them_and_whom_a_policy_names() {
    // Shows ACC-1.
    on_every_storage_with(defining, |lab: Lab| {
        let meter = meter(&lab);
        let other = lab.registered(1001, "Cother");
        must(&other.create("cse-mn/Cmeter", lamp()), 4103);
        must(&meter.create("cse-mn/Cmeter", lamp()), 2001);
        for act in Act::ALL {
            assert_eq!(act.on(&other, AT, LAMP), 4103, "{act:?}");
            assert_eq!(act.on(&lab.bare(), AT, LAMP), 4103, "{act:?}");
        }
        let open = policy_of_meter(&meter, "open", [rule(["Cmeter", "Cother"], ALL)]);
        must(&meter.update(AT, changes(LAMP).with("acpi", [open.as_str()]).with("on", true)), 4000);
        must(&meter.update(AT, changes(LAMP).with("acpi", [open.as_str()])), 2004);
        for act in Act::ALL {
            assert_eq!(act.on(&lab.bare(), AT, LAMP), 4103, "{act:?}");
            assert_eq!(act.on(&other, AT, LAMP), act.done(), "{act:?}");
        }
    });
}

#[test]
fn a_group_of_one_specialisation_takes_no_other() {
    on_every_storage_with(defining, |lab: Lab| {
        let meter = meter(&lab);
        let l = added(&meter, "cse-mn/Cmeter", lamp());
        let s = added(&meter, "cse-mn/Cmeter", switch());
        let of = |spty: &str| group("g", 9, [&*l, &*s]).with("mt", 28).with("spty", spty).with("csy", 2);
        must(&meter.create("cse-mn/Cmeter", of("org.example.lamp")), 4110);
        let kept = meter.create("cse-mn/Cmeter", of(SWITCH).with("csy", 1));
        must(&kept, 2001);
        assert_eq!(kept.texts("mid"), vec![s]);
    });
}

#[test]
fn what_was_made_under_a_definition_that_is_gone_is_not_there_until_it_is_back() {
    on_every_storage_with(defining, |lab: Lab| {
        let meter_of = meter(&lab);
        must(&meter_of.create("cse-mn/Cmeter", lamp()), 2001);
        must(&meter_of.create(AT, unnamed_container().with("rn", "inner")), 2001);
        let before = meter_of.retrieve(AT).content;
        let lab = lab.restart(|setup| setup.settings.flex_containers.clear());
        let meter = lab.as_ae(1000, "Cmeter");
        for act in Act::ALL {
            assert_eq!(act.on(&meter, AT, LAMP), 4004, "{act:?}");
        }
        must(&meter.create("cse-mn/Cmeter", lamp().with("rn", "other")), 4125);
        must(&meter.retrieve("cse-mn/Cmeter"), 2000);
        assert_eq!(meter.discover("cse-mn/Cmeter", FilterCriteria::default()).addresses().len(), 1);
        let lab = lab.restart(defining);
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(AT).content, before);
    });
}

#[test]
fn where_nothing_is_defined_no_foreign_flex_container_can_be_made() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", lamp()), 4125);
        must(&meter.create("cse-mn/Cmeter", lamp().rooted("m2m:fcnt").without("cnd")), 4000);
        must(&meter.create("cse-mn/Cmeter", lamp().with("cnd", "csf:sensitiveFunction")), 4000);
    });
}
