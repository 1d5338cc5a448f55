//! Keys from keys: HKDF (RFC 5869), agreement before it, and the keys of enrolment (TS-0003, 10.3).

mod agreement;

use csf_transport::{DerivationAlgorithm, KeyAlgorithm, MAX_INFO_BYTES, MAX_SALT_BYTES, Refusal, SeError};
use hkdf::GenericHkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::bounds;

use agreement::Pair;

/// What goes before the identifiers of TS-0003, 10.3.2.
const KM: &[u8] = b"oneM2M Enrolment Key to Master Credential derivation";
/// See [`KM`]; 10.3.3.
const KPSA: &[u8] = b"oneM2M Enrolment Key to Provisioned Secure Connection Key derivation";
/// See [`KM`]; 10.3.7.
const KUSE: &[u8] = b"oneM2M Enrolment Key to Usage-Constrained Symmetric Key derivation";

/// A key that others are made from. Wiped when dropped.
pub(crate) enum Source {
    /// A secret, for the ways that take keys of this algorithm.
    Secret(KeyAlgorithm, Zeroizing<Vec<u8>>),
    /// A key pair, for agreement.
    Pair(Pair),
}

impl Source {
    /// A key of these bytes; `None` where nothing is derived with the algorithm, or it takes no such bytes.
    pub(crate) fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Option<Self> {
        match algorithm {
            KeyAlgorithm::HkdfSha256
            | KeyAlgorithm::HkdfSha384
            | KeyAlgorithm::HkdfSha512
            | KeyAlgorithm::OneM2mKe => Some(Self::Secret(algorithm, Zeroizing::new(bytes.to_vec()))),
            _ => Pair::new(algorithm, bytes).map(Self::Pair),
        }
    }

    /// The public part as SubjectPublicKeyInfo in DER, where there is one.
    pub(crate) fn public_key(&self) -> Result<Option<Vec<u8>>, SeError> {
        match self {
            Self::Secret(..) => Ok(None),
            Self::Pair(pair) => pair.public_key().map(Some),
        }
    }

    /// So many bytes for a key of this algorithm.
    pub(crate) fn derive(
        &self,
        algorithm: DerivationAlgorithm,
        peer: &[u8],
        salt: &[u8],
        info: &[u8],
        (target, length): (KeyAlgorithm, usize),
    ) -> Result<Zeroizing<Vec<u8>>, SeError> {
        if algorithm.key() != self.algorithm() {
            return Err(SeError::Refused(Refusal::Algorithm));
        }
        bounds::at_most(salt, MAX_SALT_BYTES)?;
        bounds::at_most(info, MAX_INFO_BYTES)?;
        let salted = salt.is_empty() || algorithm.takes_salt();
        if !salted || !algorithm.takes_info(info) || !algorithm.makes(target) {
            return Err(SeError::InvalidInput);
        }
        let secret = match self {
            Self::Secret(_, secret) if peer.is_empty() => secret.clone(),
            Self::Secret(..) => return Err(SeError::InvalidInput),
            Self::Pair(pair) => pair.agree(peer)?,
        };
        // A key for one algorithm tells nothing about one for another, made from the same and for the same.
        let purpose: &[&[u8]] = &[target.name().as_bytes(), b"\0", info];
        match algorithm {
            DerivationAlgorithm::HkdfSha256
            | DerivationAlgorithm::EcdhP256HkdfSha256
            | DerivationAlgorithm::X25519HkdfSha256 => expand::<Hmac<Sha256>>(&secret, salt, purpose, length),
            DerivationAlgorithm::HkdfSha384 | DerivationAlgorithm::EcdhP384HkdfSha384 => {
                expand::<Hmac<Sha384>>(&secret, salt, purpose, length)
            }
            DerivationAlgorithm::HkdfSha512 => expand::<Hmac<Sha512>>(&secret, salt, purpose, length),
            DerivationAlgorithm::OneM2mKm => enrolled(&secret, KM, info, length),
            DerivationAlgorithm::OneM2mKpsa => enrolled(&secret, KPSA, info, length),
            DerivationAlgorithm::OneM2mKuse => enrolled(&secret, KUSE, info, length),
            _ => Err(SeError::NotSupported),
        }
    }

    const fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::Secret(algorithm, _) => *algorithm,
            Self::Pair(pair) => pair.algorithm(),
        }
    }
}

/// HKDF.
fn expand<H: hkdf::HmacImpl>(
    secret: &[u8],
    salt: &[u8],
    info: &[&[u8]],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, SeError> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    let extracted = GenericHkdf::<H>::new(Some(salt), secret);
    extracted.expand_multi_info(info, &mut bytes).map_err(|_| SeError::InvalidInput)?;
    Ok(bytes)
}

/// A key of enrolment: HMAC with SHA-256 of a label and an identifier, with nothing between them.
fn enrolled(
    enrolment_key: &[u8],
    label: &[u8],
    id: &[u8],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, SeError> {
    let state = Hmac::<Sha256>::new_from_slice(enrolment_key).map_err(|_| SeError::Fault)?;
    let mut code = state.chain_update(label).chain_update(id).finalize().into_bytes();
    let bytes = Zeroizing::new(code.to_vec());
    zeroize::Zeroize::zeroize(code.as_mut_slice());
    if bytes.len() == length { Ok(bytes) } else { Err(SeError::Fault) }
}

#[cfg(test)]
pub(crate) mod tests;
