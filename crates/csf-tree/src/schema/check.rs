//! Checking what a request says about attributes against the table of the type (TS-0004 7.3.3.5 to 7.3.3.7).

use std::fmt;

use csf_api::{Object, ResourceName, Status, UtcTime, Value};

use super::Schema;
use super::attribute::{
    Attribute, Kind, MAX_LIST_ENTRIES, MAX_LONG_TEXT_BYTES, MAX_TEXT_BYTES, Presence, SECURITY_USAGES,
};

/// What is wrong with an attribute of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeError {
    /// The short name, shortened where it is absurdly long.
    pub attribute: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The type has no such attribute.
    Unknown,
    /// The type has it, but this build does not support it.
    Unsupported,
    /// Only the CSE sets it, or it cannot be changed.
    ReadOnly,
    /// It must be there.
    Missing,
    /// It cannot be deleted.
    Undeletable,
    /// Its value is of the wrong kind: expected and found.
    Kind(&'static str, &'static str),
    /// Its value is too long or has too many entries.
    TooLarge,
}

impl AttributeError {
    fn new(attribute: &str, problem: Problem) -> Self {
        Self { attribute: attribute.chars().take(32).filter(|c| !c.is_control()).collect(), problem }
    }

    /// The status code of the problem.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.problem {
            Problem::Unsupported => Status::NotImplemented,
            _ => Status::BadRequest,
        }
    }
}

impl fmt::Display for AttributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attribute '{}': ", self.attribute)?;
        match self.problem {
            Problem::Unknown => f.write_str("the type has no such attribute"),
            Problem::Unsupported => f.write_str("not supported"),
            Problem::ReadOnly => f.write_str("cannot be set by a request of this kind"),
            Problem::Missing => f.write_str("must be given"),
            Problem::Undeletable => f.write_str("cannot be deleted"),
            Problem::Kind(expected, found) => write!(f, "expected {expected}, found {found}"),
            Problem::TooLarge => f.write_str("too long"),
        }
    }
}

impl std::error::Error for AttributeError {}

/// Checks the attributes of a CREATE.
///
/// # Errors
///
/// The first attribute that is unknown, forbidden, of the wrong kind, or missing.
pub fn check_create(schema: &Schema, body: &Object) -> Result<(), AttributeError> {
    for (name, value) in body.iter() {
        let attribute = known(schema, name)?;
        if attribute.create == Presence::Forbidden {
            return Err(AttributeError::new(name, Problem::ReadOnly));
        }
        // A creator is asked for by null and by nothing else (TS-0004 7.3.3.6).
        match (attribute.name, value) {
            ("cr", Value::Null) => {}
            ("cr", other) => return Err(AttributeError::new(name, Problem::Kind("null", other.kind()))),
            _ => check_kind(attribute, value)?,
        }
    }
    let missing =
        schema.all_attributes().find(|a| a.create == Presence::Mandatory && body.get(a.name).is_none());
    missing.map_or(Ok(()), |a| Err(AttributeError::new(a.name, Problem::Missing)))
}

/// Checks the attributes of an UPDATE, where `null` deletes.
///
/// # Errors
///
/// The first attribute that is unknown, cannot be changed or deleted, or is of the wrong kind.
pub fn check_update(schema: &Schema, body: &Object) -> Result<(), AttributeError> {
    for (name, value) in body.iter() {
        let attribute = known(schema, name)?;
        if attribute.update == Presence::Forbidden {
            return Err(AttributeError::new(name, Problem::ReadOnly));
        }
        match value {
            Value::Null if attribute.deletable() => {}
            Value::Null => return Err(AttributeError::new(name, Problem::Undeletable)),
            _ => check_kind(attribute, value)?,
        }
    }
    Ok(())
}

fn known(schema: &Schema, name: &str) -> Result<&'static Attribute, AttributeError> {
    schema.attribute(name).ok_or_else(|| {
        let unsupported = schema.unsupported.contains(&name);
        AttributeError::new(name, if unsupported { Problem::Unsupported } else { Problem::Unknown })
    })
}

fn check_kind(attribute: &Attribute, value: &Value) -> Result<(), AttributeError> {
    let expected = match (attribute.kind, value) {
        (Kind::Any, Value::Null) => "a value",
        (Kind::Any, _) | (Kind::Bool, Value::Bool(_)) | (Kind::Object, Value::Object(_)) => return Ok(()),
        (Kind::Octets, Value::Text(_)) => return Ok(()),
        (Kind::Bool, _) => "a boolean",
        (Kind::Integer(least), Value::Integer(n)) if *n >= least => return Ok(()),
        (Kind::Integer(1), _) => "an integer of at least 1",
        (Kind::Integer(0), _) => "an integer of at least 0",
        (Kind::Integer(_), _) => "an integer",
        (Kind::Number, Value::Integer(_) | Value::Float(_)) => return Ok(()),
        (Kind::Number, _) => "a number",
        (Kind::LongText, Value::Text(text)) => return bounded(attribute, text.len() <= MAX_LONG_TEXT_BYTES),
        (Kind::SecurityUsages, Value::List(list)) if list.iter().all(is_security_usage) => {
            return bounded(attribute, list.len() <= MAX_LIST_ENTRIES);
        }
        (Kind::SecurityUsages, _) => "a list of security usage identifiers",
        (Kind::Name, Value::Text(text)) if ResourceName::parse(text).is_ok() => return Ok(()),
        (Kind::Name, _) => "a resource name",
        (Kind::Object, _) => "an object",
        (Kind::Text, Value::Text(text)) => return bounded(attribute, text.len() <= MAX_TEXT_BYTES),
        (Kind::Text | Kind::LongText, _) => "a string",
        (Kind::Octets, _) => "octets as base64",
        (Kind::Texts, Value::List(list)) if list.iter().all(|v| v.as_text().is_some()) => {
            let short = list.iter().all(|v| v.as_text().is_some_and(|t| t.len() <= MAX_TEXT_BYTES));
            return bounded(attribute, short && list.len() <= MAX_LIST_ENTRIES);
        }
        (Kind::Texts, _) => "a list of strings",
        (Kind::Tokens, Value::List(list)) if !list.is_empty() && all_texts(list, is_token) => {
            return bounded(attribute, list.len() <= MAX_LIST_ENTRIES && all_texts(list, is_short));
        }
        (Kind::Tokens, _) => "a list of at least one token",
        (Kind::Serializations, Value::List(list))
            if !list.is_empty() && all_texts(list, is_serialization) =>
        {
            return bounded(attribute, list.len() <= MAX_LIST_ENTRIES);
        }
        (Kind::Serializations, _) => "a list of at least one of xml, json, cbor",
        (Kind::ContentInfo, Value::Text(text)) if is_content_info(text) => {
            return bounded(attribute, is_short(text));
        }
        (Kind::ContentInfo, _) => {
            "a media type, an encoding (0, 1 or 2) and perhaps a security, such as text/plain:0"
        }
        (Kind::Between(least, most), Value::Integer(n)) if (least..=most).contains(n) => return Ok(()),
        (Kind::Between(0, 100), _) => "an integer of 0 to 100",
        (Kind::Between(1, 7), _) => "an integer of 1 to 7",
        (Kind::Between(..), _) => "an integer within its bounds",
        (Kind::Time, Value::Text(text)) if UtcTime::parse(text).is_ok() => return Ok(()),
        (Kind::Time, _) => "a timestamp such as 20301231T235959",
    };
    Err(AttributeError::new(attribute.name, Problem::Kind(expected, value.kind())))
}

fn all_texts(list: &[Value], is: impl Fn(&str) -> bool) -> bool {
    list.iter().all(|value| value.as_text().is_some_and(&is))
}

fn is_short(text: &str) -> bool {
    text.len() <= MAX_TEXT_BYTES
}

/// A token of XML Schema, and not an empty one.
fn is_token(text: &str) -> bool {
    !text.is_empty() && !text.contains(['\t', '\n', '\r']) && text.split(' ').all(|word| !word.is_empty())
}

/// By the name that TS-0004 gives it, or by its media type, as many write it.
fn is_serialization(text: &str) -> bool {
    matches!(text.strip_prefix("application/").unwrap_or(text), "xml" | "json" | "cbor")
}

/// A media type, an encoding and perhaps a security (TS-0004 6.3.3: m2m:contentInfo; 6.3.4.2.28 and 6.3.4.2.38).
fn is_content_info(text: &str) -> bool {
    let mut parts = text.split(':');
    let is_media_type = |media: &str| {
        media
            .split_once('/')
            .is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty() && !subtype.contains('/'))
            && media.bytes().all(|b| b.is_ascii_graphic())
    };
    parts.next().is_some_and(is_media_type)
        && parts.next().is_some_and(|encoding| matches!(encoding, "0" | "1" | "2"))
        && parts.next().is_none_or(|security| matches!(security, "0" | "1" | "2" | "3" | "4" | "5"))
        && parts.next().is_none()
}

fn is_security_usage(value: &Value) -> bool {
    value.as_integer().is_some_and(|number| SECURITY_USAGES.contains(&number))
}

fn bounded(attribute: &Attribute, fits: bool) -> Result<(), AttributeError> {
    if fits { Ok(()) } else { Err(AttributeError::new(attribute.name, Problem::TooLarge)) }
}
