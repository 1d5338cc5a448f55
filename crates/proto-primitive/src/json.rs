//! JSON texts to and from the value model (TS-0004 8.4, RFC 8259).

mod decode;
mod encode;
mod error;
mod magnitude;

pub use decode::{content_from_json, value_from_json};
pub use encode::{content_to_json, value_to_json};
pub use error::{JsonError, JsonFault};
