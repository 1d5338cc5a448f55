//! Encryption: AES in GCM (SP 800-38D), CCM (SP 800-38C) and CBC (SP 800-38A).
//!
//! The nonce of every message is drawn here, so that no caller can use one twice. With 12 random bytes a key serves
//! 2^32 messages before two equal nonces become likely enough to matter (SP 800-38D, 8.3).

mod aead;
mod cbc_mode;
mod padding;

use aes::{Aes128, Aes256};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use ccm::Ccm;
use ccm::consts::{U8, U12, U16};
use csf_transport::{
    CipherAlgorithm, KeyAlgorithm, MAX_ASSOCIATED_BYTES, MAX_PAYLOAD_BYTES, Refusal, SeError, Secret,
};
use hmac::KeyInit;

use crate::{bounds, random};
use cbc_mode::CbcKey;

/// A key for encryption, its rounds expanded. Wiped when dropped.
pub(crate) struct CipherKey {
    algorithm: KeyAlgorithm,
    state: State,
}

enum State {
    Aes128Gcm(Box<Aes128Gcm>),
    Aes256Gcm(Box<Aes256Gcm>),
    Aes128Ccm(Box<Ccm<Aes128, U16, U12>>),
    Aes256Ccm(Box<Ccm<Aes256, U16, U12>>),
    Aes128Ccm8(Box<Ccm<Aes128, U8, U12>>),
    Aes256Ccm8(Box<Ccm<Aes256, U8, U12>>),
    Aes128Cbc(Box<CbcKey>),
}

impl CipherKey {
    /// A key of these bytes; `None` where the algorithm does not encrypt, or takes no such bytes.
    pub(crate) fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Option<Self> {
        let state = match algorithm {
            KeyAlgorithm::Aes128Gcm => State::Aes128Gcm(expanded(bytes)?),
            KeyAlgorithm::Aes256Gcm => State::Aes256Gcm(expanded(bytes)?),
            KeyAlgorithm::Aes128Ccm => State::Aes128Ccm(expanded(bytes)?),
            KeyAlgorithm::Aes256Ccm => State::Aes256Ccm(expanded(bytes)?),
            KeyAlgorithm::Aes128Ccm8 => State::Aes128Ccm8(expanded(bytes)?),
            KeyAlgorithm::Aes256Ccm8 => State::Aes256Ccm8(expanded(bytes)?),
            KeyAlgorithm::Aes128Cbc => State::Aes128Cbc(Box::new(CbcKey::new(bytes)?)),
            _ => return None,
        };
        Some(Self { algorithm, state })
    }

    /// The nonce that was drawn, and the ciphertext with its tag.
    pub(crate) fn encrypt(
        &self,
        algorithm: CipherAlgorithm,
        associated_data: &[u8],
        plaintext: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), SeError> {
        self.judge(algorithm, associated_data)?;
        let mut nonce = vec![0; algorithm.nonce_bytes()];
        random::fill(&mut nonce)?;
        let ciphertext = self.encrypt_under(algorithm, &nonce, associated_data, plaintext)?;
        Ok((nonce, ciphertext))
    }

    /// The plaintext. Whatever is wrong with the ciphertext, there is one error for it.
    pub(crate) fn decrypt(
        &self,
        algorithm: CipherAlgorithm,
        nonce: &[u8],
        associated_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<Secret, SeError> {
        self.judge(algorithm, associated_data)?;
        if nonce.len() != algorithm.nonce_bytes() {
            return Err(SeError::InvalidInput);
        }
        bounds::at_most(ciphertext, algorithm.ciphertext_bytes(MAX_PAYLOAD_BYTES).ok_or(SeError::Fault)?)?;
        let opened = match &self.state {
            State::Aes128Gcm(cipher) => aead::open(&**cipher, nonce, associated_data, ciphertext),
            State::Aes256Gcm(cipher) => aead::open(&**cipher, nonce, associated_data, ciphertext),
            State::Aes128Ccm(cipher) => aead::open(&**cipher, nonce, associated_data, ciphertext),
            State::Aes256Ccm(cipher) => aead::open(&**cipher, nonce, associated_data, ciphertext),
            State::Aes128Ccm8(cipher) => aead::open(&**cipher, nonce, associated_data, ciphertext),
            State::Aes256Ccm8(cipher) => aead::open(&**cipher, nonce, associated_data, ciphertext),
            State::Aes128Cbc(key) => key.open(algorithm, nonce, ciphertext),
        };
        opened.ok_or(SeError::NotAuthentic)
    }

    /// Encrypts under a given nonce. Only vectors give one.
    pub(crate) fn encrypt_under(
        &self,
        algorithm: CipherAlgorithm,
        nonce: &[u8],
        associated_data: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SeError> {
        bounds::payload(plaintext)?;
        if algorithm.ciphertext_bytes(plaintext.len()).is_none() {
            return Err(SeError::InvalidInput);
        }
        let sealed = match &self.state {
            State::Aes128Gcm(cipher) => aead::seal(&**cipher, nonce, associated_data, plaintext),
            State::Aes256Gcm(cipher) => aead::seal(&**cipher, nonce, associated_data, plaintext),
            State::Aes128Ccm(cipher) => aead::seal(&**cipher, nonce, associated_data, plaintext),
            State::Aes256Ccm(cipher) => aead::seal(&**cipher, nonce, associated_data, plaintext),
            State::Aes128Ccm8(cipher) => aead::seal(&**cipher, nonce, associated_data, plaintext),
            State::Aes256Ccm8(cipher) => aead::seal(&**cipher, nonce, associated_data, plaintext),
            State::Aes128Cbc(key) => key.seal(algorithm, nonce, plaintext),
        };
        sealed.ok_or(SeError::Fault)
    }

    fn judge(&self, algorithm: CipherAlgorithm, associated_data: &[u8]) -> Result<(), SeError> {
        if algorithm.key() != self.algorithm {
            return Err(SeError::Refused(Refusal::Algorithm));
        }
        // What nothing authenticates must not look as if it were.
        bounds::at_most(associated_data, if algorithm.is_authenticated() { MAX_ASSOCIATED_BYTES } else { 0 })
    }
}

fn expanded<C: KeyInit>(bytes: &[u8]) -> Option<Box<C>> {
    C::new_from_slice(bytes).ok().map(Box::new)
}

#[cfg(test)]
mod tests;
