//! What a key refuses, and nonces.

use std::collections::HashSet;

use super::*;

fn key(algorithm: CipherAlgorithm) -> CipherKey {
    let length = if matches!(
        algorithm,
        CipherAlgorithm::Aes256Gcm | CipherAlgorithm::Aes256Ccm | CipherAlgorithm::Aes256Ccm8
    ) {
        32
    } else {
        16
    };
    CipherKey::new(algorithm.key(), &vec![7; length]).expect("a key")
}

#[test]
fn a_key_serves_its_own_algorithms_and_no_other() {
    for own in CipherAlgorithm::ALL {
        for asked in CipherAlgorithm::ALL.iter().filter(|asked| asked.key() != own.key()) {
            let refused = Some(SeError::Refused(Refusal::Algorithm));
            assert_eq!(key(*own).encrypt(*asked, b"", &[1; 16]).err(), refused, "{own:?} for {asked:?}");
            let nonce = vec![0; asked.nonce_bytes()];
            let opened = key(*own).decrypt(*asked, &nonce, b"", &[1; 32]);
            assert_eq!(opened.err(), refused, "{own:?} for {asked:?}");
        }
    }
    assert!(CipherKey::new(KeyAlgorithm::HmacSha256, &[1; 32]).is_none());
}

#[test]
fn no_two_messages_have_a_nonce_in_common() {
    for algorithm in CipherAlgorithm::ALL {
        let key = key(*algorithm);
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            let (nonce, _) = key.encrypt(*algorithm, b"", &[1; 16]).expect("encrypted");
            assert_eq!(nonce.len(), algorithm.nonce_bytes());
            assert!(seen.insert(nonce), "{algorithm:?} repeats a nonce");
        }
    }
}

#[test]
fn associated_data_that_nothing_authenticates_is_refused() {
    for algorithm in CipherAlgorithm::ALL {
        let key = key(*algorithm);
        let expected = algorithm.is_authenticated();
        assert_eq!(key.encrypt(*algorithm, b"a", &[1; 16]).is_ok(), expected, "{algorithm:?}");
        let nonce = vec![0; algorithm.nonce_bytes()];
        let ciphertext = key.encrypt_under(*algorithm, &nonce, b"", &[1; 16]).expect("encrypted");
        let error = if expected { SeError::NotAuthentic } else { SeError::InvalidInput };
        let opened = key.decrypt(*algorithm, &nonce, b"a", &ciphertext);
        assert_eq!(opened.err(), Some(error), "{algorithm:?}");
    }
}

#[test]
fn the_cbc_example_of_sp_800_38a_comes_out() {
    use crate::vectors::unhex;
    let bytes = unhex("2b7e151628aed2a6abf7158809cf4f3c");
    let key = CipherKey::new(KeyAlgorithm::Aes128Cbc, &bytes).expect("a key");
    let iv = unhex("000102030405060708090a0b0c0d0e0f");
    let plaintext = unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    let ciphertext = unhex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
    let none = CipherAlgorithm::AesCbcNoPad;
    assert_eq!(key.encrypt_under(none, &iv, b"", &plaintext), Ok(ciphertext.clone()));
    let opened = key.decrypt(none, &iv, b"", &ciphertext).map(|opened| opened.expose().to_vec());
    assert_eq!(opened, Ok(plaintext));
}
