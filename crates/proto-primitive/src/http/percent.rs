//! Percent-encoding (RFC 3986 2.1): strict when read, minimal when written.

use std::borrow::Cow;

/// The octets behind the text, which must again be a text; `None` for a broken escape or broken UTF-8.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        octets.push(match byte {
            b'%' => (digit(bytes.next()?)? << 4) | digit(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(octets).ok().map(Cow::Owned)
}

/// Appends the text with every octet escaped that is not unreserved.
pub(super) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if is_unreserved(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(nibble), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
}

/// Whether RFC 3986 2.3 lets this octet stand for itself everywhere.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_strictly() {
        assert!(matches!(decode("plain-text"), Some(Cow::Borrowed("plain-text"))));
        assert_eq!(decode("a%20b%C3%a4").as_deref(), Some("a bä"));
        for broken in ["%", "%2", "%zz", "%+1", "a%ff", "%C3", "%2%30"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }

    #[test]
    fn everything_reserved_is_escaped() {
        let mut out = String::new();
        encode("a+b&ä~/", &mut out);
        assert_eq!(out, "a%2Bb%26%C3%A4~%2F");
        assert_eq!(decode(&out).as_deref(), Some("a+b&ä~/"));
    }
}
