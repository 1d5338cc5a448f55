//! CBOR to and from the value model (TS-0004 8.5, RFC 8949).
//!
//! What is read is what JSON could have said, no more: TS-0004 makes CBOR another writing of the JSON model.
//!
//! | item | read | written |
//! | --- | --- | --- |
//! | integers, major types 0 and 1 | within `i64`, in any of their lengths | in the shortest |
//! | floats | of 16, 32 and 64 bits, if finite | of 32 bits where exact, else of 64; never of 16 |
//! | `false`, `true`, `null` | in one byte, as RFC 8949 3.3 wants it | so |
//! | `undefined` and other simple values | refused: JSON has none | never |
//! | text, major type 3 | in UTF-8 | of definite length |
//! | byte strings, major type 2 | refused, unless the reader is told that they are texts | never |
//! | lists and maps | to the depth, and with the members, that JSON may have | of definite length |
//! | names | texts, each once in a map | in their order |
//! | tags | refused: what they add could not be kept | never |
//! | indefinite lengths | read: lists, maps, and texts in chunks that are each in UTF-8 | never |
//!
//! TS-0004 8.5.1 wants names and strings as texts, and its examples in 8.5.2 show them as byte strings. The rule counts;
//! [`ByteStrings::AreTexts`] is for who must serve devices that follow the examples. What is written is text.
//!
//! Indefinite lengths are well-formed CBOR, TS-0004 does not take them away, and small devices that write as they
//! measure depend on them. They cost nothing: no length that a header claims is believed before the bytes are there,
//! so what ends with a break is bounded as what is counted, by the bytes that came.

mod decode;
mod encode;
mod error;

pub use decode::{ByteStrings, content_from_cbor, content_from_cbor_where, value_from_cbor};
pub use encode::{content_to_cbor, value_to_cbor};
pub use error::{CborError, CborFault};
