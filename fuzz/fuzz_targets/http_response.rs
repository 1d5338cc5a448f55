//! HTTP responses: what is read, written again, is read as the same response.
#![no_main]

use csf_fuzz::Message;
use libfuzzer_sys::{Corpus, fuzz_target};
use proto_primitive::{Serialization, decode_response, encode_response};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some(Message { start, headers, body }) = Message::split(bytes) else { return Corpus::Reject };
    // The start line is the HTTP status alone.
    let Ok(status) = start.parse() else { return Corpus::Reject };
    match decode_response(status, headers, body) {
        Ok(response) => {
            for serialization in [Serialization::Json, Serialization::Cbor] {
                let http = encode_response(&response, &serialization.into());
                let headers = http.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
                assert_eq!(decode_response(http.status, headers, &http.body).as_ref(), Ok(&response));
            }
        }
        Err(error) => drop(error.to_string()),
    }
    Corpus::Keep
});
