//! Clause 6.3.1.3: authentication of callers, and for callers.

use conformance::{Draft, Reading, Speaker, changes, ecdsa_key, hmac_key};
use csf_api::Value;
use support::{NodeProcess, RawRequest, Wire};

const STORAGE: &str = "-/security/data/storage-soft";
const MESSAGE: &str = "bWVzc2FnZQ==";
const OTHER_MESSAGE: &str = "bWVzc2FnZSE=";

fn input(root: &'static str, key: &str, message: &str) -> Draft {
    let algorithm = if root == "csf:mac" { "ALG_HMAC_SHA_256" } else { "ALG_ECDSA_SHA_256" };
    changes(root)
        .with("Salg", algorithm)
        .with("kInf", format!("{STORAGE}/{key}").as_str())
        .with("msg", message)
}

// Shows ACC-7.
#[test]
fn a_mac_and_a_signature_are_checked_for_a_caller_and_a_wrong_one_is_told() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let mut stranger = Speaker::registered(&node, "Cstranger");
    for (function, root, key, another) in [
        ("mac", "csf:mac", hmac_key("m1"), hmac_key("m2")),
        ("signature", "csf:signature", ecdsa_key("s1"), ecdsa_key("s2")),
    ] {
        let address = format!("-/security/data/function-{function}");
        let (one, two) = if function == "mac" { ("m1", "m2") } else { ("s1", "s2") };
        assert_eq!(meter.create(STORAGE, key).code(), 2001);
        assert_eq!(meter.create(STORAGE, another).code(), 2001);
        let made = meter.update(&address, input(root, one, MESSAGE)).text("Sgn").to_owned();
        // Another character in the middle: still base64, of the same length.
        let (head, tail) = made.split_at(10);
        let first = if tail.starts_with('A') { 'B' } else { 'A' };
        let forged = format!("{head}{first}{}", &tail[1..]);
        for (key, message, code, right) in [
            (one, MESSAGE, &made, true),
            (one, OTHER_MESSAGE, &made, false),
            (two, MESSAGE, &made, false),
            (one, MESSAGE, &forged, false),
        ] {
            let check = input(root, key, message).with("Sgn", code.as_str());
            let told = meter.update(&address, check);
            assert_eq!(told.code(), 2004, "{function}");
            assert!(*told.member("vR") == Value::Bool(right), "{function} with {key}");
        }
        // Whoever does not own the key learns nothing, right or wrong.
        for code in [&made, &forged] {
            let check = input(root, one, MESSAGE).with("Sgn", code.as_str());
            assert_eq!(stranger.update(&address, check).code(), 4103, "{function}");
        }
    }
}

// Shows ACC-7.
#[test]
fn an_originator_that_claims_anothers_identity_is_refused() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.retrieve("-/Cmeter").code(), 2000);
    // Not registered, the administrator's, a local CSF's, a CSE's own: nobody's over this socket.
    for claimed in ["Cnobody", "CAdmin", "local:billing", "/id-other/Cmeter", "/id-other"] {
        let mut impostor = Speaker::claiming(&node, claimed);
        for address in ["-", "-/security", "-/Cmeter"] {
            assert_eq!(impostor.retrieve(address).code(), 4106, "{claimed} at {address}");
        }
    }
    // Over plain HTTP nothing is proven: a name opens nothing, and some are not even heard.
    for (claimed, expected) in [("Cmeter", 4103), ("CAdmin", 4103), ("/id-other", 4107), ("local:x", 4106)] {
        let request = RawRequest::new("GET", "/-/Cmeter").set("X-M2M-Origin", claimed);
        let answer = Wire::tcp(&node).exchange(&request.bytes()).and_then(|answer| answer.rsc());
        assert_eq!(answer, Some(expected), "{claimed}");
    }
    // The administration socket speaks for the administrator and for nobody else.
    let socket = node.ready("admin").map(std::path::PathBuf::from).unwrap_or_default();
    assert_eq!(Speaker::on(&socket, "CAdmin").retrieve("-/Cmeter").code(), 2000);
    assert_eq!(Speaker::on(&socket, "Cmeter").retrieve("-/Cmeter").code(), 4106);
}

// Shows ACC-7.
#[test]
fn nobody_registers_under_an_identity_that_is_taken() {
    let node = NodeProcess::with().set("local.users.nobody=Cgiven").start();
    drop(Speaker::registered(&node, "Cmeter"));
    let registration = |stem: &str| {
        let draft = support::lab::ae("Ntest").with("rn", format!("again-{stem}").as_str());
        Speaker::claiming(&node, stem).create("-", draft).code()
    };
    assert_eq!(registration("Cmeter"), 4117);
    assert_eq!(registration("CAdmin"), 4106);
    assert_eq!(registration("Cgiven"), 4106);
    assert_eq!(registration("Cfree"), 2001);
    // And over plain HTTP nobody registers at all.
    let body = r#"{"m2m:ae":{"api":"Ntest","rr":false,"srv":["3"]}}"#;
    let request = RawRequest::create("/-", 2, body).set("X-M2M-Origin", "Canother");
    assert_eq!(Wire::tcp(&node).exchange(&request.bytes()).and_then(|answer| answer.rsc()), Some(4107));
    assert_eq!(Speaker::claiming(&node, "Canother").retrieve("-").code(), 4106);
}
