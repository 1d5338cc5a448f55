//! Whoever has the public key only, and computes everything anew.

use csf_transport::{DerivationAlgorithm, DigestAlgorithm, SignatureAlgorithm};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
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

/// The other party of an agreement.
pub(super) struct Outsider(p256::SecretKey);

impl Outsider {
    /// One of several.
    pub(super) fn new(number: u8) -> Self {
        Self(p256::SecretKey::from_slice(&[number; 32]).unwrap())
    }

    /// Its public key.
    pub(super) fn public(&self) -> Vec<u8> {
        self.0.public_key().to_public_key_der().unwrap().into_vec()
    }

    /// Its public key, where the derivation takes one.
    pub(super) fn peer_for(&self, algorithm: DerivationAlgorithm) -> Vec<u8> {
        if algorithm.takes_peer() { self.public() } else { Vec::new() }
    }

    /// The code of a message by HMAC with SHA-256, under the key that it agrees on with whoever has this public key.
    pub(super) fn code(&self, public: &[u8], [salt, info, message]: [&[u8]; 3]) -> Vec<u8> {
        let public = p256::PublicKey::from_public_key_der(public).unwrap();
        let shared = p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), public.as_affine());
        let mut key = [0; 32];
        let extracted = Hkdf::<Sha256>::new(Some(salt), shared.raw_secret_bytes());
        extracted.expand(&[b"HMAC_SHA_256\0", info].concat(), &mut key).unwrap();
        Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(message).finalize().into_bytes().to_vec()
    }
}
