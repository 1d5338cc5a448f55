//! How much an owner can store: counted exactly, whatever becomes of the objects (SDH-1).

use std::time::Duration;

use csf_tree::schema::MAX_SENSITIVE_BYTES;
use support::lab::{
    Fault, Lab, Reading, Setup, commits, creation, data_object, on_every_storage, on_every_storage_with,
    update,
};

use crate::kit::{DATA, STORAGE, b64, content, keeper_of, octets};

fn small(setup: &mut Setup) {
    setup.settings.limits.data_object_bytes = 8;
    setup.settings.limits.data_objects_per_owner = 3;
    setup.settings.limits.data_bytes_per_owner = 20;
}

fn is_free(lab: &Lab) -> bool {
    !lab.world().versions().keys().any(|key| key.starts_with("usage/"))
}

// Shows SDH-1.
#[test]
fn an_object_is_as_large_as_the_node_allows_and_no_larger() {
    on_every_storage_with(small, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        let refused = meter.create(STORAGE, data_object("d", b64(&[1; 9])));
        assert_eq!(refused.code(), 5207);
        assert!(refused.error_text().contains("at most 8 bytes (limits.data_object_bytes)"));
        assert!(is_free(&lab));
        assert_eq!(meter.create(STORAGE, data_object("d", b64(&[1; 8]))).code(), 2001);
        assert_eq!(meter.update(DATA, content(&[1; 9])).code(), 5207);
        assert_eq!(meter.update(DATA, content(&[])).number("cbs"), 0);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), b"");
    });
}

// Shows SDH-1: whatever the settings say, an object is what one command seals.
#[test]
fn the_largest_object_is_what_a_secure_environment_seals_at_once() {
    on_every_storage_with(
        |setup| setup.settings.limits.data_object_bytes = u64::MAX,
        |lab| {
            let largest = vec![7; MAX_SENSITIVE_BYTES];
            let meter = keeper_of(&lab, &largest);
            assert_eq!(octets(&meter.retrieve(DATA), "msg"), largest);
            assert_eq!(meter.update(DATA, content(&vec![7; MAX_SENSITIVE_BYTES + 1])).code(), 5207);
            assert_eq!(meter.update(DATA, content(&vec![7; 700_000])).code(), 5207);
        },
    );
}

// Shows SDH-1.
#[test]
fn each_owner_has_room_for_so_many_bytes_and_objects_of_its_own() {
    on_every_storage_with(small, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        let make = |name, size| meter.create(STORAGE, data_object(name, b64(&vec![0; size])));
        assert_eq!((make("d", 8).code(), make("e", 8).code()), (2001, 2001));
        let refused = make("f", 5);
        assert_eq!(refused.code(), 5207);
        assert!(refused.error_text().contains("at most 20 in one storage (limits.data_bytes_per_owner)"));
        assert_eq!((make("f", 4).code(), make("g", 0).code()), (2001, 5207));
        // Full, and another owner is not.
        let other = lab.registered(1001, "Cother");
        assert_eq!(other.create(STORAGE, data_object("o", b64(&[0; 8]))).code(), 2001);
        // Smaller contents make room, deleted ones too.
        assert_eq!(meter.update(DATA, content(&[0; 8])).code(), 2004);
        assert_eq!(meter.update(DATA, content(&[0; 2])).code(), 2004);
        assert_eq!(meter.delete(&format!("{STORAGE}/f")).code(), 2002);
        assert_eq!((make("g", 8).code(), make("h", 0).code()), (2001, 5207));
        assert_eq!(meter.update(DATA, content(&[0; 5])).code(), 5207);
        assert_eq!(meter.update(DATA, content(&[0; 4])).code(), 2004);
        for name in ["d", "e", "g"] {
            assert_eq!(meter.delete(&format!("{STORAGE}/{name}")).code(), 2002);
        }
        assert_eq!(other.delete(&format!("{STORAGE}/o")).code(), 2002);
        assert!(is_free(&lab));
    });
}

// Shows SDH-1: requests at the same moment do not share room.
#[test]
fn room_is_given_once_to_requests_at_the_same_time() {
    on_every_storage_with(small, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        // Each has counted before the first commits.
        lab.script(commits(), Fault::Pending);
        let names = ["a", "b", "c", "d", "e"];
        let asked = names.map(|name| (&meter, creation(STORAGE, data_object(name, b64(&[0; 7])))));
        let answers = lab.together(asked.into());
        let made = answers.iter().filter(|answer| answer.code() == 2001).count();
        assert_eq!(made, 2);
        assert!(answers.iter().all(|answer| [2001, 5207].contains(&answer.code())), "{answers:?}");
        assert_eq!(meter.create(STORAGE, data_object("f", b64(&[0; 6]))).code(), 2001);
        assert_eq!(meter.create(STORAGE, data_object("g", b64(&[]))).code(), 5207);
    });
}

// Shows SDH-1: what was not stored is not counted, and what has ended is counted off.
#[test]
fn only_what_is_stored_is_counted() {
    on_every_storage_with(small, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        lab.script(commits(), Fault::Failing);
        assert_eq!(meter.create(STORAGE, data_object("d", b64(&[0; 8]))).code(), 5000);
        lab.heal();
        assert!(is_free(&lab));
        let et = lab.in_seconds(60);
        for name in ["d", "e", "f"] {
            let brief = data_object(name, b64(&[0; 6])).with("et", et.as_str());
            assert_eq!(meter.create(STORAGE, brief).code(), 2001);
        }
        assert_eq!(meter.create(STORAGE, data_object("g", b64(&[0; 1]))).code(), 5207);
        lab.wait(Duration::from_secs(60));
        assert_eq!(lab.sweep().removed, 3);
        assert!(is_free(&lab));
        assert_eq!(meter.create(STORAGE, data_object("g", b64(&[0; 8]))).code(), 2001);
    });
}

// Shows SDH-1: a limit that came down takes nothing away, and lets nothing grow.
#[test]
fn a_lowered_limit_keeps_what_is_there() {
    on_every_storage(|lab| {
        drop(keeper_of(&lab, &[3; 30]));
        let lab = lab.restart(small);
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), [3; 30]);
        assert_eq!(meter.create(STORAGE, data_object("e", b64(&[0; 1]))).code(), 5207);
        assert_eq!(meter.send(update(DATA, content(&[0; 8]))).code(), 2004);
        assert_eq!(meter.create(STORAGE, data_object("e", b64(&[0; 8]))).code(), 2001);
    });
}

// Shows SDH-1.
#[test]
fn content_that_is_no_base64_or_missing_is_refused() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, b"old");
        for wrong in ["AA", "A===", "not base64!", "AA==\n"] {
            assert_eq!(meter.create(STORAGE, data_object("e", wrong)).code(), 4000, "{wrong}");
            assert_eq!(meter.update(DATA, content(b"").with("msg", wrong)).code(), 4000, "{wrong}");
        }
        assert_eq!(meter.create(STORAGE, data_object("e", 7)).code(), 4000);
        assert_eq!(meter.create(STORAGE, data_object("e", "").without("msg")).code(), 4000);
        let none = csf_api::Value::Null;
        assert_eq!(meter.update(DATA, content(b"").with("msg", none)).code(), 4000);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), b"old");
    });
}
