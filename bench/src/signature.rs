//! P-256 signatures through the local socket: one after another, and by several clients at once.

use std::hint::black_box;
use std::path::Path;

use csf_api::{Object, Value};
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};

use crate::failure::Failure;
use crate::key_operation::KeyOperation;
use crate::measurement::Measurement;
use crate::payload;
use crate::workload::SIGNED_BYTES;

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "signature",
    what: "ECDSA on P-256 of a digest for an AE through the local socket, one request after another",
    long: false,
    run: |nodes| with_operation(|operation| operation.alone(nodes)),
};

pub(crate) static BY_SEVERAL: Measurement = Measurement {
    name: "signatures",
    what: "ECDSA on P-256 through the local socket, four clients at once against one",
    long: false,
    run: |nodes: &Path| with_operation(|operation| operation.together(nodes)),
};

fn with_operation<T>(measure: impl FnOnce(&KeyOperation<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
    let digest = payload::octets(SIGNED_BYTES);
    let key = SigningKey::from_slice(&payload::octets(32)).map_err(|e| Failure::machine("a key", e))?;
    measure(&KeyOperation {
        name: "signature",
        key: ("EC_P256", "sign"),
        function: "signature",
        input: Object::new()
            .with("Salg", Value::text("ALG_ECDSA_SHA_256"))
            .with("Hv", Value::text(&payload::base64(&digest))),
        result: "Sgn",
        bare: &|| {
            let signed: Result<Signature, _> = key.sign_prehash(black_box(&digest));
            black_box(signed).map(drop).map_err(|e| Failure::machine("a bare signature", e))
        },
    })
}
