//! What a key is made of, ready for use. None of it ever leaves.

use csf_transport::{KeyAlgorithm, KeyUses, MAX_SECRET_BYTES, MIN_SECRET_BYTES, Refusal, SeError};
use zeroize::Zeroizing;

use crate::cipher::CipherKey;
use crate::derive::Source;
use crate::mac::MacKey;
use crate::pkcs8;
use crate::random;
use crate::signature::Pair;
use crate::wrap::WrapKey;

/// How often a random string is drawn until it is a private key. One in 2^32 strings is not, so that the
/// second draw is already folklore.
const MAX_DRAWS: usize = 4;

/// Key material, parsed. Wiped when dropped.
pub(crate) enum Material {
    /// A key pair for signatures.
    Pair(Pair),
    /// A key for message authentication.
    Mac(MacKey),
    /// A key for encryption.
    Cipher(CipherKey),
    /// A key that others are made from.
    Source(Source),
    /// A key that wraps others.
    Wrap(WrapKey),
}

impl Material {
    /// Fresh private bytes for a key, and the key of them.
    pub(crate) fn generate(algorithm: KeyAlgorithm) -> Result<(Zeroizing<Vec<u8>>, Self), SeError> {
        let mut private = Zeroizing::new(vec![0; private_bytes(algorithm)?]);
        for _ in 0..MAX_DRAWS {
            random::fill(&mut private)?;
            if let Some(material) = Self::from_private(algorithm, &private)? {
                return Ok((private, material));
            }
        }
        Err(SeError::Unavailable)
    }

    /// The private bytes of a key that was made elsewhere, and the key of them. The material is the private bytes
    /// themselves or, for a pair, PKCS#8; [`SeError::InvalidInput`] when it is no key of this algorithm.
    pub(crate) fn import(
        algorithm: KeyAlgorithm,
        given: &[u8],
    ) -> Result<(Zeroizing<Vec<u8>>, Self), SeError> {
        let private = if has_length(algorithm, given.len())? && !pkcs8::is_structure(given) {
            Zeroizing::new(given.to_vec())
        } else {
            pkcs8::private_key(algorithm, given).ok_or(SeError::InvalidInput)?
        };
        let material = Self::from_private(algorithm, &private)?.ok_or(SeError::InvalidInput)?;
        Ok((private, material))
    }

    /// The key of these private bytes; `None` when they are none of this algorithm.
    pub(crate) fn from_private(algorithm: KeyAlgorithm, private: &[u8]) -> Result<Option<Self>, SeError> {
        if !has_length(algorithm, private.len())? {
            return Ok(None);
        }
        match algorithm {
            KeyAlgorithm::EcP256 | KeyAlgorithm::EcP384 | KeyAlgorithm::Ed25519 => {
                Ok(Pair::new(algorithm, private).map(Self::Pair))
            }
            KeyAlgorithm::HmacSha256
            | KeyAlgorithm::HmacSha384
            | KeyAlgorithm::HmacSha512
            | KeyAlgorithm::AesCmac128 => Ok(MacKey::new(algorithm, private).map(Self::Mac)),
            KeyAlgorithm::HkdfSha256
            | KeyAlgorithm::HkdfSha384
            | KeyAlgorithm::HkdfSha512
            | KeyAlgorithm::EcdhP256
            | KeyAlgorithm::EcdhP384
            | KeyAlgorithm::X25519
            | KeyAlgorithm::OneM2mKe => Ok(Source::new(algorithm, private).map(Self::Source)),
            KeyAlgorithm::Aes128Kw
            | KeyAlgorithm::Aes256Kw
            | KeyAlgorithm::Aes128Kwp
            | KeyAlgorithm::Aes256Kwp => Ok(WrapKey::new(algorithm, private).map(Self::Wrap)),
            _ => Ok(CipherKey::new(algorithm, private).map(Self::Cipher)),
        }
    }

    /// The key as one for message authentication.
    pub(crate) const fn mac(&self) -> Result<&MacKey, SeError> {
        match self {
            Self::Mac(key) => Ok(key),
            _ => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }

    /// The key as one for encryption.
    pub(crate) const fn cipher(&self) -> Result<&CipherKey, SeError> {
        match self {
            Self::Cipher(key) => Ok(key),
            _ => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }

    /// The key as one that others are made from.
    pub(crate) const fn source(&self) -> Result<&Source, SeError> {
        match self {
            Self::Source(source) => Ok(source),
            _ => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }

    /// The key as a pair for signatures.
    pub(crate) const fn pair(&self) -> Result<&Pair, SeError> {
        match self {
            Self::Pair(pair) => Ok(pair),
            _ => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }

    /// The key as one that wraps others.
    pub(crate) const fn wrap(&self) -> Result<&WrapKey, SeError> {
        match self {
            Self::Wrap(key) => Ok(key),
            _ => Err(SeError::Refused(Refusal::Algorithm)),
        }
    }

    /// The public part, where there is one.
    pub(crate) fn public_key(&self) -> Result<Option<Vec<u8>>, SeError> {
        match self {
            Self::Pair(pair) => pair.public_key().map(Some),
            Self::Source(source) => source.public_key(),
            Self::Mac(_) | Self::Cipher(_) | Self::Wrap(_) => Ok(None),
        }
    }
}

/// Whether a key of this algorithm can have so many private bytes.
fn has_length(algorithm: KeyAlgorithm, length: usize) -> Result<bool, SeError> {
    let of_any = algorithm.takes_any_length() && (MIN_SECRET_BYTES..=MAX_SECRET_BYTES).contains(&length);
    Ok(of_any || length == private_bytes(algorithm)?)
}

/// How many private bytes a key that is made here has: for HMAC as many as a digest (RFC 2104, 3).
pub(crate) const fn private_bytes(algorithm: KeyAlgorithm) -> Result<usize, SeError> {
    match algorithm {
        KeyAlgorithm::AesCmac128
        | KeyAlgorithm::Aes128Gcm
        | KeyAlgorithm::Aes128Ccm
        | KeyAlgorithm::Aes128Ccm8
        | KeyAlgorithm::Aes128Cbc
        | KeyAlgorithm::Aes128Kw
        | KeyAlgorithm::Aes128Kwp => Ok(16),
        KeyAlgorithm::EcP256
        | KeyAlgorithm::EcdhP256
        | KeyAlgorithm::X25519
        | KeyAlgorithm::HkdfSha256
        | KeyAlgorithm::OneM2mKe
        | KeyAlgorithm::Ed25519
        | KeyAlgorithm::HmacSha256
        | KeyAlgorithm::Aes256Gcm
        | KeyAlgorithm::Aes256Ccm
        | KeyAlgorithm::Aes256Ccm8
        | KeyAlgorithm::Aes256Kw
        | KeyAlgorithm::Aes256Kwp => Ok(32),
        KeyAlgorithm::EcP384
        | KeyAlgorithm::EcdhP384
        | KeyAlgorithm::HkdfSha384
        | KeyAlgorithm::HmacSha384 => Ok(48),
        KeyAlgorithm::HmacSha512 | KeyAlgorithm::HkdfSha512 => Ok(64),
        _ => Err(SeError::NotSupported),
    }
}

/// Whether a key of this algorithm can be made for these uses: at least one, and each fits.
pub(crate) fn fits(algorithm: KeyAlgorithm, uses: KeyUses) -> bool {
    algorithm.can_be_for(uses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_refused_for_another_algorithm() {
        let refused = Some(SeError::Refused(Refusal::Algorithm));
        let (_, pair) = Material::generate(KeyAlgorithm::EcP256).expect("random");
        let (_, hmac) = Material::generate(KeyAlgorithm::HmacSha256).expect("random");
        let (_, cipher) = Material::generate(KeyAlgorithm::Aes128Gcm).expect("random");
        let (_, wrap) = Material::generate(KeyAlgorithm::Aes256Kw).expect("random");
        assert!(wrap.wrap().is_ok() && cipher.cipher().is_ok());
        assert_eq!((wrap.cipher().err(), wrap.mac().err(), cipher.wrap().err()), (refused, refused, refused));
        assert_eq!((cipher.pair().err(), cipher.mac().err()), (refused, refused));
        assert_eq!((pair.cipher().err(), hmac.cipher().err()), (refused, refused));
        assert!(pair.pair().is_ok());
        assert_eq!(pair.mac().err(), refused);
        assert!(hmac.mac().is_ok());
        assert_eq!(hmac.pair().err(), refused);
    }

    #[test]
    fn only_the_uses_of_its_kind_fit_an_algorithm() {
        for algorithm in KeyAlgorithm::ALL.iter().copied() {
            let sets = (0..=u16::MAX).filter_map(KeyUses::from_bits).filter(|uses| fits(algorithm, *uses));
            let bits: Vec<u16> = sets.map(KeyUses::bits).collect();
            let expected: &[u16] = match algorithm.name().split('_').next() {
                Some("EC" | "ED25519") => &[1, 2, 3, 512],
                Some("HKDF" | "ECDH" | "X25519" | "ONEM2M") => &[64],
                Some("HMAC") => &[4, 8, 12, 512],
                _ if algorithm.name().contains("_KW") => &[128, 256, 384],
                _ if algorithm == KeyAlgorithm::AesCmac128 => &[4, 8, 12, 512],
                _ => &[16, 32, 48],
            };
            assert_eq!(bits, expected, "{algorithm:?}");
        }
    }

    #[test]
    fn private_bytes_of_another_length_make_no_key() {
        for algorithm in KeyAlgorithm::ALL.iter().copied() {
            let right = private_bytes(algorithm).expect("an algorithm of the engine");
            let any = algorithm.takes_any_length();
            for length in 0..=300 {
                let made = Material::from_private(algorithm, &vec![1; length]).expect("supported");
                let is_one = if any { (14..=256).contains(&length) } else { length == right };
                assert_eq!(made.is_some(), is_one, "{length} bytes for {algorithm:?}");
            }
        }
    }
}
