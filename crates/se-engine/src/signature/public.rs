//! Public keys by which signatures are checked, as SubjectPublicKeyInfo in DER.

use csf_transport::{SeError, SignInput, SignatureAlgorithm};
use p256::pkcs8::DecodePublicKey as _;

use super::ecdsa::{p256_verifies, p384_verifies};
use super::ed25519::{INFO, ed25519_verifies};
use super::judged;

/// The public part of a pair of one algorithm, somebody's own or somebody else's.
pub(crate) enum PublicKey {
    P256(Box<p256::ecdsa::VerifyingKey>),
    P384(Box<p384::ecdsa::VerifyingKey>),
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
}

impl PublicKey {
    /// Reads one; `None` for bytes that are no public key for this algorithm.
    pub(crate) fn read(algorithm: SignatureAlgorithm, der: &[u8]) -> Option<Self> {
        match algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 => {
                p256::ecdsa::VerifyingKey::from_public_key_der(der).ok().map(|key| Self::P256(Box::new(key)))
            }
            SignatureAlgorithm::EcdsaP384Sha384 => {
                p384::ecdsa::VerifyingKey::from_public_key_der(der).ok().map(|key| Self::P384(Box::new(key)))
            }
            SignatureAlgorithm::Ed25519 => {
                let point = der.strip_prefix(&INFO)?.try_into().ok()?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(point).ok()?;
                Some(Self::Ed25519(Box::new(key)))
            }
            _ => None,
        }
    }

    /// Whether a signature is right by it. Its length was judged before.
    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        input: &SignInput,
        signature: &[u8],
    ) -> Result<bool, SeError> {
        let signed = judged(self.algorithm(), algorithm, input)?;
        Ok(match self {
            Self::P256(key) => p256_verifies(key, &signed, signature),
            Self::P384(key) => p384_verifies(key, &signed, signature),
            Self::Ed25519(key) => ed25519_verifies(key, &signed, signature),
        })
    }

    const fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::P256(_) => SignatureAlgorithm::EcdsaP256Sha256,
            Self::P384(_) => SignatureAlgorithm::EcdsaP384Sha384,
            Self::Ed25519(_) => SignatureAlgorithm::Ed25519,
        }
    }
}

/// Whether these bytes are a public key for this algorithm: SubjectPublicKeyInfo in DER, and a point of the curve. For
/// whoever is given one that is to be used later.
#[must_use]
pub fn is_public_key(algorithm: SignatureAlgorithm, der: &[u8]) -> bool {
    PublicKey::read(algorithm, der).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::Pair;
    use super::*;
    use csf_transport::KeyAlgorithm;

    #[test]
    fn a_public_key_is_one_of_its_algorithm_alone_and_lies_on_the_curve() {
        let pairs = [
            (KeyAlgorithm::EcP256, SignatureAlgorithm::EcdsaP256Sha256, 32),
            (KeyAlgorithm::EcP384, SignatureAlgorithm::EcdsaP384Sha384, 48),
            (KeyAlgorithm::Ed25519, SignatureAlgorithm::Ed25519, 32),
        ];
        for (key, own, bytes) in pairs {
            let pair = Pair::new(key, &vec![7; bytes]).expect("a private key");
            let der = pair.public_key().expect("a public key");
            for algorithm in SignatureAlgorithm::ALL {
                assert_eq!(is_public_key(*algorithm, &der), *algorithm == own, "{algorithm:?}");
            }
            let (_, shorter) = der.split_last().expect("not empty");
            assert!(!is_public_key(own, shorter));
            assert!(!is_public_key(own, &[&der[..], &[0]].concat()));
        }
    }

    #[test]
    fn a_point_beside_the_curve_is_no_public_key() {
        for (key, own, bytes) in [
            (KeyAlgorithm::EcP256, SignatureAlgorithm::EcdsaP256Sha256, 32),
            (KeyAlgorithm::EcP384, SignatureAlgorithm::EcdsaP384Sha384, 48),
        ] {
            let pair = Pair::new(key, &vec![7; bytes]).expect("a private key");
            let mut der = pair.public_key().expect("a public key");
            *der.last_mut().expect("not empty") ^= 1;
            assert!(!is_public_key(own, &der));
        }
    }
}
