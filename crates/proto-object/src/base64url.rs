//! Base64url in its one form (RFC 7515, 2): no padding, no line ends, no bits that say nothing.

use base64ct::{Base64UrlUnpadded, Encoding};

/// The bytes of a text; `None` where another text would give the same bytes, or it gives none.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    // What the decoder lets through beside the one form would be a second name for the same object.
    (encode(&bytes) == text).then_some(bytes)
}

/// The text of bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// How many characters this many bytes become.
pub(crate) const fn encoded_bytes(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_form_is_read() {
        assert_eq!(decode("").as_deref(), Some(&b""[..]));
        assert_eq!(decode("_w").as_deref(), Some(&[255][..]));
        assert_eq!(decode("__8").as_deref(), Some(&[255, 255][..]));
        for text in ["_", "_x", "__9", "_w==", "/w", "+w", " _w", "_w\n", "_ w", "ä"] {
            assert_eq!(decode(text), None, "{text}");
        }
        for bytes in 0..20_usize {
            assert_eq!(encode(&vec![7; bytes]).len(), encoded_bytes(bytes));
        }
    }
}
