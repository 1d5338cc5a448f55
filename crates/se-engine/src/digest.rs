//! Message digests (FIPS 180-4).

use csf_transport::{DigestAlgorithm, SeError};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::bounds;

/// The digest of a message.
pub(crate) fn digest(algorithm: DigestAlgorithm, message: &[u8]) -> Result<Vec<u8>, SeError> {
    bounds::payload(message)?;
    match algorithm {
        DigestAlgorithm::Sha256 => Ok(Sha256::digest(message).to_vec()),
        DigestAlgorithm::Sha384 => Ok(Sha384::digest(message).to_vec()),
        DigestAlgorithm::Sha512 => Ok(Sha512::digest(message).to_vec()),
        _ => Err(SeError::NotSupported),
    }
}
