//! What a root vouches for outside the object file: codes over bytes that only who has the root can make.

use std::path::Path;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::SoftError;
use crate::objects;
use crate::root_key::RootKey;

/// Bytes of a code: HMAC with SHA-256.
pub const WITNESS_BYTES: usize = 32;

/// What the derived key is for; nothing else is derived from a root under this label.
const LABEL: &[u8] = b"csf soft root witness 1";

/// Makes and checks codes under a key of its own, derived from a root. It has neither `Debug` nor `Clone`.
pub struct Witness(Hmac<Sha256>);

impl Witness {
    /// The code over these bytes.
    #[must_use]
    pub fn code(&self, message: &[u8]) -> [u8; WITNESS_BYTES] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }

    /// Whether this is the code over these bytes, in a time that tells nothing about where it differs.
    #[must_use]
    pub fn vouches(&self, message: &[u8], code: &[u8]) -> bool {
        self.0.clone().chain_update(message).verify_slice(code).is_ok()
    }
}

impl RootKey {
    /// The witness of this root, for what belongs to this store.
    ///
    /// # Errors
    ///
    /// [`SoftError::StoreName`] when the name is longer than a name can be.
    pub fn witness(&self, store: &str) -> Result<Witness, SoftError> {
        let unnameable = || SoftError::StoreName { name: store.into() };
        let mut key = Zeroizing::new([0; WITNESS_BYTES]);
        Hkdf::<Sha256>::new(Some(LABEL), self.bytes().as_slice())
            .expand(store.as_bytes(), key.as_mut_slice())
            .map_err(|_| unnameable())?;
        Hmac::new_from_slice(key.as_slice()).map(Witness).map_err(|_| unnameable())
    }

    /// That this root opens the copy of an object file, which is read and not changed.
    ///
    /// # Errors
    ///
    /// [`SoftError::ObjectsForeign`] when it does not, [`SoftError::Objects`] when the file cannot be used.
    pub fn must_open_copy(&self, objects: &Path) -> Result<(), SoftError> {
        objects::must_open_copy(objects, self)
    }
}
