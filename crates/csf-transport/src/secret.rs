//! Bytes that must not be seen.

use zeroize::Zeroizing;

/// Secret bytes: wiped when dropped, and without `Debug`, `Clone` or comparison.
///
/// Whoever needs the bytes says so with [`Secret::expose`], which is easy to search for.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<Vec<u8>>> for Secret {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}
