//! Which store this is: its name, its epoch, and its key as the secure environment sealed it.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::batch::{Batch, Expect};
use crate::error::StoreError;
use crate::freshness;
use crate::key::{RecordKey, Space};
use crate::record::Record;
use crate::store::{Store, commit_one};
use crate::store_id::{Epoch, ID_BYTES, StoreId};
use crate::vault::Vault;

/// The longest sealed store key, in bytes.
pub const MAX_SEALED_KEY_BYTES: usize = 4096;

/// Open, because it must be read before there is a vault.
const META: Space = Space::open("meta");
const PATH: &str = "identity";

/// The form of the store: 2 since there is a version tree over the sealed records, and an epoch before.
const FORMAT: u8 = 2;
/// What is said of a store that lost its identity.
const MISSING: &str = "it holds records, but its identity is missing, and with it the key that opens them; \
                       restore it from a backup, or begin with an empty state directory";
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
    /// The epoch before and its store key, as long as records may be sealed in it.
    pub previous: Option<SealedEpoch>,
}

impl Identity {
    /// The identity of this store; `None` when it was never given one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] when it is damaged, of another layout, or missing beside other records: such a
    /// store had an identity, and must not be given a second one, under whose key nothing in it would open.
    /// Otherwise as [`Store::load`].
    pub fn load(store: &dyn Store) -> Result<Option<Self>, StoreError> {
        Self::of(store.load(&[Self::key()])?, || store.is_empty())
    }

    /// The identity in what was loaded from [`Self::key`].
    pub(crate) fn of(
        found: Vec<Option<Record>>,
        is_empty: impl FnOnce() -> Result<bool, StoreError>,
    ) -> Result<Option<Self>, StoreError> {
        let Some(record) = found.into_iter().next().flatten() else {
            return if is_empty()? { Ok(None) } else { Err(StoreError::Foreign(MISSING.to_owned())) };
        };
        let content = undamaged(record.bytes()).ok_or_else(damaged)?;
        match content.first() {
            Some(&FORMAT) => Self::decode(content).ok_or_else(damaged).map(Some),
            Some(&other) => Err(StoreError::Foreign(of_another_form(other))),
            None => Err(damaged()),
        }
    }

    /// Where it lies.
    pub(crate) fn key() -> RecordKey {
        META.key(PATH)
    }

    /// Gives a store its identity, once and for all, and makes it ready for records sealed by this vault.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it has one, [`StoreError::TooLarge`] when the sealed key is empty or
    /// longer than [`MAX_SEALED_KEY_BYTES`]; otherwise as [`Store::commit`].
    pub fn create(store: &dyn Store, identity: &Self, vault: &Vault) -> Result<(), StoreError> {
        if identity.sealed_key.is_empty() || identity.sealed_key.len() > MAX_SEALED_KEY_BYTES {
            return Err(StoreError::TooLarge(Self::key()));
        }
        let mut batch = Batch::new();
        batch.put(Self::key(), Expect::Absent, identity.encode());
        freshness::found(vault, &mut batch)?;
        commit_one(store, batch).map(drop)
    }

    /// Begins this epoch, a later one, under this sealed key. The records of the present one stay readable until
    /// [`Records::reseal`](crate::Records::reseal) came to the end and [`Identity::finish_epoch`] said so.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] when the epoch is not later than the present one, and while the last change of epoch
    /// is not finished; [`StoreError::TooLarge`] as [`Identity::create`]; otherwise as [`Store::commit`].
    pub fn begin_epoch(
        self,
        store: &dyn Store,
        epoch: Epoch,
        sealed_key: Vec<u8>,
    ) -> Result<Self, StoreError> {
        if epoch <= self.epoch {
            return Err(StoreError::Foreign("its epochs are used up".to_owned()));
        }
        if self.previous.is_some() {
            return Err(StoreError::Foreign("its last change of key is not finished".to_owned()));
        }
        if sealed_key.is_empty() || sealed_key.len() > MAX_SEALED_KEY_BYTES {
            return Err(StoreError::TooLarge(Self::key()));
        }
        let previous = Some((self.epoch, self.sealed_key));
        let next = Self { store: self.store, epoch, sealed_key, previous };
        next.replace(store)?;
        Ok(next)
    }

    /// The same keys, each sealed otherwise, in one commit: from then on this is how they lie in the store.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`] as [`Identity::create`]; otherwise what the sealing gave, and as [`Store::commit`].
    pub fn sealed_otherwise<E: From<StoreError>>(
        self,
        store: &dyn Store,
        seal: impl Fn(Epoch, &[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Self, E> {
        let otherwise = |epoch, sealed: &[u8]| {
            let sealed = seal(epoch, sealed)?;
            if sealed.is_empty() || sealed.len() > MAX_SEALED_KEY_BYTES {
                return Err(E::from(StoreError::TooLarge(Self::key())));
            }
            Ok(sealed)
        };
        let sealed_key = otherwise(self.epoch, &self.sealed_key)?;
        let previous = match &self.previous {
            Some((epoch, sealed)) => Some((*epoch, otherwise(*epoch, sealed)?)),
            None => None,
        };
        let sealed = Self { sealed_key, previous, ..self };
        sealed.replace(store)?;
        Ok(sealed)
    }

    /// Forgets the key of the epoch before: every record is of the present one.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    pub fn finish_epoch(self, store: &dyn Store) -> Result<Self, StoreError> {
        let finished = Self { previous: None, ..self };
        finished.replace(store)?;
        Ok(finished)
    }

    fn replace(&self, store: &dyn Store) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put(Self::key(), Expect::Any, self.encode());
        commit_one(store, batch).map(drop)
    }

    /// Format, name, for each epoch its number and its sealed key with the length before it, and the SHA-256 of
    /// all that.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = [&[FORMAT], self.store.0.as_slice()].concat();
        let previous = self.previous.iter().map(|(epoch, sealed)| (*epoch, sealed));
        for (epoch, sealed) in [(self.epoch, &self.sealed_key)].into_iter().chain(previous) {
            bytes.extend_from_slice(&epoch.0.to_be_bytes());
            // At most MAX_SEALED_KEY_BYTES.
            bytes.extend_from_slice(&u16::try_from(sealed.len()).unwrap_or(u16::MAX).to_be_bytes());
            bytes.extend_from_slice(sealed);
        }
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
    }

    fn decode(content: &[u8]) -> Option<Self> {
        let (&[format], rest) = content.split_first_chunk()?;
        let (store, rest) = rest.split_first_chunk::<ID_BYTES>()?;
        let (present, rest) = decode_epoch(rest)?;
        let (previous, rest) = match rest {
            [] => (None, rest),
            rest => decode_epoch(rest).map(|(previous, rest)| (Some(previous), rest))?,
        };
        let (epoch, sealed_key) = present;
        (format == FORMAT && rest.is_empty()).then_some(Self {
            store: StoreId(*store),
            epoch,
            sealed_key,
            previous,
        })
    }
}

/// An epoch and its store key, as the secure environment sealed it.
pub type SealedEpoch = (Epoch, Vec<u8>);

/// The first of these bytes as an epoch, and the others.
fn decode_epoch(bytes: &[u8]) -> Option<(SealedEpoch, &[u8])> {
    let (epoch, rest) = bytes.split_first_chunk::<EPOCH_BYTES>()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (sealed, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let fits = !sealed.is_empty() && sealed.len() <= MAX_SEALED_KEY_BYTES;
    fits.then(|| ((Epoch(u64::from_be_bytes(*epoch)), sealed.to_vec()), rest))
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "identity(store {}, epoch {})", self.store, self.epoch.0)
    }
}

/// The bytes before the digest, if it is theirs.
fn undamaged(bytes: &[u8]) -> Option<&[u8]> {
    let (content, digest) = bytes.split_last_chunk::<DIGEST_BYTES>()?;
    (Sha256::digest(content).as_slice() == digest).then_some(content)
}

fn damaged() -> StoreError {
    StoreError::Foreign("its identity is damaged".to_owned())
}

fn of_another_form(found: u8) -> String {
    let age = if found < FORMAT { "an older" } else { "a newer" };
    format!(
        "it has form {found}, and this software knows form {FORMAT}: run {age} version of the software on it, or \
         begin with an empty state directory (--state DIR)"
    )
}
