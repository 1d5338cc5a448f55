//! The root of a software SE: 32 random bytes, kept outside the state directory.

mod credential;
mod key_file;
mod passphrase;
mod passphrase_file;
mod whole_file;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::SoftError;
use crate::root_source::RootSource;
pub use credential::{MAX_CREDENTIAL_BYTES, MIN_CREDENTIAL_BYTES};
use key_file::KeyFile;
pub use passphrase::{
    MAX_PASSPHRASE_BYTES, MIN_PASSPHRASE_CHARACTERS, Passphrase, PassphraseRoot, STRONG_PASSPHRASE_CHARACTERS,
};

/// How many bytes a root has.
pub(crate) const ROOT_BYTES: usize = 32;

/// The longest name of a store in a key file, in bytes.
const MAX_STORE_NAME_BYTES: usize = 64;

/// Whether a root is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootOrigin {
    /// It was made now. Whoever runs the node should hear where, and keep a copy.
    Created,
    /// It was there.
    Loaded,
}

/// The root. It has neither `Debug` nor `Clone`, and is wiped when dropped.
pub struct RootKey {
    bytes: Zeroizing<[u8; ROOT_BYTES]>,
    source: RootSource,
}

impl RootKey {
    /// Takes the root of this store from its key file, or makes one if the store is new.
    ///
    /// `sealed` are the files that cannot be opened without the root. While any of them exists, no root is
    /// made: a missing key file is then a loss to be mended, not a first start.
    ///
    /// A key file is one line of text:
    ///
    /// ```text
    ///   csf-root-1:5f0c…store…:9b44…64 hexadecimal digits…
    ///   format     name of     the root
    ///              the store
    /// ```
    ///
    /// It is made with mode 0600, in a directory that is made with mode 0700 if it is not there, whole or not at all,
    /// and is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// [`SoftError::KeyFileMissing`], [`SoftError::KeyFileExposed`], [`SoftError::KeyFileForeign`],
    /// [`SoftError::KeyFileDamaged`], [`SoftError::StoreName`], and what the system refuses.
    pub fn load_or_create(
        path: &Path,
        store: &str,
        sealed: &[&Path],
    ) -> Result<(Self, RootOrigin), SoftError> {
        let nameable = (1..=MAX_STORE_NAME_BYTES).contains(&store.len())
            && store.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !nameable {
            return Err(SoftError::StoreName { name: store.into() });
        }
        let file = KeyFile { path, store };
        if let Some(bytes) = file.read()? {
            return Ok((Self::of_file(bytes, path), RootOrigin::Loaded));
        }
        if let Some(needed_by) = first_existing(sealed)? {
            return Err(SoftError::KeyFileMissing { path: path.to_owned(), needed_by });
        }
        let mut bytes = Zeroizing::new([0; ROOT_BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| SoftError::Randomness)?;
        file.create(&bytes)?;
        Ok((Self::of_file(bytes, path), RootOrigin::Created))
    }

    /// The root that this credential gives for this store. Nothing is made: whoever runs the node provides it.
    ///
    /// The credential is a file of [`MIN_CREDENTIAL_BYTES`] to [`MAX_CREDENTIAL_BYTES`] random bytes, in whatever
    /// form. The root is derived from them and from the name of the store, so that two stores with one credential
    /// have different roots.
    ///
    /// # Errors
    ///
    /// [`SoftError::CredentialMissing`], [`SoftError::CredentialSize`], and what the system refuses.
    pub fn of_credential(path: &Path, name: &str, store: &str, encrypted: bool) -> Result<Self, SoftError> {
        let bytes = credential::root(path, name, store)?;
        Ok(Self { bytes, source: RootSource::Credential { name: name.into(), encrypted } })
    }

    /// Where the root is kept.
    #[must_use]
    pub const fn source(&self) -> &RootSource {
        &self.source
    }

    pub(crate) const fn bytes(&self) -> &Zeroizing<[u8; ROOT_BYTES]> {
        &self.bytes
    }

    fn of_file(bytes: Zeroizing<[u8; ROOT_BYTES]>, path: &Path) -> Self {
        Self { bytes, source: RootSource::KeyFile(path.to_owned()) }
    }
}

fn first_existing(paths: &[&Path]) -> Result<Option<PathBuf>, SoftError> {
    for path in paths {
        // A file that cannot be looked at may well be there: that is an error, not an absence.
        if path.try_exists().map_err(|why| SoftError::file(path, "look for", why))? {
            return Ok(Some((*path).to_owned()));
        }
    }
    Ok(None)
}
