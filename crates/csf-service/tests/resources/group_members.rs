//! Which members a group takes, and under which names it keeps them (TS-0004 7.4.13).

use csf_api::Value;
use support::lab::{
    ALL, Asker, Draft, Lab, Reading as _, ae, changes, container, group, instance, on_every_storage, rule,
};

use crate::scenery::{added, meter, must, policy_of_meter};

const METER: &str = "cse-mn/Cmeter";

/// `Cmeter` with the containers `one` and `two`; it and their identifiers.
fn two_containers(lab: &Lab) -> (Asker<'_>, [String; 2]) {
    let meter = lab.registered(1000, "Cmeter");
    let ids = ["one", "two"].map(|name| added(&meter, METER, container(name)));
    (meter, ids)
}

fn pair(name: &str) -> Draft {
    group(name, 5, ["cse-mn/Cmeter/one", "cse-mn/Cmeter/two"])
}

#[test]
fn a_group_keeps_its_members_by_identifier_and_counts_them() {
    on_every_storage(|lab| {
        let (meter, [one, two]) = two_containers(&lab);
        let created = meter.create(METER, pair("g"));
        must(&created, 2001);
        for read in [created, meter.retrieve("cse-mn/Cmeter/g")] {
            assert_eq!(read.texts("mid"), [&*one, &*two]);
            assert_eq!((read.number("cnm"), read.number("mt"), read.number("mnm")), (2, 0, 5));
            assert_eq!(read.member("mtv"), &Value::Bool(true));
        }
        must(&lab.admin().create("cse-mn", group("empty", 1, [])), 2001);
    });
}

#[test]
fn a_member_named_in_several_ways_is_one_member() {
    on_every_storage(|lab| {
        let (meter, [one, _]) = two_containers(&lab);
        must(&meter.create("cse-mn/Cmeter/one", instance("1")), 2001);
        let draft = group("g", 2, ["cse-mn/Cmeter/one", &one, "/id-mn/-/Cmeter/one", "Cmeter/one/la"]);
        let created = meter.create(METER, draft);
        must(&created, 2001);
        assert_eq!(created.texts("mid"), [&*one, &format!("{one}/la")]);
        let updated = meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with("mid", [&*one, "Cmeter/one"]));
        must(&updated, 2004);
        assert_eq!((updated.texts("mid"), updated.number("cnm")), (vec![&*one], 1));
    });
}

#[test]
fn more_members_than_the_group_allows_are_refused() {
    on_every_storage(|lab| {
        let (meter, _) = two_containers(&lab);
        must(&meter.create(METER, pair("g").with("mnm", 1)), 6010);
        must(&meter.create(METER, pair("g").with("mnm", 2)), 2001);
        let before = lab.world().versions();
        must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with("mnm", 1)), 6010);
        let three = changes("m2m:grp").with("mid", ["Cmeter/one", "Cmeter/two", "Cmeter"]);
        must(&meter.update("cse-mn/Cmeter/g", three.clone()), 6010);
        assert_eq!(lab.world().versions(), before);
        must(&meter.update("cse-mn/Cmeter/g", three.with("mnm", 3)), 2004);
    });
}

#[test]
fn a_member_of_another_type_is_dropped_refused_or_makes_the_group_mixed() {
    on_every_storage(|lab| {
        let (meter, [one, _]) = two_containers(&lab);
        let mixed =
            |name, strategy| group(name, 5, ["Cmeter/one", "Cmeter"]).with("mt", 3).with("csy", strategy);
        let dropped = meter.create(METER, mixed("drops", 1));
        assert_eq!((dropped.texts("mid"), dropped.number("cnm"), dropped.number("mt")), (vec![&*one], 1, 3));
        must(&meter.create(METER, mixed("refuses", 2)), 4110);
        let turned = meter.create(METER, mixed("turns", 3));
        assert_eq!((turned.texts("mid").len(), turned.number("mt")), (2, 0));
        must(&meter.create(METER, mixed("what", 4)), 4000);
        // Without a strategy members are dropped.
        let plain = meter.create(METER, group("plain", 5, ["Cmeter"]).with("mt", 3));
        assert_eq!((plain.code(), plain.number("cnm")), (2001, 0));
        // The same holds for an update.
        let strict = group("strict", 5, ["Cmeter/one"]).with("mt", 3).with("csy", 2);
        must(&meter.create(METER, strict), 2001);
        let other = changes("m2m:grp").with("mid", ["Cmeter"]);
        must(&meter.update("cse-mn/Cmeter/strict", other.clone()), 4110);
        let emptied = meter.update("cse-mn/Cmeter/drops", other);
        assert_eq!((emptied.code(), emptied.number("cnm")), (2004, 0));
    });
}

#[test]
fn a_group_of_one_specialisation_takes_no_other() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let of = |name, kind| {
            let members = ["security/data/function-random", "security"];
            group(name, 5, members).with("mt", 28).with("csy", 2).with("spty", kind)
        };
        must(&meter.create(METER, of("g", "csf:sensitiveFunction")), 4110);
        let kept = meter.create(METER, of("g", "csf:sensitiveFunction").with("csy", 1));
        assert_eq!(kept.texts("mid"), ["function-random"]);
        must(&meter.create(METER, group("h", 1, []).with("spty", "csf:sensitiveFunction")), 4000);
        must(&meter.create(METER, group("h", 1, []).with("spty", 1001).with("mt", 13)), 4000);
    });
}

#[test]
fn a_member_that_is_not_there_is_refused() {
    on_every_storage(|lab| {
        let (meter, _) = two_containers(&lab);
        must(&meter.create(METER, pair("g")), 2001);
        let before = lab.world().versions();
        for (member, code) in [
            ("cse-mn/Cmeter/nothing", 4004),
            ("/id-mn/cse-mn/nothing", 4004),
            ("/id-in/cse-in/Cmeter#lbl", 4000),
            ("//other.example", 4000),
            ("Cmeter/one/fopt", 4004),
            ("Cmeter/g/fopt/la", 4000),
            ("Cmeter/one#lbl", 4000),
            ("not an address", 4000),
            ("", 4000),
        ] {
            must(&meter.create(METER, group("h", 5, ["Cmeter/one", member])), code);
            must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with("mid", [member])), code);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn a_group_with_a_member_whose_type_may_not_be_read_is_not_created() {
    // GMG/CRE/002.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let other = lab.registered(1001, "Cother");
        must(&other.create("cse-mn/Cother", group("g", 5, ["cse-mn/Cmeter/readings"]).with("mt", 3)), 5105);
        must(&other.create("cse-mn/Cother", group("g", 5, ["cse-mn/Cmeter/readings"])), 5105);
        let policy = policy_of_meter(&meter, "open", [rule(["Cmeter", "Cother"], ALL)]);
        let links = changes("m2m:cnt").with("acpi", [&*policy]);
        must(&meter.update("cse-mn/Cmeter/readings", links), 2004);
        must(&other.create("cse-mn/Cother", group("g", 5, ["cse-mn/Cmeter/readings"]).with("mt", 3)), 2001);
        // A sub-group tells its member type to those who may read it.
        must(&meter.create(METER, group("mine", 5, ["Cmeter/readings"]).with("mt", 3)), 2001);
        must(&other.create("cse-mn/Cother", group("h", 5, ["Cmeter/mine/fopt"])), 5105);
    });
}

#[test]
fn a_group_gets_no_member_whose_type_may_not_be_read() {
    // GMG/UPD/001.
    on_every_storage(|lab| {
        let _meter = meter(&lab);
        let other = lab.registered(1001, "Cother");
        must(&other.create("cse-mn/Cother", container("own")), 2001);
        must(&other.create("cse-mn/Cother", group("g", 5, ["Cother/own"]).with("mt", 3)), 2001);
        let more = changes("m2m:grp").with("mid", ["Cother/own", "Cmeter/readings"]);
        must(&other.update("cse-mn/Cother/g", more), 5105);
        assert_eq!(other.retrieve("cse-mn/Cother/g").number("cnm"), 1);
    });
}

#[test]
fn a_sub_group_counts_with_the_type_of_its_members() {
    on_every_storage(|lab| {
        let (meter, _) = two_containers(&lab);
        let inner = added(&meter, METER, pair("inner").with("mt", 3));
        let outer = group("outer", 5, ["Cmeter/inner/fopt"]).with("mt", 3).with("csy", 2);
        let created = meter.create(METER, outer);
        assert_eq!((created.code(), created.texts("mid")), (2001, vec![&*format!("{inner}/fopt")]));
        must(
            &meter.create(METER, group("of-aes", 5, ["Cmeter/inner/fopt"]).with("mt", 2).with("csy", 2)),
            4110,
        );
        // Without fopt the group itself is the member.
        must(
            &meter.create(METER, group("of-groups", 5, ["Cmeter/inner"]).with("mt", 9).with("csy", 2)),
            2001,
        );
    });
}

#[test]
fn what_a_group_was_made_for_stays_and_its_counters_are_the_nodes() {
    on_every_storage(|lab| {
        let (meter, _) = two_containers(&lab);
        for missing in ["mnm", "mid"] {
            must(&meter.create(METER, pair("g").without(missing)), 4000);
        }
        for (name, value) in [("cnm", Value::Integer(0)), ("mtv", Value::Bool(true))] {
            must(&meter.create(METER, pair("g").with(name, value)), 4000);
        }
        must(&meter.create(METER, pair("g").with("mnm", 0)), 4000);
        must(&meter.create(METER, pair("g").with("daci", ["x"])), 4000);
        must(&meter.create(METER, pair("g").with("macp", ["cse-mn/nothing"])), 4000);
        must(&meter.create(METER, pair("g").with("gn", "the two")), 2001);
        for (name, value) in
            [("mt", Value::Integer(3)), ("csy", Value::Integer(1)), ("cnm", Value::Integer(9))]
        {
            must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with(name, value)), 4000);
        }
        for name in ["mnm", "mid"] {
            must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with(name, Value::Null)), 4000);
        }
        must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with("gn", Value::Null)), 2004);
        must(&meter.create("cse-mn/Cmeter/g", container("fopt")), 4108);
        must(&meter.create("cse-mn/Cmeter/one", pair("g")), 4108);
        must(&lab.user(1001).register_ae(Some("Cx"), ae("Nlab.example").rooted("m2m:grp")), 4000);
        must(&meter.delete("cse-mn/Cmeter/g"), 2002);
        must(&meter.retrieve("cse-mn/Cmeter/one"), 2000);
    });
}

const FOREIGN: [&str; 3] = ["/id-in/cse-in/Cmeter", "//other.example/id-mn/cse-mn", "/id-in/grp-1/fopt"];

#[test]
fn members_on_other_cses_are_kept_and_their_types_are_not_known() {
    on_every_storage(|lab| {
        let (meter, [one, _]) = two_containers(&lab);
        let [ae, base, sub_group] = FOREIGN;
        for strategy in 1..=3 {
            let members = ["Cmeter/one", ae, base, sub_group];
            let draft = group(&format!("g{strategy}"), 4, members).with("mt", 3).with("csy", strategy);
            let made = meter.create(METER, draft);
            must(&made, 2001);
            assert_eq!(made.texts("mid"), [&*one, ae, base, sub_group], "{strategy}");
            assert_eq!((made.number("cnm"), made.number("mt")), (4, 3), "{strategy}");
            assert_eq!(made.member("mtv"), &Value::Bool(false), "{strategy}");
        }
        // What becomes of a member here that does not fit is as ever, and says nothing of those elsewhere.
        let mixed = |name, strategy| group(name, 5, ["Cmeter", ae]).with("mt", 3).with("csy", strategy);
        let dropped = meter.create(METER, mixed("drops", 1));
        assert_eq!((dropped.texts("mid"), dropped.number("mt")), (vec![ae], 3));
        must(&meter.create(METER, mixed("refuses", 2)), 4110);
        let turned = meter.create(METER, mixed("turns", 3));
        assert_eq!((turned.texts("mid").len(), turned.number("mt")), (2, 0));
        assert_eq!((turned.member("mtv"), dropped.member("mtv")), (&Value::Bool(false), &Value::Bool(false)));
        // Without them everything is known, and an UPDATE of something else changes nothing about it.
        let named = meter.update("cse-mn/Cmeter/drops", changes("m2m:grp").with("gn", "x"));
        assert_eq!((named.code(), named.member("mtv")), (2004, &Value::Bool(false)));
        let here = meter.update("cse-mn/Cmeter/drops", changes("m2m:grp").with("mid", [&*one]));
        assert_eq!((here.code(), here.member("mtv")), (2004, &Value::Bool(true)));
    });
}

#[test]
fn members_on_other_cses_count_once_each_and_with_the_others() {
    on_every_storage(|lab| {
        let (meter, _) = two_containers(&lab);
        let twice = ["/id-in/cse-in/x", "//csf.example/id-in/cse-in/x", "//other.example/id-in/cse-in/x"];
        let made = meter.create(METER, group("g", 2, twice));
        assert_eq!((made.code(), made.texts("mid")), (2001, vec![twice[0], twice[2]]));
        must(&meter.update("cse-mn/Cmeter/g", changes("m2m:grp").with("mnm", 1)), 6010);
        must(&meter.create(METER, group("h", 1, twice)), 6010);
        let many: Vec<String> = (0..257).map(|n| format!("/id-in/cse-in/c{n}")).collect();
        let of = |count: usize| Value::texts(many[..count].iter().map(|id| &**id));
        must(&meter.create(METER, group("many", 300, []).with("mid", of(256))), 2001);
        must(&meter.create(METER, group("more", 300, []).with("mid", of(257))), 4000);
        must(&meter.create(METER, group("few", 255, []).with("mid", of(256))), 6010);
    });
}
