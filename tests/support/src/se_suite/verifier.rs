//! Whoever has the public key only, and computes everything anew.

use csf_transport::{DigestAlgorithm, SignatureAlgorithm};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::lab::{ed25519_verifies, p256_verifies, p384_verifies};

/// Whether a signature over this message is right under a SubjectPublicKeyInfo.
pub(super) fn verifies(
    algorithm: SignatureAlgorithm,
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => p256_verifies(public_key, message, signature),
        SignatureAlgorithm::EcdsaP384Sha384 => p384_verifies(public_key, message, signature),
        SignatureAlgorithm::Ed25519 => ed25519_verifies(public_key, message, signature),
        _ => panic!("an algorithm that the suite does not know yet"),
    }
}

/// The digest of a message.
pub(super) fn digest_of(algorithm: DigestAlgorithm, message: &[u8]) -> Vec<u8> {
    match algorithm {
        DigestAlgorithm::Sha256 => Sha256::digest(message).to_vec(),
        DigestAlgorithm::Sha384 => Sha384::digest(message).to_vec(),
        DigestAlgorithm::Sha512 => Sha512::digest(message).to_vec(),
        _ => panic!("an algorithm that the suite does not know yet"),
    }
}
