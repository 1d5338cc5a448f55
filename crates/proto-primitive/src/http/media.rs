//! Media types: what a body is said to be (`Content-Type`, with `ty`), TS-0009 6.4.3.

use csf_api::{ResourceType, Status};

use super::fault::Fault;
use crate::serialization::Serialization;

/// The most parameters of a media type.
const MAX_PARAMETERS: usize = 32;

/// What a `Content-Type` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ContentType {
    /// The serialisation, if it is one that this crate reads; JSON is in UTF-8.
    pub(super) serialization: Option<Serialization>,
    /// The type of the resource to create.
    pub(super) resource_type: Option<ResourceType>,
}

impl ContentType {
    /// Reads the value of a `Content-Type` line.
    pub(super) fn parse(value: &[u8]) -> Result<Self, Fault> {
        let text = str::from_utf8(value)
            .ok()
            .filter(|text| text.is_ascii())
            .ok_or_else(|| Fault::bad("the content type is not ASCII"))?;
        let mut parts = text.split(';').map(trim);
        let serialization = parts.next().and_then(named).map(|(serialization, _)| serialization);
        let mut read = Self { serialization, resource_type: None };
        for (n, part) in parts.enumerate() {
            if n >= MAX_PARAMETERS {
                return Err(Fault::bad("the content type has too many parameters"));
            }
            if part.is_empty() {
                continue;
            }
            let Some((name, value)) = part.split_once('=') else {
                return Err(Fault::bad("a parameter of the content type has no value"));
            };
            let (name, value) = (trim(name), unquote(trim(value)));
            if name.eq_ignore_ascii_case("ty") {
                if read.resource_type.is_some() {
                    return Err(Fault::bad("the content type gives ty twice"));
                }
                let number = number(value).ok_or_else(|| Fault::bad("ty is not a resource type"))?;
                read.resource_type = Some(ResourceType::from_number(number));
            } else if name.eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
                read.serialization = None;
            }
        }
        Ok(read)
    }

    /// The serialisation, where the body may be read.
    pub(super) fn readable(self) -> Result<Serialization, Fault> {
        self.serialization.ok_or_else(|| {
            Fault::new(
                Status::UnsupportedMediaType,
                "a body is application/json, application/cbor, or application/vnd.onem2m-res or -ntfy with +json or +cbor",
            )
        })
    }
}

/// The serialisation that a media type names, and whether by the name that this crate writes.
pub(super) fn named(kind: &str) -> Option<(Serialization, bool)> {
    use Serialization::{Cbor, Json};
    let all = [
        ("application/json", (Json, true)),
        ("application/cbor", (Cbor, true)),
        ("application/vnd.onem2m-res+json", (Json, false)),
        ("application/vnd.onem2m-res+cbor", (Cbor, false)),
        ("application/vnd.onem2m-ntfy+json", (Json, false)),
        ("application/vnd.onem2m-ntfy+cbor", (Cbor, false)),
    ];
    all.into_iter().find(|(name, _)| kind.eq_ignore_ascii_case(name)).map(|(_, named)| named)
}

/// A number of digits alone: no sign, no blank.
pub(super) fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

pub(super) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn unquote(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Option<Serialization>, Option<u16>), Status> {
        ContentType::parse(text.as_bytes())
            .map(|c| (c.serialization, c.resource_type.map(ResourceType::number)))
            .map_err(|fault| fault.status)
    }

    #[test]
    fn content_types_are_read_with_their_parameters() {
        const JSON: Option<Serialization> = Some(Serialization::Json);
        const CBOR: Option<Serialization> = Some(Serialization::Cbor);
        for (text, expected) in [
            ("application/json", (JSON, None)),
            ("Application/JSON;ty=2", (JSON, Some(2))),
            ("application/json ; ty = 28 ; charset = UTF-8", (JSON, Some(28))),
            ("application/vnd.onem2m-res+json;\tTY=\"3\"", (JSON, Some(3))),
            ("application/vnd.onem2m-ntfy+json; charset=\"utf-8\"", (JSON, None)),
            ("application/json;;profile=x;", (JSON, None)),
            ("application/cbor;ty=3", (CBOR, Some(3))),
            ("Application/vnd.oneM2M-res+CBOR; ty=4", (CBOR, Some(4))),
            ("application/vnd.onem2m-ntfy+cbor", (CBOR, None)),
            ("application/json;charset=iso-8859-1", (None, None)),
            ("application/xml;ty=2", (None, Some(2))),
            ("application/vnd.onem2m-preq+json", (None, None)),
            ("application/vnd.onem2m-prsp+cbor", (None, None)),
            ("application/cbor-seq", (None, None)),
            ("application/jsonx", (None, None)),
            ("text/plain", (None, None)),
            ("", (None, None)),
        ] {
            assert_eq!(parsed(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_broken_content_type_is_refused() {
        for text in [
            "application/json;ty=",
            "application/json;ty=two",
            "application/json;ty=+2",
            "application/json;ty=-1",
            "application/json;ty=2.0",
            "application/json;ty=65536",
            "application/json;ty=2;ty=2",
            "application/json;ty",
            "application/json;ty=2 3",
            "application/json;ä=1",
        ] {
            assert_eq!(parsed(text), Err(Status::BadRequest), "{text}");
        }
        assert_eq!(parsed(&format!("application/json{}", ";a=b".repeat(100))), Err(Status::BadRequest));
    }
}
