//! Groups: in a rule, by every address, and asked together through `fopt` (TS-0001 9.6.2.1, 9.6.13 and 9.6.14).

use crate::journey::{Journey, change, policy};

/// A group `crowd` of the meter with the guest in it, and a container `box` governed by the policy `door`.
fn scene() -> Journey {
    let journey = Journey::of(["Cmeter", "Cguest", "Cthird"]);
    for who in ["guest", "third"] {
        // Whoever adds a member must be allowed to read it.
        journey.go(&format!(
            r#"
            2001 C{who} POST /-/{who} 1 {{"m2m:acp":{{"rn":"open","pv":{{"acr":[{{"acor":["C{who}","Cmeter"],"acop":63}}]}},"pvs":{{"acr":[{{"acor":["C{who}"],"acop":63}}]}}}}}}
            2004 C{who} PUT /-/{who} - {{"m2m:ae":{{"acpi":["-/{who}/open"]}}}}
            "#
        ));
    }
    journey.go(&policy("door", ""));
    journey.go(r#"
        2001 Cmeter POST /-/meter 9 {"m2m:grp":{"rn":"crowd","mnm":5,"mid":["-/guest"]}}
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box","acpi":["-/meter/door"]}}
        4103 Cguest GET /-/meter/box
        "#);
    journey
}

fn retrieves(who: &str) -> String {
    format!(r#"{{"acor":["{who}"],"acop":2}}"#)
}

// Shows ACC-3.
#[test]
fn a_rule_names_a_group_by_any_of_its_addresses() {
    let journey = scene();
    let id = journey.learn("Cmeter GET /-/meter/crowd", "ri");
    for address in [
        &id,
        "-/meter/crowd",
        "cse-mn/meter/crowd",
        "Cmeter/crowd",
        &format!("/id-mn/{id}"),
        "/id-mn/-/meter/crowd",
        "/id-mn/cse-mn/meter/crowd",
        &format!("//csf.example/id-mn/{id}"),
        "//csf.example/id-mn/-/meter/crowd",
    ] {
        journey.go(&change("door", &retrieves(address)));
        journey
            .go("2000 Cguest GET /-/meter/box\n4103 Cthird GET /-/meter/box\n4103 Cmeter GET /-/meter/box");
    }
    for address in [
        "-/meter/crow*",
        "-/meter/crowd/fopt",
        "-/meter/crowd#mid",
        "-/meter/box",
        "-/meter",
        "-/meter/nothing",
        &format!("/id-in/{id}"),
        &format!("//other.example/id-mn/{id}"),
        &format!("{id}x"),
    ] {
        journey.go(&change("door", &retrieves(address)));
        journey.go("4103 Cguest GET /-/meter/box");
    }
}

// Shows ACC-3.
#[test]
fn members_are_those_of_now_by_whichever_address_they_were_named() {
    let journey = scene();
    journey.go(&change("door", &retrieves("-/meter/crowd")));
    for (members, guest, third) in [
        (r#""Cguest""#, 2000, 4103),
        (r#""/id-mn/Cguest""#, 2000, 4103),
        (r#""//csf.example/id-mn/-/guest""#, 2000, 4103),
        (r#""-/third","-/guest""#, 2000, 2000),
        (r#""-/third""#, 4103, 2000),
        ("", 4103, 4103),
        (r#""-/meter/box","-/meter/crowd/fopt""#, 4103, 4103),
    ] {
        // The door is opened for the meter too, which must read what it makes a member.
        journey.go(&change("door", &format!("{},{}", retrieves("-/meter/crowd"), retrieves("Cmeter"))));
        journey.go(&format!(r#"2004 Cmeter PUT /-/meter/crowd - {{"m2m:grp":{{"mid":[{members}]}}}}"#));
        journey.go(&format!("{guest} Cguest GET /-/meter/box\n{third} Cthird GET /-/meter/box"));
    }
    journey.go(r#"
        2004 Cmeter PUT /-/meter/crowd - {"m2m:grp":{"mid":["-/guest"]}}
        2000 Cguest GET /-/meter/box
        2002 Cmeter DELETE /-/meter/crowd
        4103 Cguest GET /-/meter/box
        "#);
}

// Shows ACC-3.
#[test]
fn who_may_ask_the_members_is_said_by_macp_and_each_member_decides_for_itself() {
    let journey = scene();
    journey.go(&policy("ask", r#"{"acor":["Cthird"],"acop":3}"#));
    journey.go(&policy("open", r#"{"acor":["Cthird","Cmeter"],"acop":63}"#));
    journey.go(
        r#"
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"m1"}}
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"m2","acpi":["-/meter/open"]}}
        2001 Cmeter POST /-/meter 9 {"m2m:grp":{"rn":"both","mnm":5,"mid":["-/meter/m1","-/meter/m2"],"macp":["-/meter/ask"]}}
        # The policies for the members are not those of the group.
        4103 Cthird GET /-/meter/both
        4103 Cmeter GET /-/meter/both/fopt
        4103 Cguest GET /-/meter/both/fopt
        4103 Cthird PUT /-/meter/both/fopt - {"m2m:cnt":{"lbl":["x"]}}
        4103 Cthird GET /-/meter/both/fopt?fu=1
        4103 Cthird PUT /-/meter/both - {"m2m:grp":{"macp":["-/meter/open"]}}
        "#,
    );
    for (line, codes) in [
        ("Cthird GET /-/meter/both/fopt", [4103, 2000]),
        (r#"Cthird POST /-/meter/both/fopt 4 {"m2m:cin":{"con":"1"}}"#, [4103, 2001]),
    ] {
        assert_eq!(of_members(&journey, line), codes, "{line}");
    }
    journey.go(r#"
        2004 Cmeter PUT /-/meter/both - {"m2m:grp":{"macp":null}}
        4103 Cthird GET /-/meter/both/fopt
        "#);
    assert_eq!(of_members(&journey, "Cmeter GET /-/meter/both/fopt"), [2000, 2000]);
}

/// The statuses of the members.
fn of_members(journey: &Journey, line: &str) -> Vec<u16> {
    let answer = journey.says(line, None);
    assert_eq!(answer.rsc(), Some(2000), "{line}\n{}", answer.text());
    let text = answer.text();
    let status = |part: &str| part.get(..4).and_then(|digits| digits.parse().ok()).expect("a status");
    text.split(r#""rsc":"#).skip(1).map(status).collect()
}
