//! The root from a credential: random bytes that the service manager hands over in a file in memory.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ROOT_BYTES;
use crate::error::SoftError;

/// The fewest bytes of a credential: fewer could not hold as much randomness as a root.
pub const MIN_CREDENTIAL_BYTES: usize = 32;
/// The most bytes of a credential.
pub const MAX_CREDENTIAL_BYTES: usize = 4096;

/// What the derived root is for; nothing else is derived from a credential under this label.
const LABEL: &[u8] = b"csf soft root of credential 1";

/// Reads the credential and derives the root of this store.
pub(super) fn root(path: &Path, name: &str, store: &str) -> Result<Zeroizing<[u8; ROOT_BYTES]>, SoftError> {
    let file = File::open(path).map_err(|why| match why.kind() {
        ErrorKind::NotFound => SoftError::CredentialMissing { name: name.into(), path: path.to_owned() },
        _ => SoftError::file(path, "open the credential", why),
    })?;
    // As long as it may ever be, and one more to tell: growing would leave copies behind.
    let mut secret = Zeroizing::new(Vec::with_capacity(MAX_CREDENTIAL_BYTES.saturating_add(1)));
    let most = u64::try_from(secret.capacity()).unwrap_or(u64::MAX);
    let read = file.take(most).read_to_end(&mut secret);
    read.map_err(|why| SoftError::file(path, "read the credential", why))?;
    if !(MIN_CREDENTIAL_BYTES..=MAX_CREDENTIAL_BYTES).contains(&secret.len()) {
        return Err(SoftError::CredentialSize { name: name.into() });
    }
    let mut root = Zeroizing::new([0; ROOT_BYTES]);
    Hkdf::<Sha256>::new(Some(LABEL), &secret)
        .expand(store.as_bytes(), root.as_mut_slice())
        .map_err(|_| SoftError::CredentialSize { name: name.into() })?;
    Ok(root)
}
