//! Commands to secure environments: what decodes encodes to the same bytes, and a refusal names a byte of the input.
#![no_main]

use csf_transport::codec::{decode_command, encode_command};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match decode_command(bytes) {
        Ok(command) => assert_eq!(**encode_command(&command), *bytes, "{}", command.name()),
        Err(error) => assert!(error.position <= bytes.len(), "{error}"),
    }
});
