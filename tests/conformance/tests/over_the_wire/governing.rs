//! Which policies decide: those that a target links, its own where it is one, and whose `pvs` for its links (TS-0001
//! 9.6.1.3.2, 9.6.2.0 and 10.2.3.1).

use crate::journey::{Journey, policy};

// Shows ACC-3 and ACC-9.
#[test]
fn linked_policies_add_up_and_one_that_is_gone_takes_its_own_with_it() {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    journey.go(&policy("reads", r#"{"acor":["Cguest"],"acop":2}"#));
    journey.go(&policy("writes", r#"{"acor":["Cguest"],"acop":4}"#));
    journey.go(r#"
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box","acpi":["-/meter/reads","-/meter/writes"]}}
        2000 Cguest GET /-/meter/box
        2004 Cguest PUT /-/meter/box - {"m2m:cnt":{"lbl":["a"]}}
        4103 Cguest DELETE /-/meter/box
        # The creator has no access beside the policies.
        4103 Cmeter GET /-/meter/box
        2002 Cmeter DELETE /-/meter/reads
        4103 Cguest GET /-/meter/box
        2004 Cguest PUT /-/meter/box - {"m2m:cnt":{"lbl":["b"]}}
        2002 Cmeter DELETE /-/meter/writes
        4103 Cguest PUT /-/meter/box - {"m2m:cnt":{"lbl":["c"]}}
        4103 Cmeter GET /-/meter/box
        4103 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":null}}
        # A policy of the same name is another one.
        "#);
    journey.go(&policy("reads", r#"{"acor":["Cguest","Cmeter"],"acop":63}"#));
    journey.go("4103 Cguest GET /-/meter/box");
}

// Shows ACC-3.
#[test]
fn a_policy_is_decided_about_by_its_own_pvs_and_nobody_has_it_by_default() {
    let journey = Journey::of(["Cmeter", "Cguest", "Cthird"]);
    journey.go(
        r#"
        2001 Cmeter POST /-/meter 1 {"m2m:acp":{"rn":"door","pv":{"acr":[{"acor":["Cguest"],"acop":63}]},"pvs":{"acr":[{"acor":["Cmeter"],"acop":63},{"acor":["Cthird"],"acop":34}]}}}
        4103 Cguest GET /-/meter/door
        4103 Cguest GET /-/meter/door?fu=1
        4103 Cguest PUT /-/meter/door - {"m2m:acp":{"lbl":["x"]}}
        4103 Cguest DELETE /-/meter/door
        2000 Cthird GET /-/meter/door
        2000 Cthird GET /-/meter/door?fu=1
        4103 Cthird PUT /-/meter/door - {"m2m:acp":{"lbl":["x"]}}
        4103 Cthird DELETE /-/meter/door
        2001 Cmeter POST /-/meter 1 {"m2m:acp":{"rn":"given","pv":{},"pvs":{"acr":[{"acor":["Cguest"],"acop":63}]}}}
        4103 Cmeter GET /-/meter/given
        4103 Cmeter DELETE /-/meter/given
        2000 Cguest GET /-/meter/given
        2002 Cguest DELETE /-/meter/given
        "#,
    );
}

// Shows ACC-3.
#[test]
fn links_change_by_the_pvs_of_any_policy_that_is_linked_now_and_alone() {
    let journey = Journey::of(["Cmeter", "Cguest", "Cthird"]);
    journey.go(
        r#"
        2001 Cmeter POST /-/meter 1 {"m2m:acp":{"rn":"one","pv":{"acr":[{"acor":["Cmeter"],"acop":63},{"acor":["Cguest"],"acop":59}]},"pvs":{"acr":[{"acor":["Cguest"],"acop":4}]}}}
        2001 Cmeter POST /-/meter 1 {"m2m:acp":{"rn":"two","pv":{"acr":[{"acor":["Cthird"],"acop":63}]},"pvs":{"acr":[{"acor":["Cmeter"],"acop":4},{"acor":["Cthird"],"acop":59}]}}}
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box","acpi":["-/meter/one"]}}
        # UPDATE in pv is for attributes, UPDATE in pvs for links.
        4103 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/two"]}}
        4103 Cguest PUT /-/meter/box - {"m2m:cnt":{"lbl":["x"]}}
        4000 Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/two"],"lbl":["x"]}}
        4000 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/two"],"lbl":["x"]}}
        2004 Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/two"]}}
        # Now the other policy counts.
        4103 Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/one"]}}
        4103 Cthird PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/one"]}}
        2004 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/one","-/meter/two"]}}
        2004 Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/two"]}}
        2004 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":null}}
        # Without a link the one who made it may set the first.
        2000 Cmeter GET /-/meter/box
        4103 Cthird GET /-/meter/box
        4103 Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/one"]}}
        4000 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/one"],"mni":3}}
        2004 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/one"]}}
        "#,
    );
}

// Shows ACC-9.
#[test]
fn a_link_leads_to_a_policy_that_is_here() {
    let journey = Journey::of(["Cmeter"]);
    journey.go(&policy("door", r#"{"acor":["Cmeter"],"acop":63}"#));
    journey.go(r#"2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box"}}"#);
    let id = journey.learn("Cmeter GET /-/meter/door", "ri");
    for link in [
        "-/meter/nothing",
        "-/meter",
        "-/meter/box",
        "/id-in/acp-1",
        "//other.example/id-mn/-/meter/door",
        "",
        "-/meter/*",
        "all",
    ] {
        journey.go(&format!(r#"4000 Cmeter PUT /-/meter/box - {{"m2m:cnt":{{"acpi":["{link}"]}}}}"#));
        journey.go(&format!(r#"4000 Cmeter POST /-/meter 3 {{"m2m:cnt":{{"acpi":["{link}"]}}}}"#));
    }
    journey.go(r#"
        4000 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":[]}}
        4000 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":"-/meter/door"}}
        2000 Cmeter GET /-/meter/box
        "#);
    // By whichever address, it is the same policy.
    for link in [
        "-/meter/door",
        "cse-mn/meter/door",
        "/id-mn/-/meter/door",
        "//csf.example/id-mn/cse-mn/meter/door",
        &id,
        &format!("/id-mn/{id}"),
        &format!("//csf.example/id-mn/{id}"),
    ] {
        journey.go(&format!(r#"2004 Cmeter PUT /-/meter/box - {{"m2m:cnt":{{"acpi":["{link}"]}}}}"#));
        let shown = journey.says("Cmeter GET /-/meter/box", None).text();
        assert!(shown.contains(&format!(r#""acpi":["{id}"]"#)), "{link}: {shown}");
    }
}

// Shows ACC-9.
#[test]
fn a_policy_needs_pv_and_a_rule_in_pvs() {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    let own = r#"{"acr":[{"acor":["Cmeter"],"acop":63}]}"#;
    for (members, code) in [
        (format!(r#""pv":{{}},"pvs":{own}"#), 2001),
        (format!(r#""pv":{{"acr":[]}},"pvs":{own}"#), 2001),
        (format!(r#""pv":{own},"pvs":{{}}"#), 4000),
        (format!(r#""pv":{own},"pvs":{{"acr":[]}}"#), 4000),
        (format!(r#""pv":{own}"#), 4000),
        (format!(r#""pvs":{own}"#), 4000),
        (format!(r#""pv":null,"pvs":{own}"#), 4000),
        (format!(r#""pv":{own},"pvs":null"#), 4000),
        (format!(r#""pv":{own},"pvs":{own},"acpi":["acpAdmin"]"#), 4000),
    ] {
        journey.go(&format!(r#"{code} Cmeter POST /-/meter 1 {{"m2m:acp":{{{members}}}}}"#));
    }
    journey.go(&policy("door", r#"{"acor":["Cmeter"],"acop":63}"#));
    for change in [r#""pvs":{}"#, r#""pvs":{"acr":[]}"#, r#""pvs":null"#, r#""pv":null"#] {
        journey.go(&format!(r#"4000 Cmeter PUT /-/meter/door - {{"m2m:acp":{{{change}}}}}"#));
    }
    journey.go(r#"
        2004 Cmeter PUT /-/meter/door - {"m2m:acp":{"pv":{}}}
        # That pvs holds a rule is a matter of syntax, which is looked at before privileges; pv is not.
        4000 Cguest PUT /-/meter/door - {"m2m:acp":{"pvs":{"acr":[]}}}
        4000 Cguest POST /-/meter 1 {"m2m:acp":{"pv":{},"pvs":{}}}
        4103 Cguest PUT /-/meter/door - {"m2m:acp":{"pv":{}}}
        4103 Cguest PUT /-/meter/door - {"m2m:acp":{"pvs":{"acr":[{"acor":["Cguest"],"acop":63}]}}}
        "#);
}

// Shows ACC-3.
#[test]
fn a_discovery_names_what_each_resource_lets_it_name() {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    journey.go(&policy("found", r#"{"acor":["Cguest"],"acop":32},{"acor":["Cmeter"],"acop":63}"#));
    journey.go(&policy("shown", r#"{"acor":["Cguest"],"acop":31},{"acor":["Cmeter"],"acop":63}"#));
    journey.go(
        r#"
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"a","acpi":["-/meter/found"]}}
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"b","acpi":["-/meter/shown"]}}
        2001 Cmeter POST /-/meter/b 3 {"m2m:cnt":{"rn":"c","acpi":["-/meter/shown","-/meter/found"]}}
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"d"}}
        2001 Cmeter POST /-/meter 1 {"m2m:acp":{"rn":"e","pv":{},"pvs":{"acr":[{"acor":["Cguest"],"acop":32}]}}}
        4103 Cguest GET /-/meter?fu=1
        2004 Cmeter PUT /-/meter - {"m2m:ae":{"acpi":["-/meter/found"]}}
        4103 Cguest GET /-/meter
        4103 Cguest GET /-/meter/b?fu=1
        2000 Cguest GET /-/meter/b
        # A conditional retrieval is a retrieval.
        4103 Cguest GET /-/meter?fu=2&rcn=6
        "#,
    );
    let found = journey.says("Cguest GET /-/meter?fu=1", None).text();
    let mut names: Vec<&str> =
        found.split('"').filter_map(|text| text.strip_prefix("cse-mn/meter/")).collect();
    names.sort_unstable();
    assert_eq!(names, ["a", "b/c", "e"], "{found}");
}
