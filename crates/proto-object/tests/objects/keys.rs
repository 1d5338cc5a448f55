//! Somebody who has keys, in memory.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aes_gcm::aead::{AeadInOut, KeyInit as _, Nonce};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use hmac::{Hmac, Mac};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use proto_object::{
    Check, Closed, ContentEncryption, KeyManagement, Open, Opener, Seal, Sealer, Sign, SignatureAlgorithm,
    Signer, Verifier,
};
/// What an opener gives.
type Plaintext = zeroize::Zeroizing<Vec<u8>>;

/// The answer of something that never waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// A key and what it is for.
pub(crate) enum Key {
    /// For HMAC of one kind.
    Hmac(SignatureAlgorithm, Vec<u8>),
    /// A pair on P-256.
    P256(Box<p256::ecdsa::SigningKey>),
    /// A public key on P-256.
    PublicP256(Box<p256::ecdsa::VerifyingKey>),
    /// A pair on P-384.
    P384(Box<p384::ecdsa::SigningKey>),
    /// A pair for Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
    /// A public key for Ed25519.
    PublicEd25519(Box<ed25519_dalek::VerifyingKey>),
    /// For AES in GCM.
    Gcm(Vec<u8>),
}

/// The key is for something else.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfit;

impl Key {
    pub(crate) fn p256(seed: u8) -> Self {
        Self::P256(Box::new(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).expect("a scalar")))
    }

    pub(crate) fn p384(seed: u8) -> Self {
        Self::P384(Box::new(p384::ecdsa::SigningKey::from_slice(&[seed; 48]).expect("a scalar")))
    }

    pub(crate) fn ed25519(seed: u8) -> Self {
        Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&[seed; 32])))
    }

    fn code(algorithm: SignatureAlgorithm, key: &[u8], input: &[u8]) -> Vec<u8> {
        macro_rules! code {
            ($hash:ty) => {{
                let mut mac = <Hmac<$hash> as hmac::KeyInit>::new_from_slice(key).expect("any length");
                mac.update(input);
                mac.finalize().into_bytes().to_vec()
            }};
        }
        match algorithm {
            SignatureAlgorithm::Hs256 => code!(sha2::Sha256),
            SignatureAlgorithm::Hs384 => code!(sha2::Sha384),
            SignatureAlgorithm::Hs512 => code!(sha2::Sha512),
            _ => panic!("no code"),
        }
    }
}

impl Verifier for Key {
    type Error = Unfit;

    async fn verify(&self, check: Check<'_>) -> Result<bool, Unfit> {
        let Check { input, signature, .. } = check;
        let p256_right = |key: &p256::ecdsa::VerifyingKey| {
            p256::ecdsa::Signature::from_slice(signature).is_ok_and(|s| key.verify(input, &s).is_ok())
        };
        let ed25519_right = |key: &ed25519_dalek::VerifyingKey| {
            ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|s| key.verify_strict(input, &s).is_ok())
        };
        Ok(match (self, check.algorithm) {
            (Self::Hmac(own, key), algorithm) if *own == algorithm => {
                Self::code(*own, key, input) == signature
            }
            (Self::P256(key), SignatureAlgorithm::Es256) => p256_right(key.verifying_key()),
            (Self::PublicP256(key), SignatureAlgorithm::Es256) => p256_right(key),
            (Self::P384(key), SignatureAlgorithm::Es384) => p384::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|s| key.verifying_key().verify(input, &s).is_ok()),
            (Self::Ed25519(key), SignatureAlgorithm::EdDsa) => ed25519_right(&key.verifying_key()),
            (Self::PublicEd25519(key), SignatureAlgorithm::EdDsa) => ed25519_right(key),
            _ => return Err(Unfit),
        })
    }
}

impl Signer for Key {
    type Error = Unfit;

    async fn sign(&self, sign: Sign<'_>) -> Result<Vec<u8>, Unfit> {
        match (self, sign.algorithm) {
            (Self::Hmac(own, key), algorithm) if *own == algorithm => Ok(Self::code(*own, key, sign.input)),
            (Self::P256(key), SignatureAlgorithm::Es256) => {
                let signature: p256::ecdsa::Signature = key.sign(sign.input);
                Ok(signature.to_bytes().to_vec())
            }
            (Self::P384(key), SignatureAlgorithm::Es384) => {
                let signature: p384::ecdsa::Signature = key.sign(sign.input);
                Ok(signature.to_bytes().to_vec())
            }
            (Self::Ed25519(key), SignatureAlgorithm::EdDsa) => Ok(key.sign(sign.input).to_bytes().to_vec()),
            _ => Err(Unfit),
        }
    }
}

impl Opener for Key {
    type Error = Unfit;

    async fn open(&self, open: Open<'_>) -> Result<Option<Plaintext>, Unfit> {
        let (Self::Gcm(key), KeyManagement::Direct) = (self, open.management) else { return Err(Unfit) };
        let mut content = open.ciphertext.to_vec();
        let opened = match open.encryption {
            ContentEncryption::A128Gcm => {
                let cipher = Aes128Gcm::new_from_slice(key).map_err(|_| Unfit)?;
                let nonce = Nonce::<Aes128Gcm>::try_from(open.iv).map_err(|_| Unfit)?;
                cipher.decrypt_in_place(&nonce, open.associated_data, &mut content)
            }
            ContentEncryption::A256Gcm => {
                let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| Unfit)?;
                let nonce = Nonce::<Aes256Gcm>::try_from(open.iv).map_err(|_| Unfit)?;
                cipher.decrypt_in_place(&nonce, open.associated_data, &mut content)
            }
            ContentEncryption::A192Gcm => return Err(Unfit),
        };
        Ok(opened.ok().map(|()| content.into()))
    }
}

/// A key with the vector that it shall use.
pub(crate) struct Under<'a>(pub(crate) &'a Key, pub(crate) [u8; 12]);

impl Sealer for Under<'_> {
    type Error = Unfit;

    async fn seal(&self, seal: Seal<'_>) -> Result<Closed, Unfit> {
        let (Key::Gcm(key), KeyManagement::Direct) = (self.0, seal.management) else { return Err(Unfit) };
        let mut content = seal.plaintext.to_vec();
        match seal.encryption {
            ContentEncryption::A128Gcm => Aes128Gcm::new_from_slice(key)
                .map_err(|_| Unfit)?
                .encrypt_in_place(&self.1.into(), seal.associated_data, &mut content),
            ContentEncryption::A256Gcm => Aes256Gcm::new_from_slice(key)
                .map_err(|_| Unfit)?
                .encrypt_in_place(&self.1.into(), seal.associated_data, &mut content),
            ContentEncryption::A192Gcm => return Err(Unfit),
        }
        .map_err(|_| Unfit)?;
        Ok(Closed { encrypted_key: Vec::new(), iv: self.1.to_vec(), ciphertext: content })
    }
}
