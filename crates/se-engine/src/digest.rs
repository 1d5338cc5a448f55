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

/// A digest in the making. Wiped when dropped.
pub(crate) enum RunningDigest {
    Sha256(Box<Sha256>),
    Sha384(Box<Sha384>),
    Sha512(Box<Sha512>),
}

impl RunningDigest {
    /// Of nothing yet.
    pub(crate) fn begin(algorithm: DigestAlgorithm) -> Result<Self, SeError> {
        match algorithm {
            DigestAlgorithm::Sha256 => Ok(Self::Sha256(Box::default())),
            DigestAlgorithm::Sha384 => Ok(Self::Sha384(Box::default())),
            DigestAlgorithm::Sha512 => Ok(Self::Sha512(Box::default())),
            _ => Err(SeError::NotSupported),
        }
    }

    /// Takes the next part.
    pub(crate) fn update(&mut self, part: &[u8]) {
        match self {
            Self::Sha256(state) => state.update(part),
            Self::Sha384(state) => state.update(part),
            Self::Sha512(state) => state.update(part),
        }
    }

    /// The digest of all parts.
    pub(crate) fn digest(&self) -> Vec<u8> {
        // Of a copy: what is moved out of its box would not be wiped there.
        match self {
            Self::Sha256(state) => Sha256::clone(state).finalize().to_vec(),
            Self::Sha384(state) => Sha384::clone(state).finalize().to_vec(),
            Self::Sha512(state) => Sha512::clone(state).finalize().to_vec(),
        }
    }
}
