//! From values to policies: what is accepted, what is refused, and where it says so.

use csf_access::{
    Fault, MAX_ENTRY_BYTES, MAX_ORIGINATORS_PER_RULE, MAX_PATTERN_BYTES, MAX_PATTERNS_PER_SECTION,
    MAX_RULES_PER_SECTION, Policy, PolicyError, Remark, Section,
};
use csf_api::{Object, Value};

use crate::making::{home, resource, rule, rules};

fn parse(privileges: &Value, self_privileges: &Value) -> Result<Policy, PolicyError> {
    Policy::parse(resource("acp-1"), privileges, self_privileges, &home())
}

fn fault(privileges: &Value) -> (String, Fault) {
    let error = parse(privileges, &rules([rule(&["Cowner"], 63)])).expect_err("it should be refused");
    (error.path().to_owned(), error.fault())
}

const fn kind(expected: &'static str, found: &'static str) -> Fault {
    Fault::Kind { expected, found }
}

#[test]
fn privileges_may_be_empty_and_self_privileges_may_not() {
    let empty = Value::Object(Object::new());
    for privileges in [&empty, &rules([])] {
        let policy = parse(privileges, &rules([rule(&["Cowner"], 63)])).expect("well formed");
        assert_eq!(policy.rule_count(Section::Privileges), 0);
        assert_eq!(policy.rule_count(Section::SelfPrivileges), 1);
        let error = parse(&rules([rule(&["all"], 63)]), privileges).expect_err("nobody could change it");
        assert_eq!((error.path(), error.fault()), ("pvs", Fault::NoRule));
    }
}

#[test]
fn a_wrong_member_is_named_by_its_path() {
    let good = || rule(&["Cmeter"], 2);
    let object = |name: &str, value| Value::Object(Object::new().with(name, value));
    let third =
        |rule: Value| object("acr", Value::List(vec![Value::Object(good()), Value::Object(good()), rule]));
    let changed = |name: &str, value| third(Value::Object(good().with(name, value)));
    let without = |name: &str| {
        let mut rule = good();
        rule.remove(name);
        third(Value::Object(rule))
    };
    for (value, path, expected) in [
        (Value::Null, "pv", kind("object", "null")),
        (Value::List(vec![]), "pv", kind("object", "list")),
        (object("acx", Value::List(vec![])), "pv", Fault::UnknownMember),
        (object("acr", Value::Null), "pv.acr", kind("list", "null")),
        (object("acr", Value::Object(good())), "pv.acr", kind("list", "object")),
        (third(Value::text("all")), "pv.acr[2]", kind("object", "string")),
        (without("acor"), "pv.acr[2].acor", Fault::Absent),
        (without("acop"), "pv.acr[2].acop", Fault::Absent),
        (changed("acor", Value::text("all")), "pv.acr[2].acor", kind("list", "string")),
        (
            changed("acor", Value::List(vec![Value::text("all"), Value::Null])),
            "pv.acr[2].acor[1]",
            kind("string", "null"),
        ),
        (changed("acop", Value::Float(63.0)), "pv.acr[2].acop", kind("integer", "number")),
        (changed("acop", Value::text("63")), "pv.acr[2].acop", kind("integer", "string")),
        (changed("acop", Value::Integer(64)), "pv.acr[2].acop", Fault::Operations),
        (changed("acop", Value::Integer(-1)), "pv.acr[2].acop", Fault::Operations),
        (changed("acop", Value::Integer(256 + 2)), "pv.acr[2].acop", Fault::Operations),
        (changed("acaf", Value::Integer(1)), "pv.acr[2].acaf", kind("boolean", "integer")),
        (changed("acaf", Value::Null), "pv.acr[2].acaf", kind("boolean", "null")),
        (changed("acco", Value::text("x")), "pv.acr[2].acco[0]", kind("object", "string")),
        (changed("acod", Value::Null), "pv.acr[2].acod[0]", kind("object", "null")),
        (changed("aca", Value::Bool(true)), "pv.acr[2].aca", kind("list", "boolean")),
    ] {
        assert_eq!(fault(&value), (path.to_owned(), expected));
    }
    let error = parse(&rules([]), &changed("acop", Value::Integer(64))).expect_err("no such operation");
    assert_eq!(error.to_string(), "pvs.acr[2].acop: expected a sum of operations, 0 to 63");
}

#[test]
fn an_empty_list_of_originators_is_accepted() {
    assert!(parse(&rules([rule(&[], 63)]), &rules([rule(&["Cowner"], 63)])).is_ok());
}

#[test]
fn every_bound_is_exact() {
    let refused = |value: &Value| fault(value).1;
    let accepted = |value: &Value| parse(value, &rules([rule(&["Cowner"], 63)])).is_ok();

    let many = |n| rules((0..n).map(|_| rule(&["all"], 1)));
    assert!(accepted(&many(MAX_RULES_PER_SECTION)));
    assert_eq!(refused(&many(MAX_RULES_PER_SECTION + 1)), Fault::TooMany(MAX_RULES_PER_SECTION));

    let wide = |n| rules([rule(&vec!["Cmeter"; n], 1)]);
    assert!(accepted(&wide(MAX_ORIGINATORS_PER_RULE)));
    assert_eq!(refused(&wide(MAX_ORIGINATORS_PER_RULE + 1)), Fault::TooMany(MAX_ORIGINATORS_PER_RULE));

    let starred = |surplus: &[&str]| {
        let full = (0..MAX_PATTERNS_PER_SECTION / 8).map(|_| rule(&["C*"; 8], 1));
        rules(full.chain([rule(surplus, 1)]))
    };
    assert!(accepted(&starred(&["Cmeter"])));
    assert_eq!(refused(&starred(&["C*"])), Fault::TooManyPatterns(MAX_PATTERNS_PER_SECTION));

    let long = |text: &str| rules([rule(&[text], 1)]);
    let pattern = "C".repeat(MAX_PATTERN_BYTES - 1) + "*";
    assert!(accepted(&long(&pattern)));
    assert_eq!(refused(&long(&(pattern + "*"))), Fault::TooLong(MAX_PATTERN_BYTES));
    let address = "x".repeat(MAX_ENTRY_BYTES);
    assert!(accepted(&long(&address)));
    assert_eq!(refused(&long(&(address + "x"))), Fault::TooLong(MAX_ENTRY_BYTES));
}

#[test]
fn what_gives_less_than_it_seems_is_remarked() {
    let odd = rule(&["grp-1", "operator@csf.example", "//*", "grp-2", "Cmeter"], 2)
        .with("acco", Value::Object(Object::new().with("acl", Value::Integer(1))))
        .with("acxx", Value::Null)
        .with("acyy", Value::Null);
    let policy =
        parse(&rules([rule(&["all"], 2), odd]), &rules([rule(&["Cowner"], 63)])).expect("well formed");
    let remarks: Vec<_> = policy.remarks(Section::Privileges).collect();
    assert_eq!(remarks, [Remark::Context, Remark::UnknownMember, Remark::Nobody].map(|remark| (1, remark)));
    assert_eq!(policy.remarks(Section::SelfPrivileges).count(), 0);
}

#[test]
fn neither_debug_nor_an_error_shows_an_identity() {
    let policy =
        parse(&rules([rule(&["Csecretive"], 2)]), &rules([rule(&["Cowner"], 63)])).expect("well formed");
    assert_eq!(format!("{policy:?}"), r#"Policy { id: "acp-1", privileges: 1, self_privileges: 1 }"#);
    let bad = rules([rule(&["Csecretive"], 64)]);
    let error = parse(&bad, &bad).expect_err("no such operation");
    assert!(!format!("{error} {error:?}").contains("secretive"));
}
