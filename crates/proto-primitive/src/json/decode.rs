//! JSON bytes to values: one pass, bounded, refusing whatever two readers could read differently.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use csf_api::{Content, MAX_VALUE_DEPTH, Object, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::magnitude::first_outsized_integer;
use super::{JsonError, JsonFault};
use crate::bounds::{MAX_BODY_BYTES, MAX_OBJECT_MEMBERS, is_root_name};

/// Two to the power of 63: a float from here on may be a whole number that did not fit.
const SUSPICIOUS: f64 = 9_223_372_036_854_775_808.0;

/// Reads one JSON value.
///
/// # Errors
///
/// Says what is wrong and where. Names given twice, whole numbers outside 64 bits, nesting beyond
/// [`MAX_VALUE_DEPTH`] and anything after the value are errors.
pub fn value_from_json(json: &[u8]) -> Result<Value, JsonError> {
    let watch = Watch::default();
    read(json, &watch, ValueSeed { watch: &watch, depth: 0 })
}

/// Reads the content of a primitive: an object with exactly one member, named `prefix:name`.
///
/// # Errors
///
/// As [`value_from_json`], and when the object has another shape.
pub fn content_from_json(json: &[u8]) -> Result<Content, JsonError> {
    let watch = Watch::default();
    read(json, &watch, ContentSeed { watch: &watch })
}

fn read<'de, S: DeserializeSeed<'de>>(
    json: &'de [u8],
    watch: &Watch,
    seed: S,
) -> Result<S::Value, JsonError> {
    if json.len() > MAX_BODY_BYTES {
        return Err(JsonError { fault: JsonFault::TooLong, line: 0, column: 0 });
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = seed.deserialize(&mut reader).map_err(|e| {
        let fault = watch.fault.get().unwrap_or(match e.classify() {
            Category::Eof => JsonFault::Truncated,
            // Values are read without expectations; only a content expects something: an object.
            Category::Data => JsonFault::NotOneMember,
            Category::Syntax | Category::Io => JsonFault::Syntax,
        });
        JsonError { fault, line: e.line(), column: e.column() }
    })?;
    reader.end().map_err(|e| JsonError { fault: JsonFault::Trailing, line: e.line(), column: e.column() })?;
    match watch.suspicious.get().then(|| first_outsized_integer(json)).flatten() {
        Some((line, column)) => Err(JsonError { fault: JsonFault::Integer, line, column }),
        None => Ok(value),
    }
}

/// What the visitors saw that `serde_json` has no word for.
#[derive(Default)]
struct Watch {
    fault: Cell<Option<JsonFault>>,
    suspicious: Cell<bool>,
}

impl Watch {
    /// Notes the fault here; the error that is returned only carries its place out of `serde_json`.
    fn refuse<E: Error>(&self, fault: JsonFault) -> E {
        self.fault.set(Some(fault));
        E::custom("refused")
    }
}

/// Reads one value, at this depth below the whole text.
#[derive(Clone, Copy)]
struct ValueSeed<'w> {
    watch: &'w Watch,
    depth: usize,
}

impl ValueSeed<'_> {
    fn below<E: Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_VALUE_DEPTH {
            return Err(self.watch.refuse(JsonFault::TooDeep));
        }
        Ok(Self { depth: self.depth.saturating_add(1), ..self })
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(Value::Integer).map_err(|_| self.watch.refuse(JsonFault::Integer))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        if !number.is_finite() {
            return Err(self.watch.refuse(JsonFault::Syntax));
        }
        if number.abs() >= SUSPICIOUS {
            self.watch.suspicious.set(true);
        }
        Ok(Value::Float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(value) = entries.next_element_seed(below)? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut object = Object::new();
        while let Some(name) = members.next_key_seed(NameSeed)? {
            if object.len() >= MAX_OBJECT_MEMBERS {
                return Err(self.watch.refuse(JsonFault::TooManyMembers));
            }
            let value = members.next_value_seed(below)?;
            if object.set(&name, value).is_some() {
                return Err(self.watch.refuse(JsonFault::DuplicateName));
            }
        }
        Ok(Value::Object(object))
    }
}

/// Reads a member's name without copying it, unless it is written with escapes.
struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// Reads the object with one member that a content is.
struct ContentSeed<'w> {
    watch: &'w Watch,
}

impl<'de> DeserializeSeed<'de> for ContentSeed<'_> {
    type Value = Content;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Content, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ContentSeed<'_> {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with one member")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Content, A::Error> {
        let Some(root) = members.next_key_seed(NameSeed)? else {
            return Err(self.watch.refuse(JsonFault::NotOneMember));
        };
        if !is_root_name(&root) {
            return Err(self.watch.refuse(JsonFault::RootName));
        }
        let value = members.next_value_seed(ValueSeed { watch: self.watch, depth: 1 })?;
        if members.next_key_seed(NameSeed)?.is_some() {
            return Err(self.watch.refuse(JsonFault::NotOneMember));
        }
        Ok(Content { root: root.into(), value })
    }
}
