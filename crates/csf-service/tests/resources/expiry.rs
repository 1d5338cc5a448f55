//! What ends by itself: a resource past its `et` is not there (TS-0001 9.6.1.3, TS-0004 7.3.3.3).

use std::time::Duration;

use csf_api::{FilterCriteria, Value};
use support::lab::{
    ALL, Reading as _, changes, container, creation, hmac_key, instance, on_every_storage, policy, retrieval,
    rule, with_result_content,
};

use crate::scenery::{Act, added, append, meter, must, policy_of_meter, short_lived};

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn an_end_lies_ahead() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for past in [lab.in_seconds(0), lab.in_seconds(-1), "20000101T000000".into(), "tomorrow".into()] {
            must(&meter.create("cse-mn/Cmeter", container("x").with("et", past.as_str())), 4000);
            let change = changes("m2m:cnt").with("et", past.as_str());
            must(&meter.update("cse-mn/Cmeter/readings", change), 4000);
        }
    });
}

// An `et` is a timestamp (TS-0004 table 7.4.x-2): absolute, in UTC, with a comma before a fraction. The relative form that
// some parameters have is none.
#[test]
fn an_end_is_a_timestamp_and_nothing_else() {
    on_every_storage(|lab| {
        must(&lab.user(1000).register_ae(Some("Cshort"), short_lived(&lab, 1000)), 2001);
        let short = lab.as_ae(1000, "Cshort");
        let whole = lab.in_seconds(60);
        let of_parent = lab.in_seconds(1000);
        must(&short.create("cse-mn/Cshort", container("old")), 2001);
        for (n, (et, end)) in [
            (Value::text(&whole), Some(&*whole)),
            // It counts with its fraction and is shown without.
            (Value::text(&format!("{whole},25")), Some(&*whole)),
            (Value::text(&lab.in_seconds(1)), Some(&*lab.in_seconds(1))),
            (Value::text(&of_parent), Some(&*of_parent)),
            (Value::text(&lab.in_seconds(1001)), Some(&*of_parent)),
            (Value::text("99991231T235959"), Some(&*of_parent)),
            (Value::text("99991231T235959,999999"), Some(&*of_parent)),
            (Value::Integer(3_600_000), None),
            (Value::Integer(0), None),
            (Value::text("3600000"), None),
            (Value::text("-1"), None),
            (Value::text("PT1H"), None),
            (Value::text(&format!("{whole}Z")), None),
            (Value::text(&format!("{whole}.25")), None),
            (Value::text(&format!("{whole},")), None),
            (Value::text(&format!("{whole},1234567")), None),
            (Value::text("20991301T000000"), None),
            (Value::text("20990230T000000"), None),
            (Value::text("20990101T240000"), None),
            (Value::text("2099-01-01T00:00:00"), None),
            (Value::text("100000101T000000"), None),
            (Value::text(&lab.in_seconds(0)), None),
            (Value::text(&lab.in_seconds(-1)), None),
            (Value::text("00010101T000000"), None),
            (Value::text(""), None),
            (Value::Bool(true), None),
            (Value::texts([&*whole]), None),
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("c{n}");
            let made = short.create("cse-mn/Cshort", container(&name).with("et", et.clone()));
            let changed = short.update("cse-mn/Cshort/old", changes("m2m:cnt").with("et", et.clone()));
            match end {
                Some(end) => {
                    assert_eq!((made.code(), made.text("et")), (2001, end), "{n} {et:?}");
                    assert_eq!((changed.code(), changed.text("et")), (2004, end), "{n} {et:?}");
                }
                None => assert_eq!((made.code(), changed.code()), (4000, 4000), "{n} {et:?}"),
            }
        }
        // Nothing is no end for a new resource, and any end will do for an old one.
        must(&short.create("cse-mn/Cshort", container("null").with("et", Value::Null)), 4000);
        let any = short.update("cse-mn/Cshort/old", changes("m2m:cnt").with("et", Value::Null));
        assert_eq!((any.code(), any.text("et")), (2004, &*of_parent));
        // What came of it is said where the answer has room for it: what differs from what was asked for.
        let beyond = creation("cse-mn/Cshort", container("r").with("et", lab.in_seconds(5000).as_str()));
        let told = short.send(with_result_content(9, beyond));
        assert_eq!((told.code(), told.text("et")), (2001, &*of_parent));
        let within = creation("cse-mn/Cshort", container("s").with("et", lab.in_seconds(500).as_str()));
        let told = short.send(with_result_content(9, within));
        assert!(told.code() == 2001 && !told.has("et"));
    });
}

#[test]
fn nothing_is_promised_longer_than_its_parent() {
    on_every_storage(|lab| {
        must(&lab.user(1000).register_ae(Some("Cshort"), short_lived(&lab, 100)), 2001);
        let short = lab.as_ae(1000, "Cshort");
        let end = short.retrieve("cse-mn/Cshort").text("et").to_owned();
        assert_eq!(end, lab.in_seconds(100));
        for et in [Value::text(&lab.in_seconds(200)), Value::text(&lab.in_seconds(100))] {
            let id = added(&short, "cse-mn/Cshort", support::lab::unnamed_container().with("et", et));
            assert_eq!(short.retrieve(&id).text("et"), end);
        }
        let created = short.create("cse-mn/Cshort", container("default"));
        assert_eq!(created.text("et"), end);
        let earlier = lab.in_seconds(50);
        let created = short.create("cse-mn/Cshort", container("sooner").with("et", earlier.as_str()));
        assert_eq!(created.text("et"), earlier);
        let later = changes("m2m:cnt").with("et", lab.in_seconds(500).as_str());
        assert_eq!(short.update("cse-mn/Cshort/sooner", later).text("et"), end);
    });
}

#[test]
fn what_has_ended_is_gone_with_everything_below_it() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let et = lab.in_seconds(60);
        let outer = added(&meter, "cse-mn/Cmeter", container("outer").with("et", et.as_str()));
        let inner = added(&meter, "cse-mn/Cmeter/outer", container("inner"));
        append(&meter, "cse-mn/Cmeter/outer/inner", "17");
        let beneath = [
            "cse-mn/Cmeter/outer",
            "cse-mn/Cmeter/outer/inner",
            "cse-mn/Cmeter/outer/inner/la",
            &outer,
            &inner,
        ];
        for to in beneath {
            must(&meter.retrieve(to), 2000);
        }
        lab.wait(MINUTE);
        for to in beneath {
            for act in Act::ALL {
                assert_eq!(act.on(&meter, to, "m2m:cnt"), 4004, "{act:?} {to}");
            }
        }
    });
}

#[test]
fn a_child_does_not_outlive_a_parent_whose_end_was_moved_forward() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        added(&meter, "cse-mn/Cmeter", container("outer"));
        let inner = added(&meter, "cse-mn/Cmeter/outer", container("inner"));
        let sooner = changes("m2m:cnt").with("et", lab.in_seconds(60).as_str());
        must(&meter.update("cse-mn/Cmeter/outer", sooner), 2004);
        lab.wait(MINUTE);
        must(&meter.retrieve("cse-mn/Cmeter/outer/inner"), 4004);
        must(&meter.retrieve(&inner), 4004);
        must(&meter.create(&inner, container("late")), 4004);
    });
}

#[test]
fn the_name_of_what_has_ended_is_free_again() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before: Vec<String> = lab.world().versions().into_keys().collect();
        let draft = || container("brief").with("et", lab.in_seconds(60).as_str());
        added(&meter, "cse-mn/Cmeter", draft());
        append(&meter, "cse-mn/Cmeter/brief", "17");
        must(&meter.create("cse-mn/Cmeter", draft()), 4105);
        lab.wait(MINUTE);
        must(&meter.create("cse-mn/Cmeter", draft()), 2001);
        must(&meter.retrieve("cse-mn/Cmeter/brief/la"), 4004);
        // Nothing of the first is left.
        must(&meter.delete("cse-mn/Cmeter/brief"), 2002);
        assert_eq!(lab.world().versions().into_keys().collect::<Vec<_>>(), before);
    });
}

#[test]
fn the_latest_instance_is_one_that_has_not_ended() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let to = "cse-mn/Cmeter/readings";
        append(&meter, to, "stays");
        for n in 0..40 {
            let draft = instance(format!("goes {n}").as_str()).with("et", lab.in_seconds(60).as_str());
            must(&meter.create(to, draft), 2001);
        }
        assert_eq!(meter.retrieve("cse-mn/Cmeter/readings/la").text("con"), "goes 39");
        lab.wait(MINUTE);
        assert_eq!(meter.retrieve("cse-mn/Cmeter/readings/la").text("con"), "stays");
        append(&meter, to, "comes");
        must(&meter.delete("cse-mn/Cmeter/readings/ol"), 2002);
        assert_eq!(meter.retrieve("cse-mn/Cmeter/readings/ol").text("con"), "comes");
    });
}

#[test]
fn what_has_ended_is_neither_shown_nor_discovered() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let brief = container("brief").with("et", lab.in_seconds(60).as_str());
        must(&meter.create("cse-mn/Cmeter", brief), 2001);
        let shown = || {
            let children = meter.send(with_result_content(8, retrieval("cse-mn/Cmeter")));
            let found = meter.discover("cse-mn/Cmeter", FilterCriteria::default());
            (children.member("m2m:cnt").as_list().unwrap().len(), found.addresses().len())
        };
        assert_eq!(shown(), (2, 2));
        lab.wait(MINUTE);
        assert_eq!(shown(), (1, 1));
    });
}

#[test]
fn a_policy_that_has_ended_permits_nothing() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let draft = policy("brief", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
        let id = added(&meter, "cse-mn/Cmeter", draft.with("et", lab.in_seconds(60).as_str()));
        added(&meter, "cse-mn/Cmeter", container("room").with("acpi", [id.as_str()]));
        must(&lab.bare().retrieve("cse-mn/Cmeter/room"), 2000);
        lab.wait(MINUTE);
        must(&lab.bare().retrieve("cse-mn/Cmeter/room"), 4103);
        must(&meter.retrieve("cse-mn/Cmeter/room"), 4103);
        must(&meter.create("cse-mn/Cmeter", container("x").with("acpi", [id.as_str()])), 4000);
        let other = policy_of_meter(&meter, "brief", [rule(["all"], ALL)]);
        assert_ne!(other, id);
        must(&meter.retrieve("cse-mn/Cmeter/room"), 4103);
    });
}

#[test]
fn an_end_can_be_moved_and_taken_back() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let to = "cse-mn/Cmeter/readings";
        let default = meter.retrieve(to).text("et").to_owned();
        let move_to = |seconds| changes("m2m:cnt").with("et", lab.in_seconds(seconds).as_str());
        must(&meter.update(to, move_to(60)), 2004);
        lab.wait(Duration::from_secs(59));
        must(&meter.update(to, move_to(60)), 2004);
        lab.wait(Duration::from_secs(59));
        let back = meter.update(to, changes("m2m:cnt").with("et", Value::Null));
        must(&back, 2004);
        assert_eq!(back.text("et"), default);
        lab.wait(MINUTE);
        must(&meter.retrieve(to), 2000);
    });
}

#[test]
fn a_key_object_that_has_ended_keeps_its_place_until_its_key_is_destroyed() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let draft = hmac_key("brief").with("et", lab.in_seconds(60).as_str());
        let to = "cse-mn/security/data/storage-soft";
        must(&meter.create(to, draft), 2001);
        lab.wait(MINUTE);
        must(&meter.retrieve(&format!("{to}/brief")), 4004);
        must(&meter.create(to, hmac_key("brief")), 4105);
    });
}

#[test]
fn no_instance_grows_older_than_its_container_lets_it() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let to = "cse-mn/Cmeter/brief";
        must(&meter.create("cse-mn/Cmeter", container("brief").with("mia", 60)), 2001);
        let end = |draft| meter.create(to, draft).text("et").to_owned();
        assert_eq!(end(instance("a")), lab.in_seconds(60));
        assert_eq!(end(instance("b").with("et", lab.in_seconds(500).as_str())), lab.in_seconds(60));
        assert_eq!(end(instance("c").with("et", lab.in_seconds(20).as_str())), lab.in_seconds(20));
        lab.wait(Duration::from_secs(59));
        assert_eq!(meter.retrieve(&format!("{to}/la")).text("con"), "b");
        lab.wait(Duration::from_secs(1));
        must(&meter.retrieve(&format!("{to}/la")), 4004);
        while lab.sweep().more {}
        let swept = meter.retrieve(to);
        assert_eq!((swept.number("cni"), swept.number("cbs"), swept.number("mia")), (0, 0, 60));
    });
}

#[test]
fn a_changed_age_holds_for_the_instances_that_come_after() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let to = "cse-mn/Cmeter/readings";
        append(&meter, to, "before");
        must(&meter.update(to, changes("m2m:cnt").with("mia", 60)), 2004);
        append(&meter, to, "under it");
        must(&meter.update(to, changes("m2m:cnt").with("mia", Value::Null)), 2004);
        append(&meter, to, "after");
        must(&meter.update(to, changes("m2m:cnt").with("mia", i64::MAX)), 2004);
        append(&meter, to, "for ever, as long as the container");
        lab.wait(MINUTE);
        let shown = meter.send(with_result_content(8, retrieval(to)));
        let left = shown.member("m2m:cin").as_list().unwrap();
        let left: Vec<_> = left.iter().filter_map(|i| i.as_object()?.get("con")?.as_text()).collect();
        assert_eq!(left, ["before", "after", "for ever, as long as the container"]);
    });
}
