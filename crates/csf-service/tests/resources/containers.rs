//! Containers count their instances and keep within their bounds (TS-0001 9.6.6, 9.6.7).

use std::time::Duration;

use csf_api::{Object, Value};
use support::lab::{Asker, Reading as _, changes, container, instance, on_every_storage, unnamed_container};

use crate::scenery::{append, meter, must};

const READINGS: &str = "cse-mn/Cmeter/readings";

/// `st`, `cni` and `cbs`.
fn counters(asker: &Asker<'_>, to: &str) -> (i64, i64, i64) {
    let read = asker.retrieve(to);
    must(&read, 2000);
    (read.number("st"), read.number("cni"), read.number("cbs"))
}

fn contents(asker: &Asker<'_>, to: &str) -> (String, String) {
    let of = |which: &str| asker.retrieve(&format!("{to}/{which}")).text("con").to_owned();
    (of("ol"), of("la"))
}

#[test]
fn a_container_counts_instances_and_bytes() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        assert_eq!(counters(&meter, READINGS), (0, 0, 0));
        for (content, size, after) in [
            (Value::text("abc"), 3, (1, 1, 3)),
            (Value::text("é"), 2, (2, 2, 5)),
            (Value::text(""), 0, (3, 3, 5)),
            (Value::Integer(12345), 5, (4, 4, 10)),
            (Value::Bool(false), 5, (5, 5, 15)),
            (Value::texts(["a", "b"]), 9, (6, 6, 24)),
            (Value::Object(Object::new().with("t", Value::Integer(1))), 7, (7, 7, 31)),
        ] {
            let created = meter.create(READINGS, instance(content));
            must(&created, 2001);
            assert_eq!((created.number("cs"), created.number("st")), (size, after.0));
            assert_eq!(counters(&meter, READINGS), after);
        }
        must(&meter.delete(&format!("{READINGS}/la")), 2002);
        assert_eq!(counters(&meter, READINGS), (7, 6, 24));
        must(&meter.delete(&format!("{READINGS}/ol")), 2002);
        assert_eq!(counters(&meter, READINGS), (7, 5, 21));
    });
}

#[test]
fn the_latest_and_the_oldest_instance_have_names_of_their_own() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for end in ["la", "ol"] {
            must(&meter.retrieve(&format!("{READINGS}/{end}")), 4004);
        }
        for content in ["one", "two", "three"] {
            append(&meter, READINGS, content);
        }
        assert_eq!(contents(&meter, READINGS), ("one".into(), "three".into()));
        let id = meter.retrieve(READINGS).text("ri").to_owned();
        assert_eq!(contents(&meter, &id), ("one".into(), "three".into()));
        must(&meter.delete(&format!("{id}/la")), 2002);
        assert_eq!(contents(&meter, READINGS), ("one".into(), "two".into()));
        must(&meter.delete(&format!("{READINGS}/ol")), 2002);
        assert_eq!(contents(&meter, READINGS), ("two".into(), "two".into()));
        must(&meter.create(&format!("{READINGS}/la"), unnamed_container()), 4108);
        must(&meter.delete(&format!("{READINGS}/la")), 2002);
        must(&meter.retrieve(&format!("{READINGS}/la")), 4004);
    });
}

#[test]
fn beyond_its_number_of_instances_a_container_drops_the_oldest() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", container("few").with("mni", 2)), 2001);
        let to = "cse-mn/Cmeter/few";
        for content in ["a", "bb", "ccc"] {
            append(&meter, to, content);
        }
        assert_eq!(contents(&meter, to), ("bb".into(), "ccc".into()));
        assert_eq!(counters(&meter, to), (3, 2, 5));
    });
}

#[test]
fn beyond_its_bytes_a_container_drops_as_many_as_it_must() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", container("small").with("mbs", 10)), 2001);
        let to = "cse-mn/Cmeter/small";
        for content in ["aaa", "bbb", "ccc"] {
            append(&meter, to, content);
        }
        assert_eq!(counters(&meter, to), (3, 3, 9));
        append(&meter, to, "dddddd");
        assert_eq!(contents(&meter, to), ("ccc".into(), "dddddd".into()));
        assert_eq!(counters(&meter, to), (4, 2, 9));
        append(&meter, to, "eeeeeeeeee");
        assert_eq!(counters(&meter, to), (5, 1, 10));
    });
}

#[test]
fn an_instance_that_can_never_fit_is_refused_and_removes_nothing() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", container("small").with("mbs", 5)), 2001);
        must(&meter.create("cse-mn/Cmeter", container("none").with("mni", 0)), 2001);
        must(&meter.create("cse-mn/Cmeter", container("ageless").with("mia", 0)), 2001);
        append(&meter, "cse-mn/Cmeter/small", "abc");
        let before = lab.world().versions();
        must(&meter.create("cse-mn/Cmeter/small", instance("abcdef")), 5207);
        must(&meter.create("cse-mn/Cmeter/none", instance("")), 5207);
        must(&meter.create("cse-mn/Cmeter/ageless", instance("")), 5207);
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn a_narrower_bound_takes_effect_at_once() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for content in ["aa", "bb", "cc", "dd"] {
            append(&meter, READINGS, content);
        }
        must(&meter.update(READINGS, changes("m2m:cnt").with("mni", 3)), 2004);
        assert_eq!(contents(&meter, READINGS), ("bb".into(), "dd".into()));
        must(&meter.update(READINGS, changes("m2m:cnt").with("mbs", 2)), 2004);
        assert_eq!(contents(&meter, READINGS), ("dd".into(), "dd".into()));
        assert_eq!(counters(&meter, READINGS), (6, 1, 2));
        let unbounded = changes("m2m:cnt").with("mni", Value::Null).with("mbs", Value::Null);
        must(&meter.update(READINGS, unbounded), 2004);
        append(&meter, READINGS, "eeee");
        assert_eq!(counters(&meter, READINGS), (8, 2, 6));
    });
}

#[test]
fn instances_are_never_updated() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create(READINGS, instance("17").with("rn", "first")), 2001);
        for to in ["first", "la"] {
            for change in ["lbl", "con", "rn"] {
                let change = changes("m2m:cin").with(change, ["x"]);
                must(&meter.update(&format!("{READINGS}/{to}"), change), 4005);
            }
        }
        assert_eq!(contents(&meter, READINGS), ("17".into(), "17".into()));
    });
}

#[test]
fn counters_are_the_nodes_own() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for name in ["cni", "cbs", "st", "ty", "ri", "pi", "ct", "lt"] {
            must(&meter.create("cse-mn/Cmeter", container("x").with(name, 1)), 4000);
            must(&meter.update(READINGS, changes("m2m:cnt").with(name, 1)), 4000);
        }
        for name in ["cs", "st"] {
            must(&meter.create(READINGS, instance("x").with(name, 1)), 4000);
        }
        for bound in ["mni", "mbs", "mia"] {
            must(&meter.update(READINGS, changes("m2m:cnt").with(bound, -1)), 4000);
        }
        must(&meter.update(READINGS, changes("m2m:cnt").with("loc", "x")), 5001);
        must(&meter.update(READINGS, changes("m2m:cnt").with("disr", 1)), 4000);
        must(&meter.update(READINGS, changes("m2m:cin").with("mni", 1)), 4000);
        assert_eq!(counters(&meter, READINGS), (0, 0, 0));
        // One that changes no attribute is an UPDATE all the same.
        must(&meter.update(READINGS, changes("m2m:cnt")), 2004);
        assert_eq!(counters(&meter, READINGS), (1, 0, 0));
    });
}

#[test]
fn a_creator_is_shown_where_it_was_asked_for() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let created = meter.create("cse-mn/Cmeter", container("signed").with("cr", Value::Null));
        must(&created, 2001);
        assert_eq!(created.text("cr"), "Cmeter");
        must(&meter.create("cse-mn/Cmeter", container("forged").with("cr", "Cother")), 4000);
        assert!(!meter.retrieve(READINGS).has("cr"));
        must(&meter.update(READINGS, changes("m2m:cnt").with("cr", "Cmeter")), 4000);
        let created = meter.create(READINGS, instance("17").with("cr", Value::Null));
        assert_eq!(created.text("cr"), "Cmeter");
    });
}

#[test]
fn each_parent_takes_the_children_of_its_type() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        append(&meter, READINGS, "17");
        must(&meter.create(READINGS, container("inner")), 2001);
        append(&meter, "cse-mn/Cmeter/readings/inner", "18");
        must(&meter.create("cse-mn/Cmeter", instance("17")), 4108);
        must(&lab.admin().create("cse-mn", instance("17")), 4108);
        must(&meter.create(READINGS, instance("17").rooted("m2m:cnt")), 4000);
        assert_eq!(counters(&meter, READINGS), (1, 1, 2));
    });
}

#[test]
fn a_clock_that_was_set_back_does_not_make_new_instances_old() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.update(READINGS, changes("m2m:cnt").with("mni", 2)), 2004);
        lab.wait(Duration::from_secs(100));
        append(&meter, READINGS, "first");
        append(&meter, READINGS, "second");
        lab.world().clock().set_utc(lab.world().utc().plus_seconds(-50));
        append(&meter, READINGS, "third");
        assert_eq!(contents(&meter, READINGS), ("second".into(), "third".into()));
        // Nor does a restart in between.
        let lab = lab.restart(|_| {});
        let meter = lab.as_ae(1000, "Cmeter");
        append(&meter, READINGS, "fourth");
        append(&meter, READINGS, "fifth");
        assert_eq!(contents(&meter, READINGS), ("fourth".into(), "fifth".into()));
    });
}
