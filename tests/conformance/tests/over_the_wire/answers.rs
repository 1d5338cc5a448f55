//! What an answer says: the status in both its forms, the request that it answers, and nothing of the policies (TS-0009
//! 6.3.2 and 6.4, TS-0004 6.6).

use support::RawResponse;

use crate::journey::{Journey, policy};

/// The status as HTTP has it and as oneM2M has it.
#[track_caller]
fn is(answer: &RawResponse, http: u16, rsc: u16) {
    assert_eq!((answer.status, answer.rsc()), (http, Some(rsc)), "{}", answer.text());
    assert_eq!(answer.header("x-m2m-ri"), Some("r1"), "it names its request");
    assert_eq!(answer.header("x-m2m-rvi"), Some("3"), "it repeats the release");
    assert_eq!(answer.header("content-type").is_some(), !answer.body.is_empty());
}

fn scene() -> Journey {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    journey.go(&policy("door", r#"{"acor":["Csecretive"],"acop":63},{"acor":["Cguest"],"acop":4}"#));
    journey.go(r#"2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box","acpi":["-/meter/door"]}}"#);
    journey
}

// Shows ACC-9.
#[test]
fn each_status_has_its_form_in_http() {
    let journey = scene();
    for (line, http, rsc) in [
        ("Cmeter GET /-/meter", 200, 2000),
        (r#"Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"new"}}"#, 201, 2001),
        (r#"Cguest PUT /-/meter/box - {"m2m:cnt":{"lbl":["x"]}}"#, 200, 2004),
        ("Cmeter DELETE /-/meter/new", 200, 2002),
        ("Cguest GET /-/meter/box", 403, 4103),
        ("Cguest GET /-/meter/box?fu=1", 403, 4103),
        (r#"Cguest POST /-/meter/box 3 {"m2m:cnt":{}}"#, 403, 4103),
        ("Cguest DELETE /-/meter/box", 403, 4103),
        (r#"Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/door"]}}"#, 403, 4103),
        ("Cnobody GET /-/meter/box", 403, 4106),
        ("/id-mn GET /-/meter/box", 403, 4106),
        ("Cguest GET /-/meter/nothing", 404, 4004),
        (r#"Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/door"],"lbl":["x"]}}"#, 400, 4000),
        (r#"Cmeter POST /-/meter 1 {"m2m:acp":{"pv":{},"pvs":{}}}"#, 400, 4000),
    ] {
        is(&journey.says(line, None), http, rsc);
    }
}

// Shows ACC-9.
#[test]
fn who_is_denied_learns_nothing_of_the_policies() {
    let journey = scene();
    let mut told: Vec<String> = Vec::new();
    for path in ["/-/meter/box", "/-/meter/door", "/~/id-mn/-/meter/box", "/_/csf.example/id-mn/-/meter/box"]
    {
        let answer = journey.says(&format!("Cguest GET {path}"), None);
        is(&answer, 403, 4103);
        let text = answer.text();
        assert!(text.starts_with(r#"{"m2m:dbg":""#), "{text}");
        for secret in ["Csecretive", "door", "acp-", "privileges", "Cmeter"] {
            assert!(!text.contains(secret), "{text}");
        }
        told.push(text);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "every denial says the same: {told:?}");
    // Neither does the kind of the rule that failed.
    for rule in [
        r#"{"acor":["Cguest"],"acop":2,"acco":[{"actw":["* * * * * * 2000"]}]}"#,
        r#"{"acor":["Cguest"],"acop":2,"acco":[{"aclr":{"accc":["ES"]}}]}"#,
        r#"{"acor":["-/meter/gone"],"acop":2}"#,
        r#"{"acor":["Cguest"],"acop":2,"aca":["lbl"]}"#,
    ] {
        journey.go(&crate::journey::change("door", rule));
        assert_eq!(Some(&journey.says("Cguest GET /-/meter/box", None).text()), told.first(), "{rule}");
    }
}

// Shows ACC-9.
#[test]
fn a_malformed_policy_is_answered_with_the_path_of_what_is_wrong() {
    let journey = scene();
    for (rule, path) in [
        (r#"{"acor":["all"],"acop":64}"#, "pv.acr[0].acop"),
        (r#"{"acor":["all"],"acop":2,"acco":[{"actw":["60 * * * * * *"]}]}"#, "pv.acr[0].acco[0].actw[0]"),
        (
            r#"{"acor":["all"],"acop":2,"acco":[{},{"acip":{"ipv4":["192.0.2.0/33"]}}]}"#,
            "pv.acr[0].acco[1].acip.ipv4[0]",
        ),
        (
            r#"{"acor":["all"],"acop":2},{"acor":["all"],"acop":2,"acco":[{"aclr":{"accr":[91,0,1]}}]}"#,
            "pv.acr[1].acco[0].aclr.accr",
        ),
        (r#"{"acor":["all"],"acop":1,"acod":[{"ty":2}]}"#, "pv.acr[0].acod[0].chty"),
    ] {
        let line = format!(r#"Cmeter PUT /-/meter/door - {{"m2m:acp":{{"pv":{{"acr":[{rule}]}}}}}}"#);
        let answer = journey.says(&line, None);
        is(&answer, 400, 4000);
        assert!(answer.text().contains(path), "{path}: {}", answer.text());
    }
    // The policy is as it was.
    journey.go(r#"2004 Cguest PUT /-/meter/box - {"m2m:cnt":{"lbl":["y"]}}"#);
}
