//! Filter criteria: which resources a discovery finds, and whether a request meets its target (TS-0004 7.3.3.17).

#![expect(clippy::unwrap_used, reason = "a flow reports by panicking")]

mod below;

use std::time::Duration;

use csf_api::{
    AttributeCondition, FilterCriteria, FilterOperation, RelativeCriteria, Request, ResourceType, Window,
};
use support::lab::{
    ALL, Asker, DELETE, DISCOVERY, Lab, RETRIEVE, Reading as _, UPDATE, changes, container, deletion,
    filtered, instance, on_every_storage, retrieval, rule, update,
};

use crate::scenery::{meter, must, policy_of_meter};

/// Below `Cmeter`, a minute apart: `water` (labelled `wet`) with an instance of two bytes of JSON, `gas` with a
/// bound and one of five bytes of text, and the empty `readings` before them.
fn tree(lab: &Lab) -> Asker<'_> {
    let meter = meter(lab);
    let minute = || lab.wait(Duration::from_secs(60));
    minute();
    must(&meter.create("cse-mn/Cmeter", container("water").with("lbl", ["wet"])), 2001);
    must(
        &meter.create(
            "cse-mn/Cmeter/water",
            instance("{}").with("rn", "json").with("cnf", "application/json:0"),
        ),
        2001,
    );
    minute();
    must(
        &meter.create(
            "cse-mn/Cmeter",
            container("gas").with("mni", 7).with("et", lab.in_seconds(3600).as_str()),
        ),
        2001,
    );
    must(
        &meter.create("cse-mn/Cmeter/gas", instance("12345").with("rn", "text").with("cnf", "text/plain:0")),
        2001,
    );
    minute();
    meter
}

/// The names that a discovery finds, in order of the alphabet.
fn found(asker: &Asker<'_>, criteria: FilterCriteria) -> Vec<String> {
    let response = asker.discover("cse-mn/Cmeter", criteria);
    must(&response, 2000);
    let name = |address: &&str| address.rsplit('/').next().unwrap().to_owned();
    let mut names: Vec<String> = response.addresses().iter().map(name).collect();
    names.sort();
    names
}

fn any() -> FilterCriteria {
    FilterCriteria::default()
}

fn attributes(conditions: &[(&str, &str)]) -> Vec<AttributeCondition> {
    conditions.iter().map(|(name, pattern)| AttributeCondition::new(name, pattern).unwrap()).collect()
}

fn having(conditions: &[(&str, &str)]) -> FilterCriteria {
    FilterCriteria { attributes: attributes(conditions), ..any() }
}

fn from<T>(from: T) -> Window<T> {
    Window { from: Some(from), before: None }
}

fn between<T>(from: T, before: T) -> Window<T> {
    Window { from: Some(from), before: Some(before) }
}

fn before<T>(before: T) -> Window<T> {
    Window { from: None, before: Some(before) }
}

#[test]
fn times_states_and_sizes_have_a_lower_bound_that_matches_and_an_upper_that_does_not() {
    on_every_storage(|lab| {
        let start = lab.world().utc();
        let meter = tree(&lab);
        let minute = |n: i64| start.plus_seconds(60 * n);
        for (criteria, names) in [
            (FilterCriteria { created: from(minute(2)), ..any() }, &["gas", "text"][..]),
            (FilterCriteria { created: from(start.plus_seconds(121)), ..any() }, &[]),
            (FilterCriteria { created: before(minute(1)), ..any() }, &["readings"]),
            (
                FilterCriteria {
                    created: Window { from: Some(minute(1)), before: Some(minute(2)) },
                    ..any()
                },
                &["json", "water"],
            ),
            (FilterCriteria { modified: from(minute(2)), ..any() }, &["gas", "text"]),
            (FilterCriteria { modified: before(minute(2)), ..any() }, &["json", "readings", "water"]),
            (FilterCriteria { expires: before(minute(1000)), ..any() }, &["gas", "text"]),
            (FilterCriteria { expires: from(minute(1000)), ..any() }, &["json", "readings", "water"]),
            (FilterCriteria { state: from(1), ..any() }, &["gas", "json", "text", "water"]),
            (FilterCriteria { state: before(1), ..any() }, &["readings"]),
            (FilterCriteria { size: from(2), ..any() }, &["json", "text"]),
            (FilterCriteria { size: from(3), ..any() }, &["text"]),
            (FilterCriteria { size: before(5), ..any() }, &["json"]),
            // A contradiction is met by nothing.
            (FilterCriteria { size: Window { from: Some(5), before: Some(5) }, ..any() }, &[]),
        ] {
            assert_eq!(found(&meter, criteria.clone()), names, "{criteria:?}");
        }
    });
}

#[test]
fn attributes_are_matched_by_name_with_wildcards() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        for (conditions, names) in [
            (&[("rn", "water")][..], &["water"][..]),
            (&[("rn", "*a*")], &["gas", "readings", "water"]),
            (&[("rn", "wat")], &[]),
            // Of one name any, of several names each.
            (&[("rn", "water"), ("rn", "gas")], &["gas", "water"]),
            (&[("rn", "water"), ("rn", "gas"), ("mni", "7")], &["gas"]),
            (&[("mni", "*")], &["gas"]),
            (&[("cni", "1")], &["gas", "water"]),
            (&[("con", "12*5")], &["text"]),
        ] {
            assert_eq!(found(&meter, having(conditions)), names, "{conditions:?}");
        }
        let of_kind = |kinds: &[&str]| FilterCriteria {
            content_types: kinds.iter().map(|kind| (*kind).into()).collect(),
            ..any()
        };
        // A condition on what no type has is most likely a parameter that was misspelt.
        must(&meter.discover("cse-mn/Cmeter", having(&[("nonsense", "*")])), 4000);
        must(&meter.send(filtered(having(&[("nonsense", "*")]), retrieval("cse-mn/Cmeter"))), 4000);
        assert_eq!(found(&meter, of_kind(&["application/json"])), ["json"]);
        assert_eq!(found(&meter, of_kind(&["application/json:0", "text/plain"])), ["json", "text"]);
        assert!(found(&meter, of_kind(&["text"])).is_empty());
    });
}

#[test]
fn a_list_is_matched_by_one_entry_and_a_truth_by_its_word_or_digit() {
    on_every_storage(|lab| {
        let _meter = meter(&lab);
        let admin = lab.admin();
        for (conditions, count) in [
            (&[("srv", "3"), ("api", "Nlab*")][..], 1),
            (&[("rr", "false"), ("api", "Nlab*")], 1),
            (&[("rr", "0"), ("api", "Nlab*")], 1),
            (&[("rr", "1"), ("api", "Nlab*")], 0),
            // Attributes that are computed count as well, objects do not.
            (&[("prf", "mn")], 1),
            (&[("pv", "*")], 0),
        ] {
            let found = admin.discover("cse-mn", having(conditions));
            must(&found, 2000);
            assert_eq!(found.addresses().len(), count, "{conditions:?}");
        }
    });
}

#[test]
fn a_parent_or_a_child_can_be_asked_for() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let kin = |types: &[ResourceType], labels: &[&str], conditions: &[(&str, &str)]| RelativeCriteria {
            resource_types: types.to_vec(),
            labels: labels.iter().map(|label| (*label).into()).collect(),
            attributes: attributes(conditions),
        };
        let (instances, containers) = (ResourceType::CONTENT_INSTANCE, ResourceType::CONTAINER);
        for (criteria, names) in [
            (FilterCriteria { child: kin(&[instances], &[], &[]), ..any() }, &["gas", "water"][..]),
            (FilterCriteria { child: kin(&[containers], &[], &[]), ..any() }, &[]),
            (FilterCriteria { child: kin(&[], &[], &[("rn", "json")]), ..any() }, &["water"]),
            (FilterCriteria { child: kin(&[instances], &[], &[("rn", "x")]), ..any() }, &[]),
            (FilterCriteria { child: kin(&[], &["wet"], &[]), ..any() }, &[]),
            (FilterCriteria { parent: kin(&[], &["wet"], &[]), ..any() }, &["json"]),
            (FilterCriteria { parent: kin(&[containers], &[], &[]), ..any() }, &["json", "text"]),
            (
                FilterCriteria { parent: kin(&[ResourceType::AE], &[], &[]), ..any() },
                &["gas", "readings", "water"],
            ),
            (FilterCriteria { parent: kin(&[], &[], &[("mni", "7")]), ..any() }, &["text"]),
        ] {
            assert_eq!(found(&meter, criteria.clone()), names, "{criteria:?}");
        }
        let labelled = meter.discover("cse-mn", FilterCriteria { child: kin(&[], &["wet"], &[]), ..any() });
        // The CSEBase itself may not be discovered by everybody.
        must(&labelled, 4103);
    });
}

#[test]
fn conditions_of_different_kinds_go_together_as_asked() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let criteria = FilterCriteria {
            labels: vec!["wet".into()],
            attributes: attributes(&[("mni", "7"), ("rn", "readings")]),
            size: from(5),
            ..any()
        };
        assert!(found(&meter, criteria.clone()).is_empty());
        let either = FilterCriteria { operation: FilterOperation::Or, ..criteria };
        assert_eq!(found(&meter, either), ["gas", "readings", "text", "water"]);
        // No condition is met by everything, however it goes together with others.
        assert_eq!(found(&meter, FilterCriteria { operation: FilterOperation::Or, ..any() }).len(), 5);
    });
}

// Between two bounds is one condition, also where one condition is enough.
#[test]
fn both_bounds_of_a_window_are_met_together() {
    on_every_storage(|lab| {
        let start = lab.world().utc();
        let meter = tree(&lab);
        let minute = |n: i64| start.plus_seconds(60 * n);
        let either = |criteria| FilterCriteria { operation: FilterOperation::Or, ..criteria };
        for (criteria, names) in [
            (FilterCriteria { created: between(minute(1), minute(2)), ..any() }, &["json", "water"][..]),
            (FilterCriteria { modified: between(minute(2), minute(3)), ..any() }, &["gas", "text"]),
            (FilterCriteria { size: between(3, 9), ..any() }, &["text"]),
            (FilterCriteria { state: between(0, 1), ..any() }, &["readings"]),
            (FilterCriteria { state: between(5, 5), ..any() }, &[]),
            (FilterCriteria { expires: between(minute(0), minute(1000)), ..any() }, &["gas", "text"]),
            (
                FilterCriteria {
                    created: between(minute(1), minute(2)),
                    size: between(3, 9),
                    ..having(&[("rn", "readings")])
                },
                &["json", "readings", "text", "water"],
            ),
        ] {
            assert_eq!(found(&meter, either(criteria.clone())), names, "{criteria:?}");
        }
    });
}

#[test]
fn a_condition_is_answered_only_to_whoever_may_read_what_it_asks_for() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let guest = lab.registered(1001, "Cguest");
        let find = policy_of_meter(&meter, "find", [rule(["Cguest"], DISCOVERY), rule(["Cmeter"], ALL)]);
        let read =
            policy_of_meter(&meter, "read", [rule(["Cguest"], DISCOVERY | RETRIEVE), rule(["Cmeter"], ALL)]);
        let govern = |to: &str, root, id: &str| {
            must(&meter.update(to, changes(root).with("acpi", [id])), 2004);
        };
        govern("cse-mn/Cmeter", "m2m:ae", &find);
        govern("cse-mn/Cmeter/water", "m2m:cnt", &find);
        govern("cse-mn/Cmeter/gas", "m2m:cnt", &read);
        let kin = |labels: &[&str], conditions: &[(&str, &str)]| RelativeCriteria {
            labels: labels.iter().map(|label| (*label).into()).collect(),
            attributes: attributes(conditions),
            ..RelativeCriteria::default()
        };
        let start = lab.world().utc().plus_seconds(-100_000);
        for (criteria, names) in [
            // What discovery tells anyway.
            (any(), &["gas", "json", "text", "water"][..]),
            (FilterCriteria { labels: vec!["wet".into()], ..any() }, &["water"]),
            (
                FilterCriteria { created: from(start), modified: from(start), ..any() },
                &["gas", "json", "text", "water"],
            ),
            (FilterCriteria { parent: kin(&["wet"], &[]), ..any() }, &["json"]),
            // What only a RETRIEVE would tell.
            (having(&[("rn", "*")]), &["gas", "text"]),
            (having(&[("con", "*")]), &["text"]),
            (FilterCriteria { size: from(0), ..any() }, &["text"]),
            (FilterCriteria { state: from(0), ..any() }, &["gas", "text"]),
            (FilterCriteria { expires: from(start), ..any() }, &["gas", "text"]),
            (FilterCriteria { content_types: vec!["application/json".into()], ..any() }, &[]),
            (FilterCriteria { child: kin(&[], &[("con", "*")]), ..any() }, &["gas"]),
            (FilterCriteria { parent: kin(&[], &[("rn", "*")]), ..any() }, &["text"]),
        ] {
            assert_eq!(found(&guest, criteria.clone()), names, "{criteria:?}");
            assert!(found(&meter, criteria.clone()).len() >= names.len(), "{criteria:?}");
        }
        // One condition that may not be answered does not spoil another.
        let either = FilterCriteria {
            operation: FilterOperation::Or,
            labels: vec!["wet".into()],
            ..having(&[("rn", "json")])
        };
        assert_eq!(found(&guest, either), ["water"]);
    });
}

#[test]
fn a_request_meets_a_target_that_meets_its_conditions() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let to = "cse-mn/Cmeter/gas";
        let ways: [(fn() -> Request, u16); 3] = [
            (|| retrieval("cse-mn/Cmeter/gas"), 2000),
            (|| update("cse-mn/Cmeter/gas", changes("m2m:cnt").with("lbl", ["met"])), 2004),
            (|| deletion("cse-mn/Cmeter/gas"), 2002),
        ];
        let (met, unmet) = (having(&[("mni", "7")]), having(&[("mni", "8")]));
        for (request, done) in ways {
            let before = lab.world().versions();
            must(&meter.send(filtered(unmet.clone(), request())), 4004);
            let contradiction = FilterCriteria { labels: vec!["none".into()], ..met.clone() };
            must(&meter.send(filtered(contradiction, request())), 4004);
            assert_eq!(lab.world().versions(), before);
            must(&meter.send(filtered(met.clone(), request())), done);
        }
        must(&meter.retrieve(to), 4004);
        let mut creation = support::lab::creation("cse-mn/Cmeter", container("x"));
        creation.filter = Some(any());
        must(&meter.send(creation), 4000);
    });
}

#[test]
fn whoever_may_change_and_not_read_learns_nothing_from_conditions() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let guest = lab.registered(1001, "Cguest");
        let blind = [rule(["Cguest"], UPDATE | DELETE), rule(["Cmeter"], ALL)];
        let id = policy_of_meter(&meter, "blind", blind);
        let to = "cse-mn/Cmeter/gas";
        must(&meter.update(to, changes("m2m:cnt").with("acpi", [id.as_str()])), 2004);
        let change = || update(to, changes("m2m:cnt").with("lbl", ["x"]));
        for criteria in [
            having(&[("mni", "7")]),
            FilterCriteria { resource_types: vec![ResourceType::CONTAINER], ..any() },
            FilterCriteria { state: from(0), ..any() },
        ] {
            must(&guest.send(filtered(criteria.clone(), change())), 4004);
            must(&guest.send(filtered(criteria.clone(), deletion(to))), 4004);
            must(&meter.send(filtered(criteria, change())), 2004);
        }
        must(&guest.send(filtered(any(), change())), 2004);
        must(&guest.send(filtered(having(&[("mni", "7")]), retrieval(to))), 4103);
    });
}
