//! `tkns` of a request: which claims make a token count, and what its permissions permit (TS-0003 7.3.2.3 to 7.3.2.6,
//! TS-0009 6.4.19).

use std::time::{SystemTime, UNIX_EPOCH};

use csf_api::{Object, Value};
use support::NodeProcess;
use support::token_maker::TokenMaker;

use crate::journey::{Journey, policy};

const ISSUER: &str = "//csf.example/id-das";
const BOX: &str = r#"[{"ris":["-/meter/box"],"pv":{"acr":[{"acor":["all"],"acop":2}]}}]"#;

/// A node that trusts an issuer, two containers for the role `reader@csf.example`, and one without policies.
struct Scene {
    journey: Journey,
    issuer: TokenMaker,
}

impl Scene {
    fn new() -> Self {
        let issuer = TokenMaker::new(ISSUER, 1);
        let trust = format!("token.issuers.{ISSUER}=signed,k1 ES256 {}", issuer.public_key());
        let node = NodeProcess::with().profile("mn").set(&trust).start();
        let journey = Journey::on(node, ["Cmeter", "Cguest"]);
        journey.go(&policy("door", r#"{"acor":["reader@csf.example"],"acop":2}"#));
        journey.go(r#"
            2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box","acpi":["-/meter/door"]}}
            2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"other","acpi":["-/meter/door"]}}
            2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"plain"}}
            "#);
        Self { journey, issuer }
    }

    /// Claims for the guest, from an hour ago to in an hour.
    fn claims(&self, permissions: &str) -> Object {
        let now = now();
        let times = [now.saturating_sub(3600), now.saturating_add(3600)];
        let claims = self.issuer.claims("t1@das.example", "//csf.example/id-mn/Cguest", times);
        let list = proto_primitive::value_from_json(permissions.as_bytes()).expect("permissions");
        claims.with("tkps", Value::Object(Object::new().with("pm", list)))
    }

    /// What this line is answered with these claims.
    #[track_caller]
    fn with(&self, claims: &Object, line: &str) -> u16 {
        let answer = self.journey.says(line, Some(&self.issuer.sign(claims)));
        answer.rsc().expect("a status")
    }

    /// What the guest is answered who retrieves the box with these permissions.
    #[track_caller]
    fn permits(&self, permissions: &str) -> u16 {
        self.with(&self.claims(permissions), "Cguest GET /-/meter/box")
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("before the end of time")
}

// Shows ACC-8.
#[test]
fn each_claim_is_held_against_the_request() {
    let scene = Scene::new();
    let text = Value::text;
    let good = || scene.claims(BOX);
    scene.journey.go("4103 Cguest GET /-/meter/box");
    for (name, value, code) in [
        ("tknm", text("a name"), 2000),
        ("aud", Value::texts(["//csf.example/id-mn"]), 2000),
        ("aud", Value::texts(["//csf.example/id-in", "//csf.example/id-mn"]), 2000),
        ("aud", Value::texts(["//csf.example/id-*"]), 2000),
        ("aud", Value::texts(["//*/id-mn"]), 2000),
        ("aud", Value::texts(["//csf.example/id-in"]), 4103),
        ("aud", Value::texts(["//other.example/id-*"]), 4103),
        ("aud", Value::texts(["//csf.example/id-mn/*"]), 4103),
        ("aud", Value::texts(["/id-mn"]), 4103),
        ("aud", Value::texts(["*"]), 4103),
        ("aud", Value::texts([]), 4103),
        ("azp", text("//csf.example/id-mn/Cmeter"), 4103),
        ("azp", text("//csf.example/id-in/Cguest"), 4103),
        ("azp", text("//csf.example/id-mn/C*"), 4103),
        ("azp", text("Cguest"), 4103),
        ("iss", text("//csf.example/id-other"), 4103),
        ("exp", Value::Integer(now().saturating_sub(60)), 4103),
        ("nbf", Value::Integer(now().saturating_add(60)), 4103),
        ("jti", text("no-issuer"), 4103),
        ("tkvr", Value::Integer(1), 4103),
    ] {
        let claims = good().with(name, value.clone());
        assert_eq!(scene.with(&claims, "Cguest GET /-/meter/box"), code, "{name} {value:?}");
    }
    assert_eq!(scene.with(&good(), "Cguest GET /-/meter/box"), 2000);
    assert_eq!(scene.with(&good(), "Cmeter GET /-/meter/box"), 4103);
    let mut without = good();
    without.remove("tkps");
    assert_eq!(scene.with(&without, "Cguest GET /-/meter/box"), 4103, "a token that permits nothing");
}

// Shows ACC-8.
#[test]
fn a_permission_is_about_the_resources_that_it_names_in_any_form() {
    let scene = Scene::new();
    let id = scene.journey.learn("Cmeter GET /-/meter/plain", "ri");
    let permits = |resource: &str| {
        let list = format!(r#"[{{"ris":["{resource}"],"pv":{{"acr":[{{"acor":["all"],"acop":2}}]}}}}]"#);
        scene.with(&scene.claims(&list), "Cguest GET /-/meter/plain")
    };
    for resource in [
        "-/meter/plain",
        "cse-mn/meter/plain",
        "/id-mn/-/meter/plain",
        "//csf.example/id-mn/cse-mn/meter/plain",
        &id,
        &format!("/id-mn/{id}"),
        &format!("//csf.example/id-mn/{id}"),
    ] {
        assert_eq!(permits(resource), 2000, "{resource}");
    }
    for resource in [
        "-/meter/other",
        "-/meter",
        "-/meter/*",
        "-/meter/nothing",
        "-/meter/plain/la",
        &format!("/id-in/{id}"),
        &format!("//other.example/id-mn/{id}"),
    ] {
        assert_eq!(permits(resource), 4103, "{resource}");
    }
}

// Shows ACC-8.
#[test]
fn privileges_of_a_token_are_rules_with_all_that_rules_have() {
    let scene = Scene::new();
    for (rule, code) in [
        (r#"{"acor":["all"],"acop":2}"#, 2000),
        (r#"{"acor":["Cguest"],"acop":63}"#, 2000),
        (r#"{"acor":["/id-mn/C*"],"acop":2}"#, 2000),
        (r#"{"acor":["Cguest"],"acop":2,"acaf":true}"#, 2000),
        (r#"{"acor":["Cguest"],"acop":2,"acco":[{"actw":["* * * * * * 2020-2099"]}]}"#, 2000),
        (r#"{"acor":["Cmeter"],"acop":2}"#, 4103),
        (r#"{"acor":["all"],"acop":61}"#, 4103),
        (r#"{"acor":["all"],"acop":2,"acco":[{"actw":["* * * * * * 2000"]}]}"#, 4103),
        (r#"{"acor":["all"],"acop":2,"acco":[{"acip":{"ipv4":["192.0.2.1"]}}]}"#, 4103),
        (r#"{"acor":["all"],"acop":2,"acxx":1}"#, 4103),
        // What is no rule makes no token.
        (r#"{"acor":["all"],"acop":64}"#, 4103),
        (r#"{"acor":["all"]}"#, 4103),
    ] {
        let list = format!(r#"[{{"ris":["-/meter/box"],"pv":{{"acr":[{rule}]}}}}]"#);
        assert_eq!(scene.permits(&list), code, "{rule}");
    }
}

// Shows ACC-8.
#[test]
fn permissions_are_alternatives_and_do_not_mix() {
    let scene = Scene::new();
    let other = r#"{"ris":["-/meter/other"],"pv":{"acr":[{"acor":["all"],"acop":2}]}}"#;
    let updates = r#"{"ris":["-/meter/box"],"pv":{"acr":[{"acor":["all"],"acop":4}]}}"#;
    let reads = r#"{"ris":["-/meter/box"],"pv":{"acr":[{"acor":["all"],"acop":2}]}}"#;
    for (list, code) in [
        (format!("[{other},{reads}]"), 2000),
        (format!("[{other},{updates}]"), 4103),
        ("[]".to_owned(), 4103),
        (r#"[{"rids":["reader@csf.example"]}]"#.to_owned(), 2000),
        (r#"[{"ris":["-/meter/box"],"rids":["reader@csf.example"]}]"#.to_owned(), 2000),
        (r#"[{"ris":["-/meter/other"],"rids":["reader@csf.example"]}]"#.to_owned(), 4103),
        (r#"[{"rids":["writer@csf.example"]}]"#.to_owned(), 4103),
        // Without resources no privileges, and without both no permission.
        (r#"[{"pv":{"acr":[{"acor":["all"],"acop":2}]}}]"#.to_owned(), 4103),
        (r#"[{"ris":["-/meter/box"]}]"#.to_owned(), 4103),
        (format!(r#"[{reads},{{"ris":["-/meter/box"]}}]"#), 4103),
    ] {
        assert_eq!(scene.permits(&list), code, "{list}");
    }
}

// Shows ACC-3 and ACC-8.
#[test]
fn a_token_opens_no_policy_and_changes_no_link() {
    let scene = Scene::new();
    let all = |of: &str| {
        let rule = r#"{"acor":["all"],"acop":63}"#;
        scene.claims(&format!(r#"[{{"ris":["{of}"],"pv":{{"acr":[{rule}]}}}}]"#))
    };
    for (of, line, code) in [
        ("-/meter/box", "Cguest GET /-/meter/box", 2000),
        ("-/meter/box", r#"Cguest PUT /-/meter/box - {"m2m:cnt":{"lbl":["x"]}}"#, 2004),
        ("-/meter/box", r#"Cguest POST /-/meter/box 4 {"m2m:cin":{"con":"1"}}"#, 2001),
        ("-/meter/box", r#"Cguest PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/door"]}}"#, 4103),
        ("-/meter/door", "Cguest GET /-/meter/door", 4103),
        ("-/meter/door", "Cguest DELETE /-/meter/door", 4103),
        // What is below a resource is another resource.
        ("-/meter/box", "Cguest GET /-/meter/box/la", 4103),
        ("-/meter/box", "Cguest GET /-/meter/other", 4103),
        ("-/meter/box", "Cguest DELETE /-/meter/box", 2002),
    ] {
        assert_eq!(scene.with(&all(of), line), code, "{line}");
    }
}

// Shows ACC-8.
#[test]
fn several_tokens_stand_in_one_header_line_and_one_that_is_bad_spoils_the_request() {
    let scene = Scene::new();
    let good = scene.issuer.sign(&scene.claims(BOX));
    let nothing = scene.issuer.sign(&scene.claims("[]"));
    let forged = TokenMaker::new(ISSUER, 2).sign(&scene.claims(BOX));
    let unsecured =
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", good.split('.').nth(1).expect("a payload"));
    for (header, code) in [
        (good.clone(), 2000),
        (format!("Bearer {good}"), 2000),
        (format!("{nothing}+{good}"), 2000),
        (format!("{nothing}+ {good}"), 2000),
        (nothing, 4103),
        (format!("{good}+{forged}"), 4103),
        (forged.clone(), 4103),
        (unsecured, 4103),
        ("a.b.c".to_owned(), 4103),
        // What carries no token is not understood.
        ("Basic dXNlcjpwYXNz".to_owned(), 5001),
    ] {
        let answer = scene.journey.says("Cguest GET /-/meter/box", Some(&header));
        assert_eq!(answer.rsc(), Some(code), "{header}: {}", answer.text());
    }
    // Also where a policy or the creator would permit it.
    assert_eq!(scene.journey.says("Cmeter GET /-/meter/plain", None).rsc(), Some(2000));
    assert_eq!(scene.journey.says("Cmeter GET /-/meter/plain", Some(&forged)).rsc(), Some(4103));
    let named = scene.journey.says("Cguest GET /-/meter/box", Some(&good));
    let assigned = named.header("x-m2m-ati").expect("assigned names").to_owned();
    let (local, of) = assigned.split_once(':').expect("a local name and a Token-ID");
    assert_eq!(of, "t1@das.example");
    scene.journey.go(&format!(
        "2000 Cguest GET /-/meter/box?ltids={local}\n4103 Cmeter GET /-/meter/box?ltids={local}\n4103 Cguest GET /-/meter/box?ltids=x"
    ));
}
