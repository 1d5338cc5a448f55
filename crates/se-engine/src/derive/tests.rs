//! Published answers, and what must not be the same.

use super::*;
use crate::vectors::unhex;

/// What a private and a public key agree on; for vectors.
pub(crate) fn agreed(private: &[u8], peer: &[u8]) -> Option<Vec<u8>> {
    let Some(Source::EcdhP256(key)) = Source::new(KeyAlgorithm::EcdhP256, private) else { return None };
    agree(&key, peer).ok().map(|shared| shared.to_vec())
}

/// HKDF with SHA-256; for vectors.
pub(crate) fn expanded(secret: &[u8], salt: &[u8], info: &[u8], length: usize) -> Option<Vec<u8>> {
    expand(secret, salt, &[info], length).ok().map(|bytes| bytes.to_vec())
}

// Shows SDH-4.
#[test]
fn the_answer_of_rfc_5869_comes_out_and_its_twin_does_not() {
    let (secret, salt) = (unhex(&"0b".repeat(22)), unhex("000102030405060708090a0b0c"));
    let info = unhex("f0f1f2f3f4f5f6f7f8f9");
    let expected = unhex(
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf\
         34007208d5b887185865",
    );
    assert_eq!(expanded(&secret, &salt, &info, 42), Some(expected.clone()));
    assert_ne!(expanded(&secret, &salt, &info[1..], 42), Some(expected.clone()));
    assert_ne!(expanded(&secret, &salt[1..], &info, 42), Some(expected));
}

#[test]
fn the_algorithm_of_the_new_key_and_all_that_is_given_go_into_it() {
    let source = Source::new(KeyAlgorithm::HkdfSha256, &[7; 32]).expect("a key");
    let derive = |salt: &[u8], info: &[u8], target| {
        let made = source.derive(DerivationAlgorithm::HkdfSha256, b"", salt, info, (target, 16));
        made.expect("derived").to_vec()
    };
    let gcm = KeyAlgorithm::Aes128Gcm;
    let first = derive(b"s", b"i", gcm);
    assert_eq!(derive(b"s", b"i", gcm), first, "the same input gives the same key");
    let plain = expanded(&[7; 32], b"s", b"AES_128_GCM\0i", 16);
    assert_eq!(plain.as_ref(), Some(&first), "as the documentation says");
    for other in [
        derive(b"s", b"i", KeyAlgorithm::Aes128Ccm),
        derive(b"s", b"i", KeyAlgorithm::Aes128Cbc),
        derive(b"s", b"", gcm),
        derive(b"", b"i", gcm),
    ] {
        assert_ne!(other, first);
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let secret = Source::new(KeyAlgorithm::HkdfSha256, &[7; 32]).expect("a key");
    let pair = Source::new(KeyAlgorithm::EcdhP256, &[7; 32]).expect("a key");
    let public = pair.public_key().expect("encoded").expect("a pair");
    let target = (KeyAlgorithm::HmacSha256, 32);
    let (hkdf, ecdh) = (DerivationAlgorithm::HkdfSha256, DerivationAlgorithm::EcdhP256HkdfSha256);
    let refused = SeError::Refused(Refusal::Algorithm);
    for (source, algorithm, peer, expected) in [
        (&secret, hkdf, &b""[..], None),
        (&secret, hkdf, &public, Some(SeError::InvalidInput)),
        (&secret, ecdh, &public, Some(refused)),
        (&pair, ecdh, &public, None),
        (&pair, ecdh, b"", Some(SeError::InvalidInput)),
        (&pair, ecdh, &public[1..], Some(SeError::InvalidInput)),
        (&pair, hkdf, b"", Some(refused)),
    ] {
        let made = source.derive(algorithm, peer, b"", b"", target);
        assert_eq!(made.err(), expected, "{algorithm:?} with {} bytes", peer.len());
    }
    let long = |salt, info| secret.derive(hkdf, b"", &vec![0; salt], &vec![0; info], target).err();
    assert_eq!(long(MAX_SALT_BYTES, MAX_INFO_BYTES), None);
    assert_eq!(long(MAX_SALT_BYTES + 1, 0), Some(SeError::InvalidInput));
    assert_eq!(long(0, MAX_INFO_BYTES + 1), Some(SeError::InvalidInput));
}
