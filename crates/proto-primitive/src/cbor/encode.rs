//! Values to CBOR: definite lengths, shortest headers, members in their order, floats so that they read back equal.

use ciborium_ll::{Encoder, Header, simple};
use csf_api::{Content, Value};

/// Room that most contents need, so that the buffer grows at most once or twice.
const USUAL_BYTES: usize = 256;
/// The first byte of a float of 32 bits, and of one of 64 (RFC 8949 3.3).
const FLOAT_32: u8 = 0xfa;
const FLOAT_64: u8 = 0xfb;

/// Writes a value. A float that is not finite, which no decoded value holds, is written as `null`.
#[must_use]
pub fn value_to_cbor(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    write_value(value, &mut out);
    out
}

/// Writes a content as a map with its one member.
#[must_use]
pub fn content_to_cbor(content: &Content) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    write_header(Header::Map(Some(1)), &mut out);
    write_text(&content.root, &mut out);
    write_value(&content.value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => write_header(Header::Simple(simple::NULL), out),
        Value::Bool(false) => write_header(Header::Simple(simple::FALSE), out),
        Value::Bool(true) => write_header(Header::Simple(simple::TRUE), out),
        Value::Integer(number) => match u64::try_from(*number) {
            Ok(number) => write_header(Header::Positive(number), out),
            // A negative integer travels as what is left when its bits are turned round.
            Err(_) => write_header(Header::Negative(!*number as u64), out),
        },
        Value::Float(number) => write_float(*number, out),
        Value::Text(text) => write_text(text, out),
        Value::List(list) => {
            write_header(Header::Array(Some(list.len())), out);
            list.iter().for_each(|value| write_value(value, out));
        }
        Value::Object(object) => {
            write_header(Header::Map(Some(object.len())), out);
            for (name, value) in object.iter() {
                write_text(name, out);
                write_value(value, out);
            }
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write_header(Header::Text(Some(text.len())), out);
    out.extend_from_slice(text.as_bytes());
}

/// Not by the library, which prefers 16 bits where they do: TS-0004 8.5.1 names 32 and 64 only.
fn write_float(number: f64, out: &mut Vec<u8>) {
    if !number.is_finite() {
        return write_header(Header::Simple(simple::NULL), out);
    }
    let short = number as f32;
    if f64::from(short).to_bits() == number.to_bits() {
        out.push(FLOAT_32);
        out.extend_from_slice(&short.to_be_bytes());
    } else {
        out.push(FLOAT_64);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn write_header(header: Header, out: &mut Vec<u8>) {
    let written = Encoder::from(out).push(header);
    debug_assert!(written.is_ok(), "a vector takes every byte");
}
