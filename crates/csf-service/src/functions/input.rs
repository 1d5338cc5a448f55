//! The input of an invocation: every member known, of the right kind, and within bounds.

use base64ct::{Base64, Encoding};
use csf_api::{Object, SecurityLevel, Value};
use csf_transport::MAX_PAYLOAD_BYTES;

use crate::levels::level;
use crate::refusal::Refusal;

/// The longest base64 text of a payload.
const MAX_TEXT_BYTES: usize = MAX_PAYLOAD_BYTES.div_ceil(3).saturating_mul(4);

/// The members of an invocation.
pub(super) struct Input<'a>(&'a Object);

impl<'a> Input<'a> {
    pub(super) const fn new(body: &'a Object) -> Self {
        Self(body)
    }

    /// Refuses members that the function does not know; `msl` is known to all.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.0.iter().find(|(name, _)| *name != "msl" && !known.contains(name)) {
            Some((name, _)) => {
                let name: String = name.chars().take(32).filter(|c| !c.is_control()).collect();
                Err(Refusal::bad_request(format!(
                    "the function has no input '{name}'; it has {}",
                    known.join(", ")
                )))
            }
            None => Ok(()),
        }
    }

    /// The security level that the caller demands at least.
    pub(super) fn minimum_level(&self) -> Result<SecurityLevel, Refusal> {
        match self.0.get("msl") {
            None => Ok(SecurityLevel::None),
            Some(value) => level(value),
        }
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&'a str, Refusal> {
        self.optional_text(name)?.ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))
    }

    fn optional_text(&self, name: &'static str) -> Result<Option<&'a str>, Refusal> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        value.as_text().map(Some).ok_or_else(|| Refusal::bad_request(format!("'{name}' must be a string")))
    }

    pub(super) fn integer(&self, name: &'static str) -> Result<i64, Refusal> {
        let value = self.0.get(name).ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))?;
        value.as_integer().ok_or_else(|| Refusal::bad_request(format!("'{name}' must be an integer")))
    }

    pub(super) fn octets(&self, name: &'static str) -> Result<Vec<u8>, Refusal> {
        self.optional_octets(name)?.ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))
    }

    pub(super) fn optional_octets(&self, name: &'static str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        if text.len() > MAX_TEXT_BYTES {
            return Err(Refusal::bad_request(format!("'{name}' holds at most {MAX_PAYLOAD_BYTES} bytes")));
        }
        let octets = Base64::decode_vec(text);
        octets.map(Some).map_err(|_| Refusal::bad_request(format!("'{name}' must be base64 with padding")))
    }
}

/// Octets as base64 text.
pub(super) fn base64(octets: &[u8]) -> Value {
    Value::Text(Base64::encode_string(octets).into())
}
