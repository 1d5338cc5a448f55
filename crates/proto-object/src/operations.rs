//! What whoever holds the keys is asked for. Nobody here has a key, and no operation is asked for twice.
//!
//! The traits are asynchronous, because a key may lie in a secure environment that takes its time; one that answers
//! at once implements them all the same.

use zeroize::Zeroizing;

use crate::algorithm::{ContentEncryption, KeyManagement, SignatureAlgorithm};

/// Is this signature right?
#[derive(Clone, Copy)]
pub struct Check<'a> {
    /// By which algorithm.
    pub algorithm: SignatureAlgorithm,
    /// With which key, where the object says. It is a hint of whoever made the object: the key must be one that may
    /// be used for it.
    pub key_id: Option<&'a str>,
    /// Over what.
    pub input: &'a [u8],
    /// The signature; of the length that the algorithm has.
    pub signature: &'a [u8],
}

/// Tells whether signatures and codes are right.
pub trait Verifier {
    /// Why it could not tell.
    type Error: Send;

    /// Whether it is.
    fn verify(&self, check: Check<'_>) -> impl Future<Output = Result<bool, Self::Error>> + Send;
}

/// Sign this.
#[derive(Clone, Copy)]
pub struct Sign<'a> {
    /// By which algorithm.
    pub algorithm: SignatureAlgorithm,
    /// With which key, where the header says.
    pub key_id: Option<&'a str>,
    /// What.
    pub input: &'a [u8],
}

/// Makes signatures and codes.
pub trait Signer {
    /// Why it did not.
    type Error: Send;

    /// The signature.
    fn sign(&self, sign: Sign<'_>) -> impl Future<Output = Result<Vec<u8>, Self::Error>> + Send;
}

/// Decrypt this.
#[derive(Clone, Copy)]
pub struct Open<'a> {
    /// How the key of the content is come by.
    pub management: KeyManagement,
    /// How the content is encrypted.
    pub encryption: ContentEncryption,
    /// With which key, where the object says; a hint.
    pub key_id: Option<&'a str>,
    /// The wrapped key of the content; empty where that is agreed already.
    pub encrypted_key: &'a [u8],
    /// The initialisation vector.
    pub iv: &'a [u8],
    /// What is authenticated beside the content.
    pub associated_data: &'a [u8],
    /// The ciphertext, the tag at its end.
    pub ciphertext: &'a [u8],
}

/// Decrypts.
pub trait Opener {
    /// Why it could not try.
    type Error: Send;

    /// The content; `None` where it is not authentic.
    fn open(
        &self,
        open: Open<'_>,
    ) -> impl Future<Output = Result<Option<Zeroizing<Vec<u8>>>, Self::Error>> + Send;
}

/// Encrypt this, under a vector that was never used with the key.
#[derive(Clone, Copy)]
pub struct Seal<'a> {
    /// How the recipient comes by the key of the content.
    pub management: KeyManagement,
    /// How the content is encrypted.
    pub encryption: ContentEncryption,
    /// With which key, where the header says.
    pub key_id: Option<&'a str>,
    /// What is authenticated beside the content.
    pub associated_data: &'a [u8],
    /// The content.
    pub plaintext: &'a [u8],
}

/// What sealing gave.
pub struct Closed {
    /// The wrapped key of the content; empty where that is agreed already.
    pub encrypted_key: Vec<u8>,
    /// The initialisation vector.
    pub iv: Vec<u8>,
    /// The ciphertext, the tag at its end.
    pub ciphertext: Vec<u8>,
}

/// Encrypts.
pub trait Sealer {
    /// Why it did not.
    type Error: Send;

    /// The ciphertext and what belongs to it.
    fn seal(&self, seal: Seal<'_>) -> impl Future<Output = Result<Closed, Self::Error>> + Send;
}
