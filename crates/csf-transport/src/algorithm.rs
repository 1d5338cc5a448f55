//! The algorithms: of digests, message authentication codes, signatures, encryption, derivation, wrapping and keys, and which goes with which.

use crate::key::{KeyUse, KeyUses};

pub use cipher::{CIPHER_BLOCK_BYTES, CipherAlgorithm, MAX_CBC_MESSAGES, MAX_RANDOM_NONCE_MESSAGES};
pub use derivation::DerivationAlgorithm;
pub use wrap::{MAX_WRAPPED_KEY_BYTES, WrapAlgorithm};

/// How many generations back a key decrypts, unwraps and derives: time to encrypt anew what is kept, and an end to what
/// a key that leaked still opens.
pub const FORMER_GENERATIONS: usize = 4;

/// The shortest secret for HMAC or HKDF that is taken from elsewhere, in bytes: 112 bits (SP 800-131A, 10).
pub const MIN_SECRET_BYTES: usize = 14;
/// The longest, in bytes. Beyond a block of the hash, which has 128 bytes at most, a longer one is worth no more (RFC 2104,
/// 3); shared ones are seen that are somewhat longer.
pub const MAX_SECRET_BYTES: usize = 256;

macro_rules! algorithms {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant = $number,)*
        }

        impl $name {
            /// Every algorithm of this kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name on the wire (TS-0003 Annex L.4 where it names one).
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The algorithm of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|a| a.name() == name)
            }

            /// The number in the byte codec.
            #[must_use]
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The algorithm of this number.
            #[must_use]
            pub fn from_number(number: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|a| a.number() == number)
            }
        }
    };
}

mod cipher;
mod derivation;
mod wrap;

algorithms! {
    /// Digest algorithms (FIPS 180-4).
    DigestAlgorithm {
        /// SHA-256, 32 bytes.
        Sha256 = 1, "SHA-256";
        /// SHA-384, 48 bytes.
        Sha384 = 2, "SHA-384";
        /// SHA-512, 64 bytes.
        Sha512 = 3, "SHA-512";
    }
}

impl DigestAlgorithm {
    /// How many bytes a digest has.
    #[must_use]
    pub const fn digest_bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

algorithms! {
    /// Message authentication algorithms. A code is never shortened.
    MacAlgorithm {
        /// HMAC with SHA-256, 32 bytes.
        HmacSha256 = 1, "ALG_HMAC_SHA_256";
        /// HMAC with SHA-384, 48 bytes.
        HmacSha384 = 2, "ALG_HMAC_SHA_384";
        /// HMAC with SHA-512, 64 bytes.
        HmacSha512 = 3, "ALG_HMAC_SHA_512";
        /// CMAC with AES-128 (NIST SP 800-38B), 16 bytes.
        AesCmac128 = 4, "ALG_AES_CMAC_128";
    }
}

impl MacAlgorithm {
    /// How many bytes a code has.
    #[must_use]
    pub const fn code_bytes(self) -> usize {
        match self {
            Self::HmacSha256 => 32,
            Self::HmacSha384 => 48,
            Self::HmacSha512 => 64,
            Self::AesCmac128 => 16,
        }
    }

    /// The only keys that it takes.
    #[must_use]
    pub const fn key(self) -> KeyAlgorithm {
        match self {
            Self::HmacSha256 => KeyAlgorithm::HmacSha256,
            Self::HmacSha384 => KeyAlgorithm::HmacSha384,
            Self::HmacSha512 => KeyAlgorithm::HmacSha512,
            Self::AesCmac128 => KeyAlgorithm::AesCmac128,
        }
    }
}

algorithms! {
    /// Signature algorithms.
    SignatureAlgorithm {
        /// ECDSA on P-256 with SHA-256; a signature is `r` and `s`, 32 bytes each.
        EcdsaP256Sha256 = 1, "ALG_ECDSA_SHA_256";
        /// ECDSA on P-384 with SHA-384; a signature is `r` and `s`, 48 bytes each.
        EcdsaP384Sha384 = 2, "ALG_ECDSA_SHA_384";
        /// Ed25519 (RFC 8032), which no list of oneM2M names; a signature is 64 bytes. It signs messages, never
        /// digests.
        Ed25519 = 3, "ALG_EDDSA_ED25519";
    }
}

impl SignatureAlgorithm {
    /// The only keys that it takes.
    #[must_use]
    pub const fn key(self) -> KeyAlgorithm {
        match self {
            Self::EcdsaP256Sha256 => KeyAlgorithm::EcP256,
            Self::EcdsaP384Sha384 => KeyAlgorithm::EcP384,
            Self::Ed25519 => KeyAlgorithm::Ed25519,
        }
    }

    /// The digest that it signs, and takes in place of a message; `None` where it takes messages only.
    #[must_use]
    pub const fn digest(self) -> Option<DigestAlgorithm> {
        match self {
            Self::EcdsaP256Sha256 => Some(DigestAlgorithm::Sha256),
            Self::EcdsaP384Sha384 => Some(DigestAlgorithm::Sha384),
            Self::Ed25519 => None,
        }
    }

    /// How many bytes a signature has.
    #[must_use]
    pub const fn signature_bytes(self) -> usize {
        match self {
            Self::EcdsaP256Sha256 | Self::Ed25519 => 64,
            Self::EcdsaP384Sha384 => 96,
        }
    }
}

algorithms! {
    /// What a key is made of. A key serves the algorithms of one kind and is never lent to another: what
    /// is safe with each of two algorithms need not be with both.
    KeyAlgorithm {
        /// A P-256 key pair.
        EcP256 = 1, "EC_P256";
        /// Bytes for HMAC with SHA-256; made here, 32.
        HmacSha256 = 2, "HMAC_SHA_256";
        /// Bytes for HMAC with SHA-384; made here, 48.
        HmacSha384 = 3, "HMAC_SHA_384";
        /// Bytes for HMAC with SHA-512; made here, 64.
        HmacSha512 = 4, "HMAC_SHA_512";
        /// 16 bytes for CMAC with AES-128.
        AesCmac128 = 5, "AES_CMAC_128";
        /// A P-384 key pair.
        EcP384 = 6, "EC_P384";
        /// A key pair for Ed25519.
        Ed25519 = 7, "ED25519";
        /// 16 bytes for AES-128 in GCM.
        Aes128Gcm = 8, "AES_128_GCM";
        /// 32 bytes for AES-256 in GCM.
        Aes256Gcm = 9, "AES_256_GCM";
        /// 16 bytes for AES-128 in CCM with long tags.
        Aes128Ccm = 10, "AES_128_CCM";
        /// 32 bytes for AES-256 in CCM with long tags.
        Aes256Ccm = 11, "AES_256_CCM";
        /// 16 bytes for AES-128 in CCM with short tags.
        Aes128Ccm8 = 12, "AES_128_CCM_8";
        /// 32 bytes for AES-256 in CCM with short tags.
        Aes256Ccm8 = 13, "AES_256_CCM_8";
        /// 16 bytes for AES-128 in CBC, whatever the padding.
        Aes128Cbc = 14, "AES_128_CBC";
        /// Bytes from which HKDF with SHA-256 makes other keys; made here, 32.
        HkdfSha256 = 15, "HKDF_SHA_256";
        /// A P-256 key pair for agreeing on keys, which signs nothing.
        EcdhP256 = 16, "ECDH_P256";
        /// Bytes from which HKDF with SHA-384 makes other keys; made here, 48.
        HkdfSha384 = 17, "HKDF_SHA_384";
        /// Bytes from which HKDF with SHA-512 makes other keys; made here, 64.
        HkdfSha512 = 18, "HKDF_SHA_512";
        /// A P-384 key pair for agreeing on keys, which signs nothing.
        EcdhP384 = 19, "ECDH_P384";
        /// 32 bytes of an enrolment key Ke (TS-0003, 10.3), from which the keys of oneM2M are made.
        OneM2mKe = 20, "ONEM2M_KE";
        /// 16 bytes that wrap other keys with AES-128.
        Aes128Kw = 21, "AES_128_KW";
        /// 32 bytes that wrap other keys with AES-256.
        Aes256Kw = 22, "AES_256_KW";
        /// 16 bytes that wrap other keys with AES-128 and padding.
        Aes128Kwp = 23, "AES_128_KWP";
        /// 32 bytes that wrap other keys with AES-256 and padding.
        Aes256Kwp = 24, "AES_256_KWP";
        /// A key pair for agreeing on keys by X25519 (RFC 7748), which signs nothing.
        X25519 = 25, "X25519";
    }
}

impl KeyAlgorithm {
    /// Whether a key can be made for these uses: at least one, each of which fits, and [`KeyUse::Authenticate`] alone.
    #[must_use]
    pub fn can_be_for(self, uses: KeyUses) -> bool {
        let authenticates = KeyUses::NONE.with(KeyUse::Authenticate);
        if uses == authenticates {
            return self.authenticates();
        }
        uses != KeyUses::NONE && self.uses().covers(uses)
    }

    /// Whether such a key can be made to answer challenges: one that signs, or makes codes.
    #[must_use]
    pub fn authenticates(self) -> bool {
        self.signature().is_some() || self.mac().is_some()
    }

    /// The algorithm by which such a key signs.
    #[must_use]
    pub fn signature(self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::ALL.iter().copied().find(|algorithm| algorithm.key() == self)
    }

    /// The algorithm by which such a key makes codes.
    #[must_use]
    pub fn mac(self) -> Option<MacAlgorithm> {
        MacAlgorithm::ALL.iter().copied().find(|algorithm| algorithm.key() == self)
    }

    /// Every use that such a key can be made for, together with others.
    #[must_use]
    pub const fn uses(self) -> KeyUses {
        match self {
            Self::EcP256 | Self::EcP384 | Self::Ed25519 => {
                KeyUses::NONE.with(KeyUse::Sign).with(KeyUse::Verify)
            }
            Self::HmacSha256 | Self::HmacSha384 | Self::HmacSha512 | Self::AesCmac128 => {
                KeyUses::NONE.with(KeyUse::Mac).with(KeyUse::MacVerify)
            }
            Self::Aes128Gcm
            | Self::Aes256Gcm
            | Self::Aes128Ccm
            | Self::Aes256Ccm
            | Self::Aes128Ccm8
            | Self::Aes256Ccm8
            | Self::Aes128Cbc => KeyUses::NONE.with(KeyUse::Encrypt).with(KeyUse::Decrypt),
            Self::HkdfSha256
            | Self::HkdfSha384
            | Self::HkdfSha512
            | Self::EcdhP256
            | Self::EcdhP384
            | Self::X25519
            | Self::OneM2mKe => KeyUses::NONE.with(KeyUse::Derive),
            Self::Aes128Kw | Self::Aes256Kw | Self::Aes128Kwp | Self::Aes256Kwp => {
                KeyUses::NONE.with(KeyUse::Wrap).with(KeyUse::Unwrap)
            }
        }
    }

    /// How many generations before the present one a rotated key keeps: of those that check, the one before, for
    /// messages under way; of those that decrypt, unwrap and derive, [`FORMER_GENERATIONS`].
    #[must_use]
    pub const fn former_generations(self) -> usize {
        match self {
            Self::EcP256
            | Self::EcP384
            | Self::Ed25519
            | Self::HmacSha256
            | Self::HmacSha384
            | Self::HmacSha512
            | Self::AesCmac128 => 1,
            _ => FORMER_GENERATIONS,
        }
    }

    /// How many messages such a key encrypts at most; `None` for one that encrypts nothing.
    #[must_use]
    pub const fn most_messages(self) -> Option<u64> {
        match self {
            Self::Aes128Gcm
            | Self::Aes256Gcm
            | Self::Aes128Ccm
            | Self::Aes256Ccm
            | Self::Aes128Ccm8
            | Self::Aes256Ccm8 => Some(MAX_RANDOM_NONCE_MESSAGES),
            Self::Aes128Cbc => Some(MAX_CBC_MESSAGES),
            _ => None,
        }
    }

    /// Whether such a key that was made elsewhere may have any length from [`MIN_SECRET_BYTES`] to [`MAX_SECRET_BYTES`]:
    /// HMAC and HKDF take keys of any. Those that are made here have the length of the digest.
    #[must_use]
    pub const fn takes_any_length(self) -> bool {
        matches!(
            self,
            Self::HmacSha256
                | Self::HmacSha384
                | Self::HmacSha512
                | Self::HkdfSha256
                | Self::HkdfSha384
                | Self::HkdfSha512
        )
    }

    /// Whether such a key is a pair, with a public part that the SE tells.
    #[must_use]
    pub const fn is_pair(self) -> bool {
        match self {
            Self::EcP256 | Self::EcP384 | Self::Ed25519 | Self::EcdhP256 | Self::EcdhP384 | Self::X25519 => {
                true
            }
            Self::HmacSha256
            | Self::HmacSha384
            | Self::HmacSha512
            | Self::AesCmac128
            | Self::Aes128Gcm
            | Self::Aes256Gcm
            | Self::Aes128Ccm
            | Self::Aes256Ccm
            | Self::Aes128Ccm8
            | Self::Aes256Ccm8
            | Self::Aes128Cbc
            | Self::HkdfSha256
            | Self::HkdfSha384
            | Self::HkdfSha512
            | Self::OneM2mKe
            | Self::Aes128Kw
            | Self::Aes256Kw
            | Self::Aes128Kwp
            | Self::Aes256Kwp => false,
        }
    }
}
