//! The other party of an agreement, which computes every key anew.

use csf_transport::{DerivationAlgorithm, KeyAlgorithm};
use curve25519_dalek::MontgomeryPoint;
use hkdf::GenericHkdf;
use hmac::{Hmac, KeyInit, Mac};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use sha2::{Sha256, Sha384};

/// The other party of an agreement.
pub(super) struct Outsider {
    p256: p256::SecretKey,
    p384: p384::SecretKey,
    x25519: [u8; 32],
}

/// What stands before a public key for X25519 (RFC 8410, 4).
pub(super) const X25519_INFO: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00];

impl Outsider {
    /// One of several.
    pub(super) fn new(number: u8) -> Self {
        let p256 = p256::SecretKey::from_slice(&[number; 32]).unwrap();
        let p384 = p384::SecretKey::from_slice(&[number; 48]).unwrap();
        Self { p256, p384, x25519: [number; 32] }
    }

    /// Its public key of the curve, where the derivation takes one.
    pub(super) fn peer_for(&self, algorithm: DerivationAlgorithm) -> Vec<u8> {
        let der = match algorithm.key() {
            KeyAlgorithm::EcdhP256 => self.p256.public_key().to_public_key_der(),
            KeyAlgorithm::EcdhP384 => self.p384.public_key().to_public_key_der(),
            KeyAlgorithm::X25519 => {
                let point = MontgomeryPoint::mul_base_clamped(self.x25519);
                return [&X25519_INFO[..], point.as_bytes()].concat();
            }
            _ => return Vec::new(),
        };
        der.unwrap().into_vec()
    }

    /// The key of 32 bytes that it agrees on with whoever has this public key.
    pub(super) fn key(
        &self,
        algorithm: DerivationAlgorithm,
        public: &[u8],
        target: KeyAlgorithm,
        [salt, info]: [&[u8]; 2],
    ) -> Vec<u8> {
        let info = [target.name().as_bytes(), b"\0", info].concat();
        if algorithm == DerivationAlgorithm::EcdhP256HkdfSha256 {
            let public = p256::PublicKey::from_public_key_der(public).unwrap();
            let shared = p256::ecdh::diffie_hellman(self.p256.to_nonzero_scalar(), public.as_affine());
            hkdf::<Hmac<Sha256>>(shared.raw_secret_bytes(), salt, &info)
        } else if algorithm == DerivationAlgorithm::X25519HkdfSha256 {
            let public = public.strip_prefix(&X25519_INFO).unwrap().try_into().unwrap();
            let shared = MontgomeryPoint(public).mul_clamped(self.x25519);
            hkdf::<Hmac<Sha256>>(shared.as_bytes(), salt, &info)
        } else {
            let public = p384::PublicKey::from_public_key_der(public).unwrap();
            let shared = p384::ecdh::diffie_hellman(self.p384.to_nonzero_scalar(), public.as_affine());
            hkdf::<Hmac<Sha384>>(shared.raw_secret_bytes(), salt, &info)
        }
    }
}

/// The key of 32 bytes for an algorithm that comes of a secret by HKDF with SHA-256, without salt and info.
pub(super) fn derived(secret: &[u8], target: KeyAlgorithm) -> Vec<u8> {
    hkdf::<Hmac<Sha256>>(secret, b"", &[target.name().as_bytes(), b"\0"].concat())
}

fn hkdf<H: hkdf::HmacImpl>(secret: &[u8], salt: &[u8], info: &[u8]) -> Vec<u8> {
    let mut key = vec![0; 32];
    GenericHkdf::<H>::new(Some(salt), secret).expand(info, &mut key).unwrap();
    key
}

/// The code of a message by HMAC with SHA-256.
pub(super) fn code(key: &[u8], message: &[u8]) -> Vec<u8> {
    let state = Hmac::<Sha256>::new_from_slice(key).unwrap();
    state.chain_update(message).finalize().into_bytes().to_vec()
}
