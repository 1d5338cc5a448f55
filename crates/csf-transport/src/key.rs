//! Keys by name: identifiers, owners and uses. Never the key itself.

use std::fmt;

use crate::algorithm::KeyAlgorithm;

/// The stable identifier of a key in an SE, chosen at random by whoever asks for the key.
///
/// Choosing it before the key exists lets the caller note its intent first, so that a crash between SE and
/// store leaves nothing unexplained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 16]);

impl KeyId {
    /// Reads the 32 lower-case hexadecimal digits that [`fmt::Display`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return None;
        }
        u128::from_str_radix(text, 16).ok().map(|n| Self(n.to_be_bytes()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// The entity that asked for a key or an object: its absolute identifier. The SE refuses any other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(Box<str>);

impl Owner {
    /// The longest owner, in bytes.
    pub const MAX_BYTES: usize = 512;

    /// An owner by identifier; `None` when it is empty or longer than [`Self::MAX_BYTES`].
    #[must_use]
    pub fn new(id: &str) -> Option<Self> {
        (!id.is_empty() && id.len() <= Self::MAX_BYTES).then(|| Self(id.into()))
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One thing a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum KeyUse {
    /// Make signatures.
    Sign = 1,
    /// Check signatures.
    Verify = 2,
    /// Make message authentication codes.
    Mac = 4,
    /// Check message authentication codes.
    MacVerify = 8,
    /// Encrypt.
    Encrypt = 16,
    /// Decrypt.
    Decrypt = 32,
    /// Make other keys from it.
    Derive = 64,
    /// Wrap other keys.
    Wrap = 128,
    /// Unwrap keys that were wrapped.
    Unwrap = 256,
    /// Answer authentication challenges. It stands alone: such a key makes nothing else, so that nothing else that its
    /// owner has it make can be taken for an answer.
    Authenticate = 512,
}

impl KeyUse {
    /// Every use, in the order of their bits.
    pub const ALL: [Self; 10] = [
        Self::Sign,
        Self::Verify,
        Self::Mac,
        Self::MacVerify,
        Self::Encrypt,
        Self::Decrypt,
        Self::Derive,
        Self::Wrap,
        Self::Unwrap,
        Self::Authenticate,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Verify => "verify",
            Self::Mac => "mac",
            Self::MacVerify => "macVerify",
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
            Self::Derive => "derive",
            Self::Wrap => "wrap",
            Self::Unwrap => "unwrap",
            Self::Authenticate => "authenticate",
        }
    }
}

/// The set of uses a key was made for. A key is refused for anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyUses(u16);

impl KeyUses {
    /// No use.
    pub const NONE: Self = Self(0);

    const EVERY: u16 = 1023;

    /// The set with these bits; `None` when a bit names no use.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Option<Self> {
        if bits & !Self::EVERY == 0 { Some(Self(bits)) } else { None }
    }

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set with one more use.
    #[must_use]
    pub const fn with(self, one: KeyUse) -> Self {
        Self(self.0 | one as u16)
    }

    /// Whether the set holds this use.
    #[must_use]
    pub const fn contains(self, one: KeyUse) -> bool {
        self.0 & one as u16 != 0
    }

    /// Whether the set holds every use of the other.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// The uses in the set.
    pub fn iter(self) -> impl Iterator<Item = KeyUse> {
        KeyUse::ALL.into_iter().filter(move |one| self.contains(*one))
    }
}

/// What a new key shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// Its identifier, which must be new to the SE.
    pub id: KeyId,
    /// Who owns it.
    pub owner: Owner,
    /// What it is made of.
    pub algorithm: KeyAlgorithm,
    /// What it may be used for; at least one use, each of which fits the algorithm.
    pub uses: KeyUses,
    /// Whether it may leave the SE: wrapped under another key, and in no other way.
    pub exportable: bool,
}

/// What an SE tells about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// What was asked for.
    pub spec: KeySpec,
    /// 1 for a new key, one more after each rotation.
    pub generation: u32,
    /// The public part as SubjectPublicKeyInfo (DER), for a key pair.
    pub public_key: Option<Vec<u8>>,
}
