//! Signatures: ECDSA on P-256 and P-384 (FIPS 186-5), Ed25519 (RFC 8032). All are deterministic.

pub(crate) mod ecdsa;
pub(crate) mod ed25519;
pub(crate) mod public;

use csf_transport::{KeyAlgorithm, Refusal, SeError, SignInput, SignatureAlgorithm};
use zeroize::Zeroizing;

use crate::{bounds, digest};

use ecdsa::{P256Pair, P384Pair, p256_verifies, p384_verifies};
use ed25519::{Ed25519Pair, ed25519_verifies};
use public::PublicKey;

/// A key pair of one algorithm. The private part is wiped when dropped.
pub(crate) enum Pair {
    /// On P-256.
    P256(P256Pair),
    /// On P-384.
    P384(P384Pair),
    /// For Ed25519.
    Ed25519(Ed25519Pair),
}

impl Pair {
    /// The pair of this private key; `None` where the algorithm makes no signatures, or has no such key.
    pub(crate) fn new(algorithm: KeyAlgorithm, private: &[u8]) -> Option<Self> {
        match algorithm {
            KeyAlgorithm::EcP256 => P256Pair::new(private).map(Self::P256),
            KeyAlgorithm::EcP384 => P384Pair::new(private).map(Self::P384),
            KeyAlgorithm::Ed25519 => Ed25519Pair::new(private).map(Self::Ed25519),
            _ => None,
        }
    }

    /// The public key as SubjectPublicKeyInfo in DER.
    pub(crate) fn public_key(&self) -> Result<Vec<u8>, SeError> {
        match self {
            Self::P256(pair) => pair.public_key(),
            Self::P384(pair) => pair.public_key(),
            Self::Ed25519(pair) => Ok(pair.public_key()),
        }
    }

    /// The signature over an input.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, input: &SignInput) -> Result<Vec<u8>, SeError> {
        let signed = judged(self.algorithm(), algorithm, input)?;
        match self {
            Self::P256(pair) => pair.sign(&signed),
            Self::P384(pair) => pair.sign(&signed),
            Self::Ed25519(pair) => Ok(pair.sign(&signed)),
        }
    }

    /// Whether a signature is right. What has the right length and is nobody's signature is wrong, not an error.
    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        input: &SignInput,
        signature: &[u8],
    ) -> Result<bool, SeError> {
        let signed = judged(self.algorithm(), algorithm, input)?;
        if signature.len() != algorithm.signature_bytes() {
            return Err(SeError::InvalidInput);
        }
        Ok(match self {
            Self::P256(pair) => p256_verifies(pair.public(), &signed, signature),
            Self::P384(pair) => p384_verifies(pair.public(), &signed, signature),
            Self::Ed25519(pair) => ed25519_verifies(&pair.public(), &signed, signature),
        })
    }

    /// The only algorithm that the pair serves.
    pub(crate) const fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::P256(_) => SignatureAlgorithm::EcdsaP256Sha256,
            Self::P384(_) => SignatureAlgorithm::EcdsaP384Sha384,
            Self::Ed25519(_) => SignatureAlgorithm::Ed25519,
        }
    }
}

/// Whether a signature is right by this public key (SubjectPublicKeyInfo, DER), which is somebody else's. A key that is
/// none of the algorithm's is invalid; a signature that is nobody's is wrong.
pub(crate) fn verify_with(
    public_key: &[u8],
    algorithm: SignatureAlgorithm,
    input: &SignInput,
    signature: &[u8],
) -> Result<bool, SeError> {
    if signature.len() != algorithm.signature_bytes() {
        return Err(SeError::InvalidInput);
    }
    PublicKey::read(algorithm, public_key).ok_or(SeError::InvalidInput)?.verify(algorithm, input, signature)
}

/// The bytes that are signed by a key that serves its own algorithm only: the digest, where the algorithm signs one, and otherwise the message.
pub(crate) fn judged(
    own: SignatureAlgorithm,
    algorithm: SignatureAlgorithm,
    input: &SignInput,
) -> Result<Zeroizing<Vec<u8>>, SeError> {
    if algorithm != own {
        return Err(SeError::Refused(Refusal::Algorithm));
    }
    let bytes = match (input, algorithm.digest()) {
        (SignInput::Message(message), Some(hash)) => digest::digest(hash, message)?,
        (SignInput::Message(message), None) => {
            bounds::payload(message)?;
            message.clone()
        }
        (SignInput::Digest(given), Some(hash)) if given.len() == hash.digest_bytes() => given.clone(),
        // A digest of another hash; or one for Ed25519, where it would be signed as if it were the message.
        (SignInput::Digest(_), _) => return Err(SeError::InvalidInput),
    };
    Ok(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests;
