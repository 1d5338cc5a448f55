//! JSON texts: what is read, written again, is read as the same value, and a refusal names a place in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proto_primitive::{JsonError, content_from_json, content_to_json, value_from_json, value_to_json};

fuzz_target!(|json: &[u8]| {
    match value_from_json(json) {
        Ok(value) => {
            let again = value_from_json(&value_to_json(&value));
            assert!(again == Ok(value), "a value did not survive");
        }
        Err(error) => lies_within(error, json),
    }
    match content_from_json(json) {
        Ok(content) => {
            assert!(value_from_json(json).is_ok(), "a content is a value, too");
            let again = content_from_json(&content_to_json(&content));
            assert!(again == Ok(content), "a content did not survive");
        }
        Err(error) => lies_within(error, json),
    }
});

fn lies_within(error: JsonError, json: &[u8]) {
    let lines = json.iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!(error.line <= lines && error.column <= json.len() + 1, "{error}");
}
