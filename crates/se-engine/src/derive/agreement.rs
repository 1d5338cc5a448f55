//! Agreement on a secret by elliptic curves (SP 800-56A, 5.7.1.2; RFC 7748).

use csf_transport::{KeyAlgorithm, SeError};
use curve25519_dalek::MontgomeryPoint;
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How many private bytes a key pair on P-256 has.
const P256_BYTES: usize = 32;
/// How many on P-384.
const P384_BYTES: usize = 48;

/// How many a key for X25519 has, and its public key.
const X25519_BYTES: usize = 32;
/// What stands before a public key for X25519 in SubjectPublicKeyInfo (RFC 8410, 4).
const X25519_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00];

/// A key pair for agreement. The private part is wiped when dropped.
pub(crate) enum Pair {
    /// On P-256.
    P256(Box<p256::SecretKey>),
    /// On P-384.
    P384(Box<p384::SecretKey>),
    /// For X25519, as it was drawn: every string is a key, and is clamped where it is used (RFC 7748, 5).
    X25519(Zeroizing<[u8; X25519_BYTES]>),
}

impl Pair {
    /// The pair of this private key; `None` where the algorithm agrees on nothing, or has no such key.
    pub(crate) fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Option<Self> {
        // The library would fill up what is a little short.
        match (algorithm, bytes.len()) {
            (KeyAlgorithm::EcdhP256, P256_BYTES) => {
                p256::SecretKey::from_slice(bytes).ok().map(|key| Self::P256(Box::new(key)))
            }
            (KeyAlgorithm::EcdhP384, P384_BYTES) => {
                p384::SecretKey::from_slice(bytes).ok().map(|key| Self::P384(Box::new(key)))
            }
            (KeyAlgorithm::X25519, X25519_BYTES) => {
                bytes.try_into().ok().map(|bytes| Self::X25519(Zeroizing::new(bytes)))
            }
            _ => None,
        }
    }

    /// The only algorithm that the pair is of.
    pub(crate) const fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::P256(_) => KeyAlgorithm::EcdhP256,
            Self::P384(_) => KeyAlgorithm::EcdhP384,
            Self::X25519(_) => KeyAlgorithm::X25519,
        }
    }

    /// The public part as SubjectPublicKeyInfo in DER.
    pub(crate) fn public_key(&self) -> Result<Vec<u8>, SeError> {
        let der = match self {
            Self::P256(key) => key.public_key().to_public_key_der(),
            Self::P384(key) => key.public_key().to_public_key_der(),
            Self::X25519(key) => {
                let point = MontgomeryPoint::mul_base_clamped(**key);
                return Ok([&X25519_INFO[..], point.as_bytes()].concat());
            }
        };
        Ok(der.map_err(|_| SeError::Fault)?.into_vec())
    }

    /// What the pair and the other party's public key agree on: the x-coordinate of a point.
    ///
    /// Of the curves of NIST only points of the curve pass, and not the one at infinity; they have no others of small
    /// order. X25519 takes every string; those of small order, with which the secret is all zero whatever the key is, are
    /// refused by that (RFC 7748, 6.1).
    pub(crate) fn agree(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>, SeError> {
        match self {
            Self::P256(key) => {
                let peer = p256::PublicKey::from_public_key_der(peer).map_err(|_| SeError::InvalidInput)?;
                let scalar = Zeroizing::new(key.to_nonzero_scalar());
                let shared = p256::ecdh::diffie_hellman(&*scalar, peer.as_affine());
                Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
            }
            Self::P384(key) => {
                let peer = p384::PublicKey::from_public_key_der(peer).map_err(|_| SeError::InvalidInput)?;
                let scalar = Zeroizing::new(key.to_nonzero_scalar());
                let shared = p384::ecdh::diffie_hellman(&*scalar, peer.as_affine());
                Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
            }
            Self::X25519(key) => {
                let peer = peer.strip_prefix(&X25519_INFO).and_then(|peer| peer.try_into().ok());
                let peer: [u8; X25519_BYTES] = peer.ok_or(SeError::InvalidInput)?;
                let shared = Zeroizing::new(MontgomeryPoint(peer).mul_clamped(**key).to_bytes());
                if bool::from(shared.ct_eq(&[0; X25519_BYTES])) {
                    return Err(SeError::InvalidInput);
                }
                Ok(Zeroizing::new(shared.to_vec()))
            }
        }
    }
}
