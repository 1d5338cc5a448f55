//! `acop`, `acaf` and `aca`: what is permitted, to whom by proof, and of which attributes (TS-0004 6.3.4.2.29, TS-0003
//! table 7.1.5-1).

use csf_api::AccessOperation as Op;

use crate::table::{Asks, DENIED, PERMITTED, asks, creates, rule};

/// Each operation with the value that stands for it.
const OPERATIONS: [(i64, Op); 6] = [
    (1, Op::Create),
    (2, Op::Retrieve),
    (4, Op::Update),
    (8, Op::Delete),
    (16, Op::Notify),
    (32, Op::Discovery),
];

fn wants(operation: Op) -> Asks {
    if operation == Op::Create { creates(3) } else { asks("Ca").to(operation) }
}

// Shows ACC-3. All 36 pairs, and all 64 sums.
#[test]
fn each_value_permits_its_operation_and_a_sum_those_of_its_values() {
    for sum in 0..64 {
        let text = format!(r#"{{"acor":["Ca"],"acop":{sum}}}"#);
        for (bit, operation) in OPERATIONS {
            rule(&text, &[(wants(operation), sum & bit != 0)]);
        }
    }
}

// Shows ACC-3.
#[test]
fn a_discovery_is_no_retrieval_and_a_retrieval_no_discovery() {
    for (sum, discovers, retrieves) in
        [(2, DENIED, PERMITTED), (32, PERMITTED, DENIED), (31, DENIED, PERMITTED)]
    {
        let text = format!(r#"{{"acor":["all"],"acop":{sum}}}"#);
        rule(&text, &[(wants(Op::Discovery), discovers), (wants(Op::Retrieve), retrieves)]);
    }
}

// Shows ACC-2 and ACC-3. TS-0003 table 7.1.5-1.
#[test]
fn a_flagged_rule_is_for_whoever_is_authenticated() {
    for who in ["Ca", "all", "C*", "//csf.example"] {
        for (flag, others) in [(r#","acaf":true"#, DENIED), (r#","acaf":false"#, PERMITTED), ("", PERMITTED)]
        {
            let text = format!(r#"{{"acor":["{who}"],"acop":2{flag}}}"#);
            let bare = others && who == "all";
            rule(
                &text,
                &[(asks("Ca"), PERMITTED), (asks("Ca").vouched(), others), (asks("Ca").bare(), bare)],
            );
        }
    }
}

// Shows ACC-3.
#[test]
fn lists_of_attributes_add_up_over_the_rules_that_hold() {
    let two = r#"{"acor":["Ca"],"acop":6,"aca":["lbl"]},{"acor":["all"],"acop":2,"aca":["con","et"]}"#;
    rule(
        two,
        &[
            (asks("Ca").touching(["lbl"]), PERMITTED),
            (asks("Ca").touching(["lbl", "con"]), PERMITTED),
            (asks("Ca").touching(["lbl", "mni"]), DENIED),
            (asks("Ca").to(Op::Update).touching(["lbl"]), PERMITTED),
            (asks("Ca").to(Op::Update).touching(["lbl", "con"]), DENIED),
            // The list of a rule for another is no list of this one.
            (asks("Cb").touching(["con", "et"]), PERMITTED),
            (asks("Cb").touching(["lbl"]), DENIED),
            (asks("Ca"), DENIED),
        ],
    );
    let beside = r#"{"acor":["Ca"],"acop":2,"aca":["lbl"]},{"acor":["Ca"],"acop":2}"#;
    rule(beside, &[(asks("Ca"), PERMITTED), (asks("Ca").touching(["mni"]), PERMITTED), (asks("Cb"), DENIED)]);
    rule(
        r#"{"acor":["Ca"],"acop":2,"aca":[]}"#,
        &[(asks("Ca").touching([]), PERMITTED), (asks("Ca").touching(["lbl"]), DENIED)],
    );
}
