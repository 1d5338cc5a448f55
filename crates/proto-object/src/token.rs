//! The profile of tokens: a JWT in one of three classes, with the headers that TS-0003 7.3.2.6 fixes.

use csf_api::{Object, Value};
use proto_primitive::{value_from_json, value_to_json};

use crate::error::ObjectError;
use crate::header::Header;
use crate::jwe::{Jwe, Opened};
use crate::jws::{Jws, Verified, sign_with};
use crate::operations::Signer;

/// The longest token, in bytes: what a request can carry in a header line of its own.
pub const MAX_TOKEN_BYTES: usize = 32 * 1024;

/// What `typ` of every header of a token says, and `cty` of one that holds another.
const JWT: &str = "JWT";

/// How a token is protected (the classes of ESData).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenClass {
    /// Signed, for everybody to read.
    Signed,
    /// Encrypted only: who has the key could have made it.
    Encrypted,
    /// Signed, then encrypted.
    Nested,
}

impl TokenClass {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Signed, Self::Encrypted, Self::Nested];

    /// Its name in configurations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Encrypted => "encrypted",
            Self::Nested => "nested",
        }
    }
}

/// A token that nothing was asked about yet.
pub enum Token<'a> {
    /// A JWS.
    Signed(Jws<'a>),
    /// A JWE, which may hold claims or a JWS.
    Encrypted(Jwe<'a>),
}

impl<'a> Token<'a> {
    /// Reads a token. An unsecured one (`alg` none) is none.
    ///
    /// # Errors
    ///
    /// What is no JWS and no JWE, or has headers that a token has not.
    pub fn parse(text: &'a str) -> Result<Self, ObjectError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(ObjectError::TooLong);
        }
        match text.bytes().filter(|b| *b == b'.').count() {
            2 => signed(text).map(Self::Signed),
            4 => {
                let jwe = Jwe::parse(text)?;
                is_jwt(jwe.header())?;
                match jwe.header().content_type() {
                    None | Some(JWT) => Ok(Self::Encrypted(jwe)),
                    Some(_) => Err(ObjectError::Member("cty")),
                }
            }
            _ => Err(ObjectError::Parts),
        }
    }

    /// The class that its headers claim.
    #[must_use]
    pub fn class(&self) -> TokenClass {
        match self {
            Self::Signed(_) => TokenClass::Signed,
            Self::Encrypted(jwe) if jwe.header().content_type().is_some() => TokenClass::Nested,
            Self::Encrypted(_) => TokenClass::Encrypted,
        }
    }
}

impl Opened {
    /// The signed token inside a nested one. There is no third layer.
    ///
    /// # Errors
    ///
    /// Where it is no signed token.
    pub fn nested(&self) -> Result<Jws<'_>, ObjectError> {
        if self.header().content_type() != Some(JWT) {
            return Err(ObjectError::Member("cty"));
        }
        signed(str::from_utf8(self.plaintext()).map_err(|_| ObjectError::Encoding)?)
    }
}

fn signed(text: &str) -> Result<Jws<'_>, ObjectError> {
    let jws = Jws::parse(text)?;
    is_jwt(jws.header())?;
    match jws.header().content_type() {
        None => Ok(jws),
        Some(_) => Err(ObjectError::Member("cty")),
    }
}

fn is_jwt(header: &Header) -> Result<(), ObjectError> {
    if header.object_type() == Some(JWT) { Ok(()) } else { Err(ObjectError::Member("typ")) }
}

/// Something that protects claims and was found authentic.
pub trait Claims {
    /// The claims.
    ///
    /// # Errors
    ///
    /// Where the payload is no object of JSON.
    fn claims(&self) -> Result<Object, ObjectError>;
}

impl Claims for Verified {
    fn claims(&self) -> Result<Object, ObjectError> {
        read(self.payload())
    }
}

impl Claims for Opened {
    fn claims(&self) -> Result<Object, ObjectError> {
        // A nested token inside one that does not say so would be read in two ways.
        if self.header().content_type().is_some() {
            Err(ObjectError::Member("cty"))
        } else {
            read(self.plaintext())
        }
    }
}

impl Jws<'_> {
    /// Who issued it, as it says itself: to find the keys that can prove it, and for nothing else.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<Box<str>> {
        match read(self.unverified_payload()).ok()?.remove("iss") {
            Some(Value::Text(issuer)) => Some(issuer),
            _ => None,
        }
    }
}

/// Makes a JWS of claims.
///
/// # Errors
///
/// As [`sign_with`].
pub async fn sign_claims<S: Signer + Sync>(
    header: &Header,
    claims: &Object,
    signer: &S,
) -> Result<String, Result<ObjectError, S::Error>> {
    sign_with(header, &value_to_json(&Value::Object(claims.clone())), signer).await
}

fn read(payload: &[u8]) -> Result<Object, ObjectError> {
    match value_from_json(payload) {
        Ok(Value::Object(claims)) => Ok(claims),
        _ => Err(ObjectError::Claims),
    }
}
