//! ECDSA (FIPS 186-5), deterministic by RFC 6979. Two curves of one library, so one text for both.

use csf_transport::SeError;

macro_rules! pair {
    ($(#[$doc:meta])* $name:ident, $verifies:ident, $curve:ident, $private_bytes:literal) => {
        $(#[$doc])*
        pub(crate) struct $name(Box<$curve::ecdsa::SigningKey>);

        impl $name {
            /// The pair of this private key; `None` for bytes that are no private key of the curve.
            pub(crate) fn new(private: &[u8]) -> Option<Self> {
                // The library would fill up what is a little short.
                if private.len() != $private_bytes {
                    return None;
                }
                $curve::ecdsa::SigningKey::from_slice(private).ok().map(|key| Self(Box::new(key)))
            }

            /// The public key as SubjectPublicKeyInfo in DER.
            pub(crate) fn public_key(&self) -> Result<Vec<u8>, SeError> {
                use $curve::pkcs8::EncodePublicKey as _;
                let der = self.public().to_public_key_der().map_err(|_| SeError::Fault)?;
                Ok(der.into_vec())
            }

            /// The public key.
            pub(super) fn public(&self) -> &$curve::ecdsa::VerifyingKey {
                self.0.verifying_key()
            }

            /// The signature over a digest of the curve's hash: `r` and `s`.
            pub(super) fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, SeError> {
                use $curve::ecdsa::signature::hazmat::PrehashSigner as _;
                let signature: Result<$curve::ecdsa::Signature, _> = self.0.sign_prehash(digest);
                Ok(signature.map_err(|_| SeError::Fault)?.to_bytes().to_vec())
            }
        }

        /// Whether a signature over a digest is right. Both forms of `s` are, as the standard has it.
        pub(crate) fn $verifies(
            public: &$curve::ecdsa::VerifyingKey,
            digest: &[u8],
            signature: &[u8],
        ) -> bool {
            use $curve::ecdsa::signature::hazmat::PrehashVerifier as _;
            // Numbers outside the group may have the right length; they are nobody's signature.
            $curve::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| public.verify_prehash(digest, &signature).is_ok())
        }
    };
}

pair! {
    /// A P-256 key pair. The private part is wiped when dropped.
    P256Pair, p256_verifies, p256, 32
}

pair! {
    /// A P-384 key pair. The private part is wiped when dropped.
    P384Pair, p384_verifies, p384, 48
}
