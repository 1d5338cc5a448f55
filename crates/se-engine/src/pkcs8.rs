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

/// Whether this looks like such a structure, of whatever algorithm, and is so no key in its bare bytes: a sequence with a
/// version and another sequence in it. Of random bytes one in 2^40 does.
pub(crate) fn is_structure(der: &[u8]) -> bool {
    let content = match der {
        [0x30, length @ ..=0x7f, content @ ..] if usize::from(*length) == content.len() => content,
        [0x30, 0x81, length, content @ ..] if usize::from(*length) == content.len() => content,
        [0x30, 0x82, high, low, content @ ..]
            if usize::from(u16::from_be_bytes([*high, *low])) == content.len() =>
        {
            content
        }
        _ => return false,
    };
    matches!(content, [0x02, 0x01, 0 | 1, 0x30, ..])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_structure_is_told_from_bare_bytes() {
        let of = |length: &[u8], rest: usize| {
            [&[0x30], length, &[0x02, 0x01, 0x00, 0x30], &vec![7; rest][..]].concat()
        };
        for structure in [
            [&ED25519[..], &[7; 32]].concat(),
            [&X25519[..], &[7; 32]].concat(),
            of(&[0x7f], 123),
            of(&[0x81, 0x87], 131),
            of(&[0x82, 0x01, 0x04], 256),
        ] {
            assert!(is_structure(&structure), "{structure:?}");
            let longer = [&structure[..], &[0]].concat();
            assert!(!is_structure(&longer) && !is_structure(&structure[1..]), "of another length");
            let mut other = structure;
            other[0] = 0x31;
            assert!(!is_structure(&other));
        }
        for bare in [&[0x30; 32][..], &[0; 64], &[], &[0x30], &[0x30, 0x00], &[0x30, 0x82, 0x00]] {
            assert!(!is_structure(bare), "{bare:?}");
        }
    }
}
