//! Replies of secure environments: what decodes encodes to the same bytes, and a refusal names a byte of the input.
#![no_main]

use csf_transport::codec::{decode_reply, encode_reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match decode_reply(bytes) {
        Ok(reply) => assert_eq!(**encode_reply(&reply), *bytes),
        Err(error) => assert!(error.position <= bytes.len(), "{error}"),
    }
});
