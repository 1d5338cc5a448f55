//! The vault: seals records to their place, version, store and epoch with AES-256-GCM.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::error::StoreError;
use crate::key::RecordKey;
use crate::record::Version;
use crate::store_id::{Epoch, StoreId};
use crate::wiped::Wiped;

/// How much longer a record is sealed: format, epoch, nonce and tag.
pub const SEAL_OVERHEAD: usize = HEAD_BYTES + TAG_BYTES;

const FORMAT: u8 = 1;
const EPOCH_BYTES: usize = 8;
const NONCE_BYTES: usize = 12;
pub(crate) const TAG_BYTES: usize = 16;
const HEAD_BYTES: usize = 1 + EPOCH_BYTES + NONCE_BYTES;

/// The end of a sealed record, which only the vault can make.
pub(crate) type Tag = [u8; TAG_BYTES];

/// The tag of these sealed bytes.
pub(crate) fn tag_of(sealed: &[u8]) -> Option<Tag> {
    sealed.last_chunk().copied()
}

/// What the derived keys are for; anything else ever derived from the store key must use another label of
/// this length.
const LABEL: &[u8; 16] = b"csf.record-key.1";

/// Seals and opens records under keys derived from one store key.
///
/// A sealed record:
///
/// ```text
///   format 1 │ epoch, big-endian │ nonce │ ciphertext │ tag
///   1 byte   │ 8                 │ 12    │ as long as │ 16
///            │                   │       │ the record │
///
///   key  = HKDF-SHA-256(store key, salt = label ‖ store id ‖ epoch, info = space/path), 32 bytes
///   AAD  = format ‖ store id ‖ epoch ‖ space/path ‖ version, big-endian, 8 bytes
/// ```
///
/// So a record opens only in the store, epoch, place and version for which it was sealed. Each place has a
/// key of its own, and therefore 2^32 writes before the random nonces of one key need worry anybody.
///
/// What the seal alone does not notice: a record that is set back together with its version, to a state that
/// it truly had before, or that is removed. That is for the version tree of [`Records`](crate::Records). The
/// length of a record and its key are readable.
///
/// Everything but the path stands in the salt, whose part of the derivation is done once: for a path of up to
/// 54 bytes a key then costs two SHA-256 blocks, a fraction of deciphering 1 KiB.
///
/// It has neither `Debug` nor `Clone`, and its key state is wiped when it is dropped:
///
/// ```compile_fail,E0277
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<csf_store::Vault>();
/// ```
pub struct Vault {
    store: StoreId,
    present: Keys,
    previous: Option<Keys>,
}

/// The keys of one epoch.
struct Keys {
    epoch: Epoch,
    keys: Hkdf<Sha256>,
}

impl Keys {
    fn new(store: StoreId, epoch: Epoch, key: &Zeroizing<[u8; 32]>) -> Self {
        let salt = [LABEL.as_slice(), &store.0, &epoch.0.to_be_bytes()].concat();
        let (mut extracted, keys) = Hkdf::extract(Some(&salt), key.as_slice());
        extracted.as_mut_slice().zeroize();
        Self { epoch, keys }
    }

    /// The key of a place. A cipher is made of it where it is used: it takes a kilobyte, and is better not moved.
    fn of(&self, key: &RecordKey) -> Option<Zeroizing<[u8; 32]>> {
        let mut derived = Zeroizing::new([0; 32]);
        self.keys.expand(key.as_str().as_bytes(), derived.as_mut_slice()).ok()?;
        Some(derived)
    }
}

impl Vault {
    /// A vault over this store key, which a secure environment guards elsewhere.
    #[must_use]
    pub fn new(store: StoreId, epoch: Epoch, key: Zeroizing<[u8; 32]>) -> Self {
        Self { store, present: Keys::new(store, epoch, &key), previous: None }
    }

    /// The same, which also opens what was sealed in an earlier epoch, under its key: until
    /// [`Records::reseal`](crate::Records::reseal) has sealed everything anew. Nothing is sealed in it any more.
    #[must_use]
    pub fn with_previous(mut self, epoch: Epoch, key: Zeroizing<[u8; 32]>) -> Self {
        self.previous = Some(Keys::new(self.store, epoch, &key));
        self
    }

    /// Whether these sealed bytes are of the present epoch. It says nothing about whether they open.
    pub(crate) fn is_present(&self, sealed: &[u8]) -> bool {
        epoch_of(sealed) == Some(self.present.epoch)
    }

    /// The bytes to store for this record at this place in this version.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness, or the record is longer than the cipher can take.
    pub fn seal(&self, key: &RecordKey, version: Version, plaintext: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce)
            .map_err(|why| StoreError::Unavailable(format!("no randomness: {why}")))?;
        self.seal_with(key, version, plaintext, nonce)
    }

    /// The record that was sealed at this place in this version.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAuthentic`] for anything else.
    pub fn open(&self, key: &RecordKey, version: Version, sealed: &[u8]) -> Result<Wiped, StoreError> {
        self.try_open(key, version, sealed).ok_or_else(|| StoreError::NotAuthentic(key.clone()))
    }

    fn seal_with(
        &self,
        key: &RecordKey,
        version: Version,
        plaintext: &[u8],
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, StoreError> {
        let too_large = || StoreError::TooLarge(key.clone());
        // As long as it will ever be, so that growing leaves no copy of the plaintext behind.
        let mut sealed = Vec::with_capacity(plaintext.len().saturating_add(SEAL_OVERHEAD));
        sealed.push(FORMAT);
        sealed.extend_from_slice(&self.present.epoch.0.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let (_, body) = sealed.split_at_mut_checked(HEAD_BYTES).ok_or_else(too_large)?;
        let bound_to = self.bound_to(self.present.epoch, key, version);
        let derived = self.present.of(key).ok_or_else(too_large)?;
        let tag = Aes256Gcm::new((&*derived).into())
            .encrypt_inout_detached(&nonce.into(), &bound_to, InOutBuf::from(body))
            .map_err(|_| too_large())?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    fn try_open(&self, key: &RecordKey, version: Version, sealed: &[u8]) -> Option<Wiped> {
        let epoch = epoch_of(sealed)?;
        let keys = [Some(&self.present), self.previous.as_ref()];
        let keys = keys.into_iter().flatten().find(|keys| keys.epoch == epoch)?;
        let (_, rest) = sealed.split_at_checked(1 + EPOCH_BYTES)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let (body, tag) = rest.split_last_chunk::<TAG_BYTES>()?;
        let derived = keys.of(key)?;
        let mut plaintext = Wiped::copy_of(body);
        let buffer = InOutBuf::from(plaintext.as_mut_slice());
        Aes256Gcm::new((&*derived).into())
            .decrypt_inout_detached(
                &(*nonce).into(),
                &self.bound_to(epoch, key, version),
                buffer,
                &(*tag).into(),
            )
            .ok()?;
        Some(plaintext)
    }

    /// The associated data. Only the path has no fixed length, so no two places give the same bytes.
    fn bound_to(&self, epoch: Epoch, key: &RecordKey, version: Version) -> Vec<u8> {
        let path = key.as_str().as_bytes();
        let epoch = epoch.0.to_be_bytes();
        [&[FORMAT], self.store.0.as_slice(), &epoch, path, &version.0.to_be_bytes()].concat()
    }
}

/// The epoch that sealed bytes name, where they have the layout of this vault.
fn epoch_of(sealed: &[u8]) -> Option<Epoch> {
    let (&[format], rest) = sealed.split_first_chunk()?;
    let (epoch, _) = rest.split_first_chunk::<EPOCH_BYTES>()?;
    (format == FORMAT).then(|| Epoch(u64::from_be_bytes(*epoch)))
}

#[cfg(test)]
mod tests;
