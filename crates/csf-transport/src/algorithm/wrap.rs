//! Key wrapping: which keys wrap others, and how long a key is once it is wrapped.

use super::KeyAlgorithm;
use crate::command::MAX_KEY_MATERIAL_BYTES;

/// What wrapping adds to a key: the integrity check value, one half-block (RFC 3394, 2.2.3).
const CHECK_BYTES: usize = 8;

algorithms! {
    /// Ways to encrypt a key under another, so that it can leave an environment and come into one.
    WrapAlgorithm {
        /// AES-128 key wrap (RFC 3394).
        AesKw128 = 1, "AES_128_KW";
        /// AES-256 key wrap (RFC 3394).
        AesKw256 = 2, "AES_256_KW";
        /// AES-128 key wrap with padding (RFC 5649).
        AesKwp128 = 3, "AES_128_KWP";
        /// AES-256 key wrap with padding (RFC 5649).
        AesKwp256 = 4, "AES_256_KWP";
    }
}

impl WrapAlgorithm {
    /// The only keys that it takes to wrap others with.
    #[must_use]
    pub const fn key(self) -> KeyAlgorithm {
        match self {
            Self::AesKw128 => KeyAlgorithm::Aes128Kw,
            Self::AesKw256 => KeyAlgorithm::Aes256Kw,
            Self::AesKwp128 => KeyAlgorithm::Aes128Kwp,
            Self::AesKwp256 => KeyAlgorithm::Aes256Kwp,
        }
    }

    /// Whether keys are padded, so that they may have any length.
    #[must_use]
    pub const fn pads(self) -> bool {
        matches!(self, Self::AesKwp128 | Self::AesKwp256)
    }

    /// How many bytes a key of so many has once it is wrapped; `None` where it cannot be wrapped so.
    #[must_use]
    pub const fn wrapped_bytes(self, length: usize) -> Option<usize> {
        if length == 0 || length > MAX_KEY_MATERIAL_BYTES {
            return None;
        }
        let whole = length.next_multiple_of(CHECK_BYTES);
        if !self.pads() && (whole != length || length < 2 * CHECK_BYTES) {
            return None;
        }
        Some(whole.saturating_add(CHECK_BYTES))
    }
}

/// The longest wrapped key: the longest material, and what wrapping adds.
pub const MAX_WRAPPED_KEY_BYTES: usize = MAX_KEY_MATERIAL_BYTES + CHECK_BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_is_longer_by_the_check_value_and_the_padding() {
        for (length, plain, padded) in [
            (0, None, None),
            (1, None, Some(16)),
            (8, None, Some(16)),
            (16, Some(24), Some(24)),
            (20, None, Some(32)),
            (64, Some(72), Some(72)),
            (MAX_KEY_MATERIAL_BYTES, Some(MAX_WRAPPED_KEY_BYTES), Some(MAX_WRAPPED_KEY_BYTES)),
            (MAX_KEY_MATERIAL_BYTES + 1, None, None),
        ] {
            assert_eq!(WrapAlgorithm::AesKw128.wrapped_bytes(length), plain, "{length}");
            assert_eq!(WrapAlgorithm::AesKwp256.wrapped_bytes(length), padded, "{length}");
        }
    }

    #[test]
    fn each_way_has_keys_of_its_own() {
        for (one, other) in
            WrapAlgorithm::ALL.iter().flat_map(|a| WrapAlgorithm::ALL.iter().map(move |b| (a, b)))
        {
            assert_eq!(one.key() == other.key(), one == other);
        }
    }
}
