//! Checks of cryptography that share nothing with the node but the algorithm.

use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey as _;

/// Whether a signature of `r` and `s` over this message is right under a SubjectPublicKeyInfo.
///
/// # Panics
///
/// When the key is none.
#[must_use]
pub fn p384_verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = p384::ecdsa::VerifyingKey::from_public_key_der(public_key).expect("a P-384 key");
    let signature = p384::ecdsa::Signature::from_slice(signature);
    signature.is_ok_and(|signature| key.verify(message, &signature).is_ok())
}

/// Whether a signature of Ed25519 over this message is right under a SubjectPublicKeyInfo (RFC 8410).
///
/// # Panics
///
/// When the key is none.
#[must_use]
pub fn ed25519_verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (head, key) = public_key.split_at_checked(12).expect("a SubjectPublicKeyInfo");
    assert_eq!(head, b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", "Ed25519 and 32 bytes");
    let key = ed25519_dalek::VerifyingKey::try_from(key).expect("an Ed25519 key");
    let signature = ed25519_dalek::Signature::from_slice(signature);
    signature.is_ok_and(|signature| ed25519_dalek::Verifier::verify(&key, message, &signature).is_ok())
}

/// Whether a signature of `r` and `s` over this message is right under a SubjectPublicKeyInfo.
///
/// # Panics
///
/// When the key is none.
#[must_use]
pub fn p256_verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_public_key_der(public_key).expect("a P-256 key");
    Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
}
