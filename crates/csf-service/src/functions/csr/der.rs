//! As much of DER (X.690) as a certification request is made of. It writes; there is nothing to read.

/// The truth value `TRUE`.
pub(super) const TRUE: [u8; 3] = [0x01, 0x01, 0xff];

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, parts)
}

/// A set; with more than one part it must be given in order.
pub(super) fn set(parts: &[&[u8]]) -> Vec<u8> {
    element(0x31, parts)
}

/// A number without sign, most significant byte first.
pub(super) fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = number.get(zeros..).unwrap_or_default();
    match digits.first() {
        // Zero has one byte, and a number whose first bit is set is no negative one.
        None | Some(0x80..) => element(0x02, &[&[0], digits]),
        Some(_) => element(0x02, &[digits]),
    }
}

/// Whole bytes as a string of bits.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(0x03, &[&[0], bytes])
}

/// A string of bits whose first byte says how many bits of the last are unused.
pub(super) fn bits(content: &[u8]) -> Vec<u8> {
    element(0x03, &[content])
}

pub(super) fn octet_string(bytes: &[u8]) -> Vec<u8> {
    element(0x04, &[bytes])
}

/// An object identifier, given in its encoded form.
pub(super) fn object_identifier(encoded: &[u8]) -> Vec<u8> {
    element(0x06, &[encoded])
}

pub(super) fn utf8_string(text: &str) -> Vec<u8> {
    element(0x0c, &[text.as_bytes()])
}

pub(super) fn printable_string(text: &str) -> Vec<u8> {
    element(0x13, &[text.as_bytes()])
}

/// `[0] IMPLICIT`: the attributes of a request.
pub(super) fn attributes(content: &[u8]) -> Vec<u8> {
    element(0xa0, &[content])
}

/// `[6] IMPLICIT IA5String`: one form of a general name.
pub(super) fn uniform_resource_identifier(text: &str) -> Vec<u8> {
    element(0x86, &[text.as_bytes()])
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut element = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short @ ..0x80) => element.push(short),
        _ => {
            let length = content.len().to_be_bytes();
            let zeros = length.iter().take_while(|byte| **byte == 0).count();
            let length = length.get(zeros..).unwrap_or_default();
            // At most as many bytes as a `usize` has.
            element.push(0x80 | u8::try_from(length.len()).unwrap_or(0));
            element.extend_from_slice(length);
        }
    }
    element.extend_from_slice(&content);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_as_few_bytes_as_they_can() {
        for (length, head) in [
            (0, vec![4, 0]),
            (127, vec![4, 127]),
            (128, vec![4, 0x81, 128]),
            (255, vec![4, 0x81, 255]),
            (256, vec![4, 0x82, 1, 0]),
            (65_536, vec![4, 0x83, 1, 0, 0]),
        ] {
            let element = octet_string(&vec![7; length]);
            assert_eq!(element[..head.len()], head[..], "{length}");
            assert_eq!(element.len(), head.len() + length);
        }
    }

    #[test]
    fn numbers_are_short_and_never_negative() {
        for (number, expected) in [
            (&[0][..], &[2, 1, 0][..]),
            (&[], &[2, 1, 0]),
            (&[0, 0, 1], &[2, 1, 1]),
            (&[0x7f], &[2, 1, 0x7f]),
            (&[0x80], &[2, 2, 0, 0x80]),
            (&[0, 0xff, 1], &[2, 3, 0, 0xff, 1]),
        ] {
            assert_eq!(integer(number), expected, "{number:?}");
        }
    }
}
