//! The byte form of resources in the store.
//!
//! One format byte, then fields in a fixed order: numbers as eight bytes, big-endian; texts with a
//! four-byte length; optional fields behind a byte 0 or 1; values behind a byte for their kind.

use std::fmt;

use csf_api::{MAX_VALUE_DEPTH, Object, ResourceId, ResourceName, UtcTime, Value};

use crate::head::{must_lie_where_its_type_does, schema_and_id};
use crate::resource::{Registrant, Resource};

pub(crate) const FORMAT: u8 = 2;
/// The most members of one object in a record: far more than any resource has, and few enough that finding a
/// name given twice stays cheap.
const MAX_MEMBERS: usize = 1024;
/// The most entries of a list for which room is made before they are read: a length is only a claim.
const MAX_RESERVED: usize = 64;

/// Bytes that are no resource, and the position at which that showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The byte at which reading stopped.
    pub position: usize,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the record is no resource (byte {})", self.position)
    }
}

impl std::error::Error for DecodeError {}

pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn new(format: u8) -> Self {
        let mut bytes = Vec::with_capacity(512);
        bytes.push(format);
        Self(bytes)
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    fn length(&mut self, length: usize) {
        // Lengths come from decoded requests, which are far below four gigabytes.
        self.0.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn time(&mut self, time: UtcTime) {
        self.0.extend_from_slice(&time.unix_micros().to_be_bytes());
    }

    pub(crate) fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => {
                self.byte(1);
                write(self, value);
            }
            None => self.byte(0),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.byte(0),
            Value::Bool(false) => self.byte(1),
            Value::Bool(true) => self.byte(2),
            Value::Integer(n) => {
                self.byte(3);
                self.0.extend_from_slice(&n.to_be_bytes());
            }
            Value::Float(n) => {
                self.byte(4);
                self.0.extend_from_slice(&n.to_be_bytes());
            }
            Value::Text(text) => {
                self.byte(5);
                self.text(text);
            }
            Value::List(list) => {
                self.byte(6);
                self.length(list.len());
                list.iter().for_each(|item| self.value(item));
            }
            Value::Object(object) => {
                self.byte(7);
                self.object(object);
            }
        }
    }

    fn object(&mut self, object: &Object) {
        self.length(object.len());
        for (name, value) in object.iter() {
            self.text(name);
            self.value(value);
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], format: u8) -> Result<Self, DecodeError> {
        let mut reader = Self { bytes, position: 0 };
        if reader.byte()? == format { Ok(reader) } else { Err(DecodeError { position: 0 }) }
    }

    pub(crate) fn error(&self) -> DecodeError {
        DecodeError { position: self.position }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.position.checked_add(length).ok_or(self.error())?;
        let taken = self.bytes.get(self.position..end).ok_or(self.error())?;
        self.position = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let error = self.error();
        self.take(N)?.try_into().map_err(|_| error)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(crate) fn number(&mut self) -> Result<u64, DecodeError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    fn length(&mut self) -> Result<usize, DecodeError> {
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).map_err(|_| self.error())?;
        // Every item takes at least one byte, so a longer list cannot be honest.
        if length > self.bytes.len().saturating_sub(self.position) { Err(self.error()) } else { Ok(length) }
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, DecodeError> {
        let length = self.length()?;
        let error = self.error();
        std::str::from_utf8(self.take(length)?).map_err(|_| error)
    }

    pub(crate) fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        match self.byte()? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => Err(self.error()),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, DecodeError> {
        if depth > MAX_VALUE_DEPTH {
            return Err(self.error());
        }
        Ok(match self.byte()? {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Integer(i64::from_be_bytes(self.array()?)),
            4 => Value::Float(self.float()?),
            5 => Value::text(self.text()?),
            6 => {
                let length = self.length()?;
                let mut list = Vec::with_capacity(length.min(MAX_RESERVED));
                for _ in 0..length {
                    list.push(self.value(depth.saturating_add(1))?);
                }
                Value::List(list)
            }
            7 => Value::Object(self.object(depth)?),
            _ => return Err(self.error()),
        })
    }

    /// Values hold finite numbers only.
    fn float(&mut self) -> Result<f64, DecodeError> {
        let error = self.error();
        Some(f64::from_be_bytes(self.array()?)).filter(|n| n.is_finite()).ok_or(error)
    }

    fn object(&mut self, depth: usize) -> Result<Object, DecodeError> {
        let mut object = Object::new();
        let length = self.length()?;
        if length > MAX_MEMBERS {
            return Err(self.error());
        }
        for _ in 0..length {
            let name = self.text()?;
            if object.set(name, self.value(depth.saturating_add(1))?).is_some() {
                return Err(self.error());
            }
        }
        Ok(object)
    }

    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        if self.position == self.bytes.len() { Ok(()) } else { Err(self.error()) }
    }
}

/// A moment that nobody can write is refused, not moved to the nearest that can be.
pub(crate) fn time(reader: &mut Reader<'_>) -> Result<UtcTime, DecodeError> {
    let error = reader.error();
    let micros = i64::from_be_bytes(reader.array()?);
    Some(UtcTime::from_unix_micros(micros)).filter(|time| time.unix_micros() == micros).ok_or(error)
}

impl Resource {
    /// The bytes of the record.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new(FORMAT);
        w.number(u64::from(self.schema.resource_type.number()));
        w.text(self.schema.root);
        w.text(self.id.as_str());
        w.optional(self.parent.as_ref(), |w, id| w.text(id.as_str()));
        w.text(self.name.as_str());
        w.time(self.created);
        w.time(self.modified);
        w.optional(self.expires, Writer::time);
        w.optional(self.creator.as_deref(), Writer::text);
        w.optional(self.registrant, |w, registrant| match registrant {
            Registrant::LocalUser(uid) => {
                w.byte(1);
                w.number(u64::from(uid));
            }
            Registrant::Unproven => w.byte(2),
        });
        w.optional(self.listed_as.as_deref(), Writer::text);
        w.object(&self.attributes);
        w.finish()
    }

    /// Reads the record of the resource with this identifier.
    ///
    /// Ordinary records lie open, so whoever writes to the disk chooses what they say. One that says it is another
    /// resource, or of a type that does not lie open, would be changed or asked in the place of what it says it is.
    ///
    /// # Errors
    ///
    /// As [`Self::decode`], and when the record says it is another resource, or of a type whose identifiers are
    /// formed otherwise.
    pub fn decode_as(id: &ResourceId, bytes: &[u8]) -> Result<Self, DecodeError> {
        let resource = Self::decode(bytes)?;
        if resource.id != *id {
            return Err(DecodeError { position: 0 });
        }
        must_lie_where_its_type_does(id, resource.schema)?;
        Ok(resource)
    }

    /// Reads a record, whatever resource it says it is.
    ///
    /// # Errors
    ///
    /// When the bytes are not what [`Self::encode`] writes, or of a type that this build does not know.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes, FORMAT)?;
        let (schema, id) = schema_and_id(&mut r)?;
        let resource = Self {
            schema,
            id,
            parent: r.optional(|r| ResourceId::parse(r.text()?).map_err(|_| r.error()))?,
            name: ResourceName::parse(r.text()?).map_err(|_| r.error())?,
            created: time(&mut r)?,
            modified: time(&mut r)?,
            expires: r.optional(time)?,
            creator: r.optional(|r| Ok(r.text()?.into()))?,
            registrant: r.optional(|r| match r.byte()? {
                1 => Ok(Registrant::LocalUser(u32::try_from(r.number()?).map_err(|_| r.error())?)),
                2 => Ok(Registrant::Unproven),
                _ => Err(r.error()),
            })?,
            listed_as: r.optional(|r| Ok(r.text()?.into()))?,
            attributes: r.object(0)?,
        };
        r.finish()?;
        Ok(resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    fn container(attributes: Object) -> Resource {
        Resource {
            id: ResourceId::parse("cnt-1").expect("well formed"),
            parent: Some(ResourceId::parse("id-mn").expect("well formed")),
            name: ResourceName::parse("readings").expect("well formed"),
            schema: &schema::CONTAINER,
            created: UtcTime::MIN,
            modified: UtcTime::MAX,
            expires: None,
            creator: Some("//csf.example/id-mn/Cmeter".into()),
            registrant: Some(Registrant::LocalUser(1000)),
            listed_as: None,
            attributes,
        }
    }

    /// The bytes with the only occurrence of one part replaced by another of the same length.
    fn with(bytes: &[u8], from: [u8; 8], to: [u8; 8]) -> Vec<u8> {
        let at = bytes.windows(8).position(|part| part == from).expect("the part is there");
        [&bytes[..at], &to, &bytes[at.saturating_add(8)..]].concat()
    }

    #[test]
    fn a_moment_that_cannot_be_written_is_refused() {
        let bytes = container(Object::new()).encode();
        for edge in [UtcTime::MIN, UtcTime::MAX] {
            let edge = edge.unix_micros();
            for (micros, fits) in [(edge, true), (edge - edge.signum(), true), (edge + edge.signum(), false)]
            {
                let bent = with(&bytes, edge.to_be_bytes(), micros.to_be_bytes());
                assert_eq!(Resource::decode(&bent).is_ok(), fits, "{micros}");
            }
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused() {
        let bytes = container(Object::new().with("x", Value::Float(1.5))).encode();
        for (number, fits) in [
            (-0.0, true),
            (f64::MAX, true),
            (f64::NAN, false),
            (f64::INFINITY, false),
            (f64::NEG_INFINITY, false),
        ] {
            let bent = with(&bytes, 1.5_f64.to_be_bytes(), number.to_be_bytes());
            assert_eq!(Resource::decode(&bent).is_ok(), fits, "{number}");
        }
    }

    #[test]
    fn an_object_of_too_many_members_or_with_a_name_twice_is_refused() {
        let object = |members: usize| {
            (0..members).fold(Object::new(), |object, n| object.with(&n.to_string(), Value::Null))
        };
        assert!(Resource::decode(&container(object(MAX_MEMBERS)).encode()).is_ok());
        assert!(Resource::decode(&container(object(MAX_MEMBERS + 1)).encode()).is_err());
        let bytes = container(Object::new().with("aaaa", Value::Null).with("bbbb", Value::Null)).encode();
        assert!(Resource::decode(&bytes).is_ok());
        assert!(Resource::decode(&with(&bytes, *b"\0\0\0\x04bbbb", *b"\0\0\0\x04aaaa")).is_err());
    }

    #[test]
    fn values_nest_as_deeply_as_values_may_and_no_deeper() {
        let nested = |levels: usize| {
            let value = (0..levels).fold(Value::Null, |value, _| Value::List(vec![value]));
            Resource::decode(&container(Object::new().with("x", value)).encode())
        };
        assert!(nested(MAX_VALUE_DEPTH - 1).is_ok());
        assert!(nested(MAX_VALUE_DEPTH).is_err());
    }
}
