//! ACP/NEW/09 and 10: windows to the second, addresses in all their forms, and the rim of a circle.

use std::time::Duration;

use conformance::{ALL, Reading, container, policy, rule};
use csf_api::{Object, Value};
use csf_service::{Location, Point};
use support::lab::{Lab, on_every_storage};

const BOX: &str = "-/CAE1/box";

/// A container of AE1 that AE2 may do everything with in this context.
fn scene(lab: &Lab, context: Object) {
    let owner = lab.registered(1000, "CAE1");
    let _ = lab.registered(1001, "CAE2");
    let within = rule(["CAE2"], ALL).with("acco", Value::List(vec![Value::Object(context)]));
    assert_eq!(owner.create("-/CAE1", policy("door", [within], [rule(["CAE1"], ALL)])).code(), 2001);
    assert_eq!(owner.create("-/CAE1", container("box").with("acpi", ["-/CAE1/door"])).code(), 2001);
}

#[track_caller]
fn is_permitted(lab: &Lab, permitted: bool) {
    let code = if permitted { 2000 } else { 4103 };
    assert_eq!(lab.as_ae(1001, "CAE2").retrieve(BOX).code(), code, "{}", lab.world().utc());
}

// ACP/NEW/09. Shows ACC-3.
#[test]
fn ranges_and_lists_of_a_window_include_their_edges() {
    on_every_storage(|lab| {
        let minute = |after: u64| {
            let time = lab.world().utc().plus_seconds(i64::try_from(after).expect("small"));
            time.to_string()[11..13].parse::<u8>().expect("digits")
        };
        // From the next full minute on, for two minutes, in their first ten seconds and in the 30th.
        let into = lab.world().utc().to_string()[13..15].parse::<u64>().expect("digits");
        let (first, last) = (minute(60 - into), minute(120 - into));
        let minutes = if first < last { format!("{first}-{last}") } else { format!("{first},{last}") };
        let window = format!("0-9,30 {minutes} * * * * 2000-9999");
        scene(&lab, Object::new().with("actw", Value::texts([window.as_str()])));
        is_permitted(&lab, false);
        lab.wait(Duration::from_secs(60 - into));
        is_permitted(&lab, true);
        for (seconds, permitted) in [(9, true), (1, false), (19, false), (1, true), (1, false), (29, true)] {
            lab.wait(Duration::from_secs(seconds));
            is_permitted(&lab, permitted);
        }
        lab.wait(Duration::from_secs(60));
        is_permitted(&lab, false);
    });
}

// ACP/NEW/10. Shows ACC-3.
#[test]
fn addresses_of_both_kinds_are_compared_by_their_first_bits() {
    for (kind, range, inside, outside) in [
        ("ipv4", "192.0.2.128/25", "192.0.2.128", "192.0.2.127"),
        ("ipv4", "192.0.2.7", "::ffff:192.0.2.7", "::ffff:192.0.2.8"),
        ("ipv4", "0.0.0.0/0", "203.0.113.1", "2001:db8::1"),
        ("ipv6", "2001:db8:0:8000::/49", "2001:db8:0:ffff::", "2001:db8:0:7fff::"),
        ("ipv6", "2001:db8::7", "2001:db8:0:0:0:0:0:7", "2001:db8::8"),
        ("ipv6", "::/0", "2001:db8::1", "192.0.2.7"),
    ] {
        on_every_storage(|lab| {
            let addresses = Object::new().with(kind, Value::texts([range]));
            scene(&lab, Object::new().with("acip", Value::Object(addresses)));
            for (address, code) in [(inside, 2000), (outside, 4103)] {
                let guest = lab.as_ae(1001, "CAE2").at(address);
                assert_eq!(guest.retrieve(BOX).code(), code, "{range} {address}");
            }
            is_permitted(&lab, false);
        });
    }
}

// ACP/NEW/10. Shows ACC-3.
#[test]
fn the_rim_of_a_circle_is_inside() {
    on_every_storage(|lab| {
        // A hundredth of a degree along a meridian is 1111.95 m on a globe of mean radius.
        let circle = [Value::Float(48.0), Value::Integer(2), Value::Float(1_111.951)].to_vec();
        let region = Object::new().with("accr", Value::List(circle));
        scene(&lab, Object::new().with("aclr", Value::Object(region)));
        is_permitted(&lab, false);
        for (latitude, permitted) in [(48.0, true), (48.01, true), (47.99, true), (48.010_01, false)] {
            let location = Location { point: Point::new(latitude, 2.0), country: None };
            lab.world().tell_location("//csf.example/id-mn/CAE2", location);
            is_permitted(&lab, permitted);
        }
    });
}
