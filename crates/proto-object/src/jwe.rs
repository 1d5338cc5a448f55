//! JWE in compact form (RFC 7516, 3.1): header, encrypted key, initialisation vector, ciphertext and tag.

use zeroize::Zeroizing;

use crate::algorithm::{ContentEncryption, KeyManagement};
use crate::base64url;
use crate::error::{ObjectError, Unopened};
use crate::header::{Header, Protection};
use crate::operations::{Open, Opener, Seal, Sealer};

/// The longest plaintext, in bytes: a JWS fits in.
pub const MAX_PLAINTEXT_BYTES: usize = 24 * 1024;

/// A JWE that nobody has opened.
pub struct Jwe<'a> {
    header: Header,
    management: KeyManagement,
    encryption: ContentEncryption,
    associated_data: &'a str,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    /// The tag at its end.
    ciphertext: Vec<u8>,
}

impl<'a> Jwe<'a> {
    /// Reads a JWE.
    ///
    /// # Errors
    ///
    /// What is not well formed, or has a header that is not allowed, is refused here.
    pub fn parse(text: &'a str) -> Result<Self, ObjectError> {
        let mut parts = text.split('.');
        let (Some(first), Some(key), Some(iv), Some(ciphertext), Some(tag), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ObjectError::Parts);
        };
        if first.is_empty() || ciphertext.is_empty() {
            return Err(ObjectError::Parts);
        }
        if ciphertext.len() > base64url::encoded_bytes(MAX_PLAINTEXT_BYTES) {
            return Err(ObjectError::TooLong);
        }
        let header = Header::decode(first)?;
        let Protection::Encrypted(management, encryption) = header.protection() else {
            return Err(ObjectError::Member("enc"));
        };
        let of = |part: &str, bytes, name| match part.len() == base64url::encoded_bytes(bytes) {
            true => base64url::decode(part).ok_or(ObjectError::Encoding),
            false => Err(ObjectError::Length(name)),
        };
        let encrypted_key = of(key, management.encrypted_key_bytes(encryption), "encrypted key")?;
        let iv = of(iv, ContentEncryption::IV_BYTES, "initialisation vector")?;
        let tag = of(tag, ContentEncryption::TAG_BYTES, "tag")?;
        let mut ciphertext = base64url::decode(ciphertext).ok_or(ObjectError::Encoding)?;
        ciphertext.extend_from_slice(&tag);
        Ok(Self { header, management, encryption, associated_data: first, encrypted_key, iv, ciphertext })
    }

    /// The header, which is hearsay: it says what to ask for.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// How the key of the content is said to be come by, and how the content to be encrypted.
    #[must_use]
    pub const fn algorithms(&self) -> (KeyManagement, ContentEncryption) {
        (self.management, self.encryption)
    }

    /// Has it opened.
    ///
    /// # Errors
    ///
    /// [`Unopened::NotAuthentic`] where it is not what was sealed, whatever of it.
    pub async fn opened_by<O: Opener + Sync>(self, opener: &O) -> Result<Opened, Unopened<O::Error>> {
        let open = Open {
            management: self.management,
            encryption: self.encryption,
            key_id: self.header.key_id(),
            encrypted_key: &self.encrypted_key,
            iv: &self.iv,
            associated_data: self.associated_data.as_bytes(),
            ciphertext: &self.ciphertext,
        };
        match opener.open(open).await {
            Ok(Some(plaintext)) => Ok(Opened { header: self.header, plaintext }),
            Ok(None) => Err(Unopened::NotAuthentic),
            Err(error) => Err(Unopened::Operation(error)),
        }
    }
}

/// A JWE that was opened and found authentic; nothing else makes one. It has no `Debug`.
pub struct Opened {
    header: Header,
    plaintext: Zeroizing<Vec<u8>>,
}

impl Opened {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The plaintext.
    #[must_use]
    pub fn plaintext(&self) -> &[u8] {
        &self.plaintext
    }
}

/// Makes a JWE.
///
/// # Errors
///
/// `Ok` of the fault where it could not be read again; `Err` of why the sealer declined.
pub async fn seal_with<S: Sealer + Sync>(
    header: &Header,
    plaintext: &[u8],
    sealer: &S,
) -> Result<String, Result<ObjectError, S::Error>> {
    let Protection::Encrypted(management, encryption) = header.protection() else {
        return Err(Ok(ObjectError::Member("enc")));
    };
    if plaintext.is_empty() || plaintext.len() > MAX_PLAINTEXT_BYTES {
        return Err(Ok(ObjectError::TooLong));
    }
    let first = header.encode().map_err(Ok)?;
    let associated_data = first.as_bytes();
    let seal = Seal { management, encryption, key_id: header.key_id(), associated_data, plaintext };
    let closed = sealer.seal(seal).await.map_err(Err)?;
    let at = closed.ciphertext.len().checked_sub(ContentEncryption::TAG_BYTES);
    let (ciphertext, tag) =
        at.and_then(|at| closed.ciphertext.split_at_checked(at)).ok_or(Ok(ObjectError::Length("tag")))?;
    if closed.encrypted_key.len() != management.encrypted_key_bytes(encryption) {
        return Err(Ok(ObjectError::Length("encrypted key")));
    }
    if closed.iv.len() != ContentEncryption::IV_BYTES || ciphertext.len() != plaintext.len() {
        return Err(Ok(ObjectError::Length("initialisation vector")));
    }
    let parts = [&closed.encrypted_key, &closed.iv, ciphertext, tag].map(base64url::encode);
    Ok([&[first][..], &parts].concat().join("."))
}
