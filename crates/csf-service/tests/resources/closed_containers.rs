//! Containers whose retrieval is disabled keep their instances to themselves (TS-0001 9.6.6, TS-0004 7.4.7.2).

#![expect(clippy::expect_used, reason = "a flow reports by panicking")]

use csf_api::{AttributeCondition, FilterCriteria, RelativeCriteria, RelativePath, ResourceType, Value};
use support::lab::{
    ALL, Asker, Draft, Lab, Reading as _, changes, container, deletion, filtered, group, instance,
    on_every_storage, retrieval, rule, with_result_content,
};

use crate::scenery::{append, meter, must, policy_of_meter};

const BOX: &str = "cse-mn/Cmeter/box";

fn disabled(disabled: Value) -> Draft {
    changes("m2m:cnt").with("disr", disabled)
}

/// A closed container with three instances, of which one is called `first`, and a guest who may do everything to it.
fn closed(lab: &Lab) -> [Asker<'_>; 2] {
    let meter = meter(lab);
    let open = policy_of_meter(&meter, "open", [rule(["Cguest", "Cmeter", "CAdmin"], ALL)]);
    let draft = container("box").with("acpi", [&*open]).with("disr", true);
    let made = meter.create("cse-mn/Cmeter", draft);
    assert_eq!((made.code(), made.member("disr")), (2001, &Value::Bool(true)));
    must(&meter.create(BOX, instance("secret").with("rn", "first")), 2001);
    append(&meter, BOX, "two");
    append(&meter, BOX, "three");
    [meter, lab.registered(1001, "Cguest")]
}

fn conditioned(name: &str, pattern: &str) -> FilterCriteria {
    let condition = AttributeCondition::new(name, pattern).expect("well formed");
    FilterCriteria { attributes: vec![condition], ..FilterCriteria::default() }
}

#[test]
fn nobody_retrieves_or_deletes_an_instance_while_retrieval_is_disabled() {
    on_every_storage(|lab| {
        let [meter, guest] = closed(&lab);
        for to in ["first", "la", "ol", "first#con"] {
            let to = format!("{BOX}/{to}");
            for asker in [&meter, &guest, &lab.admin()] {
                must(&asker.retrieve(&to), 4005);
                // Whether a condition is met would tell what it holds.
                for pattern in ["secret", "other"] {
                    must(&asker.send(filtered(conditioned("con", pattern), retrieval(&to))), 4005);
                }
                must(&asker.delete(&to), 4005);
                must(&asker.update(&to, changes("m2m:cin").with("lbl", ["x"])), 4005);
            }
            // Who may not do it anyway learns nothing of it.
            for stranger in [&lab.bare(), &lab.registered(1002, "Cstranger")] {
                must(&stranger.retrieve(&to), 4103);
                must(&stranger.delete(&to), 4103);
            }
            must(&lab.as_ae(1002, "Cstranger").delete("cse-mn/Cstranger"), 2002);
        }
        // It counts them and takes more.
        append(&guest, BOX, "four");
        assert_eq!(meter.retrieve(BOX).number("cni"), 4);
        must(&meter.retrieve(&format!("{BOX}/nothing")), 4004);
    });
}

#[test]
fn what_is_withheld_is_not_shown_below_anything() {
    on_every_storage(|lab| {
        let [meter, guest] = closed(&lab);
        let shown = |asker: &Asker<'_>, number, to: &str| {
            let answer = asker.send(with_result_content(number, retrieval(to)));
            must(&answer, 2000);
            answer
        };
        let found = |asker: &Asker<'_>, to: &str, criteria| {
            let answer = asker.discover(to, criteria);
            must(&answer, 2000);
            answer.addresses().len()
        };
        let instances = || FilterCriteria {
            resource_types: vec![ResourceType::CONTENT_INSTANCE],
            ..FilterCriteria::default()
        };
        let above = || {
            let child = RelativeCriteria {
                attributes: vec![AttributeCondition::new("con", "secret").expect("well formed")],
                ..RelativeCriteria::default()
            };
            FilterCriteria { child, ..FilterCriteria::default() }
        };
        let latest = || FilterCriteria {
            resource_types: vec![ResourceType::CONTAINER],
            relative_path: RelativePath::parse("la"),
            ..FilterCriteria::default()
        };
        for asker in [&meter, &guest] {
            for number in [4, 5, 6, 8] {
                let answer = shown(asker, number, BOX);
                assert!(!answer.gives("secret") && !answer.gives("first"), "{number}");
            }
            assert_eq!(found(asker, BOX, FilterCriteria::default()), 0);
        }
        for criteria in [instances(), above(), latest()] {
            assert_eq!(found(&meter, "cse-mn/Cmeter", criteria), 0);
        }
        let whole = shown(&meter, 4, "cse-mn/Cmeter");
        assert!(whole.gives("box") && !whole.gives("secret"));
        // An open one is found and shown by the same questions.
        append(&meter, "cse-mn/Cmeter/readings", "secret");
        assert!(shown(&meter, 4, "cse-mn/Cmeter").gives("secret"));
        for criteria in [instances(), above(), latest()] {
            assert_eq!(found(&meter, "cse-mn/Cmeter", criteria), 1);
        }
    });
}

#[test]
fn through_a_group_it_is_the_same() {
    on_every_storage(|lab| {
        let [meter, _] = closed(&lab);
        append(&meter, "cse-mn/Cmeter/readings", "17");
        must(&meter.create("cse-mn/Cmeter", group("g", 2, ["Cmeter/box", "Cmeter/readings"])), 2001);
        let answer = meter.retrieve("cse-mn/Cmeter/g/fopt/la");
        must(&answer, 2000);
        let codes = answer.member("m2m:rsp").as_list().unwrap_or_default().iter().map(|part| {
            let code = part.as_object().and_then(|part| part.get("rsc"));
            code.and_then(Value::as_integer).unwrap_or_default()
        });
        assert_eq!(codes.collect::<Vec<_>>(), [4005, 2000]);
    });
}

#[test]
fn when_retrieval_is_enabled_again_nothing_of_before_is_left() {
    for enabled in [Value::Bool(false), Value::Null] {
        on_every_storage(|lab| {
            let [meter, guest] = closed(&lab);
            // Another change leaves them, and says nothing about it.
            must(&meter.update(BOX, changes("m2m:cnt").with("lbl", ["x"])), 2004);
            must(&meter.update(BOX, disabled(Value::Bool(true))), 2004);
            assert_eq!(meter.retrieve(BOX).number("cni"), 3);
            must(&lab.registered(1002, "Cstranger").update(BOX, disabled(enabled.clone())), 4103);
            let opened = guest.update(BOX, disabled(enabled.clone()));
            must(&opened, 2004);
            assert_eq!((opened.number("cni"), opened.number("cbs")), (0, 0));
            assert_eq!(opened.has("disr"), enabled != Value::Null);
            for to in ["first", "la", "ol"] {
                must(&meter.retrieve(&format!("{BOX}/{to}")), 4004);
            }
            let of_instances = |key: &String| key.contains("cin-");
            assert!(!lab.world().versions().keys().any(of_instances), "{:?}", lab.world().versions());
            // What comes now is shown, by the name of one that is gone too.
            must(&guest.create(BOX, instance("new").with("rn", "first")), 2001);
            assert_eq!(guest.retrieve(&format!("{BOX}/first")).text("con"), "new");
            must(&guest.update(BOX, disabled(Value::Bool(false))), 2004);
            assert_eq!(guest.retrieve(BOX).number("cni"), 1);
            // Closed again, it keeps what is there to itself as well.
            must(&guest.update(BOX, disabled(Value::Bool(true))), 2004);
            must(&guest.retrieve(&format!("{BOX}/la")), 4005);
        });
    }
}

#[test]
fn a_closed_container_keeps_its_bounds_and_goes_as_a_whole() {
    on_every_storage(|lab| {
        let [meter, guest] = closed(&lab);
        must(&meter.update(BOX, changes("m2m:cnt").with("mni", 2)), 2004);
        append(&guest, BOX, "four");
        assert_eq!((meter.retrieve(BOX).number("cni"), meter.retrieve(BOX).number("st")), (2, 5));
        let last = guest.send(with_result_content(4, deletion(BOX)));
        must(&last, 2002);
        assert!(!last.has("m2m:cin"));
        must(&meter.retrieve(BOX), 4004);
    });
}
