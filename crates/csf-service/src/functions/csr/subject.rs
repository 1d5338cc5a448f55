//! The subject of a certification request: texts such as `CN=meter 7`, each one part of an X.500 name, in order.

use csf_api::Value;

use super::der;
use crate::refusal::Refusal;

/// The most parts of a name.
const MAX_PARTS: usize = 16;

/// A kind of part: its word, the last byte of its object identifier (2.5.4.…), and its most characters (RFC 5280,
/// Appendix A).
struct Kind {
    word: &'static str,
    number: u8,
    most: usize,
    /// Whether it holds the characters of a `PrintableString` only.
    printable: bool,
}

const KINDS: &[Kind] = &[
    Kind { word: "CN", number: 3, most: 64, printable: false },
    Kind { word: "serialNumber", number: 5, most: 64, printable: true },
    Kind { word: "C", number: 6, most: 2, printable: true },
    Kind { word: "L", number: 7, most: 128, printable: false },
    Kind { word: "ST", number: 8, most: 128, printable: false },
    Kind { word: "O", number: 10, most: 64, printable: false },
    Kind { word: "OU", number: 11, most: 64, printable: false },
];

/// The name in DER.
pub(super) fn name(parts: &[Value]) -> Result<Vec<u8>, Refusal> {
    if !(1..=MAX_PARTS).contains(&parts.len()) {
        return Err(Refusal::bad_request(format!("'sub' has 1 to {MAX_PARTS} parts, such as CN=meter")));
    }
    let parts = parts.iter().map(part).collect::<Result<Vec<_>, _>>()?;
    Ok(der::sequence(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

fn part(value: &Value) -> Result<Vec<u8>, Refusal> {
    let words = || KINDS.iter().map(|kind| kind.word).collect::<Vec<_>>().join(", ");
    let split = value.as_text().and_then(|text| text.split_once('='));
    let found = split.and_then(|(word, text)| Some((KINDS.iter().find(|kind| kind.word == word)?, text)));
    let (kind, text) = found
        .ok_or_else(|| Refusal::bad_request(format!("a part of 'sub' is TYPE=TEXT with {}", words())))?;
    let characters = text.chars().count();
    let fits = match kind.word {
        "C" => characters == kind.most && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        _ => (1..=kind.most).contains(&characters) && !text.chars().any(char::is_control),
    };
    if !fits || (kind.printable && !text.bytes().all(is_printable)) {
        let text = format!("'{}' in 'sub' has other or more characters than it can", kind.word);
        return Err(Refusal::bad_request(text));
    }
    let string = if kind.printable { der::printable_string(text) } else { der::utf8_string(text) };
    let typed = der::sequence(&[&der::object_identifier(&[0x55, 0x04, kind.number]), &string]);
    Ok(der::set(&[&typed]))
}

/// Whether a `PrintableString` has this character (X.680, 41.4).
const fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b' ' | b'\'' | b'(' | b')' | b'+' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[&str]) -> Result<Vec<u8>, Refusal> {
        name(&parts.iter().map(|part| Value::text(part)).collect::<Vec<_>>())
    }

    #[test]
    fn a_name_is_its_parts_in_order_and_characters_mean_themselves() {
        let expected = [
            &[0x30, 0x1d][..],
            &[0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x06, 0x13, 0x02, b'D', b'E'],
            &[0x31, 0x0e, 0x30, 0x0c, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x05, b'a', b'=', b',', b'+', b'"'],
        ]
        .concat();
        assert_eq!(of(&["C=DE", "CN=a=,+\""]), Ok(expected));
    }

    #[test]
    fn what_is_no_part_of_a_name_is_refused() {
        let long = |kind: &str, length: usize| format!("{kind}={}", "x".repeat(length));
        for good in
            [long("CN", 64), long("O", 64), long("L", 128), "serialNumber=4-711".into(), "CN=Zähler".into()]
        {
            assert!(of(&[&good]).is_ok(), "{good}");
        }
        for bad in [
            long("CN", 65),
            long("L", 129),
            "CN=".into(),
            "CN".into(),
            "cn=a".into(),
            "DC=a".into(),
            "=a".into(),
            "C=de".into(),
            "C=DEU".into(),
            "serialNumber=ä".into(),
            "CN=a\nb".into(),
            "CN=a\0".into(),
        ] {
            assert!(of(&[&bad]).is_err(), "{bad:?}");
        }
        assert!(of(&[]).is_err() && of(&["CN=a"; 17]).is_err() && of(&["CN=a"; 16]).is_ok());
        assert!(name(&[Value::Integer(1)]).is_err());
    }
}
