//! Finds whole numbers that the JSON reader had to round, because they do not fit in 64 bits.
//!
//! `serde_json` hands such a number on as a float, and nobody could tell it from `1e19`. This second look
//! happens only after a float of that size was seen.

/// Line and column of the first whole number outside `i64`; the text is known to be well-formed JSON.
pub(super) fn first_outsized_integer(json: &[u8]) -> Option<(usize, usize)> {
    let mut in_string = false;
    let mut at = 0;
    while let Some(&byte) = json.get(at) {
        let mut step = 1;
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => step = 2,
            b'-' | b'0'..=b'9' if !in_string => {
                let rest = json.get(at..).unwrap_or_default();
                let end = rest.iter().position(|b| !is_of_number(*b)).unwrap_or(rest.len());
                let number = rest.get(..end).unwrap_or_default();
                if is_outsized(number) {
                    return Some(place(json.get(..at).unwrap_or_default()));
                }
                step = end.max(1);
            }
            _ => {}
        }
        at = at.saturating_add(step);
    }
    None
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

fn is_outsized(number: &[u8]) -> bool {
    let whole = !number.iter().any(|b| matches!(b, b'.' | b'e' | b'E'));
    whole && std::str::from_utf8(number).ok().is_none_or(|text| text.parse::<i64>().is_err())
}

/// The place right after these bytes.
fn place(before: &[u8]) -> (usize, usize) {
    let line = before.iter().filter(|b| **b == b'\n').count().saturating_add(1);
    let column = before.iter().rev().take_while(|b| **b != b'\n').count().saturating_add(1);
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_outside_64_bits_are_found() {
        for fine in [
            "[9223372036854775807,-9223372036854775808]",
            "1e300",
            "[18446744073709551616.0]",
            r#"["\"1", "9e"]"#,
        ] {
            assert_eq!(first_outsized_integer(fine.as_bytes()), None, "{fine}");
        }
        assert_eq!(first_outsized_integer(b"9223372036854775808"), Some((1, 1)));
        assert_eq!(first_outsized_integer(b"[1,\n  -9223372036854775809]"), Some((2, 3)));
        assert_eq!(first_outsized_integer(br#"{"a\\":99999999999999999999}"#), Some((1, 8)));
        assert_eq!(first_outsized_integer(br#"{"99999999999999999999":"99999999999999999999"}"#), None);
    }
}
