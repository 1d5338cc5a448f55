//! CBOR: what is read, written again in CBOR or in JSON, is read as the same value; a refusal names a byte of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proto_primitive::{
    ByteStrings, CborError, content_from_cbor, content_from_cbor_where, content_to_cbor, value_from_cbor, value_from_json, value_to_cbor,
    value_to_json,
};

fuzz_target!(|cbor: &[u8]| {
    match value_from_cbor(cbor) {
        Ok(value) => {
            let again = value_from_cbor(&value_to_cbor(&value));
            assert!(again.as_ref() == Ok(&value), "a value did not survive");
            assert!(value_from_json(&value_to_json(&value)) == Ok(value), "JSON and CBOR do not agree");
        }
        Err(error) => lies_within(error, cbor),
    }
    match content_from_cbor(cbor) {
        Ok(content) => {
            assert!(value_from_cbor(cbor).is_ok(), "a content is a value, too");
            let again = content_from_cbor(&content_to_cbor(&content));
            assert!(again == Ok(content), "a content did not survive");
        }
        Err(error) => lies_within(error, cbor),
    }
    match content_from_cbor_where(ByteStrings::AreTexts, cbor) {
        Ok(content) => {
            let again = content_from_cbor(&content_to_cbor(&content));
            assert!(again == Ok(content), "a content did not become text");
        }
        Err(error) => {
            assert!(content_from_cbor(cbor).is_err(), "more is taken, never less");
            lies_within(error, cbor);
        }
    }
});

fn lies_within(error: CborError, cbor: &[u8]) {
    assert!(error.position <= cbor.len(), "{error}");
}
