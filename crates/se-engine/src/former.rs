//! What is left of a generation before: enough to check what it made, and of a pair for signatures nothing to make more.
//! Of a key that decrypts, unwraps or derives it is the whole.

use csf_transport::{KeyAlgorithm, MacAlgorithm, Refusal, SeError, SignInput, SignatureAlgorithm};
use zeroize::Zeroizing;

use crate::mac::{MacKey, RunningMac};
use crate::material::Material;
use crate::signature::public::PublicKey;

/// The generation before. Secret parts are wiped when dropped.
pub(crate) enum Former {
    Public(PublicKey),
    Mac(MacKey),
    Whole(Material),
}

impl Former {
    /// What to keep of a key that gets another generation: of a pair for signatures the public part, else the whole.
    pub(crate) fn bytes(material: &Material, private: &[u8]) -> Result<Zeroizing<Vec<u8>>, SeError> {
        Ok(Zeroizing::new(match material {
            Material::Pair(pair) => pair.public_key()?,
            _ => private.to_vec(),
        }))
    }

    /// The whole of it, where it is kept.
    pub(crate) const fn whole(&self) -> Option<&Material> {
        match self {
            Self::Whole(material) => Some(material),
            _ => None,
        }
    }

    /// The generation before, of the bytes that were kept; `None` when they are none.
    pub(crate) fn new(algorithm: KeyAlgorithm, kept: &[u8]) -> Option<Self> {
        match algorithm {
            KeyAlgorithm::EcP256 => {
                PublicKey::read(SignatureAlgorithm::EcdsaP256Sha256, kept).map(Self::Public)
            }
            KeyAlgorithm::EcP384 => {
                PublicKey::read(SignatureAlgorithm::EcdsaP384Sha384, kept).map(Self::Public)
            }
            KeyAlgorithm::Ed25519 => PublicKey::read(SignatureAlgorithm::Ed25519, kept).map(Self::Public),
            KeyAlgorithm::HmacSha256
            | KeyAlgorithm::HmacSha384
            | KeyAlgorithm::HmacSha512
            | KeyAlgorithm::AesCmac128 => MacKey::new(algorithm, kept).map(Self::Mac),
            _ => Material::from_private(algorithm, kept).ok().flatten().map(Self::Whole),
        }
    }

    /// Whether a signature is one of this generation. Its length was judged before.
    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        input: &SignInput,
        signature: &[u8],
    ) -> Result<bool, SeError> {
        match self {
            Self::Public(key) => key.verify(algorithm, input, signature),
            Self::Mac(_) | Self::Whole(_) => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }

    /// A code of this generation in the making.
    pub(crate) fn begin(&self, algorithm: MacAlgorithm) -> Result<RunningMac, SeError> {
        match self {
            Self::Mac(key) => key.begin(algorithm),
            _ => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }

    /// Whether a code is one of this generation.
    pub(crate) fn verify_mac(
        &self,
        algorithm: MacAlgorithm,
        message: &[u8],
        code: &[u8],
    ) -> Result<bool, SeError> {
        match self {
            Self::Mac(key) => key.verify(algorithm, message, code),
            _ => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }
}
