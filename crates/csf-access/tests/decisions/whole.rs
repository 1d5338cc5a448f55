//! Every condition at once: random rules and requests, decided by the crate and by the naive reading.

use std::net::IpAddr;
use std::sync::Arc;

use csf_access::{
    Circumstances, Country, Fact, Groups, Kind, Location, Members, Question, RoleId, Rules, Specialisation,
    Standing, Subject, Touched, Verdict, WindowForm,
};
use csf_api::{AccessOperation, Address, Calendar, EntityId, Object, ResourceType, UtcTime, Value};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::making::{home, id};
use crate::naive::{FullContext, FullDetails, FullRule, Request, permits};

const NAMES: [&str; 5] = ["Ca", "Cab", "/id-in", "/id-in/Ca", "//other.example/id-mn/Ca"];
const ENTRIES: [&str; 12] = [
    "all",
    "Ca",
    "C*",
    "/id-in",
    "//*/id-mn/C*",
    "//csf.example",
    "grp-1",
    "cse-mn/grp",
    "/id-in/grp-2",
    "reader@csf.example",
    "writer@csf.example",
    "*@csf.example",
];
const GROUPS: [&str; 3] = ["grp-1", "cse-mn/grp", "/id-in/grp-2"];
const ROLES: [&str; 2] = ["reader@csf.example", "writer@csf.example"];
const ATTRIBUTES: [&str; 4] = ["lbl", "et", "mni", "con"];
const ADDRESSES: [&str; 6] =
    ["192.0.2.7", "::ffff:192.0.2.7", "192.0.2.200", "198.51.100.1", "2001:db8::1", "2001:db9::1"];
const RANGES_V4: [&str; 5] = ["192.0.2.7", "192.0.2.0/25", "192.0.0.0/8", "198.51.100.1/31", "0.0.0.0/0"];
const RANGES_V6: [&str; 5] = ["2001:db8::1", "2001:db8::/32", "::/0", "::ffff:192.0.2.0/120", "2001::/15"];
const COUNTRIES: [&str; 3] = ["DE", "ES", "PT"];

/// One field of a window, which is open more often than not.
fn field(first: u32, last: u32) -> impl Strategy<Value = String> {
    let element = prop_oneof![
        3 => Just("*".to_owned()),
        1 => (first..=last).prop_map(|n| n.to_string()),
        2 => (first..=last, first..=last).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (first..=last, first..=last, 1_u32..9).prop_map(|(a, b, s)| format!("{}-{}/{s}", a.min(b), a.max(b))),
        1 => (1_u32..5).prop_map(|step| format!("*/{step}")),
    ];
    vec(element, 1..3).prop_map(|elements| elements.join(","))
}

fn window() -> impl Strategy<Value = String> {
    (field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6), field(2000, 9999))
        .prop_map(|(s, m, h, d, mo, w, y)| format!("{s} {m} {h} {d} {mo} {w} {y}"))
}

fn some_of(texts: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        2 => Just(Vec::new()),
        1 => subsequence(texts.to_vec(), 0..=2.min(texts.len())).prop_map(|t| t.into_iter().map(Into::into).collect()),
    ]
}

fn context() -> impl Strategy<Value = FullContext> {
    let unknown = prop::bool::weighted(0.1);
    (
        prop_oneof![1 => Just(vec![]), 1 => vec(window(), 1..3)],
        some_of(&RANGES_V4),
        some_of(&RANGES_V6),
        some_of(&COUNTRIES),
        unknown,
    )
        .prop_map(|(actw, ipv4, ipv6, accc, unknown)| FullContext { actw, ipv4, ipv6, accc, unknown })
}

fn details() -> impl Strategy<Value = FullDetails> {
    let cnd = option::weighted(0.3, select(vec!["org.a", "org.b"]).prop_map(String::from));
    (option::weighted(0.5, 2_i64..4), cnd, subsequence(vec![3, 4, 9, 28], 1..3))
        .prop_map(|(ty, cnd, chty)| FullDetails { ty, cnd, chty })
}

fn full_rule() -> impl Strategy<Value = FullRule> {
    let aca = option::weighted(0.3, subsequence(ATTRIBUTES.to_vec(), 0..4));
    (
        vec(select(ENTRIES.to_vec()).prop_map(String::from), 0..4),
        prop_oneof![Just(63_u8), 0_u8..64],
        option::of(any::<bool>()),
        prop_oneof![1 => Just(vec![]), 1 => vec(context(), 1..3)],
        prop_oneof![2 => Just(vec![]), 1 => vec(details(), 1..3)],
        aca.prop_map(|list| list.map(|names| names.into_iter().map(String::from).collect())),
    )
        .prop_map(|(acor, acop, acaf, acco, acod, aca)| FullRule { acor, acop, acaf, acco, acod, aca })
}

fn request() -> impl Strategy<Value = (Request, UtcTime, AccessOperation)> {
    let standing = select(vec![Standing::Proven, Standing::Proven, Standing::Vouched, Standing::Bare]);
    let originator = option::weighted(0.9, select(NAMES.to_vec()).prop_map(|n| id(n).absolute().to_owned()));
    let child = option::weighted(
        0.8,
        (select(vec![3_i64, 4, 9, 28]), option::of(select(vec!["org.a", "org.b"]).prop_map(String::from))),
    );
    let attributes = option::weighted(0.8, subsequence(ATTRIBUTES.to_vec(), 0..4));
    let members = vec(select(NAMES.to_vec()).prop_map(|n| id(n).absolute().to_owned()), 0..3);
    (
        (
            standing,
            originator,
            subsequence(ROLES.to_vec(), 0..=2),
            select(AccessOperation::ALL.to_vec()),
            2_i64..4,
        ),
        (child, attributes, 946_684_800_i64..4_102_444_800),
        (
            option::weighted(0.8, select(ADDRESSES.to_vec())),
            option::weighted(0.7, select(COUNTRIES.to_vec())),
        ),
        btree_map(select(GROUPS.to_vec()).prop_map(String::from), members, 0..=3),
    )
        .prop_map(|(who, (child, attributes, seconds), (address, country), groups)| {
            let (standing, originator, roles, operation, target) = who;
            let now = UtcTime::from_unix_micros(seconds * 1_000_000);
            let Calendar { year, month, day, weekday, hour, minute, second } = now.into();
            let time = [second, minute, hour, day, month, weekday].map(u32::from);
            let time = [time[0], time[1], time[2], time[3], time[4], time[5], u32::from(year)];
            let request = Request {
                standing,
                originator,
                roles: roles.into_iter().map(Into::into).collect(),
                bit: operation as u8,
                target,
                child: child.filter(|_| operation == AccessOperation::Create),
                attributes: attributes.map(|a| a.into_iter().map(Into::into).collect()),
                time,
                address: address.map(|a| a.parse::<IpAddr>().expect("an address")),
                country: country.map(Into::into),
                groups,
            };
            (request, now, operation)
        })
}

fn texts(list: &[String]) -> Value {
    Value::texts(list.iter().map(String::as_str))
}

fn objects(objects: Vec<Object>) -> Value {
    Value::List(objects.into_iter().map(Value::Object).collect())
}

fn written(rule: &FullRule) -> Object {
    let mut object =
        Object::new().with("acor", texts(&rule.acor)).with("acop", Value::Integer(i64::from(rule.acop)));
    if let Some(flag) = rule.acaf {
        object.set("acaf", Value::Bool(flag));
    }
    let context = |context: &FullContext| {
        let mut object = Object::new();
        if !context.actw.is_empty() {
            object.set("actw", texts(&context.actw));
        }
        let mut addresses = Object::new();
        for (name, list) in [("ipv4", &context.ipv4), ("ipv6", &context.ipv6)] {
            if !list.is_empty() {
                addresses.set(name, texts(list));
            }
        }
        if !addresses.is_empty() {
            object.set("acip", Value::Object(addresses));
        }
        if !context.accc.is_empty() {
            object.set("aclr", Value::Object(Object::new().with("accc", texts(&context.accc))));
        }
        if context.unknown {
            object.set("acui", Value::texts(["somebody"]));
        }
        object
    };
    let details = |details: &FullDetails| {
        let chty = Value::List(details.chty.iter().map(|ty| Value::Integer(*ty)).collect());
        let mut object = Object::new().with("chty", chty);
        if let Some(ty) = details.ty {
            object.set("ty", Value::Integer(ty));
        }
        if let Some(cnd) = &details.cnd {
            object.set("spty", Value::Object(Object::new().with("cnd", Value::text(cnd))));
        }
        object
    };
    if !rule.acco.is_empty() {
        object.set("acco", objects(rule.acco.iter().map(context).collect()));
    }
    if !rule.acod.is_empty() {
        object.set("acod", objects(rule.acod.iter().map(details).collect()));
    }
    if let Some(list) = &rule.aca {
        object.set("aca", texts(list));
    }
    object
}

fn compiled(rules: &[FullRule]) -> Rules {
    let value = Value::Object(Object::new().with("acr", objects(rules.iter().map(written).collect())));
    Rules::parse("pv", &value, &home(), WindowForm::Seven).expect("well formed")
}

/// The crate's answer, with each fact brought only when it is asked for; how often it was asked again.
fn answer(
    rules: &Rules,
    request: &Request,
    now: UtcTime,
    operation: AccessOperation,
) -> (Verdict<u16>, usize) {
    let originator =
        request.originator.as_ref().map(|name| EntityId::parse(name, &home()).expect("well formed"));
    let roles: Vec<RoleId> = request.roles.iter().map(|r| RoleId::parse(r).expect("well formed")).collect();
    let subject = Subject { roles: &roles, ..Subject::new(request.standing, originator.as_ref()) };
    let kind = |number: i64| ResourceType::from_number(u16::try_from(number).expect("small"));
    let names: Option<Vec<&str>> =
        request.attributes.as_ref().map(|a| a.iter().map(String::as_str).collect());
    let question = Question {
        operation,
        target: kind(request.target),
        child: request.child.as_ref().map(|(ty, cnd)| Kind {
            resource_type: kind(*ty),
            specialisation: cnd.as_deref().map(Specialisation::Container),
        }),
        attributes: names.as_deref().map_or(Touched::All, Touched::These),
    };
    let (mut groups, mut location, mut rounds) = (Groups::new(), Fact::Missing, 0);
    loop {
        let address = request.address;
        let circumstances = Circumstances { now, address, location, groups: Some(&groups) };
        let missing = match rules.decide(&subject, &question, &circumstances) {
            Verdict::Unknown(missing) => missing,
            verdict => return (verdict, rounds),
        };
        rounds += 1;
        assert!(missing.policies.is_empty());
        for group in missing.groups {
            let members = request.groups.get(&group.to_string()).map_or(Fact::Unavailable, |members| {
                let ids = members.iter().map(|m| EntityId::parse(m, &home()).expect("well formed"));
                Fact::Known(Arc::new(ids.collect::<Members>()))
            });
            groups.know(group, members);
        }
        if missing.location {
            let country = request.country.as_deref().and_then(Country::parse);
            location = country
                .map_or(Fact::Unavailable, |c| Fact::Known(Location { point: None, country: Some(c) }));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    // Shows ACC-3 and ACC-9.
    #[test]
    fn every_condition_is_decided_as_the_texts_say(rules in vec(full_rule(), 0..6), asked in request()) {
        let (request, now, operation) = asked;
        let (verdict, rounds) = answer(&compiled(&rules), &request, now, operation);
        prop_assert_eq!(verdict.is_permit(), permits(&rules, &request), "{:?}", verdict);
        prop_assert!(rounds <= 2, "{} rounds", rounds);
        if let Verdict::Permit(index) = verdict {
            // The rule that is named is one without which it would not be permitted as it was.
            prop_assert!(usize::from(index) < rules.len());
        }
    }

    // Shows ACC-2.
    #[test]
    fn under_every_condition_less_proof_permits_no_more(rules in vec(full_rule(), 0..6), asked in request()) {
        let (request, now, operation) = asked;
        let ask = |standing| {
            let request = Request { standing, ..request.clone() };
            answer(&compiled(&rules), &request, now, operation).0.is_permit()
        };
        let [bare, vouched, proven] = [Standing::Bare, Standing::Vouched, Standing::Proven].map(ask);
        prop_assert!(bare <= vouched && vouched <= proven);
    }
}

#[test]
fn a_group_is_named_by_the_address_that_the_rule_wrote() {
    let rule = FullRule { acor: vec!["cse-mn/grp".into()], acop: 63, ..FullRule::default() };
    let meter = id("Cmeter");
    let question = Question::whole(AccessOperation::Retrieve, ResourceType::CONTAINER);
    let at = Circumstances::at(UtcTime::from_unix_micros(0));
    match compiled(&[rule]).decide(&Subject::new(Standing::Proven, Some(&meter)), &question, &at) {
        Verdict::Unknown(missing) => {
            assert_eq!(missing.groups, [Address::parse("cse-mn/grp").expect("well formed")]);
        }
        other => panic!("{other:?}"),
    }
}
