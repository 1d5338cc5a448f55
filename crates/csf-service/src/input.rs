//! The input of an invocation: every member known, of the right kind, and within bounds.

use base64ct::{Base64, Encoding};
use csf_api::{Object, SecurityLevel, Value};
use csf_transport::MAX_PAYLOAD_BYTES;

use crate::levels::level;
use crate::refusal::Refusal;

/// The members of an invocation.
pub(crate) struct Input<'a>(&'a Object);

impl<'a> Input<'a> {
    pub(crate) const fn new(body: &'a Object) -> Self {
        Self(body)
    }

    /// Refuses members that the function does not know; `msl` is known to all.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
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
    pub(crate) fn minimum_level(&self) -> Result<SecurityLevel, Refusal> {
        match self.0.get("msl") {
            None => Ok(SecurityLevel::None),
            Some(value) => level(value),
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<&'a str, Refusal> {
        self.optional_text(name)?.ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))
    }

    pub(crate) fn optional_text(&self, name: &'static str) -> Result<Option<&'a str>, Refusal> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        value.as_text().map(Some).ok_or_else(|| Refusal::bad_request(format!("'{name}' must be a string")))
    }

    /// A list, empty where it is not there.
    pub(crate) fn optional_list(&self, name: &'static str) -> Result<&'a [Value], Refusal> {
        let Some(value) = self.0.get(name) else { return Ok(&[]) };
        value.as_list().ok_or_else(|| Refusal::bad_request(format!("'{name}' must be a list")))
    }

    pub(crate) fn integer(&self, name: &'static str) -> Result<i64, Refusal> {
        let value = self.0.get(name).ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))?;
        value.as_integer().ok_or_else(|| Refusal::bad_request(format!("'{name}' must be an integer")))
    }

    /// The generation of a key, if one is named.
    pub(crate) fn optional_generation(&self, name: &'static str) -> Result<Option<u32>, Refusal> {
        if !self.has(name) {
            return Ok(None);
        }
        let named = u32::try_from(self.integer(name)?).ok().filter(|generation| *generation > 0);
        named.map(Some).ok_or_else(|| Refusal::bad_request(format!("'{name}' is the number of a generation")))
    }

    pub(crate) fn octets(&self, name: &'static str) -> Result<Vec<u8>, Refusal> {
        self.optional_octets(name)?.ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))
    }

    pub(crate) fn optional_octets(&self, name: &'static str) -> Result<Option<Vec<u8>>, Refusal> {
        self.optional_octets_up_to(name, MAX_PAYLOAD_BYTES)
    }

    /// Octets, at most so many.
    pub(crate) fn optional_octets_up_to(
        &self,
        name: &'static str,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        let too_many = || Refusal::bad_request(format!("'{name}' holds at most {most} bytes"));
        if text.len() > most.div_ceil(3).saturating_mul(4) {
            return Err(too_many());
        }
        let octets = Base64::decode_vec(text)
            .map_err(|_| Refusal::bad_request(format!("'{name}' must be base64 with padding")))?;
        if octets.len() > most { Err(too_many()) } else { Ok(Some(octets)) }
    }

    /// A member as it is.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }
}

/// Octets as base64 text.
pub(crate) fn base64(octets: &[u8]) -> Value {
    Value::Text(Base64::encode_string(octets).into())
}
