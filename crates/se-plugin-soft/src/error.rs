//! What can go wrong when the software SE is opened: which file, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use csf_store::StoreError;

use crate::root_key::{
    MAX_CREDENTIAL_BYTES, MAX_PASSPHRASE_BYTES, MIN_CREDENTIAL_BYTES, MIN_PASSPHRASE_CHARACTERS,
    STRONG_PASSPHRASE_CHARACTERS,
};
use crate::root_source::RootSource;

/// Why the software SE was not opened. Each names the file and, where there is one, the remedy.
#[derive(Debug)]
#[non_exhaustive]
pub enum SoftError {
    /// Others than its owner can reach the key file.
    KeyFileExposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file is missing, but files that only its root opens are there.
    KeyFileMissing {
        /// The key file.
        path: PathBuf,
        /// One of the files that need it.
        needed_by: PathBuf,
    },
    /// The key file belongs to another store.
    KeyFileForeign {
        /// The key file.
        path: PathBuf,
        /// The store that it names.
        found: Box<str>,
        /// The store that it was opened for.
        expected: Box<str>,
    },
    /// The file is no key file, or it was cut short or changed.
    KeyFileDamaged {
        /// The key file.
        path: PathBuf,
    },
    /// There is no credential of this name.
    CredentialMissing {
        /// Its name.
        name: Box<str>,
        /// Where the service manager would have put it.
        path: PathBuf,
    },
    /// The credential has too few or too many bytes.
    CredentialSize {
        /// Its name.
        name: Box<str>,
    },
    /// It is no passphrase: nothing, too long, no text, or more than a line.
    PassphraseForm,
    /// A new passphrase is too easy to guess.
    PassphraseWeak,
    /// The passphrase could not be made into a root.
    PassphraseDerivation,
    /// The file with the salt of the passphrase is missing, but files that only its root opens are there.
    PassphraseFileMissing {
        /// The file with the salt.
        path: PathBuf,
        /// One of the files that need it.
        needed_by: PathBuf,
    },
    /// The file with the salt of the passphrase was cut short or changed, or asks for too much.
    PassphraseFileDamaged {
        /// The file with the salt.
        path: PathBuf,
    },
    /// The name of the store cannot stand in a key file.
    StoreName {
        /// The name.
        name: Box<str>,
    },
    /// A file could not be used.
    File {
        /// Which.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system says.
        reason: io::Error,
    },
    /// The objects were sealed under another root, or were changed since.
    ObjectsForeign {
        /// The file of the objects.
        objects: PathBuf,
        /// Where the root is kept that does not open it.
        root: RootSource,
    },
    /// The object store could not be used; its own words say which file.
    Objects(StoreError),
    /// The system gives no randomness.
    Randomness,
}

impl SoftError {
    pub(crate) fn file(path: &Path, action: &'static str, reason: io::Error) -> Self {
        Self::File { path: path.to_owned(), action, reason }
    }
}

impl fmt::Display for SoftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyFileExposed { path, mode } => {
                let path = path.display();
                write!(
                    f,
                    "others than its owner can reach the key file {path} (mode {mode:04o}): \
                     run `chmod 600 {path}`, and consider who may have read it"
                )
            }
            Self::KeyFileMissing { path, needed_by } => write!(
                f,
                "the key file {} is missing, and without it {} cannot be opened: put the file back from \
                 where you keep it; a new one would not help, so none was made",
                path.display(),
                needed_by.display()
            ),
            Self::KeyFileForeign { path, found, expected } => write!(
                f,
                "the key file {} belongs to the store {found}, not to {expected}: \
                 name the key file of this store",
                path.display()
            ),
            Self::KeyFileDamaged { path } => write!(
                f,
                "{} is not a key file, or it is damaged: put it back from where you keep it; \
                 only if the node has never run, remove it",
                path.display()
            ),
            Self::CredentialMissing { name, path } => write!(
                f,
                "the credential {name} is missing ({} is not there): load it in the unit with \
                 LoadCredentialEncrypted={name}:FILE, made by systemd-creds encrypt",
                path.display()
            ),
            Self::CredentialSize { name } => write!(
                f,
                "the credential {name} must have {MIN_CREDENTIAL_BYTES} to {MAX_CREDENTIAL_BYTES} bytes, \
                 all of them random"
            ),
            Self::PassphraseForm => write!(
                f,
                "this is no passphrase: it must be one line of text, without control characters, of at most \
                 {MAX_PASSPHRASE_BYTES} bytes"
            ),
            Self::PassphraseWeak => write!(
                f,
                "this passphrase is too easy to guess: it needs at least {MIN_PASSPHRASE_CHARACTERS} characters, \
                 not always the same few; with {STRONG_PASSPHRASE_CHARACTERS} it counts as strong. Nothing was made"
            ),
            Self::PassphraseDerivation => {
                f.write_str("the passphrase could not be made into a root: there is too little memory")
            }
            Self::PassphraseFileMissing { path, needed_by } => write!(
                f,
                "{} is missing, and without it no passphrase opens {}: put the file back from where you keep it, \
                 or name the key file or credential that the store was made with",
                path.display(),
                needed_by.display()
            ),
            Self::PassphraseFileDamaged { path } => write!(
                f,
                "{} is damaged, or asks for more than it may: put it back from where you keep it; only if the \
                 node has never run, remove it",
                path.display()
            ),
            Self::StoreName { name } => {
                write!(f, "{name:?} cannot name a store in a key file: use letters, digits and hyphens")
            }
            Self::File { path, action, reason } => {
                write!(f, "cannot {action} {}: {reason}", path.display())
            }
            Self::ObjectsForeign { objects, root: RootSource::Passphrase { .. } } => write!(
                f,
                "the passphrase does not open {}: it is wrong, or its file was changed. Nothing was changed now; \
                 try again",
                objects.display()
            ),
            Self::ObjectsForeign { objects, root } => write!(
                f,
                "the root in {root} does not open {}: one of the two is of another node, or was changed; \
                 put back the one that belongs to the other",
                objects.display()
            ),
            Self::Objects(why) => write!(f, "the objects of the software SE: {why}"),
            Self::Randomness => f.write_str("the system gives no random bytes"),
        }
    }
}

impl std::error::Error for SoftError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { reason, .. } => Some(reason),
            Self::Objects(why) => Some(why),
            _ => None,
        }
    }
}

impl From<StoreError> for SoftError {
    fn from(why: StoreError) -> Self {
        Self::Objects(why)
    }
}
