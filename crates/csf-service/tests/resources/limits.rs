//! The limits of a node: at the bound, one beyond it, and what lies there already when a bound comes down.

use csf_api::{FilterCriteria, Object, Value};
use csf_service::ServiceLimits;
use support::lab::{
    Asker, Reading as _, changes, container, hmac_key, instance, on_every_storage, on_every_storage_with,
};

use crate::scenery::{append, meter, must};

const READINGS: &str = "cse-mn/Cmeter/readings";

/// `cni` and `cbs`, and how many instances can be found.
fn counted(asker: &Asker<'_>, to: &str) -> (i64, i64, usize) {
    let read = asker.retrieve(to);
    must(&read, 2000);
    let found = asker.discover(to, FilterCriteria::default());
    must(&found, 2000);
    (read.number("cni"), read.number("cbs"), found.addresses().len())
}

#[test]
fn as_many_levels_as_the_node_allows_and_no_more() {
    on_every_storage_with(
        |setup| setup.settings.limits.depth = 4,
        |lab| {
            let meter = meter(&lab);
            must(&meter.create(READINGS, container("third")), 2001);
            must(&meter.create(&format!("{READINGS}/third"), container("fourth")), 2001);
            let deepest = format!("{READINGS}/third/fourth");
            let before = lab.world().versions();
            must(&meter.create(&deepest, container("fifth")), 5207);
            let id = meter.retrieve(&deepest).text("ri").to_owned();
            must(&meter.create(&id, container("fifth")), 5207);
            assert_eq!(lab.world().versions(), before);
            // Instances are no level, and keys lie within the least bound that can be configured.
            must(&meter.create(&deepest, instance("17")), 2001);
            must(&meter.create("cse-mn/security/data/storage-soft", hmac_key("k")), 2001);
            // What was there before a bound came down stays, and nothing joins it.
            let lab = lab.restart(|setup| setup.settings.limits.depth = 2);
            let meter = lab.as_ae(1000, "Cmeter");
            must(&meter.retrieve(&format!("{deepest}/la")), 2000);
            must(&meter.create(&deepest, instance("18")), 2001);
            must(&meter.create(READINGS, container("other")), 5207);
            must(&meter.create("cse-mn/Cmeter", container("other")), 2001);
        },
    );
}

#[test]
fn no_setting_makes_the_tree_deeper_than_addresses_can_be() {
    on_every_storage_with(
        |setup| setup.settings.limits.depth = u32::MAX,
        |lab| {
            let meter = meter(&lab);
            let mut to = READINGS.to_owned();
            for _ in 2..ServiceLimits::MAX_DEPTH {
                must(&meter.create(&to, container("c")), 2001);
                to.push_str("/c");
            }
            must(&meter.retrieve(&to), 2000);
            must(&meter.create(&to, container("c")), 5207);
            must(&meter.create(&to, instance("17")), 2001);
        },
    );
}

#[test]
fn a_content_fits_to_the_byte() {
    on_every_storage_with(
        |setup| setup.settings.limits.content_bytes = 9,
        |lab| {
            let meter = meter(&lab);
            for content in [Value::text("123456789"), Value::texts(["a", "b"]), Value::text("ääää")] {
                must(&meter.create(READINGS, instance(content)), 2001);
            }
            let before = lab.world().versions();
            for content in [
                Value::text("1234567890"),
                Value::texts(["a", "bb"]),
                Value::text("äääää"),
                Value::Object(Object::new().with("a", Value::Integer(12345))),
            ] {
                must(&meter.create(READINGS, instance(content)), 5207);
            }
            assert_eq!(lab.world().versions(), before);
            assert_eq!(counted(&meter, READINGS), (3, 26, 3));
        },
    );
}

#[test]
fn a_container_has_as_many_instances_as_the_node_allows_and_drops_the_oldest() {
    on_every_storage_with(
        |setup| setup.settings.limits.instances_per_container = 3,
        |lab| {
            let meter = meter(&lab);
            for content in ["a", "bb", "ccc"] {
                append(&meter, READINGS, content);
            }
            assert_eq!(counted(&meter, READINGS), (3, 6, 3));
            append(&meter, READINGS, "dddd");
            assert_eq!(counted(&meter, READINGS), (3, 9, 3));
            assert_eq!(meter.retrieve(&format!("{READINGS}/ol")).text("con"), "bb");
            // The smaller of both bounds counts, and a larger one of the container changes nothing.
            must(&meter.update(READINGS, changes("m2m:cnt").with("mni", 100)), 2004);
            append(&meter, READINGS, "eeeee");
            assert_eq!(counted(&meter, READINGS), (3, 12, 3));
            must(&meter.update(READINGS, changes("m2m:cnt").with("mni", 2)), 2004);
            assert_eq!(counted(&meter, READINGS), (2, 9, 2));
            append(&meter, READINGS, "f");
            assert_eq!(counted(&meter, READINGS), (2, 6, 2));
            // Another container has room of its own.
            must(&meter.create("cse-mn/Cmeter", container("other")), 2001);
            append(&meter, "cse-mn/Cmeter/other", "1");
            assert_eq!(counted(&meter, "cse-mn/Cmeter/other"), (1, 1, 1));
        },
    );
}

#[test]
fn a_bound_that_comes_down_is_met_by_the_next_instance() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for n in 0..10 {
            append(&meter, READINGS, &n.to_string());
        }
        let lab = lab.restart(|setup| setup.settings.limits.instances_per_container = 3);
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(counted(&meter, READINGS), (10, 10, 10));
        append(&meter, READINGS, "x");
        assert_eq!(counted(&meter, READINGS), (3, 3, 3));
        assert_eq!(meter.retrieve(&format!("{READINGS}/ol")).text("con"), "8");
        must(&meter.delete(&format!("{READINGS}/la")), 2002);
        append(&meter, READINGS, "y");
        assert_eq!(counted(&meter, READINGS), (3, 3, 3));
        assert_eq!(meter.retrieve(&format!("{READINGS}/ol")).text("con"), "8");
    });
}

#[test]
fn a_discovery_gives_as_many_results_as_the_node_allows() {
    on_every_storage_with(
        |setup| setup.settings.limits.discovery_results = 3,
        |lab| {
            let meter = meter(&lab);
            let found = |limit| {
                let criteria = FilterCriteria { limit, ..FilterCriteria::default() };
                let response = meter.discover("cse-mn/Cmeter", criteria);
                must(&response, 2000);
                response.addresses().len()
            };
            for (name, found_then) in [("b", 2), ("c", 3), ("d", 3)] {
                must(&meter.create("cse-mn/Cmeter", container(name)), 2001);
                assert_eq!(found(None), found_then);
            }
            assert_eq!((found(Some(2)), found(Some(3)), found(Some(4))), (2, 3, 3));
            let rest = FilterCriteria { offset: Some(4), ..FilterCriteria::default() };
            assert_eq!(meter.discover("cse-mn/Cmeter", rest).addresses().len(), 1);
        },
    );
}
