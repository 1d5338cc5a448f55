//! Cipher block chaining. Nothing is authenticated: whoever changes a ciphertext changes the plaintext.

use aes::Aes128;
use cbc::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use cbc::{Decryptor, Encryptor};
use csf_transport::{CIPHER_BLOCK_BYTES, CipherAlgorithm, Secret};
use zeroize::Zeroizing;

use super::padding::{pad, unpadded_bytes};

/// A key for AES-128 in CBC, its rounds expanded. Wiped when dropped.
pub(super) struct CbcKey(Aes128);

impl CbcKey {
    /// The key of these bytes; `None` when they are not 16.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        Aes128::new_from_slice(bytes).ok().map(Self)
    }

    /// The padded plaintext, encrypted; `None` where it cannot be.
    pub(super) fn seal(&self, algorithm: CipherAlgorithm, iv: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
        let iv = iv.try_into().ok()?;
        let mut buffer = pad(algorithm, plaintext)?;
        let (blocks, []) = Array::slice_as_chunks_mut(&mut buffer) else { return None };
        Encryptor::inner_iv_init(self.0.clone(), iv).encrypt_blocks(blocks);
        Some(std::mem::take(&mut *buffer))
    }

    /// The plaintext without its padding. `None` says no more than that this is no ciphertext of this algorithm:
    /// not whether it is its length or its padding, nor where.
    pub(super) fn open(&self, algorithm: CipherAlgorithm, iv: &[u8], ciphertext: &[u8]) -> Option<Secret> {
        let iv = iv.try_into().ok()?;
        if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(CIPHER_BLOCK_BYTES) {
            return None;
        }
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let (blocks, []) = Array::slice_as_chunks_mut(&mut buffer) else { return None };
        Decryptor::inner_iv_init(self.0.clone(), iv).decrypt_blocks(blocks);
        let length = unpadded_bytes(algorithm, &buffer)?;
        buffer.truncate(length);
        Some(Secret::from(buffer))
    }
}
