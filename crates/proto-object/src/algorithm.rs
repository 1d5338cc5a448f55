//! The algorithms by the names that headers give them (RFC 7518, RFC 8037; TS-0003 8.5).

macro_rules! algorithms {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// Every algorithm of this kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in a header.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The algorithm of this name; names are compared as they are written.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
            }
        }
    };
}

algorithms! {
    /// How a JWS is protected. There is no `none`.
    SignatureAlgorithm {
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256";
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384";
        /// Ed25519 (RFC 8037).
        EdDsa = "EdDSA";
        /// HMAC with SHA-256.
        Hs256 = "HS256";
        /// HMAC with SHA-384.
        Hs384 = "HS384";
        /// HMAC with SHA-512.
        Hs512 = "HS512";
    }
}

impl SignatureAlgorithm {
    /// How many bytes a signature or code has.
    #[must_use]
    pub const fn signature_bytes(self) -> usize {
        match self {
            Self::Es256 | Self::EdDsa | Self::Hs512 => 64,
            Self::Es384 => 96,
            Self::Hs256 => 32,
            Self::Hs384 => 48,
        }
    }
}

algorithms! {
    /// How the recipient of a JWE comes by the key that its content is encrypted with.
    KeyManagement {
        /// The key is agreed already.
        Direct = "dir";
        /// Wrapped with AES-128 (RFC 3394).
        A128Kw = "A128KW";
        /// Wrapped with AES-192.
        A192Kw = "A192KW";
        /// Wrapped with AES-256.
        A256Kw = "A256KW";
    }
}

algorithms! {
    /// How the content of a JWE is encrypted.
    #[expect(clippy::enum_variant_names, reason = "the names are those of the headers; other modes may come")]
    ContentEncryption {
        /// AES-128 in GCM.
        A128Gcm = "A128GCM";
        /// AES-192 in GCM.
        A192Gcm = "A192GCM";
        /// AES-256 in GCM.
        A256Gcm = "A256GCM";
    }
}

impl ContentEncryption {
    /// How many bytes an initialisation vector has.
    pub const IV_BYTES: usize = 12;
    /// How many bytes a tag has.
    pub const TAG_BYTES: usize = 16;

    /// How many bytes a key has.
    #[must_use]
    pub const fn key_bytes(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A192Gcm => 24,
            Self::A256Gcm => 32,
        }
    }
}

impl KeyManagement {
    /// What wrapping adds to a key, in bytes (RFC 3394).
    const WRAPPING_BYTES: usize = 8;

    /// How many bytes the encrypted key of such an object has.
    #[must_use]
    pub const fn encrypted_key_bytes(self, encryption: ContentEncryption) -> usize {
        match self {
            Self::Direct => 0,
            Self::A128Kw | Self::A192Kw | Self::A256Kw => {
                encryption.key_bytes().saturating_add(Self::WRAPPING_BYTES)
            }
        }
    }
}
