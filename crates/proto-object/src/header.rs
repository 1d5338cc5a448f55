//! Headers: read strictly, written in one way (RFC 7515, 4; RFC 7516, 4).

use csf_api::{Object, Value};
use proto_primitive::{value_from_json, value_to_json};

use crate::algorithm::{ContentEncryption, KeyManagement, SignatureAlgorithm};
use crate::base64url;
use crate::error::ObjectError;

/// The longest header, in bytes of JSON.
pub const MAX_HEADER_BYTES: usize = 1024;
/// The longest identifier of a key, in bytes.
pub const MAX_KEY_ID_BYTES: usize = 256;

/// Members that no object here may have. Each would change how the object is read.
const FORBIDDEN: [&str; 3] = ["crit", "zip", "b64"];

/// How an object is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// By a signature or a code.
    Signed(SignatureAlgorithm),
    /// By encryption that authenticates.
    Encrypted(KeyManagement, ContentEncryption),
}

/// A header.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    protection: Protection,
    members: Object,
}

impl Header {
    /// A header with nothing but how the object is protected.
    #[must_use]
    pub fn new(protection: Protection) -> Self {
        let members = match protection {
            Protection::Signed(algorithm) => Object::new().with("alg", Value::text(algorithm.name())),
            Protection::Encrypted(management, encryption) => Object::new()
                .with("alg", Value::text(management.name()))
                .with("enc", Value::text(encryption.name())),
        };
        Self { protection, members }
    }

    /// The same header with this key identifier.
    #[must_use]
    pub fn with_key_id(self, id: &str) -> Self {
        self.with("kid", id)
    }

    /// The same header with this type of object (`typ`).
    #[must_use]
    pub fn with_type(self, of: &str) -> Self {
        self.with("typ", of)
    }

    /// The same header with this type of content (`cty`).
    #[must_use]
    pub fn with_content_type(self, of: &str) -> Self {
        self.with("cty", of)
    }

    fn with(mut self, name: &str, text: &str) -> Self {
        self.members.set(name, Value::text(text));
        self
    }

    /// How the object is protected.
    #[must_use]
    pub const fn protection(&self) -> Protection {
        self.protection
    }

    /// Which key it is protected with, where it says.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.text("kid")
    }

    /// The type of the object, where it says.
    #[must_use]
    pub fn object_type(&self) -> Option<&str> {
        self.text("typ")
    }

    /// The type of the content, where it says.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.text("cty")
    }

    /// Any member, for profiles that have their own.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_text)
    }

    /// The first part of an object.
    pub(crate) fn encode(&self) -> Result<String, ObjectError> {
        let json = value_to_json(&Value::Object(self.members.clone()));
        // What could not be read again is not written.
        Self::read(&json)?;
        Ok(base64url::encode(&json))
    }

    /// Reads the first part of an object.
    pub(crate) fn decode(part: &str) -> Result<Self, ObjectError> {
        if part.len() > base64url::encoded_bytes(MAX_HEADER_BYTES) {
            return Err(ObjectError::TooLong);
        }
        Self::read(&base64url::decode(part).ok_or(ObjectError::Encoding)?)
    }

    fn read(json: &[u8]) -> Result<Self, ObjectError> {
        if json.len() > MAX_HEADER_BYTES {
            return Err(ObjectError::TooLong);
        }
        let Ok(Value::Object(members)) = value_from_json(json) else {
            return Err(ObjectError::Header);
        };
        if let Some(name) = FORBIDDEN.iter().find(|name| members.get(name).is_some()) {
            return Err(ObjectError::Forbidden(name));
        }
        for name in ["kid", "typ", "cty"] {
            let text = |value: &Value| {
                value.as_text().is_some_and(|text| (1..=MAX_KEY_ID_BYTES).contains(&text.len()))
            };
            if !members.get(name).is_none_or(text) {
                return Err(ObjectError::Member(name));
            }
        }
        let name = |of| members.get(of).and_then(Value::as_text).ok_or(ObjectError::Member(of));
        let algorithm = name("alg")?;
        let protection = if members.get("enc").is_some() {
            let management = KeyManagement::from_name(algorithm).ok_or(ObjectError::Algorithm("alg"))?;
            let encryption = ContentEncryption::from_name(name("enc")?);
            Protection::Encrypted(management, encryption.ok_or(ObjectError::Algorithm("enc"))?)
        } else {
            let signature = SignatureAlgorithm::from_name(algorithm);
            Protection::Signed(signature.ok_or(ObjectError::Algorithm("alg"))?)
        };
        Ok(Self { protection, members })
    }
}
