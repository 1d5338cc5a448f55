//! Media types: what a body is (`Content-Type`, with `ty`) and what may be answered (`Accept`), TS-0009 6.4.3.

use csf_api::{ResourceType, Status};

use super::fault::Fault;

/// The most parameters of a media type, and the most ranges in one `Accept` line.
const MAX_PARTS: usize = 32;

/// What a `Content-Type` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ContentType {
    /// Whether it is JSON in UTF-8, the only serialisation that this crate reads.
    pub(super) is_json: bool,
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
        let mut read = Self { is_json: parts.next().is_some_and(is_json), resource_type: None };
        for (n, part) in parts.enumerate() {
            if n >= MAX_PARTS {
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
                read.is_json = false;
            }
        }
        Ok(read)
    }

    /// The resource type, where the body may be read.
    pub(super) fn require_json(self) -> Result<(), Fault> {
        if self.is_json {
            return Ok(());
        }
        Err(Fault::new(
            Status::UnsupportedMediaType,
            "a body is application/json, application/vnd.onem2m-res+json or application/vnd.onem2m-ntfy+json",
        ))
    }
}

/// Whether one `Accept` line lets the answer be JSON.
pub(super) fn accepts_json(value: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(value) else { return false };
    text.split(',').take(MAX_PARTS).any(|range| {
        let mut parts = range.split(';').map(trim);
        let kind = parts.next().unwrap_or_default();
        let wanted = is_json(kind) || kind == "*/*" || kind.eq_ignore_ascii_case("application/*");
        wanted && !parts.any(is_refusing_weight)
    })
}

/// `q=0`, `q=0.`, `q=0.000`: the range is named to be refused.
fn is_refusing_weight(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        let value = trim(value);
        trim(name).eq_ignore_ascii_case("q")
            && value.starts_with('0')
            && value.bytes().all(|b| matches!(b, b'0' | b'.'))
    })
}

fn is_json(kind: &str) -> bool {
    ["application/json", "application/vnd.onem2m-res+json", "application/vnd.onem2m-ntfy+json"]
        .iter()
        .any(|json| kind.eq_ignore_ascii_case(json))
}

/// A number of digits alone: no sign, no blank.
pub(super) fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn unquote(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(bool, Option<u16>), Status> {
        ContentType::parse(text.as_bytes())
            .map(|c| (c.is_json, c.resource_type.map(ResourceType::number)))
            .map_err(|fault| fault.status)
    }

    #[test]
    fn content_types_are_read_with_their_parameters() {
        for (text, expected) in [
            ("application/json", (true, None)),
            ("Application/JSON;ty=2", (true, Some(2))),
            ("application/json ; ty = 28 ; charset = UTF-8", (true, Some(28))),
            ("application/vnd.onem2m-res+json;\tTY=\"3\"", (true, Some(3))),
            ("application/vnd.onem2m-ntfy+json; charset=\"utf-8\"", (true, None)),
            ("application/json;;profile=x;", (true, None)),
            ("application/json;charset=iso-8859-1", (false, None)),
            ("application/xml;ty=2", (false, Some(2))),
            ("application/vnd.onem2m-preq+json", (false, None)),
            ("application/jsonx", (false, None)),
            ("text/plain", (false, None)),
            ("", (false, None)),
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

    #[test]
    fn accept_is_honoured() {
        for text in [
            "application/json",
            "*/*",
            "application/*;q=0.1",
            "text/html, application/xml;q=0.9, */*;q=0.8",
            "application/vnd.onem2m-res+json",
            "APPLICATION/JSON; q=1",
        ] {
            assert!(accepts_json(text.as_bytes()), "{text}");
        }
        for text in [
            "application/xml",
            "text/*",
            "application/json;q=0",
            "*/*; q=0.000",
            "application/cbor,text/html",
            "json",
            "ä",
        ] {
            assert!(!accepts_json(text.as_bytes()), "{text}");
        }
    }
}
