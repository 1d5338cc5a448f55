//! Criteria of a RETRIEVE that shows what lies below its target: they choose among that, and bound it.

use csf_api::{FilterCriteria, ResourceType, Value};
use support::lab::{Reading as _, container, filtered, on_every_storage, retrieval, with_result_content};

use super::{any, tree};
use crate::scenery::{meter, must};

#[test]
fn conditions_of_a_retrieve_choose_among_what_lies_below_when_that_is_shown() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let ask = |number, criteria| {
            let request = filtered(criteria, retrieval("cse-mn/Cmeter"));
            let response = meter.send(with_result_content(number, request));
            must(&response, 2000);
            response
        };
        let of = |kind| FilterCriteria { resource_types: vec![kind], ..any() };
        // The target is an AE, which no condition here is about.
        for (kind, root, count) in [
            (ResourceType::CONTAINER, "m2m:cnt", 3),
            (ResourceType::CONTENT_INSTANCE, "m2m:cin", 2),
            (ResourceType::AE, "m2m:ae", 0),
        ] {
            for (number, list) in [(5, "ch"), (6, "rrf")] {
                let told = ask(number, of(kind)).member(list).as_list().unwrap().len();
                assert_eq!(told, count, "{number} {kind}");
            }
            for number in [4, 8] {
                let response = ask(number, of(kind));
                let shown = if response.has(root) { response.member(root).as_list().unwrap() } else { &[] };
                // Instances are shown in the target, for their containers do not meet it, and the other way round.
                assert_eq!(shown.len(), count, "{number} {kind}");
                assert!(shown.iter().all(|child| child.as_object().unwrap().get("m2m:cin").is_none()));
                assert_eq!(response.has("aei"), number == 4);
            }
        }
        // Bounds count what meets the conditions.
        let two = FilterCriteria { limit: Some(2), ..of(ResourceType::CONTAINER) };
        let cut = ask(6, two);
        assert_eq!((cut.member("rrf").as_list().unwrap().len(), cut.partial.is_some()), (2, true));
        // Without what lies below, and where one attribute is asked for, they are about the target.
        let request = || filtered(of(ResourceType::CONTAINER), retrieval("cse-mn/Cmeter"));
        must(&meter.send(request()), 4004);
        must(&meter.send(with_result_content(1, request())), 4004);
        // Nobody sees what it may not read because a condition is met.
        let guest = lab.registered(1003, "Cother");
        must(&guest.send(with_result_content(6, request())), 4103);
    });
}

#[test]
fn what_is_shown_below_a_target_is_bounded_as_asked() {
    on_every_storage(|lab| {
        let meter = tree(&lab);
        let ask = |number, level, limit, offset| {
            let criteria = FilterCriteria { level, limit, offset, ..any() };
            let request = filtered(criteria, retrieval("cse-mn/Cmeter"));
            let response = meter.send(with_result_content(number, request));
            must(&response, 2000);
            response
        };
        let containers = |response: &csf_api::Response| -> Vec<(String, usize)> {
            let list =
                if response.has("m2m:cnt") { response.member("m2m:cnt").as_list().unwrap() } else { &[] };
            let read = |child: &Value| {
                let child = child.as_object().unwrap();
                let instances = child.get("m2m:cin").map_or(0, |list| list.as_list().unwrap().len());
                (child.get("rn").unwrap().as_text().unwrap().to_owned(), instances)
            };
            list.iter().map(read).collect()
        };
        let named = |expected: &[(&str, usize)]| -> Vec<(String, usize)> {
            expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
        };
        for number in [4, 8] {
            for (level, limit, offset, expected, partial) in [
                (None, None, None, &[("readings", 0), ("water", 1), ("gas", 1)][..], None),
                (Some(1), None, None, &[("readings", 0), ("water", 0), ("gas", 0)], None),
                (Some(2), None, None, &[("readings", 0), ("water", 1), ("gas", 1)], None),
                (None, Some(4), None, &[("readings", 0), ("water", 1), ("gas", 0)], Some(None)),
                (None, Some(2), None, &[("readings", 0), ("water", 0)], Some(Some(3))),
                (None, Some(5), None, &[("readings", 0), ("water", 1), ("gas", 1)], None),
                (None, None, Some(3), &[("gas", 1)], None),
                (Some(1), Some(1), Some(2), &[("water", 0)], Some(Some(3))),
                (None, Some(0), None, &[], Some(Some(1))),
                (None, None, Some(4), &[], None),
            ] {
                let response = ask(number, level, limit, offset);
                let context = format!("{number} {level:?} {limit:?} {offset:?}");
                assert_eq!(containers(&response), named(expected), "{context}");
                assert_eq!(response.partial.map(|partial| partial.next), partial, "{context}");
                assert_eq!(response.has("aei"), number == 4, "{context}");
            }
        }
        for (number, list) in [(5, "ch"), (6, "rrf")] {
            for (level, count) in [(None, 5), (Some(1), 3), (Some(2), 5)] {
                let response = ask(number, level, None, None);
                assert_eq!(response.member(list).as_list().unwrap().len(), count, "{number} {level:?}");
            }
        }
    });
}

#[test]
fn a_deep_tree_is_nested_so_far_and_referred_to_to_the_end() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let mut to = String::from("cse-mn/Cmeter/readings");
        for _ in 0..9 {
            must(&meter.create(&to, container("down")), 2001);
            to.push_str("/down");
        }
        let ask = |number, level| {
            let request = filtered(FilterCriteria { level, ..any() }, retrieval("cse-mn/Cmeter/readings"));
            meter.send(with_result_content(number, request))
        };
        let depth = |response: &csf_api::Response| {
            let mut object = response.object();
            let mut depth = 0;
            while let Some(list) = object.get("m2m:cnt") {
                object = list.as_list().unwrap()[0].as_object().unwrap();
                depth += 1;
            }
            depth
        };
        let cut = ask(8, None);
        assert_eq!((depth(&cut), cut.partial.is_some()), (8, true));
        let whole = ask(8, Some(8));
        assert_eq!((depth(&whole), whole.partial.is_some()), (8, false));
        let references = ask(6, None);
        assert_eq!(
            (references.member("rrf").as_list().unwrap().len(), references.partial.is_some()),
            (9, false)
        );
    });
}
