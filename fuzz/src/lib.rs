//! What the fuzz targets share: how a run of bytes becomes an HTTP message, and who is at home.
//!
//! ```text
//!   libFuzzer ─ bytes ─▶ fuzz_targets/NAME.rs ─▶ decoder ─▶ refused, or a value
//!                             │                                  │
//!                             └── the property of its //! line ◀─┘   broken: abort, and the input is kept
//! ```
//!
//! What it refuses to be: a parser. [`Message::split`] hands on whatever stands between line ends, so that
//! the decoders get heads that no HTTP library would let through.

mod homes;
mod message;

pub use homes::homes;
pub use message::Message;
