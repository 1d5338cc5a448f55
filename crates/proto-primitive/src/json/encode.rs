//! Values to JSON bytes: compact, members in their order, floats so that they read back equal.

use csf_api::{Content, Object, Value};
use serde::{Serialize, Serializer};

/// Room that most contents need, so that the buffer grows at most once or twice.
const USUAL_BYTES: usize = 256;

/// Writes a value. A float that is not finite, which no decoded value holds, is written as `null`.
#[must_use]
pub fn value_to_json(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    write(&Wire(value), &mut out);
    out
}

/// Writes a content as an object with its one member.
#[must_use]
pub fn content_to_json(content: &Content) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    out.push(b'{');
    write(&*content.root, &mut out);
    out.push(b':');
    write(&Wire(&content.value), &mut out);
    out.push(b'}');
    out
}

fn write<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "a vector takes every byte, and every name is a text");
}

/// A value as `serde` sees it.
struct Wire<'a>(&'a Value);

impl Serialize for Wire<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => writer.serialize_unit(),
            Value::Bool(bool) => writer.serialize_bool(*bool),
            Value::Integer(number) => writer.serialize_i64(*number),
            Value::Float(number) => writer.serialize_f64(*number),
            Value::Text(text) => writer.serialize_str(text),
            Value::List(list) => writer.collect_seq(list.iter().map(Wire)),
            Value::Object(object) => members(object, writer),
        }
    }
}

fn members<S: Serializer>(object: &Object, writer: S) -> Result<S::Ok, S::Error> {
    writer.collect_map(object.iter().map(|(name, value)| (name, Wire(value))))
}
