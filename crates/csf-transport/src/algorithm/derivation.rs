//! Derivations: what each makes a key from, what goes into it, and which keys it makes.

use super::KeyAlgorithm;

algorithms! {
    /// Ways to make a key from another.
    ///
    /// By HKDF (RFC 5869) the new key is that of a secret and a salt, for the info `name of the new key's algorithm ||
    /// 0x00 || info`: so two algorithms never share their bytes. By oneM2M (TS-0003, 10.3) it is HMAC with SHA-256 of a
    /// label and an identifier, without a salt, and it is for codes: the label does not name the algorithm, and so there
    /// is but one.
    DerivationAlgorithm {
        /// HKDF with SHA-256; the secret is the key itself.
        HkdfSha256 = 1, "HKDF_SHA_256";
        /// HKDF with SHA-256; the secret is what the key and another party's public key agree on: the x-coordinate,
        /// 32 bytes (SP 800-56A, 5.7.1.2).
        EcdhP256HkdfSha256 = 2, "ECDH_P256_HKDF_SHA_256";
        /// HKDF with SHA-384; the secret is the key itself.
        HkdfSha384 = 3, "HKDF_SHA_384";
        /// HKDF with SHA-512; the secret is the key itself.
        HkdfSha512 = 4, "HKDF_SHA_512";
        /// HKDF with SHA-384; the secret is the x-coordinate that the key and another party's public key agree on, 48
        /// bytes.
        EcdhP384HkdfSha384 = 5, "ECDH_P384_HKDF_SHA_384";
        /// Km of an enrolment key (TS-0003, 10.3.2); the info is the MAF-ID.
        OneM2mKm = 6, "ONEM2M_KM";
        /// Kpsa of an enrolment key (TS-0003, 10.3.3); the info is the Enrolee-B-ID.
        OneM2mKpsa = 7, "ONEM2M_KPSA";
        /// A usage-constrained key of an enrolment key (TS-0003, 10.3.7); the info is the two digits of the Security
        /// Usage Identifier and the Enrolment-Target-ID.
        OneM2mKuse = 8, "ONEM2M_KUSE";
        /// HKDF with SHA-256; the secret is what the key and another party's public key agree on by X25519 (RFC 7748), 32
        /// bytes, which are never all zero.
        X25519HkdfSha256 = 9, "X25519_HKDF_SHA_256";
    }
}

impl DerivationAlgorithm {
    /// The only keys that it takes.
    #[must_use]
    pub const fn key(self) -> KeyAlgorithm {
        match self {
            Self::HkdfSha256 => KeyAlgorithm::HkdfSha256,
            Self::HkdfSha384 => KeyAlgorithm::HkdfSha384,
            Self::HkdfSha512 => KeyAlgorithm::HkdfSha512,
            Self::EcdhP256HkdfSha256 => KeyAlgorithm::EcdhP256,
            Self::EcdhP384HkdfSha384 => KeyAlgorithm::EcdhP384,
            Self::X25519HkdfSha256 => KeyAlgorithm::X25519,
            Self::OneM2mKm | Self::OneM2mKpsa | Self::OneM2mKuse => KeyAlgorithm::OneM2mKe,
        }
    }

    /// Whether it needs another party's public key.
    #[must_use]
    pub const fn takes_peer(self) -> bool {
        matches!(self, Self::EcdhP256HkdfSha256 | Self::EcdhP384HkdfSha384 | Self::X25519HkdfSha256)
    }

    /// Whether there can be a salt.
    #[must_use]
    pub const fn takes_salt(self) -> bool {
        self.is_hkdf()
    }

    /// Whether it takes this info. For a key of oneM2M it is an identifier in printable ASCII, which is in Unicode's form
    /// NFKC as it stands, and which must be there.
    #[must_use]
    pub fn takes_info(self, info: &[u8]) -> bool {
        let identifies = |id: &[u8]| !id.is_empty() && id.iter().all(u8::is_ascii_graphic);
        match self {
            Self::OneM2mKm | Self::OneM2mKpsa => identifies(info),
            // All identifiers of usage have two digits (TS-0004, 6.3.4.2.39): where they end is never in doubt.
            Self::OneM2mKuse => info
                .split_first_chunk::<2>()
                .is_some_and(|(usage, id)| usage.iter().all(u8::is_ascii_digit) && identifies(id)),
            _ => true,
        }
    }

    /// Whether it makes keys of this algorithm. No pair is made from another key.
    #[must_use]
    pub const fn makes(self, key: KeyAlgorithm) -> bool {
        if self.is_hkdf() { !key.is_pair() } else { matches!(key, KeyAlgorithm::HmacSha256) }
    }

    const fn is_hkdf(self) -> bool {
        !matches!(self, Self::OneM2mKm | Self::OneM2mKpsa | Self::OneM2mKuse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_there_and_printable_and_a_usage_has_two_digits() {
        for (info, named, used) in [
            (&b"maf.example.com"[..], true, false),
            (b"14mef.example", true, true),
            (b"14", true, false),
            (b"1maf.example", true, false),
            (b"", false, false),
            (b"14\xc3\xa4", false, false),
            (b"14 x", false, false),
            (b"14x\0", false, false),
        ] {
            assert_eq!(DerivationAlgorithm::OneM2mKm.takes_info(info), named, "{info:?}");
            assert_eq!(DerivationAlgorithm::OneM2mKpsa.takes_info(info), named, "{info:?}");
            assert_eq!(DerivationAlgorithm::OneM2mKuse.takes_info(info), used, "{info:?}");
            assert!(DerivationAlgorithm::HkdfSha256.takes_info(info));
        }
    }

    #[test]
    fn no_way_makes_a_pair_and_those_of_one_m2m_make_keys_for_codes_only() {
        for way in DerivationAlgorithm::ALL {
            let made: Vec<_> = KeyAlgorithm::ALL.iter().filter(|key| way.makes(**key)).collect();
            assert!(made.iter().all(|key| !key.is_pair()) && !made.is_empty(), "{way:?}");
            assert_eq!(made.len() == 1, way.key() == KeyAlgorithm::OneM2mKe, "{way:?}");
            assert_eq!(way.takes_peer(), way.key().is_pair(), "{way:?}");
        }
    }
}
