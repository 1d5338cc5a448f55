//! Ed25519 (RFC 8032): messages are signed as they are, hashed inside together with what only the key knows.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// What stands before a public key in its SubjectPublicKeyInfo (RFC 8410, 4).
pub(crate) const INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A key pair for Ed25519. The private part is wiped when dropped.
pub(crate) struct Ed25519Pair(Box<SigningKey>);

impl Ed25519Pair {
    /// The pair of this private key; `None` for bytes of another length.
    pub(crate) fn new(private: &[u8]) -> Option<Self> {
        private.try_into().ok().map(|private| Self(Box::new(SigningKey::from_bytes(private))))
    }

    /// The public key as SubjectPublicKeyInfo in DER.
    pub(crate) fn public_key(&self) -> Vec<u8> {
        [&INFO[..], self.public().as_bytes()].concat()
    }

    /// The public key.
    pub(super) fn public(&self) -> VerifyingKey {
        self.0.verifying_key()
    }

    /// The signature over a message.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).to_bytes().to_vec()
    }
}

/// Whether a signature over a message is right. Strictly: there is no second signature that says the same, and a
/// key or a point of small order, which would agree to many messages, agrees to none.
pub(crate) fn ed25519_verifies(public: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| public.verify_strict(message, &signature).is_ok())
}
