//! Who may issue tokens, how they may be protected, and by which keys that is checked (TS-0003 7.3.2.6).

use csf_api::{Address, EntityId};

pub use proto_object::{ContentEncryption, SignatureAlgorithm, TokenClass};

/// Somebody whose tokens count here. Whoever is not listed issues nothing.
#[derive(Clone, Debug)]
pub struct TokenIssuer {
    /// The claim `iss` of the tokens.
    pub id: EntityId,
    /// The classes that are permitted; a token of another is discarded.
    pub classes: Vec<TokenClass>,
    /// The keys. An algorithm is permitted where there is a key for it.
    pub keys: Vec<TokenKey>,
}

/// A key by which tokens of an issuer are checked or opened.
#[derive(Clone, Debug)]
pub struct TokenKey {
    /// The member `kid` of headers.
    pub id: Box<str>,
    /// What it does.
    pub kind: TokenKeyKind,
}

/// What a key does.
#[derive(Clone, Debug)]
pub enum TokenKeyKind {
    /// A public key checks signatures.
    Public {
        /// Of this algorithm alone.
        algorithm: SignatureAlgorithm,
        /// SubjectPublicKeyInfo in DER.
        key: Vec<u8>,
    },
    /// A key in a secure environment checks codes. Whoever has it could also make them.
    Secret {
        /// Of this algorithm alone.
        algorithm: SignatureAlgorithm,
        /// The key object, which must be the administrator's.
        object: Address,
    },
    /// A key in a secure environment opens what was encrypted.
    Opens {
        /// With this algorithm alone.
        encryption: ContentEncryption,
        /// The key object, which must be the administrator's.
        object: Address,
    },
}
