//! Keys from keys: HKDF (RFC 5869), and agreement on P-256 (SP 800-56A, 5.7.1.2) before it.

use csf_transport::{DerivationAlgorithm, KeyAlgorithm, MAX_INFO_BYTES, MAX_SALT_BYTES, Refusal, SeError};
use hkdf::Hkdf;
use p256::ecdh::diffie_hellman;
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use p256::{PublicKey, SecretKey};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::bounds;

/// How many private bytes a key pair has.
const PRIVATE_BYTES: usize = 32;

/// A key that others are made from. Wiped when dropped.
pub(crate) enum Source {
    /// For HKDF: a secret.
    Hkdf(Zeroizing<Vec<u8>>),
    /// For agreement: a key pair.
    EcdhP256(Box<SecretKey>),
}

impl Source {
    /// A key of these bytes; `None` where nothing is derived with the algorithm, or it takes no such bytes.
    pub(crate) fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Option<Self> {
        match algorithm {
            KeyAlgorithm::HkdfSha256 => Some(Self::Hkdf(Zeroizing::new(bytes.to_vec()))),
            // The library would fill up what is a little short.
            KeyAlgorithm::EcdhP256 if bytes.len() == PRIVATE_BYTES => {
                SecretKey::from_slice(bytes).ok().map(|key| Self::EcdhP256(Box::new(key)))
            }
            _ => None,
        }
    }

    /// The public part as SubjectPublicKeyInfo in DER, where there is one.
    pub(crate) fn public_key(&self) -> Result<Option<Vec<u8>>, SeError> {
        match self {
            Self::Hkdf(_) => Ok(None),
            Self::EcdhP256(key) => {
                let der = key.public_key().to_public_key_der().map_err(|_| SeError::Fault)?;
                Ok(Some(der.into_vec()))
            }
        }
    }

    /// So many bytes for a key of this algorithm.
    pub(crate) fn derive(
        &self,
        algorithm: DerivationAlgorithm,
        peer: &[u8],
        salt: &[u8],
        info: &[u8],
        (target, length): (KeyAlgorithm, usize),
    ) -> Result<Zeroizing<Vec<u8>>, SeError> {
        let secret = match (self, algorithm) {
            (Self::Hkdf(secret), DerivationAlgorithm::HkdfSha256) if peer.is_empty() => secret.clone(),
            (Self::Hkdf(_), DerivationAlgorithm::HkdfSha256) => return Err(SeError::InvalidInput),
            (Self::EcdhP256(key), DerivationAlgorithm::EcdhP256HkdfSha256) => agree(key, peer)?,
            _ => return Err(SeError::Refused(Refusal::Algorithm)),
        };
        bounds::at_most(salt, MAX_SALT_BYTES)?;
        bounds::at_most(info, MAX_INFO_BYTES)?;
        // A key for one algorithm tells nothing about one for another, made from the same and for the same.
        expand(&secret, salt, &[target.name().as_bytes(), b"\0", info], length)
    }
}

/// What the key and the other party's public key agree on.
fn agree(key: &SecretKey, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>, SeError> {
    // Only points of the curve pass, and not the one at infinity; the curve has no others of small order.
    let peer = PublicKey::from_public_key_der(peer).map_err(|_| SeError::InvalidInput)?;
    let scalar = Zeroizing::new(key.to_nonzero_scalar());
    let shared = diffie_hellman(&*scalar, peer.as_affine());
    Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
}

/// HKDF with SHA-256.
fn expand(secret: &[u8], salt: &[u8], info: &[&[u8]], length: usize) -> Result<Zeroizing<Vec<u8>>, SeError> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    let extracted = Hkdf::<Sha256>::new(Some(salt), secret);
    extracted.expand_multi_info(info, &mut bytes).map_err(|_| SeError::InvalidInput)?;
    Ok(bytes)
}

#[cfg(test)]
pub(crate) mod tests;
