//! What the engine can do, for the description of the secure environment that uses it.

use csf_transport::{
    Capability, CipherAlgorithm, DerivationAlgorithm, DigestAlgorithm, KeyAlgorithm, MAX_KEY_MATERIAL_BYTES,
    MAX_PAYLOAD_BYTES, MAX_STATEMENT_BYTES, MAX_WRAPPED_KEY_BYTES, MacAlgorithm, Origin, SignatureAlgorithm,
    WrapAlgorithm,
};

use crate::seal::MAX_SEALED_BYTES;

/// Everything that [`crate::Engine::execute`] does, one entry for each command and algorithm.
#[must_use]
pub fn capabilities() -> Vec<Capability> {
    let native =
        |command, algorithm, max_bytes| Capability { command, algorithm, max_bytes, origin: Origin::Native };
    let payload = Some(MAX_PAYLOAD_BYTES);
    let mut all = vec![
        native("random", None, None),
        native("key-info", None, None),
        native("next-key", None, None),
        native("destroy-key", None, None),
        native("hand-over-key", None, None),
        native("seal", None, payload),
        native("unseal", None, Some(MAX_SEALED_BYTES)),
    ];
    all.extend(DigestAlgorithm::ALL.iter().map(|a| native("digest", Some(a.name()), payload)));
    all.extend(KeyAlgorithm::ALL.iter().map(|a| native("generate-key", Some(a.name()), None)));
    let material = Some(MAX_KEY_MATERIAL_BYTES);
    all.extend(KeyAlgorithm::ALL.iter().map(|a| native("import-key", Some(a.name()), material)));
    all.extend(DerivationAlgorithm::ALL.iter().map(|a| native("derive-key", Some(a.name()), None)));
    all.extend(WrapAlgorithm::ALL.iter().map(|a| native("wrap-key", Some(a.name()), None)));
    let wrapped = Some(MAX_WRAPPED_KEY_BYTES);
    all.extend(WrapAlgorithm::ALL.iter().map(|a| native("unwrap-key", Some(a.name()), wrapped)));
    all.extend(KeyAlgorithm::ALL.iter().map(|a| native("rotate-key", Some(a.name()), material)));
    for command in ["update-stream", "finish-stream", "abort-stream"] {
        all.push(native(command, None, (command == "update-stream").then_some(MAX_PAYLOAD_BYTES)));
    }
    all.extend(DigestAlgorithm::ALL.iter().map(|a| native("begin-digest", Some(a.name()), None)));
    for command in ["begin-mac", "begin-verify-mac"] {
        all.extend(MacAlgorithm::ALL.iter().map(|a| native(command, Some(a.name()), None)));
    }
    for command in ["mac", "verify-mac"] {
        all.extend(MacAlgorithm::ALL.iter().map(|a| native(command, Some(a.name()), payload)));
    }
    for command in ["sign", "verify", "verify-with"] {
        all.extend(SignatureAlgorithm::ALL.iter().map(|a| native(command, Some(a.name()), payload)));
    }
    for command in ["respond", "check-response"] {
        let statement = Some(MAX_STATEMENT_BYTES);
        all.extend(MacAlgorithm::ALL.iter().map(|a| native(command, Some(a.name()), statement)));
        all.extend(SignatureAlgorithm::ALL.iter().map(|a| native(command, Some(a.name()), statement)));
    }
    for cipher in CipherAlgorithm::ALL {
        all.push(native("encrypt", Some(cipher.name()), payload));
        all.push(native("decrypt", Some(cipher.name()), cipher.ciphertext_bytes(MAX_PAYLOAD_BYTES)));
    }
    all
}
