//! Octets to work on, and how they stand in a text.

use base64ct::{Base64, Encoding};

/// So many octets, always the same.
pub(crate) fn octets(length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().map(|n| n.wrapping_mul(167).wrapping_add(13)).take(length).collect()
}

/// Base64 with padding.
pub(crate) fn base64(octets: &[u8]) -> String {
    Base64::encode_string(octets)
}
