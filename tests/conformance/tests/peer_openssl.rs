//! Signatures and digests of a node, checked by OpenSSL (clause 6.3.5).

#![expect(clippy::unwrap_used, reason = "without OpenSSL there is nothing to compare with")]

use std::fs;
use std::path::Path;
use std::process::Command;

use base64ct::{Base64, Encoding};
use conformance::{Reading, Speaker, changes, ecdsa_key};
use support::NodeProcess;

const MESSAGE: &[u8] = b"valve 3: open";

/// One integer of a signature in DER.
fn integer(big_endian: &[u8]) -> Vec<u8> {
    let first = big_endian.iter().position(|byte| *byte != 0).unwrap();
    let digits = &big_endian[first..];
    let sign: &[u8] = if digits[0] & 0x80 == 0 { b"" } else { b"\0" };
    let length = u8::try_from(sign.len() + digits.len()).unwrap();
    [&[0x02, length], sign, digits].concat()
}

/// A signature of two times 32 bytes, as OpenSSL wants it.
fn der(signature: &[u8]) -> Vec<u8> {
    assert_eq!(signature.len(), 64);
    let (r, s) = signature.split_at(32);
    let body = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
}

fn verifies(place: &Path, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    for (name, bytes) in [("key.der", public_key), ("message", message), ("signature", &der(signature))] {
        fs::write(place.join(name), bytes).unwrap();
    }
    let words = ["dgst", "-sha256", "-keyform", "DER", "-verify", "key.der", "-signature", "signature", "message"];
    let output = Command::new("openssl").current_dir(place).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("Verified OK") || said.contains("Verification failure"), "{output:?}");
    output.status.success()
}

// Shows SDH-4.
#[test]
fn openssl_accepts_signatures_of_a_node_and_no_others() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let place = tempfile::tempdir().unwrap();
    let storage = "-/security/data/storage-soft";
    let mut key = |name: &str| {
        let made = meter.create(storage, ecdsa_key(name));
        assert_eq!(made.code(), 2001);
        Base64::decode_vec(made.text("kDt")).unwrap()
    };
    let (public_key, other_key) = (key("one"), key("two"));
    let input = changes("csf:signature").with("Salg", "ALG_ECDSA_SHA_256").with("kInf", "-/security/data/storage-soft/one");
    fs::write(place.path().join("message"), MESSAGE).unwrap();
    let digest = Command::new("openssl")
        .current_dir(place.path())
        .args(["dgst", "-sha256", "-binary", "message"])
        .output()
        .unwrap()
        .stdout;
    assert_eq!(digest.len(), 32);
    // A message is signed, or the digest that OpenSSL made of it.
    for (member, octets) in [("msg", MESSAGE), ("Hv", &digest[..])] {
        let asked = input.clone().with(member, Base64::encode_string(octets).as_str());
        let answer = meter.update("-/security/data/function-signature", asked);
        assert_eq!(answer.code(), 2004, "{member}: {:?}", answer.content);
        let signature = Base64::decode_vec(answer.text("Sgn")).unwrap();
        let mut changed = signature.clone();
        changed[40] ^= 1;
        assert!(verifies(place.path(), &public_key, MESSAGE, &signature), "{member}");
        assert!(!verifies(place.path(), &public_key, b"valve 3: shut", &signature), "{member}");
        assert!(!verifies(place.path(), &other_key, MESSAGE, &signature), "{member}");
        assert!(!verifies(place.path(), &public_key, MESSAGE, &changed), "{member}");
    }
    // And both digest alike.
    let asked = changes("csf:digest").with("Halg", "SHA-256").with("msg", Base64::encode_string(MESSAGE).as_str());
    let answer = meter.update("-/security/data/function-digest", asked);
    assert_eq!(Base64::decode_vec(answer.text("Hv")).unwrap(), digest);
}
