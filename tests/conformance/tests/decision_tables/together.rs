//! What adds up and what are alternatives: policies, rules, contexts, and the conditions of one context (TS-0003 7.1.5).

use csf_api::AccessOperation as Op;

use crate::table::{DENIED, PERMITTED, asks, at, creates, rule, table};

// Shows ACC-3.
#[test]
fn the_conditions_of_one_context_hold_together() {
    let text = r#"{"acor":["Ca"],"acop":2,"acco":[{"actw":["* * 8-20 * * * *"],
        "acip":{"ipv4":["192.0.2.0/24"]},"aclr":{"accc":["ES"]}}]}"#;
    let all = || at("20261124T120000").from("192.0.2.7").in_country("ES");
    rule(
        text,
        &[
            (all(), PERMITTED),
            (all().at("20261124T220000"), DENIED),
            (all().from("192.0.3.7"), DENIED),
            (all().in_country("DE"), DENIED),
            (at("20261124T120000").from("192.0.2.7"), DENIED),
            (at("20261124T120000").in_country("ES"), DENIED),
        ],
    );
}

// Shows ACC-3.
#[test]
fn contexts_are_alternatives_and_do_not_mix() {
    let text = r#"{"acor":["Ca"],"acop":2,"acco":[
        {"actw":["* * 8-20 * * * *"],"acip":{"ipv4":["192.0.2.7"]}},
        {"actw":["* * 22 * * * *"],"acip":{"ipv4":["192.0.2.8"]}},
        {"aclr":{"accc":["ES"]}}]}"#;
    rule(
        text,
        &[
            (at("20261124T120000").from("192.0.2.7"), PERMITTED),
            (at("20261124T220000").from("192.0.2.8"), PERMITTED),
            (at("20261124T030000").in_country("ES"), PERMITTED),
            (at("20261124T120000").from("192.0.2.8"), DENIED),
            (at("20261124T220000").from("192.0.2.7"), DENIED),
            (at("20261124T120000"), DENIED),
        ],
    );
    // A context without conditions always holds.
    rule(r#"{"acor":["Ca"],"acop":2,"acco":[{}]}"#, &[(asks("Ca"), PERMITTED), (asks("Cb"), DENIED)]);
    rule(
        r#"{"acor":["Ca"],"acop":2,"acco":[{"actw":["* * 3 * * * *"]},{}]}"#,
        &[(asks("Ca"), PERMITTED), (asks("Cb"), DENIED)],
    );
}

// Shows ACC-3.
#[test]
fn rules_are_alternatives_and_do_not_mix() {
    let text = r#"{"acor":["Ca"],"acop":4},{"acor":["Cb"],"acop":2},
        {"acor":["Cc"],"acop":2,"acaf":true},{"acor":["Cc"],"acop":4}"#;
    let rows = [
        (asks("Ca").to(Op::Update), PERMITTED),
        (asks("Cb"), PERMITTED),
        (asks("Cc"), PERMITTED),
        (asks("Cc").to(Op::Update).vouched(), PERMITTED),
        (asks("Ca"), DENIED),
        (asks("Cb").to(Op::Update), DENIED),
        (asks("Cc").vouched(), DENIED),
    ];
    rule(text, &rows);
    // Each in a policy of its own, they say the same.
    table(
        &[
            r#"{"acor":["Ca"],"acop":4}"#,
            r#"{"acor":["Cb"],"acop":2}"#,
            r#"{"acor":["Cc"],"acop":2,"acaf":true},{"acor":["Cc"],"acop":4}"#,
        ],
        &rows,
    );
    table(&["", r#"{"acor":["Ca"],"acop":2}"#], &[(asks("Ca"), PERMITTED), (asks("Cb"), DENIED)]);
    table(&["", ""], &[(asks("Ca"), DENIED), (asks("Cowner"), DENIED)]);
}

// Shows ACC-3.
#[test]
fn all_parts_of_a_rule_hold_together() {
    let text = r#"{"acor":["grp-1","reader@csf.example"],"acop":3,"acaf":true,
        "acco":[{"actw":["* * 8-20 * * * *"]}],"acod":[{"ty":3,"chty":[4]}]}"#;
    let member = |child: u16| creates(child).where_group("grp-1", ["Ca"]);
    rule(
        text,
        &[
            (member(4), PERMITTED),
            (creates(4).having("reader@csf.example"), PERMITTED),
            (asks("Ca").where_group("grp-1", ["Ca"]), PERMITTED),
            (member(3), DENIED),
            (member(4).below(2), DENIED),
            (member(4).vouched(), DENIED),
            (member(4).at("20261124T060000"), DENIED),
            (member(4).to(Op::Update), DENIED),
            (creates(4).where_group("grp-1", ["Cb"]), DENIED),
        ],
    );
}

// Shows ACC-9.
#[test]
fn what_cannot_be_evaluated_narrows_its_own_place_and_no_other() {
    for name in ["acui", "acec", "acl", "accessControlWindow"] {
        let text = format!(
            r#"{{"acor":["Ca"],"acop":2,"acco":[{{"{name}":["x"]}},{{"actw":["* * 12 * * * *"]}}]}}"#
        );
        rule(&text, &[(at("20261124T120000"), PERMITTED), (at("20261124T130000"), DENIED)]);
        let alone =
            format!(r#"{{"acor":["Ca"],"acop":2,"acco":[{{"{name}":["x"],"actw":["* * 12 * * * *"]}}]}}"#);
        rule(&alone, &[(at("20261124T120000"), DENIED)]);
    }
    let beside = r#"{"acor":["Ca"],"acop":2,"acxx":1},{"acor":["Cb"],"acop":2}"#;
    rule(beside, &[(asks("Cb"), PERMITTED), (asks("Ca"), DENIED)]);
}
