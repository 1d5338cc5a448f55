//! What is no rule: refused when it is written, each beside the rule that it nearly is (TS-0004 6.3.2, 6.3.5.27).

use crate::table::policy;

/// Each text is refused, and each of the others accepted, in the place of `$`.
#[track_caller]
fn texts(rule: &str, accepted: &[&str], refused: &[&str]) {
    for text in accepted {
        let rule = rule.replace('$', text);
        assert!(policy(1, &rule).is_ok(), "{rule}: {:?}", policy(1, &rule).err());
    }
    for text in refused {
        let rule = rule.replace('$', text);
        assert!(policy(1, &rule).is_err(), "{rule}");
    }
}

// Shows ACC-9.
#[test]
fn a_rule_has_originators_and_operations() {
    texts(
        "$",
        &[r#"{"acor":["all"],"acop":63}"#, r#"{"acor":[],"acop":1}"#],
        &[r#"{"acop":63}"#, r#"{"acor":["all"]}"#, "{}", "[]", "null", r#""all""#, "63"],
    );
    texts(
        r#"{"acor":["all"],"acop":$}"#,
        &["1", "32", "63"],
        &["64", "-1", "1.5", r#""3""#, "null", "[1,2]", "true", "4294967295"],
    );
    texts(
        r#"{"acor":$,"acop":1}"#,
        &[r#"["Ca"]"#],
        &[r#""Ca""#, "null", "[1]", "[null]", r#"[["Ca"]]"#, r#"{"x":1}"#],
    );
    texts(r#"{"acor":["all"],"acop":1,"acaf":$}"#, &["true", "false"], &["1", r#""true""#, "null", "[]"]);
}

// Shows ACC-9.
#[test]
fn a_window_is_seven_fields_of_the_right_values() {
    texts(
        r#"{"acor":["all"],"acop":1,"acco":[{"actw":["$"]}]}"#,
        &["* * * * * * *", "0 0 0 1 1 0 2000", "59 59 23 31 12 6 9999", "1,2-3,4-8/2,*/7 * * * * * *"],
        &[
            "",
            "*",
            "* * * * * *",
            "* * * * * * * *",
            "60 * * * * * *",
            "* 60 * * * * *",
            "* * 24 * * * *",
            "* * * 0 * * *",
            "* * * 32 * * *",
            "* * * * 0 * *",
            "* * * * 13 * *",
            "* * * * * 7 *",
            "* * * * * * 1999",
            "* * * * * * 10000",
            "* * * * JAN * *",
            "* * * * * SUN *",
            "-1 * * * * * *",
            "1- * * * * * *",
            "-5 * * * * * *",
            "*/0 * * * * * *",
            "5/10 * * * * * *",
            ", * * * * * *",
            "1,,2 * * * * * *",
            "1;2 * * * * * *",
            "? * * * * * *",
            "@daily",
            "20261124T120000",
        ],
    );
    texts(
        r#"{"acor":["all"],"acop":1,"acco":$}"#,
        &[r#"[{"actw":["* * * * * * *"]}]"#, "[{}]"],
        &["null", "1", r#""* * * * * * *""#, r#"[{"actw":null}]"#, r#"[{"actw":[1]}]"#, "[1]", "[null]"],
    );
}

// Shows ACC-9.
#[test]
fn an_address_is_one_of_its_kind_with_a_prefix_that_fits() {
    texts(
        r#"{"acor":["all"],"acop":1,"acco":[{"acip":{"ipv4":["$"]}}]}"#,
        &["192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "192.0.2.1/32"],
        &[
            "",
            "192.0.2",
            "192.0.2.1.1",
            "192.0.2.256",
            "192.0.2.0/33",
            "192.0.2.0/-1",
            "192.0.2.0/",
            "/24",
            "192.0.2.*",
            "192.0.2.0/255.255.255.0",
            "2001:db8::1",
            "localhost",
            "192.0.2.1:80",
            "0x7f.0.0.1",
            "192.0.2.1-192.0.2.9",
            "all",
        ],
    );
    texts(
        r#"{"acor":["all"],"acop":1,"acco":[{"acip":{"ipv6":["$"]}}]}"#,
        &["2001:db8::1", "::/0", "Fadf:ddd0::/32", "::ffff:192.0.2.1", "fe80::1"],
        &[
            "",
            "2001:db8::/129",
            "2001:db8::/-1",
            "2001::db8::1",
            "192.0.2.1",
            "[::1]",
            "fe80::1%eth0",
            "2001:db8::g",
            "2001:db8:1:2:3:4:5:6:7",
            "::/",
        ],
    );
    texts(
        r#"{"acor":["all"],"acop":1,"acco":[{"acip":$}]}"#,
        &[r#"{"ipv4":["192.0.2.1"]}"#, r#"{"ipv6":["::1"],"ipv4":["192.0.2.1"]}"#],
        &["null", "[]", r#"["192.0.2.1"]"#, r#""192.0.2.1""#, r#"{"ipv4":[1]}"#, r#"{"ipv5":["192.0.2.1"]}"#],
    );
}

// Shows ACC-9.
#[test]
fn a_region_is_a_circle_on_the_globe_or_countries_and_never_both() {
    texts(
        r#"{"acor":["all"],"acop":1,"acco":[{"aclr":$}]}"#,
        &[
            r#"{"accr":[90,-180,0]}"#,
            r#"{"accr":[-90,180.0,1e6]}"#,
            r#"{"accr":[52.5,13.4,1000.5]}"#,
            r#"{"accc":["ES"]}"#,
            r#"{"accc":["ES","PT"]}"#,
        ],
        &[
            "{}",
            "null",
            r#"{"accr":[91,0,1]}"#,
            r#"{"accr":[-90.1,0,1]}"#,
            r#"{"accr":[0,180.1,1]}"#,
            r#"{"accr":[0,-181,1]}"#,
            r#"{"accr":[0,0,-1]}"#,
            r#"{"accr":[0,0]}"#,
            r#"{"accr":[0,0,1,2]}"#,
            r#"{"accr":["0","0","1"]}"#,
            r#"{"accr":[]}"#,
            r#"{"accr":"0 0 1"}"#,
            r#"{"accc":["ESP"]}"#,
            r#"{"accc":["E"]}"#,
            r#"{"accc":["es"]}"#,
            r#"{"accc":["E1"]}"#,
            r#"{"accc":[34]}"#,
            r#"{"accc":[""]}"#,
            r#"{"accc":["ES"],"accr":[0,0,1]}"#,
        ],
    );
}

// Shows ACC-9.
#[test]
fn object_details_name_types_of_children() {
    texts(
        r#"{"acor":["all"],"acop":1,"acod":$}"#,
        &[
            r#"[{"chty":[3]}]"#,
            r#"[{"ty":2,"chty":[3,4]}]"#,
            r#"[{"spty":{"cnd":"org.x"},"chty":[28]}]"#,
            r#"[{"ty":14,"spty":{"mgd":1001},"chty":[13]}]"#,
        ],
        &[
            "null",
            "[{}]",
            r#"[{"ty":2}]"#,
            r#"[{"chty":["3"]}]"#,
            r#"[{"chty":[3.5]}]"#,
            r#"[{"chty":[-3]}]"#,
            r#"[{"chty":null}]"#,
            r#"[{"ty":"2","chty":[3]}]"#,
            r#"[{"spty":{},"chty":[28]}]"#,
            r#"[{"spty":{"cnd":"org.x","mgd":1001},"chty":[28]}]"#,
            r#"[{"spty":{"cnd":1},"chty":[28]}]"#,
            r#"[{"chty":[3],"x":1}]"#,
            "[3]",
        ],
    );
}
