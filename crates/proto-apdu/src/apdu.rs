//! Command and response APDUs (ISO 7816-4, 5.1 to 5.6).

mod class;
mod command;
mod error;
mod expected;
mod response;
mod status;

pub use class::{Class, MAX_CHANNEL};
pub use command::{CommandApdu, Form, Header, MAX_DATA_BYTES};
pub use error::{ApduError, ApduErrorKind};
pub use expected::ExpectedLength;
pub use response::{MAX_RESPONSE_BYTES, ResponseApdu};
pub use status::{StatusClass, StatusWord};
