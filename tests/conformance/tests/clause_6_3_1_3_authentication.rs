//! Clause 6.3.1.3: authentication of callers, and for callers.

use conformance::{Draft, Reading, Speaker, answering_key, changes, credential, ecdsa_key, hmac_key};
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

const AUTHENTICATION: &str = "-/security/authentication";

/// An application with a credential of its own, by a key of this algorithm.
fn with_credential(node: &NodeProcess, stem: &str, algorithm: &str) -> Speaker {
    let mut speaker = Speaker::registered(node, stem);
    assert_eq!(speaker.create(STORAGE, answering_key(stem, algorithm)).code(), 2001);
    let own = credential(stem).with("kInf", format!("{STORAGE}/{stem}").as_str());
    assert_eq!(speaker.create(AUTHENTICATION, own).code(), 2001);
    speaker
}

fn by(stem: &str) -> String {
    format!("{AUTHENTICATION}/{stem}")
}

fn challenge(speaker: &mut Speaker, to: &str, peer: Option<&str>) -> String {
    let asked = changes("csf:challenge").with("cla", to);
    let asked = match peer {
        None => asked.with("mut", true),
        Some(peer) => asked.with("pch", peer),
    };
    let given = speaker.update(AUTHENTICATION, asked);
    assert_eq!(given.code(), 2004, "{given:?}");
    given.text("chl").to_owned()
}

/// The answer of this one; `None` where it is refused.
fn answer(speaker: &mut Speaker, own: &str, to: &str, [chl, other]: [&str; 2]) -> Option<String> {
    let input = changes("csf:response").with("crd", by(own).as_str()).with("vrf", to);
    let made = speaker.update(AUTHENTICATION, input.with("chl", chl).with("pch", other));
    (made.code() == 2004).then(|| made.text("rsp").to_owned())
}

/// Whether this one finds that one authentic.
fn finds(speaker: &mut Speaker, that: &str, credential: &str, [chl, other, rsp]: [&str; 3]) -> bool {
    let input = changes("csf:verification").with("cla", that).with("crd", by(credential).as_str());
    let told = speaker.update(AUTHENTICATION, input.with("chl", chl).with("pch", other).with("rsp", rsp));
    assert_eq!(told.code(), 2004, "{told:?}");
    let right = *told.member("vR") == Value::Bool(true);
    assert_eq!(told.has("idn"), right, "of whoever is not authentic nothing is said");
    right
}

// Shows ACC-7: by a signature the one, by a code the other; and nobody else can take the place of either.
#[test]
fn two_applications_authenticate_each_other_with_the_help_of_the_node() {
    let node = NodeProcess::start();
    let mut a = with_credential(&node, "Ca", "EC_P256");
    let mut b = with_credential(&node, "Cb", "HMAC_SHA_256");
    let mut x = with_credential(&node, "Cx", "EC_P256");

    let rb = challenge(&mut b, "Ca", None);
    let ra = challenge(&mut a, "Cb", Some(&rb));
    assert_eq!(answer(&mut b, "Cb", "Ca", [&ra, &rb]), None, "B answers nobody unknown");
    let of_a = answer(&mut a, "Ca", "Cb", [&rb, &ra]).expect("A's own credential");
    assert!(finds(&mut b, "Ca", "Ca", [&rb, &ra, &of_a]));
    let of_b = answer(&mut b, "Cb", "Ca", [&ra, &rb]).expect("B's own credential");
    assert!(finds(&mut a, "Cb", "Cb", [&ra, &rb, &of_b]));
    // Once.
    assert!(!finds(&mut b, "Ca", "Ca", [&rb, &ra, &of_a]));
    assert!(!finds(&mut a, "Cb", "Cb", [&ra, &rb, &of_b]));

    // X sits between them and has everything that passes by; it is neither of them to anybody.
    let rb = challenge(&mut b, "Ca", None);
    let ra = challenge(&mut a, "Cb", Some(&rb));
    assert_eq!(answer(&mut x, "Cx", "Cb", [&rb, &ra]), None);
    assert_eq!(answer(&mut x, "Ca", "Cb", [&rb, &ra]), None);
    let rx = challenge(&mut x, "Ca", None);
    let to_x = challenge(&mut a, "Cx", Some(&rx));
    let meant_for_x = answer(&mut a, "Ca", "Cx", [&rx, &to_x]).expect("A talks to X as to X");
    assert!(!finds(&mut b, "Ca", "Ca", [&rb, &ra, &meant_for_x]));
    assert!(finds(&mut x, "Ca", "Ca", [&rx, &to_x, &meant_for_x]));
    // What is replayed, and what is X's own.
    let rb = challenge(&mut b, "Ca", None);
    let ra = challenge(&mut a, "Cb", Some(&rb));
    assert!(!finds(&mut b, "Ca", "Ca", [&rb, &ra, &of_a]));
    let rb = challenge(&mut b, "Cx", None);
    let back = challenge(&mut x, "Cb", Some(&rb));
    let of_x = answer(&mut x, "Cx", "Cb", [&rb, &back]).expect("X's own credential");
    assert!(!finds(&mut b, "Ca", "Cx", [&rb, &back, &of_x]));
}

// Shows ACC-7: whoever has no credential of its own gets none of another's, and neither does an administrator.
#[test]
fn nobody_registers_a_credential_for_another() {
    let node = NodeProcess::start();
    let mut a = with_credential(&node, "Ca", "ED25519");
    let mut x = Speaker::registered(&node, "Cx");
    let mut administrator = Speaker::administrator(&node);
    let of_a = || credential("other").with("kInf", format!("{STORAGE}/Ca").as_str());
    for speaker in [&mut x, &mut administrator] {
        assert_eq!(speaker.create(AUTHENTICATION, of_a()).code(), 4103);
        assert_eq!(speaker.create(AUTHENTICATION, of_a().with("own", "Ca")).code(), 4000);
        let taken = changes("csf:credential").with("vBy", ["Cx"]);
        assert_eq!(speaker.update(&by("Ca"), taken).code(), 4103);
    }
    assert_eq!(x.delete(&by("Ca")).code(), 4103);
    assert_eq!(a.retrieve(&by("Ca")).text("own"), "Ca");
    assert_eq!(administrator.delete(&by("Ca")).code(), 2002, "but it may be removed");
    assert_eq!(a.retrieve(&by("Ca")).code(), 4004);
}
