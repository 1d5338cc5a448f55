//! Octets as hexadecimal digits, in which digests stand in names and keys.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Adds two digits for each octet.
pub(super) fn push_hex(text: &mut String, octets: &[u8]) {
    text.reserve(octets.len().saturating_mul(2));
    for octet in octets {
        for digit in [octet >> 4, octet & 0xf] {
            text.push(DIGITS.get(usize::from(digit)).copied().unwrap_or_default().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_octet_has_two_digits() {
        let mut text = String::from("t");
        push_hex(&mut text, &[0x00, 0x1f, 0xa0, 0xff]);
        assert_eq!(text, "t001fa0ff");
    }
}
