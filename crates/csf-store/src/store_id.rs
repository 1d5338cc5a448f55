//! The name of a store and the epoch of its key.

use std::fmt;

use crate::error::StoreError;

/// Bytes of a store's name.
pub(crate) const ID_BYTES: usize = 16;

/// The name of a store: random, made once. Written in 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId(pub [u8; ID_BYTES]);

impl StoreId {
    /// The name that is written so; `None` unless it is 32 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = [0; ID_BYTES];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != ID_BYTES || !rest.is_empty() {
            return None;
        }
        for (byte, &[high, low]) in id.iter_mut().zip(pairs) {
            *byte = (digit(high)? << 4) | digit(low)?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Under which generation of the store key records are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

impl Epoch {
    /// How far the epoch of a restored store lies at least after that of its backup. A store begins one epoch with
    /// each new key, so none that it began after the backup is as late.
    pub const RESTORE_STEP: u64 = 1 << 32;

    /// The epoch of a store that is restored at this moment, in microseconds since 1970, from a backup of this
    /// epoch: the moment itself, or [`Self::RESTORE_STEP`] later, whichever is greater. So two restores from one
    /// backup begin different epochs, the later one the greater.
    #[must_use]
    pub fn after_restore(self, micros: u64) -> Self {
        Self(self.0.saturating_add(Self::RESTORE_STEP).max(micros))
    }

    /// The epoch after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A random name for a new store.
///
/// # Errors
///
/// When the system gives no randomness.
pub fn new_store_id() -> Result<StoreId, StoreError> {
    let mut id = [0; ID_BYTES];
    getrandom::fill(&mut id).map_err(|why| StoreError::Unavailable(format!("no randomness: {why}")))?;
    Ok(StoreId(id))
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.saturating_sub(b'0')),
        b'a'..=b'f' => Some(byte.saturating_sub(b'a').saturating_add(10)),
        _ => None,
    }
}
