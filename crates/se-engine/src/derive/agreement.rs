//! Agreement on a secret by elliptic curves (SP 800-56A, 5.7.1.2).

use csf_transport::{KeyAlgorithm, SeError};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use zeroize::Zeroizing;

/// How many private bytes a key pair on P-256 has.
const P256_BYTES: usize = 32;
/// How many on P-384.
const P384_BYTES: usize = 48;

/// A key pair for agreement. The private part is wiped when dropped.
pub(crate) enum Pair {
    /// On P-256.
    P256(Box<p256::SecretKey>),
    /// On P-384.
    P384(Box<p384::SecretKey>),
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
            _ => None,
        }
    }

    /// The only algorithm that the pair is of.
    pub(crate) const fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::P256(_) => KeyAlgorithm::EcdhP256,
            Self::P384(_) => KeyAlgorithm::EcdhP384,
        }
    }

    /// The public part as SubjectPublicKeyInfo in DER.
    pub(crate) fn public_key(&self) -> Result<Vec<u8>, SeError> {
        let der = match self {
            Self::P256(key) => key.public_key().to_public_key_der(),
            Self::P384(key) => key.public_key().to_public_key_der(),
        };
        Ok(der.map_err(|_| SeError::Fault)?.into_vec())
    }

    /// What the pair and the other party's public key agree on: the x-coordinate of a point.
    ///
    /// Only points of the curve pass, and not the one at infinity; the curves have no others of small order.
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
        }
    }
}
