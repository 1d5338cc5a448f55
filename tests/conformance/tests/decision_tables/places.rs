//! `acip` and `aclr`: where packets come from, and where somebody is (TS-0004 6.3.5.27 and 6.3.5.28, TS-0003 7.1.2).

use crate::table::{DENIED, PERMITTED, asks, from, rule};

/// A rule for these addresses says this to whoever calls from each.
#[track_caller]
fn addresses(acip: &str, inside: &[&'static str], outside: &[&'static str]) {
    let text = format!(r#"{{"acor":["Ca"],"acop":2,"acco":[{{"acip":{acip}}}]}}"#);
    for (addresses, answer) in [(inside, PERMITTED), (outside, DENIED)] {
        for address in addresses {
            rule(&text, &[(from(address), answer), (asks("Cb").from(address), DENIED)]);
        }
    }
    // From where nobody knows is from nowhere.
    rule(&text, &[(asks("Ca"), DENIED)]);
}

// Shows ACC-3.
#[test]
fn addresses_of_ipv4_are_compared_by_their_prefix() {
    addresses(r#"{"ipv4":["192.0.2.7"]}"#, &["192.0.2.7"], &["192.0.2.6", "192.0.2.8", "2001:db8::7"]);
    addresses(r#"{"ipv4":["192.0.2.7/32"]}"#, &["192.0.2.7"], &["192.0.2.6"]);
    addresses(r#"{"ipv4":["192.0.2.0/24"]}"#, &["192.0.2.0", "192.0.2.255"], &["192.0.1.255", "192.0.3.0"]);
    addresses(r#"{"ipv4":["192.0.2.128/25"]}"#, &["192.0.2.128"], &["192.0.2.127"]);
    addresses(
        r#"{"ipv4":["10.125.0.0/16","122.77.12.1"]}"#,
        &["10.125.255.1", "122.77.12.1"],
        &["10.126.0.0", "122.77.12.2"],
    );
    addresses(r#"{"ipv4":["0.0.0.0/0"]}"#, &["203.0.113.9", "0.0.0.0"], &["2001:db8::1", "::1"]);
    addresses(r#"{"ipv4":["128.0.0.0/1"]}"#, &["255.255.255.255", "128.0.0.0"], &["127.255.255.255"]);
    addresses(r#"{"ipv4":["192.0.2.77/24"]}"#, &["192.0.2.1"], &["192.0.3.77"]);
}

// Shows ACC-3.
#[test]
fn addresses_of_ipv6_are_compared_as_numbers_and_not_as_texts() {
    for text in ["2001:db8::1", "2001:0db8:0:0:0:0:0:1", "2001:DB8::0:1", "2001:db8::1/128"] {
        let one = format!(r#"{{"ipv6":["{text}"]}}"#);
        addresses(
            &one,
            &["2001:db8::1", "2001:0DB8:0000::0001"],
            &["2001:db8::2", "2001:db8:1::1", "192.0.2.1"],
        );
    }
    addresses(r#"{"ipv6":["2001:db8::/32"]}"#, &["2001:db8:ffff:ffff::"], &["2001:db9::", "2001:db7:ffff::"]);
    addresses(
        r#"{"ipv6":["abcd:ffff:abb0:aaaa::/64"]}"#,
        &["abcd:ffff:abb0:aaaa::9"],
        &["abcd:ffff:abb0:aaab::"],
    );
    addresses(r#"{"ipv6":["::/0"]}"#, &["2001:db8::1", "::1"], &["192.0.2.1"]);
}

// Shows ACC-3.
#[test]
fn an_ipv4_address_is_one_however_it_arrives_and_lists_of_both_kinds_add_up() {
    addresses(r#"{"ipv4":["192.0.2.0/24"]}"#, &["::ffff:192.0.2.7"], &["::ffff:192.0.3.7", "::192.0.2.7"]);
    addresses(r#"{"ipv6":["::ffff:192.0.2.0/120"]}"#, &["192.0.2.7", "::ffff:192.0.2.7"], &["192.0.3.7"]);
    addresses(r#"{"ipv6":["::/0"]}"#, &["2001:db8::1"], &["::ffff:192.0.2.7"]);
    addresses(
        r#"{"ipv4":["192.0.2.7"],"ipv6":["2001:db8::7"]}"#,
        &["192.0.2.7", "2001:db8::7"],
        &["192.0.2.8", "2001:db8::8"],
    );
}

/// A rule for this region says this to whoever is at each place.
#[track_caller]
fn circle(circle: &str, inside: &[(f64, f64)], outside: &[(f64, f64)]) {
    let text = format!(r#"{{"acor":["Ca"],"acop":2,"acco":[{{"aclr":{{"accr":{circle}}}}}]}}"#);
    for (places, answer) in [(inside, PERMITTED), (outside, DENIED)] {
        for (latitude, longitude) in places {
            let row = (asks("Ca").on(*latitude, *longitude), answer);
            rule(&text, &[row, (asks("Cb").on(*latitude, *longitude), DENIED)]);
        }
    }
    rule(&text, &[(asks("Ca"), DENIED), (asks("Ca").in_country("DE"), DENIED)]);
}

// Shows ACC-3. A hundredth of a degree along a meridian is between 1105 m and 1117 m, whatever the model of the globe.
#[test]
fn a_circle_holds_what_is_within_its_radius_wherever_on_the_globe() {
    circle(
        "[52.52,13.405,1000]",
        &[(52.52, 13.405), (52.528, 13.405), (52.52, 13.418)],
        &[(52.53, 13.405), (52.52, 13.425)],
    );
    circle("[48.0,2,0]", &[(48.0, 2.0)], &[(48.001, 2.0)]);
    // Across the 180th meridian, and around a pole.
    circle("[0,179.999,1000]", &[(0.0, -179.999)], &[(0.0, -179.98), (0.0, 179.98)]);
    circle("[90,0,1000]", &[(89.995, 123.0), (90.0, -77.0)], &[(89.98, 0.0)]);
    circle("[-90,0,1000]", &[(-89.995, -123.0)], &[(89.995, 0.0)]);
    // Half of the globe is 20,015 km around.
    circle("[0,0,20100000]", &[(0.0, 180.0), (-90.0, 0.0)], &[]);
}

// Shows ACC-3.
#[test]
fn countries_are_told_by_their_codes_and_by_nothing_else() {
    let text = r#"{"acor":["Ca"],"acop":2,"acco":[{"aclr":{"accc":["ES","FR"]}}]}"#;
    rule(
        text,
        &[
            (asks("Ca").in_country("ES"), PERMITTED),
            (asks("Ca").in_country("FR"), PERMITTED),
            (asks("Ca").in_country("DE"), DENIED),
            // Madrid, as a point.
            (asks("Ca").on(40.4168, -3.7038), DENIED),
            (asks("Ca").on(40.4168, -3.7038).in_country("ES"), PERMITTED),
            (asks("Ca"), DENIED),
            (asks("Cb").in_country("ES"), DENIED),
        ],
    );
}
