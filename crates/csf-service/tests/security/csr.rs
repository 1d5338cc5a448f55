//! Certification requests: for the owner of a signing key, in the owner's name, signed inside the environment.

#![expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test reads what the node wrote"
)]

use csf_api::{Object, Value};
use support::lab::{Reading, ed25519_verifies, hmac_key, on_every_storage, p256_verifies, p384_verifies};

use crate::kit::{KEY, STORAGE, at_least, octets, owner_of, request};
use support::lab::ecdsa_key;

fn at(name: &str) -> String {
    format!("{STORAGE}/{name}")
}

/// The parts of a DER element: its head removed, and what follows it.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let count = if bytes[1] < 0x80 { 0 } else { usize::from(bytes[1] & 0x7f) };
    let start = 2 + count;
    let long = bytes[2..start].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let length = if count == 0 { usize::from(bytes[1]) } else { long };
    (&bytes[start..start + length], &bytes[start + length..])
}

/// `r` and `s` of this size each, from their DER.
fn raw(der: &[u8], size: usize) -> Vec<u8> {
    let (r, rest) = split(split(der).0);
    let (s, _) = split(rest);
    let fixed = |number: &[u8]| {
        let digits = &number[number.len().saturating_sub(size)..];
        [&vec![0; size - digits.len()][..], digits].concat()
    };
    [fixed(r), fixed(s)].concat()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

// Shows SDH-4.
#[test]
fn a_request_holds_subject_key_and_owner_and_the_key_signed_it() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        for (algorithm, size) in [("EC_P256", 32), ("EC_P384", 48), ("ED25519", 0)] {
            let made = meter.create(STORAGE, ecdsa_key(algorithm).with("kAl", algorithm));
            let public = octets(&made, "kDt");
            let answer = meter.invoke("csr", request(&at(algorithm)));
            assert_eq!(answer.code(), 2004, "{:?}", answer.content);
            let request = octets(&answer, "crq");
            let (content, rest) = split(&request);
            assert!(rest.is_empty());
            let (_, after) = split(content);
            let info = &content[..content.len() - after.len()];
            let (_, signature) = split(after);
            // A string of bits, none unused.
            let (unused, signature) = split(signature).0.split_first().unwrap();
            assert_eq!(*unused, 0);
            let signed = |message: &[u8]| match algorithm {
                "EC_P256" => p256_verifies(&public, message, &raw(signature, size)),
                "EC_P384" => p384_verifies(&public, message, &raw(signature, size)),
                _ => ed25519_verifies(&public, message, signature),
            };
            assert!(signed(info) && !signed(content), "{algorithm}");
            assert!(holds(info, &public) && holds(info, b"\x0c\x05meter"));
            assert!(holds(info, b"\x86\x1a//csf.example/id-mn/Cmeter"), "the owner, as a URI");
        }
    });
}

// Shows SDH-4 and ACC-9.
#[test]
fn nobody_has_a_request_made_for_the_key_of_another() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, ecdsa_key("k"));
        let other = lab.registered(1001, "Cother");
        assert_eq!(other.invoke("csr", request(KEY)).code(), 4103);
        assert_eq!(lab.admin().invoke("csr", request(KEY)).code(), 4103);
        assert_eq!(meter.invoke("csr", request(KEY)).code(), 2004);
        assert_eq!(other.create(STORAGE, ecdsa_key("o")).code(), 2001);
        let theirs = octets(&other.invoke("csr", request(&at("o"))), "crq");
        assert!(holds(&theirs, b"/id-mn/Cother") && !holds(&theirs, b"Cmeter"));
    });
}

// Shows SDH-4: a key is refused for what it was not made for.
#[test]
fn a_request_needs_a_key_that_signs_and_a_subject() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        assert_eq!(meter.create(STORAGE, ecdsa_key("check").with("kUs", ["verify"])).code(), 2001);
        assert_eq!(meter.create(STORAGE, ecdsa_key("s").with("kUs", ["sign"])).code(), 2001);
        let good = || request(&at("s"));
        let without = Object::new().with("kInf", Value::text(&at("s")));
        for (input, code) in [
            (good(), 2004),
            (request(KEY), 4000),
            (request(&at("check")), 4000),
            (request(&at("none")), 4004),
            (request("cse-mn/Cmeter"), 4000),
            (without, 4000),
            (good().with("sub", Value::text("CN=meter")), 4000),
            (good().with("sub", Value::texts(["CN=a", "DC=b"])), 4000),
            (good().with("sub", Value::texts([])), 4000),
            (good().with("Salg", Value::text("ALG_ECDSA_SHA_256")), 4000),
            (at_least(1, good()), 2004),
            (at_least(2, good()), 5207),
        ] {
            let answer = meter.invoke("csr", input.clone());
            assert_eq!(answer.code(), code, "{input:?}: {:?}", answer.content);
        }
        let country = good().with("sub", Value::texts(["C=DE", "O=Example", "CN=meter 7"]));
        assert_eq!(meter.invoke("csr", country).code(), 2004);
    });
}
