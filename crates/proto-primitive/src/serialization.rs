//! The serialisations of a content (TS-0004 clause 8), and which media types name them (TS-0009 6.4.3).

use std::fmt;

use csf_api::Content;

use crate::cbor::{ByteStrings, CborError, content_from_cbor_where, content_to_cbor};
use crate::json::{JsonError, content_from_json, content_to_json};

/// How a content is written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Serialization {
    /// RFC 8259, in UTF-8.
    #[default]
    Json,
    /// RFC 8949, within the JSON model.
    Cbor,
}

impl Serialization {
    /// The media type that is written for it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Cbor => "application/cbor",
        }
    }

    /// Writes a content.
    #[must_use]
    pub fn encode(self, content: &Content) -> Vec<u8> {
        match self {
            Self::Json => content_to_json(content),
            Self::Cbor => content_to_cbor(content),
        }
    }

    /// Reads a content.
    ///
    /// # Errors
    ///
    /// As [`content_from_json`] and [`content_from_cbor`](crate::content_from_cbor).
    pub fn decode(self, body: &[u8]) -> Result<Content, BodyError> {
        self.decode_where(ByteStrings::Refused, body)
    }

    /// Reads a content, in which byte strings are what they are said to be. JSON has none.
    ///
    /// # Errors
    ///
    /// As [`Self::decode`].
    pub fn decode_where(self, byte_strings: ByteStrings, body: &[u8]) -> Result<Content, BodyError> {
        match self {
            Self::Json => content_from_json(body).map_err(BodyError::Json),
            Self::Cbor => content_from_cbor_where(byte_strings, body).map_err(BodyError::Cbor),
        }
    }
}

/// Why a body is no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It should be JSON.
    Json(JsonError),
    /// It should be CBOR.
    Cbor(CborError),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::Cbor(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BodyError {}
