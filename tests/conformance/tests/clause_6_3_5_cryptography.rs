//! Clause 6.3.5: cryptographic operations, each for the owner of a key of its own.

use conformance::{Draft, Reading, Speaker, changes, hmac_key};
use csf_api::{Response, Value};
use support::NodeProcess;

const STORAGE: &str = "-/security/data/storage-soft";
const MAC: &str = "-/security/data/function-mac";

fn mac(key: &str) -> Draft {
    changes("csf:mac").with("Salg", "ALG_HMAC_SHA_256").with("kInf", key).with("msg", "bWVzc2FnZQ==")
}

/// Whether a function gave something, rather than a reason why not.
fn has_output(answer: &Response) -> bool {
    answer.content.as_ref().is_some_and(|content| content.root.starts_with("csf:"))
}

// Shows SDH-4.
#[test]
fn every_algorithm_for_codes_serves_the_owner_of_a_key_of_its_own() {
    let node = NodeProcess::start();
    let [mut meter, mut thief] = ["Cmeter", "Cthief"].map(|stem| Speaker::registered(&node, stem));
    let algorithms = meter.retrieve(MAC).texts("alg").into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(algorithms.len() >= 4, "{algorithms:?}");
    // The key of an algorithm is named like it.
    let key = |algorithm: &str| algorithm.trim_start_matches("ALG_").to_owned();
    for name in algorithms.iter().map(|algorithm| key(algorithm)) {
        let made = meter.create(STORAGE, hmac_key(&name).with("kAl", name.as_str()));
        assert_eq!((made.code(), made.has("kDt")), (2001, false), "{name}");
    }
    for algorithm in &algorithms {
        for other in &algorithms {
            let input = mac(&format!("{STORAGE}/{}", key(other))).with("Salg", algorithm.as_str());
            let made = meter.update(MAC, input.clone());
            assert_eq!(made.code(), if algorithm == other { 2004 } else { 4000 }, "{other} for {algorithm}");
            assert_eq!(thief.update(MAC, input.clone()).code(), 4103);
            if algorithm == other {
                let right = input.clone().with("Sgn", made.text("Sgn"));
                assert!(*meter.update(MAC, right.clone()).member("vR") == Value::Bool(true));
                assert!(*meter.update(MAC, right.with("msg", "")).member("vR") == Value::Bool(false));
            }
        }
    }
}

// Shows SDH-4.
#[test]
fn what_is_encrypted_opens_unchanged_for_the_owner_and_for_nobody_else() {
    const CIPHER: &str = "-/security/data/function-cipher";
    let node = NodeProcess::start();
    let [mut meter, mut thief] = ["Cmeter", "Cthief"].map(|stem| Speaker::registered(&node, stem));
    let algorithms = meter.retrieve(CIPHER).texts("alg").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let authenticated = algorithms.iter().filter(|name| name.starts_with("ALG_AEAD_")).collect::<Vec<_>>();
    assert!(authenticated.len() >= 6, "{algorithms:?}");
    for algorithm in authenticated {
        // The key of an algorithm is named like it.
        let name = algorithm.trim_start_matches("ALG_AEAD_");
        let key = hmac_key(name).with("kAl", name).with("kUs", ["encrypt", "decrypt"]);
        assert_eq!(meter.create(STORAGE, key).code(), 2001, "{name}");
        let key = format!("{STORAGE}/{name}");
        let base = changes("csf:cipher").with("Calg", algorithm.as_str()).with("kInf", key.as_str());
        let message = base.clone().with("msg", "bWVzc2FnZQ==");
        let encrypted = meter.update(CIPHER, message.clone().with("aD", "aGVhZGVy"));
        assert_eq!(encrypted.code(), 2004, "{algorithm}: {:?}", encrypted.content);
        assert_eq!(thief.update(CIPHER, message.clone()).code(), 4103, "{algorithm}");
        let (nonce, secret) = (encrypted.text("nc"), encrypted.text("cD"));
        let right = base.with("aD", "aGVhZGVy").with("nc", nonce).with("cD", secret);
        assert_eq!(meter.update(CIPHER, right.clone()).text("msg"), "bWVzc2FnZQ==", "{algorithm}");
        assert_eq!(thief.update(CIPHER, right.clone()).code(), 4103, "{algorithm}");
        // The first character of base64 is six bits of the first byte.
        let turned = |text: &str| format!("{}{}", if text.starts_with('A') { 'B' } else { 'A' }, &text[1..]);
        for (name, text) in [("cD", secret), ("nc", nonce), ("aD", "aGVhZGVy")] {
            let answer = meter.update(CIPHER, right.clone().with(name, turned(text).as_str()));
            assert_eq!((answer.code(), has_output(&answer)), (4000, false), "{name} for {algorithm}");
        }
        let chosen = meter.update(CIPHER, message.with("nc", nonce));
        assert_eq!((chosen.code(), has_output(&chosen)), (4000, false), "{algorithm}: a chosen nonce");
    }
}

// Shows SDH-4 and SDH-2.
#[test]
fn two_entities_agree_on_a_key_and_a_third_does_not_have_it() {
    let node = NodeProcess::start();
    let stems = ["Cmeter", "Cgateway", "Cthief"];
    let [mut meter, mut gateway, mut thief] = stems.map(|stem| Speaker::registered(&node, stem));
    let publish = |speaker: &mut Speaker, name: &str| {
        let pair = hmac_key(name).with("kAl", "ECDH_P256").with("kUs", ["derive"]);
        let made = speaker.create(STORAGE, pair);
        assert_eq!(made.code(), 2001, "{name}");
        made.text("kDt").to_owned()
    };
    let (m, g, _) = (publish(&mut meter, "m"), publish(&mut gateway, "g"), publish(&mut thief, "t"));
    let agree = |speaker: &mut Speaker, name: &str, own: &str, other: &str| {
        let key = hmac_key(name).with("kFr", format!("{STORAGE}/{own}").as_str());
        speaker.create(STORAGE, key.with("kDA", "ECDH_P256_HKDF_SHA_256").with("kPb", other)).code()
    };
    assert_eq!(agree(&mut meter, "mg", "m", &g), 2001);
    assert_eq!(agree(&mut gateway, "gm", "g", &m), 2001);
    assert_eq!(agree(&mut thief, "tm", "t", &m), 2001);
    assert_eq!(agree(&mut thief, "stolen", "g", &m), 4103, "from somebody else's key");
    let made = meter.update(MAC, mac(&format!("{STORAGE}/mg")));
    let check = |key: &str| mac(&format!("{STORAGE}/{key}")).with("Sgn", made.text("Sgn"));
    assert!(*gateway.update(MAC, check("gm")).member("vR") == Value::Bool(true));
    assert!(*thief.update(MAC, check("tm")).member("vR") == Value::Bool(false));
    assert_eq!(thief.update(MAC, check("gm")).code(), 4103);
}
