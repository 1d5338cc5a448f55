//! Kinds of caller against kinds of originator entry and the authentication flag.

use csf_access::{Reason, RuleRef, Standing, Verdict};
use csf_api::{AccessOperation, Value};

use crate::making::{ask, policy, rule};

const STANDINGS: [Standing; 4] = [Standing::Proven, Standing::Vouched, Standing::Bare, Standing::Internal];

/// Every kind of entry that matches `Cmeter`.
const ENTRIES: [&str; 6] =
    ["all", "Cmeter", "//csf.example/id-mn/Cmeter", "C*", "//*/id-mn/Cmeter", "//csf.example"];

// Shows ACC-2.
#[test]
fn each_caller_gets_what_its_proof_is_worth() {
    for entry in ENTRIES {
        for flag in [None, Some(false), Some(true)] {
            for standing in STANDINGS {
                let mut one = rule(&[entry], 2);
                if let Some(flag) = flag {
                    one.set("acaf", Value::Bool(flag));
                }
                let flagged = flag == Some(true);
                let denied = match standing {
                    Standing::Proven | Standing::Internal => None,
                    Standing::Vouched if flagged => Some(Reason::Authentication),
                    Standing::Vouched => None,
                    Standing::Bare if entry != "all" => Some(Reason::Bare),
                    Standing::Bare if flagged => Some(Reason::Authentication),
                    Standing::Bare => None,
                };
                let verdict = ask(policy([one]), standing, Some("Cmeter"), AccessOperation::Retrieve);
                match denied {
                    Some(reason) => {
                        assert_eq!(verdict, Verdict::Deny(reason), "{entry} {flag:?} {standing:?}");
                    }
                    None => assert!(verdict.is_permit(), "{entry} {flag:?} {standing:?}: {verdict:?}"),
                }
            }
        }
    }
}

#[test]
fn a_caller_without_originator_is_served_by_an_entry_for_everybody_only() {
    for standing in [Standing::Proven, Standing::Vouched, Standing::Bare] {
        for entry in ENTRIES {
            let verdict = ask(policy([rule(&[entry], 2)]), standing, None, AccessOperation::Retrieve);
            assert_eq!(verdict.is_permit(), entry == "all", "{entry} {standing:?}");
        }
        let flagged = rule(&["all"], 2).with("acaf", Value::Bool(true));
        let verdict = ask(policy([flagged]), standing, None, AccessOperation::Retrieve);
        assert_eq!(verdict, Verdict::Deny(Reason::Authentication));
    }
}

#[test]
fn the_node_itself_is_permitted_under_its_own_name() {
    let verdict = ask(policy([]), Standing::Internal, None, AccessOperation::Delete);
    assert_eq!(verdict, Verdict::Permit(RuleRef::Internal));
}

#[test]
fn a_rule_permits_the_operations_of_its_bits_and_no_other() {
    for operation in AccessOperation::ALL {
        let bit = i64::from(operation as u8);
        let ask = |bits| ask(policy([rule(&["Cmeter"], bits)]), Standing::Proven, Some("Cmeter"), operation);
        assert!(ask(bit).is_permit());
        assert!(ask(63).is_permit());
        assert_eq!(ask(63 - bit), Verdict::Deny(Reason::Operation));
        assert_eq!(ask(0), Verdict::Deny(Reason::Operation));
    }
}

// Shows ACC-9.
#[test]
fn a_rule_with_a_condition_that_is_not_evaluated_permits_nothing() {
    let context = |member| Value::Object(csf_api::Object::new().with(member, Value::Null));
    for (member, value) in [
        ("acco", context("acui")),
        ("acco", context("acec")),
        ("acco", Value::List(vec![context("acl"), context("unheard-of")])),
        ("acxx", Value::Null),
        ("accessControlOriginators", Value::texts(["all"])),
    ] {
        for entry in ENTRIES {
            let inert = rule(&[entry], 63).with(member, value.clone());
            let verdict =
                ask(policy([inert.clone()]), Standing::Proven, Some("Cmeter"), AccessOperation::Retrieve);
            assert_eq!(verdict, Verdict::Deny(Reason::Condition), "{member}");

            let both = policy([inert, rule(&["Cmeter"], 2)]);
            match ask(both, Standing::Proven, Some("Cmeter"), AccessOperation::Retrieve) {
                Verdict::Permit(rule) => assert_eq!(rule.to_string(), "privileges[1] of acp-1"),
                other => panic!("{member}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_denial_tells_how_near_a_rule_came() {
    let authenticated = |entry| rule(&[entry], 2).with("acaf", Value::Bool(true));
    let inert = |entry| rule(&[entry], 2).with("acxx", Value::Null);
    let ask =
        |rules: Vec<_>| ask(policy(rules), Standing::Vouched, Some("Cmeter"), AccessOperation::Retrieve);
    assert_eq!(ask(vec![]), Verdict::Deny(Reason::Operation));
    assert_eq!(ask(vec![rule(&["Cmeter"], 61)]), Verdict::Deny(Reason::Operation));
    assert_eq!(ask(vec![rule(&["Cmeter"], 61), rule(&["Cother"], 2)]), Verdict::Deny(Reason::Originator));
    assert_eq!(
        ask(vec![authenticated("Cmeter"), rule(&["Cother"], 2)]),
        Verdict::Deny(Reason::Authentication)
    );
    assert_eq!(ask(vec![inert("C*"), authenticated("Cmeter")]), Verdict::Deny(Reason::Condition));
    assert_eq!(ask(vec![inert("Cother"), rule(&["S*"], 2)]), Verdict::Deny(Reason::Originator));
}
