//! Bytes that are wiped from memory when they are dropped.

use std::mem;
use std::ops::Deref;

use zeroize::{Zeroize as _, Zeroizing};

/// Bytes that are wiped when they are dropped: all of them in one go, where `Zeroizing` goes through a vector byte by
/// byte, which takes as long as deciphering it.
///
/// It has no `Debug` and no `Clone`.
pub struct Wiped(Vec<u8>);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.spare_capacity_mut().zeroize();
        self.0.as_mut_slice().zeroize();
    }
}

impl Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Wiped {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<Zeroizing<Vec<u8>>> for Wiped {
    fn from(mut bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(mem::take(&mut bytes))
    }
}

impl Wiped {
    /// A copy of these bytes, exactly as large.
    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// How much memory they take.
    pub(crate) const fn capacity(&self) -> usize {
        self.0.capacity()
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }
}
