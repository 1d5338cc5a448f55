//! JWS in compact form (RFC 7515, 3.1): header, payload and signature.

use crate::algorithm::SignatureAlgorithm;
use crate::base64url;
use crate::error::{ObjectError, Unopened};
use crate::header::{Header, Protection};
use crate::operations::{Check, Sign, Signer, Verifier};

/// The longest payload, in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 16 * 1024;

/// A JWS whose signature nobody has looked at: its payload is hearsay and is kept out of reach.
///
/// It has no `Debug`: it may be worth as much as a password.
pub struct Jws<'a> {
    header: Header,
    algorithm: SignatureAlgorithm,
    input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    /// Reads a JWS.
    ///
    /// # Errors
    ///
    /// What is not well formed, or has a header that is not allowed, is refused here; whether the signature is right
    /// is asked later.
    pub fn parse(text: &'a str) -> Result<Self, ObjectError> {
        let (input, signature) = text.rsplit_once('.').ok_or(ObjectError::Parts)?;
        let (header, payload) = input.split_once('.').ok_or(ObjectError::Parts)?;
        if header.is_empty() || signature.is_empty() || payload.contains('.') {
            return Err(ObjectError::Parts);
        }
        if payload.len() > base64url::encoded_bytes(MAX_PAYLOAD_BYTES) {
            return Err(ObjectError::TooLong);
        }
        let header = Header::decode(header)?;
        let Protection::Signed(algorithm) = header.protection() else {
            return Err(ObjectError::Forbidden("enc"));
        };
        if signature.len() != base64url::encoded_bytes(algorithm.signature_bytes()) {
            return Err(ObjectError::Length("signature"));
        }
        let payload = base64url::decode(payload).ok_or(ObjectError::Encoding)?;
        let signature = base64url::decode(signature).ok_or(ObjectError::Encoding)?;
        Ok(Self { header, algorithm, input, payload, signature })
    }

    /// The header, which is hearsay too: it says what to ask for.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// By which algorithm it is said to be signed.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The payload that nobody has vouched for yet: to find out whose keys to ask, and for nothing else.
    #[must_use]
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Has the signature checked.
    ///
    /// # Errors
    ///
    /// [`Unopened::NotAuthentic`] where it is wrong.
    pub async fn verified_by<V: Verifier + Sync>(self, verifier: &V) -> Result<Verified, Unopened<V::Error>> {
        let check = Check {
            algorithm: self.algorithm,
            key_id: self.header.key_id(),
            input: self.input.as_bytes(),
            signature: &self.signature,
        };
        match verifier.verify(check).await {
            Ok(true) => Ok(Verified { header: self.header, payload: self.payload }),
            Ok(false) => Err(Unopened::NotAuthentic),
            Err(error) => Err(Unopened::Operation(error)),
        }
    }
}

/// A JWS whose signature was found right; nothing else makes one.
pub struct Verified {
    header: Header,
    payload: Vec<u8>,
}

impl Verified {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}

/// Why an object was not made.
type Unmade<E> = Result<String, Result<ObjectError, E>>;

/// Makes a JWS.
///
/// # Errors
///
/// `Ok` of the fault where it could not be read again; `Err` of why the signer declined.
pub async fn sign_with<S: Signer + Sync>(header: &Header, payload: &[u8], signer: &S) -> Unmade<S::Error> {
    let Protection::Signed(algorithm) = header.protection() else {
        return Err(Ok(ObjectError::Forbidden("enc")));
    };
    if payload.len() > MAX_PAYLOAD_BYTES {
        return Err(Ok(ObjectError::TooLong));
    }
    let mut text = header.encode().map_err(Ok)?;
    text.push('.');
    text.push_str(&base64url::encode(payload));
    let sign = Sign { algorithm, key_id: header.key_id(), input: text.as_bytes() };
    let signature = signer.sign(sign).await.map_err(Err)?;
    if signature.len() != algorithm.signature_bytes() {
        return Err(Ok(ObjectError::Length("signature")));
    }
    text.push('.');
    text.push_str(&base64url::encode(&signature));
    Ok(text)
}
