//! AES-128-GCM of 1 KiB through the local socket.

use std::hint::black_box;

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit};
use csf_api::{Object, Value};

use crate::failure::Failure;
use crate::key_operation::KeyOperation;
use crate::measurement::Measurement;
use crate::payload;
use crate::workload::DIGEST_BYTES;

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "cipher",
    what: "AES-128-GCM of 1 KiB for an AE through the local socket, one request after another",
    long: false,
    run: |nodes| {
        let message = payload::octets(DIGEST_BYTES);
        let cipher = Aes128Gcm::new_from_slice(&payload::octets(16));
        let cipher = cipher.map_err(|e| Failure::machine("a key", e))?;
        let operation = KeyOperation {
            name: "encryption",
            key: ("AES_128_GCM", "encrypt"),
            function: "cipher",
            input: Object::new()
                .with("Calg", Value::text("ALG_AEAD_AES_128_GCM"))
                .with("msg", Value::text(&payload::base64(&message))),
            result: "cD",
            bare: &|| {
                let sealed = cipher.encrypt(&[7; 12].into(), black_box(message.as_slice()));
                black_box(sealed).map(drop).map_err(|e| Failure::machine("a bare encryption", e))
            },
        };
        operation.alone(nodes)
    },
};
