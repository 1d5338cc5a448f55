//! CSE/SEC/ACP: rules for a time, a place, or an address; each with the four operations.

use conformance::{
    ALL, CREATE, DELETE, RETRIEVE, Reading, Speaker, UPDATE, changes, container, policy, rule,
};
use csf_api::{Calendar, Object, Value};
use csf_service::{Country, DefaultAccess, Location};
use support::lab::{Asker, Lab, on_every_storage, on_every_storage_with};
use support::{NodeProcess, RawRequest, Wire};

use crate::tester::{created, own, updated};

/// What the purposes vary: the bit in `acop`, and the status of success.
const OPERATIONS: [(i64, u16); 4] = [(CREATE, 2001), (UPDATE, 2004), (RETRIEVE, 2000), (DELETE, 2002)];

fn attempt(by: &Asker<'_>, operation: i64) -> u16 {
    match operation {
        CREATE => by.create("-/CAE1", container("attempt")),
        UPDATE => by.update("-/CAE1", changes("m2m:ae").with("lbl", ["tried"])),
        RETRIEVE => by.retrieve("-/CAE1"),
        _ => by.delete("-/CAE1"),
    }
    .code()
}

/// A rule for everybody, in this context only.
fn within(name: &str, value: Value) -> Object {
    let context = Value::Object(Object::new().with(name, value));
    rule(["all"], ALL).with("acco", Value::List(vec![context]))
}

/// An object with one member.
fn object(name: &str, value: Value) -> Value {
    Value::Object(Object::new().with(name, value))
}

/// AE1, whose AE a policy under the CSEBase with this rule governs.
fn governed(lab: &Lab, rule: &Object) {
    let tester = lab.registered(1000, "CAE1");
    let draft = policy("p0", [rule.clone()], [own("CAdmin"), own("CAE1")]);
    created(lab.admin().create("-", draft));
    updated(tester.update("-/CAE1", changes("m2m:ae").with("acpi", ["-/p0"])));
}

#[track_caller]
fn all_four(asker: &Asker<'_>, permitted: bool) {
    for (operation, success) in OPERATIONS {
        let code = if permitted { success } else { 4103 };
        assert_eq!(attempt(asker, operation), code, "{operation}");
    }
}

/// A window for one month in the six fields of release 1.
fn month(month: u8) -> Object {
    within("actw", Value::texts([format!("* * * * {month} *").as_str()]))
}

// TP/oneM2M/CSE/SEC/ACP/005 and TP/oneM2M/CSE/SEC/ACP/006, with all four operations
#[test]
fn a_window_opens_in_its_month_and_in_no_other() {
    for (later, permitted) in [(0, true), (1, false), (6, false)] {
        let release_1 = |setup: &mut support::lab::Setup| {
            setup.settings.default_access = DefaultAccess::InheritFromParent;
        };
        on_every_storage_with(release_1, |lab| {
            let now = Calendar::from(lab.world().utc()).month;
            governed(&lab, &month((now - 1 + later) % 12 + 1));
            all_four(&lab.as_ae(1000, "CAE1"), permitted);
        });
    }
    // Without that switch a window has seven fields.
    on_every_storage(|lab| {
        let refused = lab.admin().create("-", policy("p0", [month(1)], [own("CAdmin")]));
        assert_eq!(refused.code(), 4000);
    });
}

// TP/oneM2M/CSE/SEC/ACP/007 and TP/oneM2M/CSE/SEC/ACP/008, with all four operations
#[test]
fn a_country_opens_to_who_is_in_it_and_to_nobody_else() {
    for (country, permitted) in [(Some("ES"), true), (Some("PT"), false), (None, false)] {
        on_every_storage(|lab| {
            governed(&lab, &within("aclr", object("accc", Value::texts(["ES"]))));
            if let Some(code) = country {
                let location = Location { point: None, country: Country::parse(code) };
                lab.world().tell_location("//csf.example/id-mn/CAE1", location);
            }
            all_four(&lab.as_ae(1000, "CAE1"), permitted);
        });
    }
}

// TP/oneM2M/CSE/SEC/ACP/009 and TP/oneM2M/CSE/SEC/ACP/010, with all four operations
#[test]
fn an_address_in_the_list_is_let_in_and_no_other() {
    for (listed, permitted) in [("192.0.2.7", true), ("240.0.0.0", false)] {
        on_every_storage(|lab| {
            governed(&lab, &within("acip", object("ipv4", Value::texts([listed]))));
            all_four(&lab.as_ae(1000, "CAE1").at("192.0.2.7"), permitted);
        });
    }
}

// TP/oneM2M/CSE/SEC/ACP/009 and TP/oneM2M/CSE/SEC/ACP/010, with the address that the listener sees
#[test]
fn a_listener_tells_the_address_that_is_decided_by() {
    let node = NodeProcess::start();
    let mut tester = Speaker::registered(&node, "CAE1");
    let asked = RawRequest::new("GET", "/-/CAE1").without("X-M2M-Origin").with("X-M2M-Origin", "CAE1");
    for (n, (listed, code)) in
        [("127.0.0.1", 2000), ("127.0.0.0/8", 2000), ("240.0.0.0", 4103)].iter().enumerate()
    {
        let rules = [within("acip", object("ipv4", Value::texts([*listed])))];
        let name = format!("p{n}");
        let draft = policy(&name, rules, [own("CAdmin"), own("CAE1")]);
        created(Speaker::administrator(&node).create("-", draft));
        let link = changes("m2m:ae").with("acpi", [format!("-/{name}").as_str()]);
        updated(tester.update("-/CAE1", link));
        let answer = Wire::tcp(&node).exchange(&asked.bytes()).expect("an answer");
        assert_eq!(answer.rsc(), Some(*code), "{listed}");
        // Over the local socket there is no address that could be in the list.
        assert_eq!(tester.retrieve("-/CAE1").code(), 4103);
    }
}
