//! BER-TLV data objects of definite length (ISO 7816-4, 5.2.2; X.690, 8.1).

mod cursor;
mod error;
mod reader;
mod tag;
mod writer;

pub use error::{TlvError, TlvErrorKind};
pub use reader::{Element, MAX_DEPTH, MAX_LENGTH_OCTETS, Reader};
pub use tag::{MAX_TAG_OCTETS, Tag};
pub use writer::Writer;
