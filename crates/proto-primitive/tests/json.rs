//! The JSON reader and writer: what passes, its failing twin, and what arbitrary input can do.

use any_value::value;
use csf_api::{Content, MAX_VALUE_DEPTH, Object, Value};
use proptest::prelude::*;
use proto_primitive::{
    JsonFault, MAX_BODY_BYTES, MAX_OBJECT_MEMBERS, content_from_json, content_to_json, value_from_json,
    value_to_json,
};

#[path = "round_trip/any_value.rs"]
mod any_value;

fn fault(json: &[u8]) -> Option<JsonFault> {
    value_from_json(json).err().map(|e| e.fault)
}

fn nested(depth: usize) -> Vec<u8> {
    [vec![b'['; depth], vec![b']'; depth]].concat()
}

fn members(count: usize) -> Vec<u8> {
    let inner: Vec<String> = (0..count).map(|n| format!("\"a{n}\":{n}")).collect();
    format!("{{{}}}", inner.join(",")).into_bytes()
}

#[test]
fn each_kind_of_value_reads_and_writes() {
    for (json, value) in [
        ("null", Value::Null),
        ("true", Value::Bool(true)),
        ("-5", Value::Integer(-5)),
        ("9223372036854775807", Value::Integer(i64::MAX)),
        ("-9223372036854775808", Value::Integer(i64::MIN)),
        ("1.0", Value::Float(1.0)),
        ("1e+30", Value::Float(1e30)),
        ("5e-324", Value::Float(5e-324)),
        (r#""a\"\\\u0001ä""#, Value::text("a\"\\\u{1}ä")),
        ("[1,[]]", Value::List(vec![Value::Integer(1), Value::List(Vec::new())])),
        (
            r#"{"b":1,"a":{}}"#,
            Value::Object(Object::new().with("b", Value::Integer(1)).with("a", Value::Object(Object::new()))),
        ),
    ] {
        let read = value_from_json(json.as_bytes()).unwrap_or_else(|e| panic!("{json}: {e}"));
        assert_eq!(read, value, "{json}");
        assert_eq!(String::from_utf8(value_to_json(&value)).unwrap(), json);
    }
}

// Shows ACC-9.
#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    for (json, expected) in [
        (r#"{"a":1,"a":1}"#, JsonFault::DuplicateName),
        (r#"{"a":1,"\u0061":1}"#, JsonFault::DuplicateName),
        (r#"[{"b":{"a":1,"c":2,"a":3}}]"#, JsonFault::DuplicateName),
        ("9223372036854775808", JsonFault::Integer),
        ("-9223372036854775809", JsonFault::Integer),
        ("18446744073709551616", JsonFault::Integer),
        (r#"{"a":[1e30,-99999999999999999999]}"#, JsonFault::Integer),
        ("1e999", JsonFault::Syntax),
        ("NaN", JsonFault::Syntax),
        ("01", JsonFault::Syntax),
        ("+1", JsonFault::Syntax),
        ("{} {}", JsonFault::Trailing),
        ("1 x", JsonFault::Trailing),
        ("", JsonFault::Truncated),
        ("  ", JsonFault::Truncated),
        (r#"{"a":"#, JsonFault::Truncated),
        ("[1,]", JsonFault::Syntax),
        ("{'a':1}", JsonFault::Syntax),
        ("{1:1}", JsonFault::Syntax),
        ("/* c */ 1", JsonFault::Syntax),
        (r#""\ud800""#, JsonFault::Syntax),
        ("\"a\nb\"", JsonFault::Syntax),
        ("\u{feff}1", JsonFault::Syntax),
    ] {
        assert_eq!(fault(json.as_bytes()), Some(expected), "{json}");
    }
    assert_eq!(fault(b"\"\xff\""), Some(JsonFault::Syntax));
    assert_eq!(fault(b"\"\xc0\xaf\""), Some(JsonFault::Syntax));
    assert_eq!(fault("\"\u{feff}\"".as_bytes()), None);
}

// Shows ACC-9.
#[test]
fn depth_members_and_length_are_bounded() {
    assert_eq!(fault(&nested(MAX_VALUE_DEPTH)), None);
    assert_eq!(fault(&nested(MAX_VALUE_DEPTH + 1)), Some(JsonFault::TooDeep));
    assert_eq!(fault(&nested(100_000)), Some(JsonFault::TooDeep));
    assert_eq!(fault("{\"a\":".repeat(100_000).as_bytes()), Some(JsonFault::TooDeep));
    assert_eq!(fault(&members(MAX_OBJECT_MEMBERS)), None);
    assert_eq!(fault(&members(MAX_OBJECT_MEMBERS + 1)), Some(JsonFault::TooManyMembers));
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2)).into_bytes();
    assert_eq!(fault(&text(MAX_BODY_BYTES)), None);
    assert_eq!(fault(&text(MAX_BODY_BYTES + 1)), Some(JsonFault::TooLong));
}

#[test]
fn an_error_says_where_and_never_what() {
    let error = value_from_json(b"{\"a\":1,\n \"secret\":hunter2}").unwrap_err();
    assert_eq!((error.fault, error.line), (JsonFault::Syntax, 2));
    assert_eq!(error.to_string(), format!("this is not JSON in UTF-8 (line 2, column {})", error.column));
    let error = value_from_json(b"{\n\"secret\":1,\"secret\":2}").unwrap_err();
    assert_eq!((error.fault, error.line), (JsonFault::DuplicateName, 2));
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn a_content_is_one_member_with_a_prefixed_name() {
    let json = br#"{"m2m:cnt":{"rn":"a"}}"#;
    let content = content_from_json(json).unwrap();
    assert_eq!(content, Content::new("m2m:cnt", Value::Object(Object::new().with("rn", Value::text("a")))));
    assert_eq!(content_to_json(&content), json);
    for (json, expected) in [
        ("{}", JsonFault::NotOneMember),
        ("[]", JsonFault::NotOneMember),
        ("7", JsonFault::NotOneMember),
        ("\"m2m:cnt\"", JsonFault::NotOneMember),
        (r#"{"m2m:cnt":{},"m2m:ae":{}}"#, JsonFault::NotOneMember),
        (r#"{"m2m:cnt":{},"m2m:cnt":{}}"#, JsonFault::NotOneMember),
        (r#"{"cnt":{}}"#, JsonFault::RootName),
        (r#"{":cnt":{}}"#, JsonFault::RootName),
        (r#"{"m2m:":{}}"#, JsonFault::RootName),
        (r#"{"m2m:a:b":{}}"#, JsonFault::RootName),
        (r#"{"m2m:ä":{}}"#, JsonFault::RootName),
        (r#"{"m2m:cnt":{"a":1,"a":2}}"#, JsonFault::DuplicateName),
        (r#"{"m2m:cnt":{}} x"#, JsonFault::Trailing),
        (r#"{"m2m:cnt":"#, JsonFault::Truncated),
        ("", JsonFault::Truncated),
    ] {
        assert_eq!(content_from_json(json.as_bytes()).unwrap_err().fault, expected, "{json}");
    }
}

proptest! {
    #[test]
    fn every_value_reads_back_equal(value in value(8, 64, 8)) {
        prop_assert_eq!(value_from_json(&value_to_json(&value)), Ok(value));
    }

    #[test]
    fn every_float_reads_back_with_the_same_bits(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        if float.is_finite() {
            let Ok(Value::Float(read)) = value_from_json(&value_to_json(&Value::Float(float))) else {
                return Err(TestCaseError::fail("not a float"));
            };
            prop_assert_eq!(read.to_bits(), bits);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = value_from_json(&bytes);
        let _ = content_from_json(&bytes);
    }

    #[test]
    fn arbitrary_json_like_text_never_panics(text in "[\\[\\]{}:,\"0-9eE.\\\\u +-]{0,64}") {
        let _ = value_from_json(text.as_bytes());
        let _ = content_from_json(text.as_bytes());
    }
}
