//! Clause 6.3.5.2: secure storage of data that belongs to somebody.

use conformance::{ALL, Reading, Speaker, changes, data_object, rule};
use csf_api::{Object, Value};
use support::NodeProcess;

const STORAGE: &str = "-/security/data/storage-soft";
const PIN: &str = "-/security/data/storage-soft/pin";
const SECRET: &str = "UElOIDQ3MTE=";

// Shows SDH-1 and SDH-2.
#[test]
fn stored_data_is_given_to_the_one_who_stored_it_and_to_nobody_else() {
    let node = NodeProcess::start();
    let [mut meter, mut other] = ["Cmeter", "Cother"].map(|stem| Speaker::registered(&node, stem));
    assert_eq!(meter.create(STORAGE, data_object("pin", SECRET)).code(), 2001);
    assert_eq!(meter.retrieve(PIN).text("msg"), SECRET);
    assert_eq!(other.retrieve(PIN).code(), 4103);
    assert!(other.children(STORAGE).is_empty());
    // Not even where a policy gives every right on the storage.
    let mut administrator = Speaker::administrator(&node);
    let rules = vec![Value::Object(rule(["Cmeter", "Cother"], ALL))];
    let rules = Object::new().with("acr", Value::List(rules));
    assert_eq!(administrator.update("-/acpUse", changes("m2m:acp").with("pv", rules)).code(), 2004);
    assert_eq!(other.create(STORAGE, data_object("own", SECRET)).code(), 2001);
    assert_eq!(other.retrieve(PIN).code(), 4103);
    assert_eq!(other.update(PIN, changes("csf:dataObject").with("msg", "AA==")).code(), 4103);
    assert_eq!(other.delete(PIN).code(), 4103);
    assert_eq!(meter.retrieve(PIN).text("msg"), SECRET);
}

// Shows SDH-2.
#[test]
fn stored_data_belongs_to_the_one_who_stored_it_whatever_the_request_says() {
    let node = NodeProcess::start();
    let [mut meter, mut thief] = ["Cmeter", "Cthief"].map(|stem| Speaker::registered(&node, stem));
    for (name, value) in [("own", "Cthief"), ("cr", "Cthief")] {
        assert_eq!(
            meter.create(STORAGE, data_object("pin", SECRET).with(name, value)).code(),
            4000,
            "{name}"
        );
    }
    for (name, value) in [("acpi", Value::texts(["-/acpUse"])), ("cstn", Value::text("Cthief"))] {
        assert_eq!(
            meter.create(STORAGE, data_object("pin", SECRET).with(name, value)).code(),
            5001,
            "{name}"
        );
    }
    assert_eq!(meter.retrieve(PIN).code(), 4004);
    assert_eq!(meter.create(STORAGE, data_object("pin", SECRET)).code(), 2001);
    for name in ["own", "cr"] {
        assert_eq!(thief.update(PIN, changes("csf:dataObject").with(name, "Cthief")).code(), 4103, "{name}");
    }
    assert_eq!(meter.retrieve(PIN).text("own"), "Cmeter");
}

// Shows SDH-2.
#[test]
fn an_administrator_lists_and_deletes_stored_data_and_cannot_read_it() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create(STORAGE, data_object("pin", SECRET)).code(), 2001);
    let mut administrator = Speaker::administrator(&node);
    assert_eq!(administrator.children(STORAGE), [PIN.replacen('-', &node.base(), 1)]);
    let seen = administrator.retrieve(PIN);
    assert_eq!((seen.text("own"), seen.number("cbs"), seen.has("msg")), ("Cmeter", 8, false));
    assert_eq!(administrator.retrieve(&format!("{PIN}#msg")).code(), 4103);
    assert_eq!(administrator.update(PIN, changes("csf:dataObject").with("msg", "AA==")).code(), 4103);
    assert_eq!(meter.retrieve(PIN).text("msg"), SECRET);
    assert_eq!(administrator.delete(PIN).code(), 2002);
    assert_eq!(meter.retrieve(PIN).code(), 4004);
}

// Shows SDH-2.
#[test]
fn stored_data_gets_another_owner_with_the_consent_of_the_one_it_has() {
    let node = NodeProcess::start();
    let [mut meter, mut next] = ["Cmeter", "Cnext"].map(|stem| Speaker::registered(&node, stem));
    let mut administrator = Speaker::administrator(&node);
    let name = || changes("csf:dataObject").with("nOw", "Cnext");
    let take = || changes("csf:dataObject").with("own", "Cnext");
    assert_eq!(meter.create(STORAGE, data_object("pin", SECRET)).code(), 2001);
    assert_eq!(next.update(PIN, take()).code(), 4103);
    for speaker in [&mut administrator, &mut next] {
        assert_eq!(speaker.update(PIN, name()).code(), 4103);
    }
    assert_eq!(meter.update(PIN, name()).code(), 2004);
    assert_eq!(next.retrieve(PIN).code(), 4103);
    assert_eq!(administrator.update(PIN, changes("csf:dataObject").with("own", "CAdmin")).code(), 4103);
    assert_eq!(next.update(PIN, take()).code(), 2004);
    assert_eq!((next.retrieve(PIN).text("msg"), next.retrieve(PIN).text("own")), (SECRET, "Cnext"));
    assert_eq!(meter.retrieve(PIN).code(), 4103);
}

// Shows SDH-2.
#[test]
fn what_an_owner_left_behind_is_handed_over_without_being_read() {
    let node = NodeProcess::start();
    let [mut meter, mut next] = ["Cmeter", "Cnext"].map(|stem| Speaker::registered(&node, stem));
    let mut administrator = Speaker::administrator(&node);
    assert_eq!(meter.create(STORAGE, data_object("pin", SECRET)).code(), 2001);
    assert_eq!(meter.delete("-/Cmeter").code(), 2002);
    for name in ["CAdmin", "Cnobody"] {
        assert_eq!(
            administrator.update(PIN, changes("csf:dataObject").with("nOw", name)).code(),
            4000,
            "{name}"
        );
    }
    assert_eq!(next.update(PIN, changes("csf:dataObject").with("nOw", "Cnext")).code(), 4103);
    let named = administrator.update(PIN, changes("csf:dataObject").with("nOw", "Cnext"));
    assert_eq!((named.code(), named.has("msg")), (2004, false));
    assert_eq!(administrator.retrieve(&format!("{PIN}#msg")).code(), 4103);
    assert_eq!(next.update(PIN, changes("csf:dataObject").with("own", "Cnext")).code(), 2004);
    assert_eq!(next.retrieve(PIN).text("msg"), SECRET);
}

// Shows SDH-3.
#[test]
fn stored_data_says_how_it_is_protected_and_lies_no_lower_than_demanded() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let level = meter.retrieve("-/security/environment-soft").number("seL");
    for demand in 0..=3 {
        let name = format!("at-{demand}");
        let made = meter.create(STORAGE, data_object(&name, SECRET).with("msl", demand));
        assert_eq!(made.code(), if demand <= level { 2001 } else { 5207 }, "{demand}");
        let read = meter.retrieve(&format!("{STORAGE}/{name}"));
        if demand <= level {
            assert_eq!((read.number("seL"), read.text("prt")), (level, "sealed-by-environment"));
            assert_eq!(read.text("msg"), SECRET);
        } else {
            assert_eq!(read.code(), 4004, "{demand}");
        }
    }
}
