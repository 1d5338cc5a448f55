//! Sealing bytes under the engine's root: AES-256-GCM (SP 800-38D) with a key of its own for each seal.
//!
//! ```text
//!   1        format, 1
//!   24       salt, random
//!   n        ciphertext
//!   16       tag
//!
//!   key (32) and nonce (12) = HKDF-SHA-256(root, info = label and salt)
//!   additional data         = format, length of the context, context
//! ```
//!
//! With a nonce drawn at random, one GCM key wears out after 2^32 messages. Drawing 24 bytes and deriving
//! the key from them costs two hashes more and removes the count from everybody's mind.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce, Tag};
use csf_transport::{MAX_PAYLOAD_BYTES, SeError, Secret};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{bounds, random};

/// The longest context of a seal, in bytes.
pub const MAX_CONTEXT_BYTES: usize = 255;
/// How many bytes sealing adds.
pub const SEAL_OVERHEAD_BYTES: usize = 1 + SALT_BYTES + TAG_BYTES;
/// The most bytes that unsealing takes: the largest payload, sealed.
pub const MAX_SEALED_BYTES: usize = MAX_PAYLOAD_BYTES + SEAL_OVERHEAD_BYTES;

const FORMAT: u8 = 1;
const SALT_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const LABEL: &[u8] = b"security-csf se-engine seal 1";

/// Seals and opens bytes under a root. It holds the root in a form that serves nothing else, wiped when
/// dropped.
///
/// [`crate::Engine`] has one for [`Command::Seal`](csf_transport::Command::Seal); a plug-in uses another one
/// to keep the engine's own keys under a root that lies elsewhere.
pub struct Sealer(Hkdf<Sha256>);

impl Sealer {
    /// The sealer of this root.
    #[must_use]
    pub fn new(root: &Zeroizing<[u8; 32]>) -> Self {
        Self(Hkdf::new(None, root.as_slice()))
    }

    /// Seals bytes for a context.
    ///
    /// # Errors
    ///
    /// [`SeError::InvalidInput`] when the context is longer than [`MAX_CONTEXT_BYTES`] or the bytes are more
    /// than [`MAX_PAYLOAD_BYTES`]; [`SeError::Unavailable`] when the system gives no randomness.
    pub fn seal(&self, context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SeError> {
        bounds::payload(plaintext)?;
        let additional = additional(context)?;
        let mut salt = [0; SALT_BYTES];
        random::fill(&mut salt)?;
        let (cipher, nonce) = self.cipher(&salt)?;

        // Until it is encrypted, the buffer is a secret.
        let mut buffer = Zeroizing::new(plaintext.to_vec());
        let tag = cipher
            .encrypt_inout_detached(&nonce, &additional, buffer.as_mut_slice().into())
            .map_err(|_| SeError::Fault)?;
        let mut sealed = Vec::with_capacity(buffer.len().saturating_add(SEAL_OVERHEAD_BYTES));
        sealed.push(FORMAT);
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(&buffer);
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] gave for the same context.
    ///
    /// # Errors
    ///
    /// [`SeError::NotAuthentic`] when it was sealed under another root or context, or was changed since;
    /// [`SeError::InvalidInput`] when either is longer than it can be.
    pub fn unseal(&self, context: &[u8], sealed: &[u8]) -> Result<Secret, SeError> {
        bounds::at_most(sealed, MAX_SEALED_BYTES)?;
        let additional = additional(context)?;
        let (salt, ciphertext, tag) = parts(sealed).ok_or(SeError::NotAuthentic)?;
        let (cipher, nonce) = self.cipher(salt)?;

        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        cipher
            .decrypt_inout_detached(&nonce, &additional, buffer.as_mut_slice().into(), &Tag::from(*tag))
            .map_err(|_| SeError::NotAuthentic)?;
        Ok(Secret::from(buffer))
    }

    fn cipher(
        &self,
        salt: &[u8; SALT_BYTES],
    ) -> Result<(Aes256Gcm, Nonce<aes_gcm::aead::consts::U12>), SeError> {
        let mut derived = Zeroizing::new([0; KEY_BYTES + NONCE_BYTES]);
        self.0.expand_multi_info(&[LABEL, salt], &mut *derived).map_err(|_| SeError::Fault)?;
        let (key, nonce) = derived.split_first_chunk::<KEY_BYTES>().ok_or(SeError::Fault)?;
        let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| SeError::Fault)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).map_err(|_| SeError::Fault)?;
        Ok((cipher, nonce.into()))
    }
}

fn additional(context: &[u8]) -> Result<Vec<u8>, SeError> {
    bounds::at_most(context, MAX_CONTEXT_BYTES)?;
    let length = u8::try_from(context.len()).map_err(|_| SeError::InvalidInput)?;
    Ok([&[FORMAT, length], context].concat())
}

type Parts<'a> = (&'a [u8; SALT_BYTES], &'a [u8], &'a [u8; TAG_BYTES]);

fn parts(sealed: &[u8]) -> Option<Parts<'_>> {
    let rest = sealed.strip_prefix(&[FORMAT])?;
    let (salt, rest) = rest.split_first_chunk()?;
    let (ciphertext, tag) = rest.split_last_chunk()?;
    Some((salt, ciphertext, tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::unhex;

    #[test]
    fn the_same_bytes_never_seal_twice_to_the_same() {
        let sealer = Sealer::new(&Zeroizing::new([3; 32]));
        let (one, two) = (sealer.seal(b"c", b"p").expect("small"), sealer.seal(b"c", b"p").expect("small"));
        assert_ne!(one, two);
        assert_eq!(one.len(), 1 + SEAL_OVERHEAD_BYTES);
    }

    #[test]
    fn another_root_opens_nothing() {
        let sealed = Sealer::new(&Zeroizing::new([3; 32])).seal(b"c", b"p").expect("small");
        assert!(Sealer::new(&Zeroizing::new([3; 32])).unseal(b"c", &sealed).is_ok());
        assert_eq!(
            Sealer::new(&Zeroizing::new([4; 32])).unseal(b"c", &sealed).err(),
            Some(SeError::NotAuthentic)
        );
    }

    /// Made by another implementation of HKDF and GCM, from the layout in this file's head alone. Whatever
    /// the layout becomes, this must still open.
    const SEALED: &str = "01000102030405060708090a0b0c0d0e0f1011121314151617ffa18277306180a1b63c6c0e19140c6ae9\
                          0398304348eaff13";

    #[test]
    fn a_seal_of_the_first_version_still_opens() {
        let sealed = unhex(SEALED);
        let sealer = Sealer::new(&Zeroizing::new([0x2a; 32]));
        assert_eq!(
            sealer.unseal(b"context", &sealed).map(|s| s.expose().to_vec()),
            Ok(b"plaintext".to_vec())
        );
        assert!(sealer.unseal(b"contexT", &sealed).is_err());
    }
}
