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
pub fn p256_verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_public_key_der(public_key).expect("a P-256 key");
    Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
}
