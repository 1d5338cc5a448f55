//! The CBOR reader and writer: known answers and their failing twins, bounds, and agreement with JSON.
#![expect(clippy::unwrap_used, reason = "a vector that is no hexadecimal is a mistake in the tests")]
#![expect(clippy::arithmetic_side_effects, reason = "sizes of values in tests are small")]

use CborFault::{
    ByteString, DuplicateName, Integer, NameNotText, NotFinite, NotOneMember, RootName, Simple, Syntax, Tag,
    TooDeep, TooLong, TooManyMembers, Trailing, Truncated, Utf8,
};
use any_value::value;
use csf_api::{Content, MAX_VALUE_DEPTH, Object, Value};
use proptest::prelude::*;
use proto_primitive::{
    ByteStrings, CborError, CborFault, MAX_BODY_BYTES, MAX_OBJECT_MEMBERS, content_from_cbor,
    content_from_cbor_where, content_to_cbor, value_from_cbor, value_from_json, value_to_cbor, value_to_json,
};

#[path = "round_trip/any_value.rs"]
mod any_value;

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.replace(' ', "");
    let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn refused(cbor: &[u8]) -> Option<(CborFault, usize)> {
    value_from_cbor(cbor).err().map(|CborError { fault, position }| (fault, position))
}

fn fault(cbor: &[u8]) -> Option<CborFault> {
    refused(cbor).map(|(fault, _)| fault)
}

/// The examples of RFC 8949, appendix A, that the model holds, each with the JSON that it stands for and with a
/// twin that differs a little and is refused.
#[test]
fn the_examples_of_the_rfc_are_read_and_their_twins_are_not() {
    for (hex, json, twin, error) in [
        ("00", "0", "1c", Syntax),
        ("01", "1", "01 00", Trailing),
        ("0a", "10", "1f", Syntax),
        ("17", "23", "18", Truncated),
        ("1818", "24", "1a 18", Truncated),
        ("1819", "25", "1d 19", Syntax),
        ("1864", "100", "c1 1864", Tag),
        ("1903e8", "1000", "1903", Truncated),
        ("1a000f4240", "1000000", "1a000f42", Truncated),
        ("1b000000e8d4a51000", "1000000000000", "1bffffffffffffffff", Integer),
        ("1b7fffffffffffffff", "9223372036854775807", "1b8000000000000000", Integer),
        ("20", "-1", "3c", Syntax),
        ("29", "-10", "3f", Syntax),
        ("3863", "-100", "38", Truncated),
        ("3903e7", "-1000", "3903", Truncated),
        ("3b7fffffffffffffff", "-9223372036854775808", "3b8000000000000000", Integer),
        ("f90000", "0.0", "f900", Truncated),
        ("f98000", "-0.0", "f9fc00", NotFinite),
        ("f93c00", "1.0", "f97c00", NotFinite),
        ("fb3ff199999999999a", "1.1", "fb3ff19999999999", Truncated),
        ("f93e00", "1.5", "f97e00", NotFinite),
        ("f97bff", "65504.0", "f97c01", NotFinite),
        ("fa47c35000", "100000.0", "fa47c350", Truncated),
        ("fa7f7fffff", "3.4028234663852886e+38", "fa7f800000", NotFinite),
        ("fb7e37e43c8800759c", "1.0e+300", "fb7ff0000000000000", NotFinite),
        ("f90001", "5.960464477539063e-8", "fa7fc00000", NotFinite),
        ("f90400", "0.00006103515625", "faff800000", NotFinite),
        ("f9c400", "-4.0", "fbfff0000000000000", NotFinite),
        ("fbc010666666666666", "-4.1", "fb7ff8000000000000", NotFinite),
        ("f4", "false", "f814", Syntax),
        ("f5", "true", "f7", Simple),
        ("f6", "null", "f0", Simple),
        ("60", r#""""#, "40", ByteString),
        ("6161", r#""a""#, "4161", ByteString),
        ("6449455446", r#""IETF""#, "4401020304", ByteString),
        ("62225c", r#""\"\\""#, "63225c", Truncated),
        ("62c3bc", r#""\u00fc""#, "62c328", Utf8),
        ("63e6b0b4", r#""\u6c34""#, "62e6b0", Utf8),
        ("64f0908591", r#""\ud800\udd51""#, "63eda080", Utf8),
        ("80", "[]", "81", Truncated),
        ("83010203", "[1,2,3]", "840102 03", Truncated),
        ("8301820203820405", "[1,[2,3],[4,5]]", "8201820203820405", Trailing),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]",
            "981a0102030405060708090a0b0c0d0e0f101112131415161718181819",
            Truncated,
        ),
        ("a0", "{}", "a201020304", NameNotText),
        ("a26161016162820203", r#"{"a":1,"b":[2,3]}"#, "a26161016161820203", DuplicateName),
        ("826161a161626163", r#"["a",{"b":"c"}]"#, "826161a141626163", ByteString),
        (
            "a56161614161626142616361436164614461656145",
            r#"{"a":"A","b":"B","c":"C","d":"D","e":"E"}"#,
            "a66161614161626142616361436164614461656145",
            Truncated,
        ),
        ("7f657374726561646d696e67ff", r#""streaming""#, "7f657374726561446d696e67ff", Syntax),
        ("9fff", "[]", "9f", Truncated),
        ("9f018202039f0405ffff", "[1,[2,3],[4,5]]", "9f018202039f0405ff", Truncated),
        ("9f01820203820405ff", "[1,[2,3],[4,5]]", "9f01820203820405ffff", Trailing),
        ("83018202039f0405ff", "[1,[2,3],[4,5]]", "83018202ff9f0405ff", Syntax),
        ("83019f0203ff820405", "[1,[2,3],[4,5]]", "83019f0203ff8204ff", Syntax),
        ("bf61610161629f0203ffff", r#"{"a":1,"b":[2,3]}"#, "bf61610161629f0203ff", Truncated),
        ("826161bf61626163ff", r#"["a",{"b":"c"}]"#, "826161bf6162ff", Syntax),
        ("bf6346756ef563416d7421ff", r#"{"Fun":true,"Amt":-2}"#, "bf6346756ef56346756e21ff", DuplicateName),
    ] {
        let value = value_from_json(json.as_bytes()).unwrap();
        assert_eq!(value_from_cbor(&bytes(hex)), Ok(value), "{hex}");
        assert_eq!(fault(&bytes(twin)), Some(error), "{twin}, the twin of {hex}");
    }
}

#[test]
fn values_are_written_in_the_shortest_form_but_for_floats() {
    for (json, hex) in [
        ("0", "00"),
        ("23", "17"),
        ("24", "1818"),
        ("1000", "1903e8"),
        ("1000000", "1a000f4240"),
        ("9223372036854775807", "1b7fffffffffffffff"),
        ("-1", "20"),
        ("-1000", "3903e7"),
        ("-9223372036854775808", "3b7fffffffffffffff"),
        // Never in 16 bits, though these would fit.
        ("0.0", "fa00000000"),
        ("-0.0", "fa80000000"),
        ("1.5", "fa3fc00000"),
        ("100000.0", "fa47c35000"),
        ("1.1", "fb3ff199999999999a"),
        ("1e300", "fb7e37e43c8800759c"),
        ("false", "f4"),
        ("true", "f5"),
        ("null", "f6"),
        (r#""IETF""#, "6449455446"),
        (r#"{"b":[],"a":{}}"#, "a2 6162 80 6161 a0"),
    ] {
        let value = value_from_json(json.as_bytes()).unwrap();
        assert_eq!(value_to_cbor(&value), bytes(hex), "{json}");
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(value_to_cbor(&Value::Float(number)), [0xf6]);
    }
}

// Shows ACC-9.
#[test]
fn what_json_could_not_have_said_is_refused_where_it_stands() {
    for (what, hex, expected) in [
        ("nothing", "", (Truncated, 0)),
        ("a break alone", "ff", (Syntax, 0)),
        ("undefined", "81 f7", (Simple, 1)),
        ("a simple value of two bytes", "81 f8ff", (Simple, 1)),
        ("false in two bytes", "82 00 f814", (Syntax, 2)),
        ("null in two bytes", "f816", (Syntax, 0)),
        ("a reserved length", "82 00 fc", (Syntax, 2)),
        ("a byte string", "82 00 4101", (ByteString, 2)),
        ("a byte string in chunks", "5f 4101 ff", (ByteString, 0)),
        ("a byte string as a name", "a1 41 61 01", (ByteString, 1)),
        ("a number as a name", "a1 01 02", (NameNotText, 1)),
        ("a tagged name", "a1 c1 6161 02", (NameNotText, 1)),
        ("null as a name", "a1 f6 02", (NameNotText, 1)),
        ("a tagged time", "a1 6161 c11a514b67b0", (Tag, 3)),
        ("a bignum", "c2 49 010000000000000000", (Tag, 0)),
        ("self-described", "d9d9f7 a0", (Tag, 0)),
        ("a name twice", "a2 6161 01 6161 02", (DuplicateName, 4)),
        ("a name twice, once in chunks", "a2 6161 01 7f 6161 ff 02", (DuplicateName, 4)),
        ("an integer too large", "82 00 1b8000000000000000", (Integer, 2)),
        ("an integer too small", "82 00 3bffffffffffffffff", (Integer, 2)),
        ("not a number", "81 f97e00", (NotFinite, 1)),
        ("a name without a value", "a1 6161", (Truncated, 3)),
        ("a break for a value", "bf 6161 ff", (Syntax, 3)),
        ("a break for an entry", "82 00 ff", (Syntax, 2)),
        ("a break for a name", "a1 ff 00", (Syntax, 1)),
        ("a chunk without a length", "7f 7f 6161 ff ff", (Syntax, 1)),
        ("half a letter in each chunk", "7f 61c3 61bc ff", (Utf8, 1)),
        ("a number among chunks", "7f 6161 01 ff", (Syntax, 3)),
        ("chunks without an end", "7f 6161", (Truncated, 3)),
        ("a value behind it", "01 02", (Trailing, 1)),
        ("a text longer than what came", "82 00 63 6162", (Truncated, 2)),
        ("an integer of no length", "1f", (Syntax, 0)),
    ] {
        assert_eq!(refused(&bytes(hex)), Some(expected), "{what}");
    }
}

// Shows ACC-9.
#[test]
fn a_claim_of_any_size_costs_nothing() {
    for major in [0x5b_u8, 0x7b, 0x9b, 0xbb] {
        for claim in [1_u64 << 60, u64::MAX, 1 << 32] {
            let cbor = [&[major][..], &claim.to_be_bytes(), b"aa"].concat();
            let expected = if major == 0x5b { ByteString } else { Truncated };
            assert_eq!(refused(&cbor), Some((expected, 0)), "{major:x} {claim}");
        }
    }
    let nested = [0x9b, 0, 0, 0, 1, 0, 0, 0, 0].repeat(MAX_VALUE_DEPTH);
    assert_eq!(fault(&nested), Some(Truncated));
}

// Shows ACC-9.
#[test]
fn depth_members_and_length_are_bounded() {
    let lists = |depth: usize| [vec![0x81; depth - 1], vec![0x80]].concat();
    assert_eq!(fault(&lists(MAX_VALUE_DEPTH)), None);
    assert_eq!(refused(&lists(MAX_VALUE_DEPTH + 1)), Some((TooDeep, MAX_VALUE_DEPTH)));
    assert_eq!(fault(&vec![0x9f; 100_000]), Some(TooDeep));
    assert_eq!(fault(&b"\xbf\x61a".repeat(100_000)), Some(TooDeep));
    let members = |count: usize| {
        let inner = (0..count).flat_map(|n| [&[0x63][..], format!("{n:03}").as_bytes(), &[0]].concat());
        [vec![0xbf], inner.collect(), vec![0xff]].concat()
    };
    assert_eq!(fault(&members(MAX_OBJECT_MEMBERS)), None);
    assert_eq!(refused(&members(MAX_OBJECT_MEMBERS + 1)), Some((TooManyMembers, 1 + 5 * MAX_OBJECT_MEMBERS)));
    let text = |bytes: usize| {
        let length = u32::try_from(bytes - 5).unwrap();
        [&[0x7a][..], &length.to_be_bytes(), &vec![b'x'; bytes - 5]].concat()
    };
    assert_eq!(fault(&text(MAX_BODY_BYTES)), None);
    assert_eq!(fault(&text(MAX_BODY_BYTES + 1)), Some(TooLong));
}

#[test]
fn a_content_is_one_member_with_a_prefixed_name() {
    let cbor = b"\xa1\x67m2m:cnt\xa1\x62rn\x61a";
    let content = Content::new("m2m:cnt", Value::Object(Object::new().with("rn", Value::text("a"))));
    assert_eq!(content_from_cbor(cbor), Ok(content.clone()));
    assert_eq!(content_from_cbor(b"\xbf\x67m2m:cnt\xbf\x62rn\x61a\xff\xff"), Ok(content.clone()));
    assert_eq!(content_to_cbor(&content), cbor);
    for (cbor, expected) in [
        (&b"\xa0"[..], (NotOneMember, 0)),
        (b"\xbf\xff", (NotOneMember, 0)),
        (b"\x80", (NotOneMember, 0)),
        (b"\x67m2m:cnt", (NotOneMember, 0)),
        (b"\xa2\x67m2m:cnt\xa0\x66m2m:ae\xa0", (NotOneMember, 0)),
        (b"\xbf\x67m2m:cnt\xa0\x66m2m:ae\xa0\xff", (NotOneMember, 0)),
        (b"\xbb\x10\0\0\0\0\0\0\0", (NotOneMember, 0)),
        (b"\xa1\x63cnt\xa0", (RootName, 1)),
        (b"\xa1\x47m2m:cnt\xa0", (ByteString, 1)),
        (b"\xa1\x67m2m:cnt\xa2\x61a\x01\x61a\x02", (DuplicateName, 13)),
        (b"\xa1\x67m2m:cnt\xa0\x00", (Trailing, 10)),
        (b"\xa1\x67m2m:cnt", (Truncated, 9)),
        (b"\xbf\x67m2m:cnt\xa0", (Truncated, 10)),
        (b"", (Truncated, 0)),
    ] {
        let error = content_from_cbor(cbor).unwrap_err();
        assert_eq!((error.fault, error.position), expected, "{cbor:x?}");
    }
}

#[test]
fn an_error_says_where_and_never_what() {
    let error = value_from_cbor(b"\xa2\x66secret\x01\x66secret\x02").unwrap_err();
    assert_eq!(error.to_string(), "a map gives a name twice (byte 9)");
}

/// How many values, names and bytes of text a value holds.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => 1 + text.len(),
        Value::List(list) => 1 + list.iter().map(weight).sum::<usize>(),
        Value::Object(object) => 1 + object.iter().map(|(name, v)| 1 + name.len() + weight(v)).sum::<usize>(),
        _ => 1,
    }
}

proptest! {
    #[test]
    fn every_value_reads_back_equal_and_both_serialisations_agree(value in value(8, 64, 30)) {
        let by_cbor = value_from_cbor(&value_to_cbor(&value)).unwrap();
        let by_json = value_from_json(&value_to_json(&value)).unwrap();
        prop_assert_eq!(&by_cbor, &value);
        prop_assert_eq!(by_json, by_cbor);
    }

    #[test]
    fn every_float_reads_back_with_the_same_bits(bits in any::<u64>(), short in any::<u32>()) {
        for float in [f64::from_bits(bits), f64::from(f32::from_bits(short))] {
            if float.is_finite() {
                let Ok(Value::Float(read)) = value_from_cbor(&value_to_cbor(&Value::Float(float))) else {
                    return Err(TestCaseError::fail("not a float"));
                };
                prop_assert_eq!(read.to_bits(), float.to_bits());
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_never_become_more_than_they_are(
        cbor in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(vec![0x61, 0x81, 0x9f, 0xa1, 0xbf, 0xff, 0x7f, 0xbb])],
            0..512,
        ),
    ) {
        for read in [value_from_cbor(&cbor), content_from_cbor(&cbor).map(|content| content.value)] {
            match read {
                Ok(value) => prop_assert!(weight(&value) <= cbor.len()),
                Err(error) => prop_assert!(error.position <= cbor.len()),
            }
        }
    }

    #[test]
    fn no_prefix_of_a_value_is_a_value(value in value(8, 64, 30), cut in any::<prop::sample::Index>()) {
        let cbor = value_to_cbor(&value);
        prop_assert_eq!(fault(&cbor[..cut.index(cbor.len())]), Some(Truncated));
    }
}

#[test]
fn byte_strings_are_texts_only_where_the_reader_is_told_so() {
    // {"m2m:cnt": {"rn": "a", "lbl": ["b", "c"]}}: all in byte strings, some of them, and one in chunks.
    for hex in [
        "a1 47 6d326d3a636e74 a2 42 726e 41 61 43 6c626c 82 41 62 41 63",
        "a1 67 6d326d3a636e74 a2 42 726e 61 61 63 6c626c 82 41 62 61 63",
        "a1 5f 44 6d326d3a 43 636e74 ff a2 62 726e 41 61 63 6c626c 82 41 62 5f ff",
    ] {
        let cbor = bytes(hex);
        let last = if hex.ends_with("5f ff") { "" } else { "c" };
        let json = format!(r#"{{"m2m:cnt":{{"rn":"a","lbl":["b","{last}"]}}}}"#);
        let content = content_from_cbor_where(ByteStrings::AreTexts, &cbor);
        assert_eq!(content, Ok(proto_primitive::content_from_json(json.as_bytes()).unwrap()), "{hex}");
        assert_eq!(content_from_cbor(&cbor).unwrap_err().fault, ByteString, "{hex}");
        // What is written is text: nobody else needs to be told.
        assert_eq!(content_from_cbor(&content_to_cbor(&content.clone().unwrap())), content);
    }
    for (what, hex, expected) in [
        ("a name in both ways", "a1 43 613a62 a2 42 726e 01 62 726e 02", (DuplicateName, 10)),
        ("no UTF-8", "a1 43 613a62 42 c328", (Utf8, 5)),
        ("a chunk of another kind", "a1 43 613a62 5f 61 61 ff", (Syntax, 6)),
        ("a text with a chunk of bytes", "a1 43 613a62 7f 41 61 ff", (Syntax, 6)),
        ("a chunk in chunks", "a1 43 613a62 5f 5f 41 61 ff ff", (Syntax, 6)),
        ("less than it says", "a1 43 613a62 5b ffffffffffffffff", (Truncated, 5)),
        ("a number as a name", "a1 43 613a62 a1 01 02", (NameNotText, 6)),
    ] {
        let error = content_from_cbor_where(ByteStrings::AreTexts, &bytes(hex)).unwrap_err();
        assert_eq!((error.fault, error.position), expected, "{what}");
    }
}
