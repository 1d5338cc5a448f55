//! HMAC-SHA-256 of 1 KiB through the local socket.

use std::hint::black_box;

use csf_api::{Object, Value};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::failure::Failure;
use crate::key_operation::KeyOperation;
use crate::measurement::Measurement;
use crate::payload;
use crate::workload::DIGEST_BYTES;

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "mac",
    what: "HMAC-SHA-256 of 1 KiB for an AE through the local socket, one request after another",
    long: false,
    run: |nodes| {
        let message = payload::octets(DIGEST_BYTES);
        let keyed = Hmac::<Sha256>::new_from_slice(&payload::octets(32));
        let keyed = keyed.map_err(|e| Failure::machine("a key", e))?;
        let operation = KeyOperation {
            name: "code",
            key: ("HMAC_SHA_256", "mac"),
            function: "mac",
            input: Object::new()
                .with("Salg", Value::text("ALG_HMAC_SHA_256"))
                .with("msg", Value::text(&payload::base64(&message))),
            result: "Sgn",
            bare: &|| {
                let mut mac = keyed.clone();
                mac.update(black_box(&message));
                black_box(mac.finalize());
                Ok(())
            },
        };
        operation.alone(nodes)
    },
};
