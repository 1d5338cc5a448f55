//! Discovery: what lies below, matches, and may be discovered (TS-0001 10.2.6).

use csf_api::{FilterCriteria, IdentifierForm, ResourceType, Value};
use support::lab::{
    ALL, Asker, DISCOVERY, Lab, RETRIEVE, Reading as _, Setup, changes, container, discovery,
    on_every_storage, on_every_storage_with, retrieval, rule, with_result_content,
};

use crate::scenery::{append, meter, must, policy_of_meter};

/// `Cmeter` with containers of two levels, some of them labelled, and one instance.
fn tree(lab: &Lab) -> Asker<'_> {
    let meter = meter(lab);
    for (to, name, labels) in [
        ("cse-mn/Cmeter", "water", &["wet", "cold"][..]),
        ("cse-mn/Cmeter", "gas", &["cold"]),
        ("cse-mn/Cmeter/water", "hot", &["wet"]),
        ("cse-mn/Cmeter/water/hot", "deep", &[]),
    ] {
        let mut draft = container(name);
        if !labels.is_empty() {
            draft = draft.with("lbl", csf_api::Value::texts(labels.iter().copied()));
        }
        must(&meter.create(to, draft), 2001);
    }
    append(&meter, "cse-mn/Cmeter/readings", "17");
    meter
}

fn found(asker: &Asker<'_>, criteria: FilterCriteria) -> Vec<String> {
    let response = asker.discover("cse-mn/Cmeter", criteria);
    must(&response, 2000);
    response.addresses().iter().map(|a| a.trim_start_matches("cse-mn/Cmeter/").to_owned()).collect()
}

fn all() -> FilterCriteria {
    FilterCriteria::default()
}

#[test]
fn everything_below_is_found_level_by_level() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let names = found(&meter, all());
        assert_eq!(&names[..3], ["readings", "water", "gas"]);
        assert_eq!(names.len(), 6);
        assert_eq!(names[5], "water/hot/deep");
        assert!(names[3..5].contains(&"water/hot".to_owned()), "{names:?}");
        assert!(names[3..5].iter().any(|n| n.starts_with("readings/cin-")), "{names:?}");
    });
}

#[test]
fn types_and_labels_narrow_what_is_found() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let of_type = |types: &[ResourceType]| FilterCriteria { resource_types: types.to_vec(), ..all() };
        let labelled = |labels: &[&str]| FilterCriteria {
            labels: labels.iter().map(|l| (*l).into()).collect(),
            ..all()
        };
        assert_eq!(found(&meter, of_type(&[ResourceType::CONTENT_INSTANCE])).len(), 1);
        assert_eq!(found(&meter, of_type(&[ResourceType::CONTAINER])).len(), 5);
        assert_eq!(
            found(&meter, of_type(&[ResourceType::CONTAINER, ResourceType::CONTENT_INSTANCE])).len(),
            6
        );
        assert!(found(&meter, of_type(&[ResourceType::AE])).is_empty());
        assert_eq!(found(&meter, labelled(&["wet"])), ["water", "water/hot"]);
        assert_eq!(found(&meter, labelled(&["cold", "wet"])), ["water", "gas", "water/hot"]);
        assert!(found(&meter, labelled(&["we"])).is_empty());
        let both = FilterCriteria { resource_types: vec![ResourceType::AE], ..labelled(&["wet"]) };
        assert!(found(&meter, both).is_empty());
    });
}

#[test]
fn levels_are_counted_from_the_target() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        for (level, count) in [(0, 0), (1, 3), (2, 5), (3, 6), (u32::MAX, 6)] {
            assert_eq!(found(&meter, FilterCriteria { level: Some(level), ..all() }).len(), count, "{level}");
        }
    });
}

#[test]
fn limit_and_offset_page_through_the_same_order() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let whole = found(&meter, all());
        let page = |offset, limit| {
            found(&meter, FilterCriteria { offset: Some(offset), limit: Some(limit), ..all() })
        };
        let pages: Vec<String> = [1, 3, 5].into_iter().flat_map(|offset| page(offset, 2)).collect();
        assert_eq!(pages, whole);
        assert_eq!(page(6, 10), &whole[5..]);
        assert!(page(7, 10).is_empty());
        assert!(page(1, 0).is_empty());
        assert!(page(u32::MAX, u32::MAX).is_empty());
        // What an offset skips are results, not resources that were looked at.
        let wet = FilterCriteria { labels: vec!["wet".into()], offset: Some(2), ..all() };
        assert_eq!(found(&meter, wet), ["water/hot"]);
    });
}

#[test]
fn the_node_has_a_limit_of_its_own() {
    let narrow = |setup: &mut Setup| setup.settings.limits.discovery_results = 2;
    on_every_storage_with(narrow, |lab| {
        let meter = tree(&lab);
        for limit in [None, Some(2), Some(1000)] {
            assert_eq!(found(&meter, FilterCriteria { limit, ..all() }), ["readings", "water"]);
        }
        assert_eq!(found(&meter, FilterCriteria { limit: Some(1), ..all() }), ["readings"]);
    });
}

#[test]
fn results_are_those_that_the_caller_may_discover() {
    // Shows ACC-1.
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let guest = lab.registered(1001, "Cguest");
        let pv = [rule(["Cguest"], DISCOVERY), rule(["Cmeter"], ALL)];
        let find = policy_of_meter(&meter, "find", pv);
        let pv = [rule(["Cguest"], ALL - DISCOVERY), rule(["Cmeter"], ALL)];
        let read = policy_of_meter(&meter, "read", pv);
        for (to, id) in [("", &find), ("/readings", &find), ("/gas", &read), ("/water/hot", &find)] {
            let to = format!("cse-mn/Cmeter{to}");
            let root = if to.ends_with("Cmeter") { "m2m:ae" } else { "m2m:cnt" };
            must(&meter.update(&to, changes(root).with("acpi", [id.as_str()])), 2004);
        }
        let names = found(&guest, all());
        // `water` may not be found, `water/hot` below it may; `gas` may be read and not found.
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(names.contains(&"readings".into()) && names.contains(&"water/hot".into()), "{names:?}");
        assert!(names.iter().any(|n| n.starts_with("readings/cin-")), "{names:?}");
        // Neither privilege implies the other.
        must(&guest.retrieve("cse-mn/Cmeter/readings"), 4103);
        must(&guest.retrieve("cse-mn/Cmeter/gas"), 2000);
    });
}

#[test]
fn a_target_that_may_not_be_discovered_is_refused() {
    // DIS/005.
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let guest = lab.registered(1001, "Cguest");
        let id = policy_of_meter(&meter, "read", [rule(["Cguest"], RETRIEVE), rule(["Cmeter"], ALL)]);
        must(&meter.update("cse-mn/Cmeter/gas", changes("m2m:cnt").with("acpi", [id.as_str()])), 2004);
        for to in ["cse-mn", "cse-mn/Cmeter", "cse-mn/Cmeter/water", "cse-mn/Cmeter/gas"] {
            must(&guest.discover(to, all()), 4103);
            must(&lab.bare().discover(to, all()), 4103);
        }
        must(&guest.discover("cse-mn/nothing", all()), 4004);
    });
}

#[test]
fn results_are_addresses_or_references() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let ask = |number| {
            let request = with_result_content(number, discovery("cse-mn/Cmeter/water", all()));
            meter.send(csf_api::Request { release: csf_api::Release::R4, ..request })
        };
        assert_eq!(ask(11).addresses(), ["cse-mn/Cmeter/water/hot", "cse-mn/Cmeter/water/hot/deep"]);
        let references = ask(6);
        assert_eq!(&*references.content.as_ref().unwrap().root, "m2m:rrl");
        let list = references.member("rrf").as_list().unwrap();
        let of = |n: usize, name| list[n].as_object().unwrap().get(name).unwrap().clone();
        assert_eq!(list.len(), 2);
        assert!(of(1, "val") == csf_api::Value::text("cse-mn/Cmeter/water/hot/deep"));
        assert!(of(1, "nm") == csf_api::Value::text("deep") && of(1, "typ") == csf_api::Value::Integer(3));
    });
}

#[test]
fn a_result_that_was_cut_says_so_and_where_it_goes_on() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let ask = |offset, limit| {
            meter.discover("cse-mn/Cmeter", FilterCriteria { offset, limit: Some(limit), ..all() })
        };
        for (offset, limit, next) in [
            (None, 6, None),
            (None, 5, Some(6)),
            (Some(3), 2, Some(5)),
            (Some(6), 1, None),
            (Some(6), 0, Some(6)),
        ] {
            let response = ask(offset, limit);
            assert_eq!(response.partial.map(|partial| partial.next), next.map(Some), "{offset:?} {limit}");
        }
        let mut whole = Vec::new();
        let mut offset = None;
        loop {
            let part = ask(offset, 2);
            whole.extend(part.addresses().iter().map(|address| (*address).to_owned()));
            match part.partial {
                Some(partial) => offset = partial.next,
                None => break,
            }
        }
        assert_eq!(whole, meter.discover("cse-mn/Cmeter", all()).addresses());
    });
}

#[test]
fn a_discovery_among_many_reads_no_more_than_it_gives() {
    let lab = Lab::new(Setup::on(support::lab::Storage::Memory));
    let meter = meter(&lab);
    let parent = meter.retrieve("cse-mn/Cmeter/readings").text("ri").to_owned();
    lab.world().plant_instances(&parent, 100_000);
    lab.world().forget_needs();
    let criteria = FilterCriteria { limit: Some(100), ..all() };
    let response = meter.discover("cse-mn/Cmeter/readings", criteria);
    must(&response, 2000);
    assert_eq!(response.addresses().len(), 100);
    assert_eq!(response.partial.map(|partial| partial.next), Some(Some(101)));
    let instances = lab.world().loads().iter().filter(|key| key.starts_with("ord/cin-")).count();
    assert_eq!((instances, lab.world().scans()), (100, 1));
}

#[test]
fn the_security_tree_is_discovered_by_whoever_is_authenticated() {
    // Shows RES-1.
    on_every_storage(|lab| {
        let guest = lab.registered(1001, "Cguest");
        let response = guest.discover("cse-mn/security", all());
        must(&response, 2000);
        let addresses = response.addresses();
        for wanted in ["data", "environment-soft", "policies", "data/storage-soft", "data/function-mac"] {
            assert!(addresses.contains(&format!("cse-mn/security/{wanted}").as_str()), "{addresses:?}");
        }
        assert!(!addresses.contains(&"cse-mn/security/administration"), "{addresses:?}");
        must(&lab.bare().discover("cse-mn/security", all()), 4103);
    });
}

#[test]
fn more_children_than_one_page_are_each_found_and_shown_once() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for n in 0..300 {
            append(&meter, "cse-mn/Cmeter/readings", &n.to_string());
        }
        let mut names = found(&meter, FilterCriteria { level: Some(2), ..all() });
        assert_eq!(names.len(), 301);
        assert!(names[1..].is_sorted());
        names.dedup();
        assert_eq!(names.len(), 301);
        let shown = meter.send(with_result_content(6, retrieval("cse-mn/Cmeter/readings")));
        assert_eq!(shown.member("rrf").as_list().unwrap().len(), 300);
    });
}

#[test]
fn what_is_found_is_named_by_identifier_where_the_request_asks_so() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let criteria = FilterCriteria { resource_types: vec![ResourceType::CONTAINER], ..all() };
        let mut by_id = discovery("cse-mn/Cmeter", criteria);
        by_id.identifier_form = IdentifierForm::Unstructured;
        let response = meter.send(by_id.clone());
        must(&response, 2000);
        let ids = response.addresses();
        assert_eq!(ids.len(), 5);
        for id in &ids {
            assert!(id.starts_with("cnt-") && !id.contains('/'), "{id}");
            assert_eq!(meter.retrieve(id).text("ri"), &**id);
        }
        // As references they keep their names.
        let response = meter.send(with_result_content(6, by_id));
        must(&response, 2000);
        let references = response.member("rrf").as_list().unwrap().to_vec();
        let part = |reference: &Value, name: &str| {
            reference.as_object().and_then(|r| r.get(name)).and_then(Value::as_text).unwrap().to_owned()
        };
        assert_eq!(references.iter().map(|r| part(r, "val")).collect::<Vec<_>>(), ids);
        assert_eq!(part(&references[0], "nm"), "readings");
        // Nobody learns an identifier of what is hidden from them.
        let guest = lab.registered(1001, "Cguest");
        let mut by_guest = discovery("cse-mn", all());
        by_guest.identifier_form = IdentifierForm::Unstructured;
        let response = guest.send(by_guest);
        assert!(response.status.code() == 4103 || response.addresses().iter().all(|a| !ids.contains(a)));
    });
}

// A relative path leads to what its caller may discover, and says nothing of what it passes or leads to otherwise.
#[test]
fn a_relative_path_leads_to_what_the_caller_may_discover() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let find = policy_of_meter(&meter, "find", [rule(["Cguest"], DISCOVERY), rule(["Cmeter"], ALL)]);
        let open = || container("open").with("acpi", [&*find]);
        must(&meter.update("cse-mn/Cmeter", changes("m2m:ae").with("acpi", [&*find])), 2004);
        must(&meter.create("cse-mn/Cmeter", container("closed")), 2001);
        must(&meter.create("cse-mn/Cmeter/closed", open()), 2001);
        must(&meter.create("cse-mn/Cmeter", open().with("lbl", ["start"])), 2001);
        append(&meter, "cse-mn/Cmeter/open", "17");
        for (path, to_meter, to_guest) in [
            ("..", &["cse-mn/Cmeter"][..], &["cse-mn/Cmeter"][..]),
            ("../closed", &["cse-mn/Cmeter/closed"], &[]),
            // What lies behind something closed is found as a discovery from above finds it.
            ("../closed/open", &["cse-mn/Cmeter/closed/open"], &["cse-mn/Cmeter/closed/open"]),
            ("../open/../open", &["cse-mn/Cmeter/open"], &["cse-mn/Cmeter/open"]),
            ("../nothing", &[], &[]),
            // The CSEBase may be discovered by neither; nothing is above it.
            ("../..", &[], &[]),
            ("../../..", &[], &[]),
            ("../../../cse-mn", &[], &[]),
        ] {
            let criteria = FilterCriteria {
                labels: vec!["start".into()],
                relative_path: csf_api::RelativePath::parse(path),
                ..all()
            };
            for (asker, addresses) in [(&meter, to_meter), (&guest, to_guest)] {
                let found = asker.discover("cse-mn/Cmeter", criteria.clone());
                must(&found, 2000);
                assert_eq!(found.addresses(), addresses, "{path}");
            }
        }
        // The latest instance, by each of its addresses; the policies of its container hold for it.
        let criteria = FilterCriteria {
            labels: vec!["start".into()],
            relative_path: csf_api::RelativePath::parse("la"),
            ..all()
        };
        let latest = meter.retrieve("cse-mn/Cmeter/open/la").text("ri").to_owned();
        let mut by_id = discovery("cse-mn/Cmeter", criteria.clone());
        by_id.identifier_form = IdentifierForm::Unstructured;
        assert_eq!(guest.send(by_id).addresses(), [&*latest]);
        let references = guest.send(with_result_content(6, discovery("cse-mn/Cmeter", criteria)));
        let reference = references.member("rrf").as_list().unwrap()[0].as_object().unwrap();
        assert_eq!(reference.get("typ"), Some(&csf_api::Value::Integer(4)));
    });
}
