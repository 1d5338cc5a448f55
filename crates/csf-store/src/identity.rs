//! Which store this is: its name, its epoch, and its key as the secure environment sealed it.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::batch::{Batch, Expect};
use crate::error::StoreError;
use crate::freshness;
use crate::key::{RecordKey, Space};
use crate::store::Store;
use crate::store_id::{Epoch, ID_BYTES, StoreId};
use crate::vault::Vault;

/// The longest sealed store key, in bytes.
pub const MAX_SEALED_KEY_BYTES: usize = 4096;

/// Open, because it must be read before there is a vault.
const META: Space = Space::open("meta");
const PATH: &str = "identity";

const FORMAT: u8 = 1;
const EPOCH_BYTES: usize = 8;
const DIGEST_BYTES: usize = 32;

/// What a store says about itself, in the clear.
///
/// It is stored with a digest, which finds damage but stops nobody who writes it anew. That is what the
/// rest is for: a sealed key from elsewhere is refused by the secure environment, and with a wrong name or
/// epoch no record opens.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub store: StoreId,
    /// The generation of the key.
    pub epoch: Epoch,
    /// The store key, sealed by the secure environment; only that knows how to read it.
    pub sealed_key: Vec<u8>,
}

impl Identity {
    /// The identity of this store; `None` when it was never given one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] when it is damaged or of another layout: such a store has an identity, and must
    /// not be given a second one. Otherwise as [`Store::load`].
    pub fn load(store: &dyn Store) -> Result<Option<Self>, StoreError> {
        let found = store.load(&[key()])?.into_iter().next().flatten();
        let decode = |bytes: &[u8]| {
            Self::decode(bytes).ok_or_else(|| StoreError::Foreign("its identity is damaged".to_owned()))
        };
        found.map(|record| decode(record.bytes())).transpose()
    }

    /// Gives a store its identity, once and for all, and makes it ready for records sealed by this vault.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it has one, [`StoreError::TooLarge`] when the sealed key is empty or
    /// longer than [`MAX_SEALED_KEY_BYTES`]; otherwise as [`Store::commit`].
    pub fn create(store: &dyn Store, identity: &Self, vault: &Vault) -> Result<(), StoreError> {
        if identity.sealed_key.is_empty() || identity.sealed_key.len() > MAX_SEALED_KEY_BYTES {
            return Err(StoreError::TooLarge(key()));
        }
        let mut batch = Batch::new();
        batch.put(key(), Expect::Absent, identity.encode());
        freshness::found(vault, &mut batch)?;
        let nothing = || Err(StoreError::Unavailable("the engine gave no result".to_owned()));
        store.commit(&[batch]).into_iter().next().unwrap_or_else(nothing).map(drop)
    }

    /// Format, name, epoch, sealed key, and the SHA-256 of all that.
    fn encode(&self) -> Vec<u8> {
        let mut bytes =
            [&[FORMAT], self.store.0.as_slice(), &self.epoch.0.to_be_bytes(), &self.sealed_key].concat();
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (content, digest) = bytes.split_last_chunk::<DIGEST_BYTES>()?;
        if Sha256::digest(content).as_slice() != digest {
            return None;
        }
        let (&[format], rest) = content.split_first_chunk()?;
        let (store, rest) = rest.split_first_chunk::<ID_BYTES>()?;
        let (epoch, sealed_key) = rest.split_first_chunk::<EPOCH_BYTES>()?;
        if format != FORMAT || sealed_key.is_empty() || sealed_key.len() > MAX_SEALED_KEY_BYTES {
            return None;
        }
        Some(Self {
            store: StoreId(*store),
            epoch: Epoch(u64::from_be_bytes(*epoch)),
            sealed_key: sealed_key.to_vec(),
        })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "identity(store {}, epoch {})", self.store, self.epoch.0)
    }
}

fn key() -> RecordKey {
    META.key(PATH)
}
