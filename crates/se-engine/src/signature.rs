//! Signatures: ECDSA on P-256 with SHA-256 (FIPS 186-5), deterministic by RFC 6979.

use csf_transport::{SeError, SignInput, SignatureAlgorithm};
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use sha2::{Digest, Sha256};

use crate::bounds;
use crate::digest::SHA256_BYTES;

/// How many bytes a signature has: `r` and `s`, 32 each.
const SIGNATURE_BYTES: usize = 64;

/// How many bytes a private key has.
const PRIVATE_BYTES: usize = 32;

/// A P-256 key pair. The private part is wiped when dropped.
pub(crate) struct P256Pair(Box<SigningKey>);

impl P256Pair {
    /// The pair of this private key; `None` for bytes that are no private key of the curve.
    pub(crate) fn new(private: &[u8]) -> Option<Self> {
        // The library would fill up what is a little short.
        if private.len() != PRIVATE_BYTES {
            return None;
        }
        SigningKey::from_slice(private).ok().map(|key| Self(Box::new(key)))
    }

    /// The public key as SubjectPublicKeyInfo in DER.
    pub(crate) fn public_key(&self) -> Result<Vec<u8>, SeError> {
        let der = self.0.verifying_key().to_public_key_der().map_err(|_| SeError::Fault)?;
        Ok(der.into_vec())
    }

    /// The signature over an input.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, input: &SignInput) -> Result<Vec<u8>, SeError> {
        let digest = digest_of(algorithm, input)?;
        let signature: Signature = self.0.sign_prehash(&digest).map_err(|_| SeError::Fault)?;
        Ok(signature.to_bytes().to_vec())
    }

    /// Whether a signature is right. Both forms of `s` are, as the standard has it.
    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        input: &SignInput,
        signature: &[u8],
    ) -> Result<bool, SeError> {
        let digest = digest_of(algorithm, input)?;
        if signature.len() != SIGNATURE_BYTES {
            return Err(SeError::InvalidInput);
        }
        // Numbers outside the group have the right length but are nobody's signature.
        let Ok(signature) = Signature::from_slice(signature) else {
            return Ok(false);
        };
        Ok(self.0.verifying_key().verify_prehash(&digest, &signature).is_ok())
    }
}

fn digest_of(algorithm: SignatureAlgorithm, input: &SignInput) -> Result<[u8; SHA256_BYTES], SeError> {
    if algorithm != SignatureAlgorithm::EcdsaP256Sha256 {
        return Err(SeError::NotSupported);
    }
    match input {
        SignInput::Message(message) => {
            bounds::payload(message)?;
            Ok(Sha256::digest(message).into())
        }
        SignInput::Digest(digest) => digest.as_slice().try_into().map_err(|_| SeError::InvalidInput),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::unhex;

    const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;

    /// RFC 6979 A.2.5: the key, and the signatures over "sample" and "test" with SHA-256.
    const PRIVATE: &str = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    const PUBLIC: &str = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                          7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
    const SIGNED: [(&str, &str); 2] = [
        (
            "sample",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
             f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            "test",
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367\
             019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        ),
    ];

    fn pair() -> P256Pair {
        P256Pair::new(&unhex(PRIVATE)).expect("a private key")
    }

    fn message(text: &str) -> SignInput {
        SignInput::Message(text.as_bytes().to_vec())
    }

    // Shows SDH-4.
    #[test]
    fn the_signatures_of_rfc_6979_come_out_and_their_twins_do_not() {
        let pair = pair();
        for (text, signature) in SIGNED {
            let signature = unhex(signature);
            let digest = SignInput::Digest(Sha256::digest(text).to_vec());
            assert_eq!(pair.sign(ALGORITHM, &message(text)), Ok(signature.clone()));
            assert_eq!(pair.sign(ALGORITHM, &digest), Ok(signature.clone()));
            assert_eq!(pair.verify(ALGORITHM, &message(text), &signature), Ok(true));

            assert_eq!(pair.verify(ALGORITHM, &message("sampled"), &signature), Ok(false));
            let mut other = unhex(PRIVATE);
            other[31] ^= 1;
            let other = P256Pair::new(&other).expect("a private key");
            assert_eq!(other.verify(ALGORITHM, &message(text), &signature), Ok(false));
        }
    }

    #[test]
    fn the_public_key_of_rfc_6979_comes_out_as_subject_public_key_info() {
        // ecPublicKey on prime256v1 and an uncompressed point (RFC 5480).
        let head = unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
        assert_eq!(pair().public_key(), Ok([head, unhex(PUBLIC)].concat()));
    }

    #[test]
    fn numbers_outside_the_group_are_no_signature() {
        let order = unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        let good = unhex(SIGNED[0].1);
        for bad in [
            vec![0; 64],
            [vec![0; 32], good[32..].to_vec()].concat(),
            [good[..32].to_vec(), vec![0; 32]].concat(),
            [order.clone(), good[32..].to_vec()].concat(),
            [good[..32].to_vec(), order].concat(),
            vec![0xff; 64],
        ] {
            assert_eq!(pair().verify(ALGORITHM, &message("sample"), &bad), Ok(false));
        }
    }

    #[test]
    fn both_forms_of_s_are_accepted() {
        let signature = Signature::from_slice(&unhex(SIGNED[0].1)).expect("well formed");
        let normalised = signature.normalize_s();
        assert_ne!(signature.to_bytes(), normalised.to_bytes(), "the vector has a high s");
        assert_eq!(pair().verify(ALGORITHM, &message("sample"), &normalised.to_bytes()), Ok(true));
    }

    #[test]
    fn what_is_no_private_key_makes_no_pair() {
        let order = unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        for bytes in [vec![0; 32], vec![1; 31], vec![1; 33], order, vec![]] {
            assert!(P256Pair::new(&bytes).is_none());
        }
    }

    #[test]
    fn a_digest_of_another_length_is_refused() {
        for length in [0, 20, 31, 33, 48, 64] {
            let input = SignInput::Digest(vec![7; length]);
            assert_eq!(pair().sign(ALGORITHM, &input), Err(SeError::InvalidInput));
            assert_eq!(pair().verify(ALGORITHM, &input, &[1; 64]), Err(SeError::InvalidInput));
        }
    }
}
