//! JSON texts to and from the value model (TS-0004 8.4, RFC 8259).

mod decode;
mod encode;
mod error;
mod magnitude;

pub use decode::{content_from_json, value_from_json};
pub use encode::{content_to_json, value_to_json};
pub use error::{JsonError, JsonFault};

/// The longest body that is read, in bytes; its members and list entries are bounded by it too.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// The most members of one object.
///
/// Far more than any resource has, and few enough that finding a name given twice stays cheap.
pub const MAX_OBJECT_MEMBERS: usize = 128;
/// The longest root name of a content, in bytes.
pub const MAX_ROOT_NAME_BYTES: usize = 128;
