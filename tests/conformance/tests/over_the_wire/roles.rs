//! `<role>` and `rids`: whose role counts, and when (TS-0001 9.6.38, TS-0003 7.4.3, TS-0009 6.2.2.2).

use crate::journey::{Journey, policy};

const READER: &str = "rids=reader%40csf.example";

/// A container for the role `reader@csf.example`, and whoever asks for it.
fn scene() -> Journey {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    journey.go(&policy("door", r#"{"acor":["reader@csf.example"],"acop":2}"#));
    journey.go(r#"2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box","acpi":["-/meter/door"]}}"#);
    journey.go(&format!("4103 Cguest GET /-/meter/box?{READER}"));
    journey
}

/// A role with these members, below this parent, put there by the administrator.
fn role(
    code: u16,
    parent: &str,
    name: &str,
    [id, issuer, holder]: [&str; 3],
    [begin, end]: [&str; 2],
) -> String {
    format!(
        r#"{code} admin POST {parent} 31 {{"m2m:rol":{{"rn":"{name}","rlid":"{id}","tkis":"{issuer}","tkhd":"{holder}","tknb":"{begin}","tkna":"{end}"}}}}"#
    )
}

const NOW: [&str; 2] = ["20200101T000000", "20990101T000000"];
const GOOD: [&str; 3] = ["reader@csf.example", "/id-mn", "Cguest"];

// Shows ACC-8. Both parents are those of TS-0001 tables 9.6.3-1 and 9.6.43-1.
#[test]
fn a_role_is_kept_below_the_csebase_or_an_information_point() {
    for parent in ["/-", "/-/info"] {
        let journey = scene();
        journey.go(r#"2001 admin POST /- 37 {"m2m:auif":{"rn":"info"}}"#);
        journey.go(&role(2001, parent, "r", GOOD, NOW));
        journey.go(&format!(
            r"
            2000 Cguest GET /-/meter/box?{READER}
            4103 Cguest GET /-/meter/box
            4103 Cmeter GET /-/meter/box?{READER}
            4103 Cguest DELETE /-/meter/box?{READER}
            2002 admin DELETE {parent}/r
            4103 Cguest GET /-/meter/box?{READER}
            "
        ));
    }
    // Nowhere else, and by nobody who may not create there.
    let journey = scene();
    let body = r#"{"m2m:rol":{"rlid":"reader@csf.example","tkis":"Cguest","tkhd":"Cguest","tknb":"20200101T000000","tkna":"20990101T000000"}}"#;
    journey.go(&format!("4103 Cguest POST /- 31 {body}\n4108 Cguest POST /-/guest 31 {body}"));
    journey.go(&format!("4103 Cguest GET /-/meter/box?{READER}"));
}

// Shows ACC-8. And so is a token, which is then brought by its Token-ID.
#[test]
fn a_token_is_kept_below_the_csebase_or_an_information_point() {
    let journey = scene();
    let body = r#"{"m2m:tk":{"rn":"t","tkid":"t1@csf.example","tkob":"a.b.c"}}"#;
    journey.go(&format!(
        r#"
        2001 admin POST /- 37 {{"m2m:auif":{{"rn":"info"}}}}
        2001 admin POST /- 32 {body}
        2001 admin POST /-/info 32 {body}
        4103 Cguest POST /- 32 {body}
        4108 Cguest POST /-/guest 32 {body}
        4103 Cguest GET /-/t
        2000 admin GET /-/t
        "#
    ));
}

// Shows ACC-8.
#[test]
fn a_role_that_is_not_the_originators_now_from_a_known_issuer_counts_for_nothing() {
    let journey = scene();
    let [id, issuer, holder] = GOOD;
    for (name, members, times) in [
        ("ended", GOOD, ["20200101T000000", "20210101T000000"]),
        ("later", GOOD, ["20980101T000000", "20990101T000000"]),
        ("others", [id, issuer, "Cmeter"], NOW),
        ("elsewhere", [id, issuer, "/id-in/Cguest"], NOW),
        ("stranger", [id, "/id-x", holder], NOW),
        ("another", ["writer@csf.example", issuer, holder], NOW),
    ] {
        journey.go(&role(2001, "/-", name, members, times));
        journey.go(&format!("4103 Cguest GET /-/meter/box?{READER}"));
    }
    journey.go(&role(2001, "/-", "good", [id, issuer, "//csf.example/id-mn/Cguest"], NOW));
    journey.go(&format!("2000 Cguest GET /-/meter/box?{READER}"));
}

// Shows ACC-8.
#[test]
fn rids_is_a_list_of_role_ids() {
    let journey = scene();
    journey.go(&role(2001, "/-", "good", GOOD, NOW));
    for (query, code) in [
        (READER, 2000),
        ("rids=reader@csf.example", 2000),
        ("rids=x%40csf.example+reader%40csf.example", 2000),
        ("rids=x%40csf.example&rids=reader%40csf.example", 2000),
        ("rids=reader%40csf.example+reader%40csf.example", 2000),
        ("rids=x%40csf.example", 4103),
        ("rids=Reader%40csf.example", 4103),
        ("rids=reader%40csf.example.org", 4103),
        ("rids=", 4000),
        ("rids=reader", 4000),
        ("rids=*%40csf.example", 4000),
        ("rids=reader%40CSF.example", 4000),
        ("rids=reader%40csf.example,x%40csf.example", 4000),
    ] {
        journey.go(&format!("{code} Cguest GET /-/meter/box?{query}"));
    }
}

// Shows ACC-8.
#[test]
fn a_role_is_well_formed_and_says_the_same_as_long_as_it_is_there() {
    let journey = scene();
    let [id, issuer, holder] = GOOD;
    for members in [
        ["reader", issuer, holder],
        ["reader@CSF.example", issuer, holder],
        ["re ader@csf.example", issuer, holder],
        ["@csf.example", issuer, holder],
        [id, "nobody at all", holder],
        [id, issuer, ""],
    ] {
        journey.go(&role(4000, "/-", "bad", members, NOW));
    }
    journey.go(&role(4000, "/-", "bad", GOOD, ["20990101T000000", "20200101T000000"]));
    journey.go(&role(4000, "/-", "bad", GOOD, ["2020-01-01", "20990101T000000"]));
    journey.go(&role(2001, "/-", "good", GOOD, NOW));
    for (attribute, value) in [
        ("rlid", "x@csf.example"),
        ("tkis", "/id-in"),
        ("tkhd", "Cmeter"),
        ("tknb", "20200102T000000"),
        ("tkna", "20980101T000000"),
        ("rlnm", "x"),
    ] {
        journey.go(&format!(r#"4000 admin PUT /-/good - {{"m2m:rol":{{"{attribute}":"{value}"}}}}"#));
    }
    journey.go(r#"2004 admin PUT /-/good - {"m2m:rol":{"rltl":"-/t"}}"#);
    journey.go(&format!("2000 Cguest GET /-/meter/box?{READER}\n4103 Cmeter GET /-/meter/box?{READER}"));
}
