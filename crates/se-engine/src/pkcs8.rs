//! Private keys in PKCS#8 (RFC 5208, RFC 5915, RFC 8410), as other programs give them away.

use csf_transport::KeyAlgorithm;
use p256::pkcs8::DecodePrivateKey as _;
use zeroize::Zeroizing;

/// What stands before the seed of Ed25519 (RFC 8410, 7), where no public key follows it.
const ED25519: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The same before a key for X25519.
const X25519: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];

/// Whether this is such a structure for Ed25519 or X25519: the only ones that have as many bytes as some other key.
pub(crate) fn is_of_curve25519(der: &[u8]) -> bool {
    der.starts_with(&ED25519) || der.starts_with(&X25519)
}

/// The private bytes in such a structure; `None` when it holds no private key of this algorithm, or a public key
/// beside it that belongs to another.
pub(crate) fn private_key(algorithm: KeyAlgorithm, der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match algorithm {
        KeyAlgorithm::EcP256 | KeyAlgorithm::EcdhP256 => {
            let key = p256::SecretKey::from_pkcs8_der(der).ok()?;
            let scalar = Zeroizing::new(key.to_bytes());
            Some(Zeroizing::new(scalar.to_vec()))
        }
        KeyAlgorithm::EcP384 | KeyAlgorithm::EcdhP384 => {
            let key = p384::SecretKey::from_pkcs8_der(der).ok()?;
            let scalar = Zeroizing::new(key.to_bytes());
            Some(Zeroizing::new(scalar.to_vec()))
        }
        KeyAlgorithm::Ed25519 => der.strip_prefix(&ED25519).map(|seed| Zeroizing::new(seed.to_vec())),
        KeyAlgorithm::X25519 => der.strip_prefix(&X25519).map(|key| Zeroizing::new(key.to_vec())),
        _ => None,
    }
}
