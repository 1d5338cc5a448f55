//! The words that smart cards speak: APDUs (ISO 7816-4) and the BER-TLV objects inside them.
//!
//! ```text
//!   CommandApdu  ── encode ──▶  CLA INS P1 P2 [Lc data] [Le]  ──▶  card
//!   ResponseApdu ◀─ decode ───  [data] SW1 SW2                ◀──  card
//!                                 │
//!                                 └── tag length value …   Reader, Writer
//! ```
//!
//! Everything here is bytes in, bytes out. Decoding borrows from its input, looks at each byte once, never
//! panics, and says in its errors *what* is wrong and at which byte. Whatever the crate allocates is wiped
//! when dropped, since APDUs carry PINs and keys; nothing prints data.
//!
//! ```
//! use proto_apdu::{Class, CommandApdu, ExpectedLength, Header, Reader, ResponseApdu, StatusClass, Tag};
//!
//! // SELECT the master file by its identifier and ask for its control parameters.
//! let header = Header { class: Class::INTERINDUSTRY, instruction: 0xA4, p1: 0x00, p2: 0x04 };
//! let select = CommandApdu::new(header, &[0x3F, 0x00], Some(ExpectedLength::SHORT_MAX))?;
//! assert_eq!(**select.encode(), [0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00, 0x00]);
//!
//! let response = ResponseApdu::decode(&[0x62, 0x04, 0x83, 0x02, 0x3F, 0x00, 0x90, 0x00])?;
//! assert_eq!(response.status.class(), StatusClass::Success);
//! let template = Reader::new(response.data).next().ok_or("an empty answer")??;
//! let file_id = template.children()?.next().ok_or("an empty template")??;
//! assert_eq!((file_id.tag, file_id.value), (Tag::context(3), &[0x3F, 0x00][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What it refuses to be: a card, a reader or a protocol driver. Fetching more data after `61xx`, choosing
//! channels and retrying belong to whoever holds the connection.

mod apdu;
mod tlv;

pub use apdu::{
    ApduError, ApduErrorKind, Class, CommandApdu, ExpectedLength, Form, Header, MAX_CHANNEL, MAX_DATA_BYTES,
    MAX_RESPONSE_BYTES, ResponseApdu, StatusClass, StatusWord,
};
pub use tlv::{
    Element, MAX_DEPTH, MAX_LENGTH_OCTETS, MAX_TAG_OCTETS, Reader, Tag, TlvError, TlvErrorKind, Writer,
};
