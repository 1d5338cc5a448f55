//! Rules for a time, an address, a place, or a kind of child (TS-0003 7.1.3 and 7.1.5).

use std::time::Duration;

use csf_api::{FilterCriteria, Object, Value};
use csf_service::{Country, Location, Point};
use support::lab::{
    ALL, Asker, CREATE, Lab, RETRIEVE, Reading as _, changes, container, instance, on_every_storage, policy,
    rule,
};

use crate::scenery::{Act, meter, must, policy_of_meter};

/// A rule for the guest with these contexts.
fn within(contexts: &[Object]) -> Object {
    let contexts = contexts.iter().cloned().map(Value::Object).collect();
    rule(["Cguest"], ALL).with("acco", Value::List(contexts))
}

fn context(name: &str, value: Value) -> Object {
    Object::new().with(name, value)
}

/// A context for a list of addresses.
fn addresses(kind: &str, texts: &[&str]) -> Object {
    context("acip", Value::Object(Object::new().with(kind, Value::texts(texts.iter().copied()))))
}

fn countries(codes: &[&str]) -> Object {
    context("aclr", Value::Object(Object::new().with("accc", Value::texts(codes.iter().copied()))))
}

fn circle(latitude: f64, longitude: f64, metres: f64) -> Object {
    let numbers = [latitude, longitude, metres].map(Value::Float).to_vec();
    context("aclr", Value::Object(Object::new().with("accr", Value::List(numbers))))
}

/// A container `room` of `Cmeter` that this rule governs, and the guest.
fn room(lab: &Lab, rule: Object) -> Asker<'_> {
    let meter = meter(lab);
    let id = policy_of_meter(&meter, "door", [rule, self::rule(["Cmeter"], ALL)]);
    must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
    lab.registered(1001, "Cguest")
}

const ROOM: &str = "cse-mn/Cmeter/room";

// ACP/NEW/09. Shows ACC-3.
#[test]
fn a_window_is_open_to_its_last_second_and_no_longer() {
    on_every_storage(|lab| {
        let now = lab.world().utc().to_string();
        let (minute, second) = (&now[11..13], &now[13..15]);
        let window = context("actw", Value::texts([format!("{second} {minute} * * * * *").as_str()]));
        let guest = room(&lab, within(&[window]));
        must(&guest.retrieve(ROOM), 2000);
        lab.wait(Duration::from_millis(999));
        must(&guest.retrieve(ROOM), 2000);
        lab.wait(Duration::from_millis(1));
        must(&guest.retrieve(ROOM), 4103);
        lab.wait(Duration::from_secs(3599));
        must(&guest.retrieve(ROOM), 2000);
        lab.wait(Duration::from_secs(60));
        must(&guest.retrieve(ROOM), 4103);
    });
}

// ACP/NEW/10. Shows ACC-3.
#[test]
fn an_address_range_is_for_the_addresses_in_it_in_either_form() {
    on_every_storage(|lab| {
        let ranges = [addresses("ipv4", &["192.0.2.0/24"]), addresses("ipv6", &["2001:db8::/32"])];
        let guest = room(&lab, within(&ranges));
        for (address, code) in [
            ("192.0.2.0", 2000),
            ("192.0.2.255", 2000),
            ("::ffff:192.0.2.7", 2000),
            ("192.0.3.0", 4103),
            ("::ffff:192.0.3.0", 4103),
            ("2001:db8:ffff::1", 2000),
            ("2001:db9::1", 4103),
        ] {
            must(&lab.as_ae(1001, "Cguest").at(address).retrieve(ROOM), code);
        }
        // Over a channel that has no addresses the condition cannot hold.
        must(&guest.retrieve(ROOM), 4103);
    });
}

// ACP/NEW/10. Shows ACC-3 and ACC-9.
#[test]
fn a_place_is_believed_from_a_trusted_source_and_an_unknown_one_fails_its_own_condition_only() {
    on_every_storage(|lab| {
        let guest = room(&lab, within(&[circle(52.52, 13.405, 1000.0), countries(&["ES", "PT"])]));
        must(&guest.retrieve(ROOM), 4103);
        let at = |latitude, longitude, country| Location {
            point: Point::new(latitude, longitude),
            country: Country::parse(country),
        };
        for (location, code) in [
            (at(52.52, 13.405, "DE"), 2000),
            (at(52.5289, 13.405, "DE"), 2000),
            (at(52.5291, 13.405, "DE"), 4103),
            (at(40.4, -3.7, "ES"), 2000),
            (at(40.4, -3.7, "FR"), 4103),
            (Location { point: None, country: Country::parse("PT") }, 2000),
            (Location::default(), 4103),
        ] {
            lab.world().tell_location("//csf.example/id-mn/Cguest", location);
            must(&guest.retrieve(ROOM), code);
        }
        // Where another context holds, nobody asks.
        let meter = lab.as_ae(1000, "Cmeter");
        let rules = within(&[countries(&["ES"]), context("actw", Value::texts(["* * * * * * *"]))]);
        let pv = Object::new().with("acr", Value::List(vec![Value::Object(rules)]));
        must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
        let _ = lab.world().take_locations_asked();
        must(&guest.retrieve(ROOM), 2000);
        assert_eq!(lab.world().take_locations_asked(), 0);
    });
}

#[test]
fn a_discovery_asks_once_for_a_location_and_finds_what_it_opens() {
    on_every_storage(|lab| {
        let guest = room(&lab, within(&[countries(&["ES"])]));
        for name in ["a", "b", "c"] {
            let id = lab.as_ae(1000, "Cmeter").retrieve("cse-mn/Cmeter/door").text("ri").to_owned();
            let draft = container(name).with("acpi", [id.as_str()]);
            must(&lab.as_ae(1000, "Cmeter").create("cse-mn/Cmeter/room", draft), 2001);
        }
        let _ = lab.world().take_locations_asked();
        must(&guest.discover(ROOM, FilterCriteria::default()), 4103);
        let spain = Location { point: None, country: Country::parse("ES") };
        lab.world().tell_location("//csf.example/id-mn/Cguest", spain);
        let _ = lab.world().take_locations_asked();
        let found = guest.discover(ROOM, FilterCriteria::default());
        must(&found, 2000);
        assert_eq!(found.content.unwrap().value.as_list().unwrap().len(), 3);
        assert_eq!(lab.world().take_locations_asked(), 1);
    });
}

// ACP/NEW/04. Shows ACC-3.
#[test]
fn object_details_are_about_the_children_of_a_create_and_nothing_else() {
    on_every_storage(|lab| {
        let types = |numbers: &[i64]| Value::List(numbers.iter().map(|n| Value::Integer(*n)).collect());
        let details =
            |object: Object| rule(["Cguest"], ALL).with("acod", Value::List(vec![Value::Object(object)]));
        let guest = room(&lab, details(Object::new().with("chty", types(&[3]))));
        must(&guest.create(ROOM, instance("x")), 4103);
        must(&guest.create(ROOM, container("box")), 2001);
        for act in [Act::Retrieve, Act::Update] {
            assert_eq!(act.on(&guest, ROOM, "m2m:cnt"), act.done(), "{act:?}");
        }
        let meter = lab.as_ae(1000, "Cmeter");
        for (object, code) in [
            (Object::new().with("ty", Value::Integer(3)).with("chty", types(&[4])), 2001),
            (Object::new().with("ty", Value::Integer(2)).with("chty", types(&[4])), 4103),
        ] {
            let pv = Object::new().with("acr", Value::List(vec![Value::Object(details(object))]));
            must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
            must(&guest.create(ROOM, instance("x")), code);
        }
    });
}

// Shows ACC-9.
#[test]
fn a_malformed_condition_is_refused_by_name_and_changes_nothing() {
    let texts = |texts: &[&str]| Value::texts(texts.iter().copied());
    let object = |name: &str, value| Value::Object(Object::new().with(name, value));
    for (member, value, path) in [
        ("acco", object("actw", texts(&["* * * * 11 *"])), "acco[0].actw[0]"),
        ("acco", object("actw", texts(&["* * * * * * *", "60 * * * * * *"])), "acco[0].actw[1]"),
        ("acco", object("acip", object("ipv4", texts(&["192.0.2.0/33"]))), "acco[0].acip.ipv4[0]"),
        ("acco", object("acip", object("ipv4", texts(&["192.0.2.0/0"]))), "acco[0].acip.ipv4[0]"),
        ("acco", object("acip", object("ipv6", texts(&["192.0.2.1"]))), "acco[0].acip.ipv6[0]"),
        ("acco", object("acip", Value::Object(Object::new())), "acco[0].acip"),
        (
            "acco",
            object("aclr", object("accr", Value::List([91, 0, 1].map(Value::Integer).to_vec()))),
            "acco[0].aclr.accr",
        ),
        ("acco", object("aclr", object("accc", texts(&["Spain"]))), "acco[0].aclr.accc[0]"),
        ("acco", Value::List(vec![]), "acco"),
        ("acod", object("ty", Value::Integer(3)), "acod[0].chty"),
        ("aca", Value::List(vec![Value::Integer(1)]), "aca[0]"),
    ] {
        on_every_storage(|lab| {
            let meter = meter(&lab);
            let bad = rule(["all"], RETRIEVE).with(member, value.clone());
            let good = || rule(["Cmeter"], ALL);
            let draft = policy("odd", [good(), bad.clone()], [good()]);
            let refused = meter.create("cse-mn/Cmeter", draft);
            must(&refused, 4000);
            let text = format!("{:?}", refused.content.unwrap().value.as_text());
            assert!(text.contains(&format!("pv.acr[1].{path}:")), "{text}");
            must(&meter.retrieve("cse-mn/Cmeter/odd"), 4004);
            must(&meter.create("cse-mn/Cmeter", policy("odd", [good()], [good()])), 2001);
            let pvs =
                Object::new().with("acr", Value::List([good(), bad.clone()].map(Value::Object).to_vec()));
            must(&meter.update("cse-mn/Cmeter/odd", changes("m2m:acp").with("pvs", pvs)), 4000);
            assert_eq!(Act::Retrieve.on(&meter, "cse-mn/Cmeter/odd", "m2m:acp"), 2000);
        });
    }
}

#[test]
fn conditions_count_in_self_privileges_as_well() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let draft =
            policy("door", [rule(["all"], CREATE)], [rule(["Cmeter"], ALL), within(&[countries(&["ES"])])]);
        must(&meter.create("cse-mn/Cmeter", draft), 2001);
        let guest = lab.registered(1001, "Cguest");
        must(&guest.retrieve("cse-mn/Cmeter/door"), 4103);
        let spain = Location { point: None, country: Country::parse("ES") };
        lab.world().tell_location("//csf.example/id-mn/Cguest", spain);
        must(&guest.retrieve("cse-mn/Cmeter/door"), 2000);
    });
}
