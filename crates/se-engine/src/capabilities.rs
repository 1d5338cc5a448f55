//! What the engine can do, for the description of the secure environment that uses it.

use csf_transport::{
    Capability, DigestAlgorithm, KeyAlgorithm, MAX_PAYLOAD_BYTES, MacAlgorithm, Origin, SignatureAlgorithm,
};

use crate::seal::MAX_SEALED_BYTES;

/// Everything that [`crate::Engine::execute`] does, one entry for each command and algorithm.
#[must_use]
pub fn capabilities() -> Vec<Capability> {
    let native =
        |command, algorithm, max_bytes| Capability { command, algorithm, max_bytes, origin: Origin::Native };
    let (digest, mac) = (DigestAlgorithm::Sha256.name(), MacAlgorithm::HmacSha256.name());
    let signature = SignatureAlgorithm::EcdsaP256Sha256.name();
    vec![
        native("random", None, None),
        native("digest", Some(digest), Some(MAX_PAYLOAD_BYTES)),
        native("generate-key", Some(KeyAlgorithm::EcP256.name()), None),
        native("generate-key", Some(KeyAlgorithm::HmacSha256.name()), None),
        native("key-info", None, None),
        native("destroy-key", None, None),
        native("mac", Some(mac), Some(MAX_PAYLOAD_BYTES)),
        native("verify-mac", Some(mac), Some(MAX_PAYLOAD_BYTES)),
        native("sign", Some(signature), Some(MAX_PAYLOAD_BYTES)),
        native("verify", Some(signature), Some(MAX_PAYLOAD_BYTES)),
        native("seal", None, Some(MAX_PAYLOAD_BYTES)),
        native("unseal", None, Some(MAX_SEALED_BYTES)),
    ]
}
