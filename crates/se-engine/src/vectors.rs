//! Reads the hexadecimal of published test vectors.

/// The bytes that these hexadecimal digits spell.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty(), "a whole number of bytes");
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a digit") as u8;
    pairs.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}
