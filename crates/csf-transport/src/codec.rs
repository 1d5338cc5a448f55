//! The one byte form of commands and replies: for out-of-process plug-ins, applets and trusted applications
//! (draft 6.4.2).
//!
//! A message is one version byte and one BER-TLV object (ISO 7816-4) whose tag names the command or the
//! reply and whose value is a sequence of primitive objects, the fields:
//!
//! ```text
//!   01 │ 61 04 │ 85 02 00 10             Random, 16 bytes
//!   ▲    ▲  ▲    ▲
//!   │    │  │    └ field: tag, length, value
//!   │    │  └───── length of all fields
//!   │    └──────── which command
//!   └───────────── version
//! ```
//!
//! **Each message has exactly one spelling.** Lengths take as few bytes as they can, fields stand in
//! ascending order of their tags, each at most once, and numbers have a fixed size, most significant byte
//! first. Whatever else arrives is refused: an unknown version, tag or number, a field that is missing or
//! does not belong there, a length out of its range, any byte behind the object.
//!
//! # Fields
//!
//! | tag | field | value |
//! | --- | --- | --- |
//! | `80` | key | 16 bytes |
//! | `81` | owner | UTF-8, 1 to 512 bytes ([`Owner::MAX_BYTES`](crate::Owner::MAX_BYTES)) |
//! | `82` | algorithm | 1 byte: `number()` of the kind of algorithm that the command takes |
//! | `83` | uses | 2 bytes, not 0: 1 sign, 2 verify, 4 mac, 8 mac verify, 16 encrypt, 32 decrypt, 64 derive, 128 wrap, 256 unwrap, added up |
//! | `84` | exportable | 1 byte: 0 or 1 |
//! | `85` | length | 2 bytes: 1 to 4096 ([`MAX_RANDOM_BYTES`](crate::MAX_RANDOM_BYTES)) |
//! | `86` | message | 0 to 65,536 bytes ([`MAX_PAYLOAD_BYTES`]) |
//! | `87` | digest | 0 to 64 bytes ([`MAX_DIGEST_BYTES`]) |
//! | `88` | mac | 0 to 64 bytes ([`MAX_MAC_BYTES`]) |
//! | `89` | signature | 0 to 512 bytes ([`MAX_SIGNATURE_BYTES`]) |
//! | `8A` | context | 0 to 255 bytes ([`MAX_CONTEXT_BYTES`]) |
//! | `8B` | plaintext | 0 to 65,536 bytes ([`MAX_PAYLOAD_BYTES`]) |
//! | `8C` | sealed | 0 to 66,560 bytes ([`MAX_SEALED_BYTES`]) |
//! | `8D` | random | 1 to 4096 bytes |
//! | `8E` | generation | 4 bytes, not 0 |
//! | `8F` | public key | SubjectPublicKeyInfo (DER), 1 to 1024 bytes ([`MAX_PUBLIC_KEY_BYTES`]) |
//! | `90` | verified | 1 byte: 0 or 1 |
//! | `91` | error | 1 byte, see below |
//! | `92` | refusal | 1 byte: 1 owner, 2 use, 3 algorithm, 4 export |
//! | `93` | nonce | 0 to 16 bytes ([`MAX_NONCE_BYTES`]) |
//! | `94` | associated data | 0 to 2048 bytes ([`MAX_ASSOCIATED_BYTES`](crate::MAX_ASSOCIATED_BYTES)) |
//! | `95` | ciphertext | 0 to 65,552 bytes ([`MAX_CIPHERTEXT_BYTES`](crate::MAX_CIPHERTEXT_BYTES)) |
//! | `96` | from | 16 bytes: the key that another is made from, is unwrapped with, or that is wrapped |
//! | `97` | derivation | 1 byte: `number()` of the algorithm by which a key is made or unwrapped |
//! | `98` | peer | empty, or SubjectPublicKeyInfo (DER) of at most 1024 bytes |
//! | `99` | salt | 0 to 64 bytes ([`MAX_SALT_BYTES`](crate::MAX_SALT_BYTES)) |
//! | `9A` | info | 0 to 255 bytes ([`MAX_INFO_BYTES`](crate::MAX_INFO_BYTES)) |
//! | `9B` | wrapped | 0 to 520 bytes ([`MAX_WRAPPED_KEY_BYTES`](crate::MAX_WRAPPED_KEY_BYTES)) |
//! | `9C` | stream | 16 bytes |
//! | `9D` | position | 8 bytes: how many of a stream came before |
//! | `9E` | next owner | as owner |
//!
//! # Commands
//!
//! | tag | command | fields |
//! | --- | --- | --- |
//! | `61` | random | length |
//! | `62` | digest | algorithm, message |
//! | `63` | generate-key | key, owner, algorithm, uses, exportable |
//! | `64` | key-info | key, owner |
//! | `65` | destroy-key | key, owner |
//! | `66` | mac | key, owner, algorithm, message |
//! | `67` | verify-mac | key, owner, algorithm, message, mac |
//! | `68` | sign | key, owner, algorithm, and message *or* digest |
//! | `69` | verify | key, owner, algorithm, message *or* digest, signature |
//! | `6A` | seal | context, plaintext |
//! | `6B` | unseal | context, sealed |
//! | `6C` | encrypt | key, owner, algorithm, plaintext, associated data |
//! | `6D` | decrypt | key, owner, algorithm, generation (where it is named), nonce, associated data, ciphertext |
//! | `6E` | derive-key | key, owner, algorithm, uses, exportable, generation (of the other, where it is named), from, derivation, peer, salt, info |
//! | `6F` | import-key | key, owner, algorithm, uses, exportable, plaintext (the material, 1 to 512 bytes) |
//! | `70` | rotate-key | key, owner, plaintext (the material, where it was made elsewhere), generation |
//! | `71` | next-key | key, unless the first is wanted |
//! | `72` | wrap-key | key, owner, algorithm, from (the key that is wrapped) |
//! | `73` | unwrap-key | key, owner, algorithm, uses, exportable, from (with which key), derivation, wrapped |
//! | `74` | begin-digest | owner, algorithm |
//! | `75` | begin-mac | key, owner, algorithm |
//! | `76` | begin-verify-mac | key, owner, algorithm, mac |
//! | `77` | update-stream | key (where it was begun with one), owner, message, stream, position |
//! | `78` | finish-stream | key (as before), owner, stream, position |
//! | `79` | abort-stream | key (as before), owner, stream |
//! | `7A` | hand-over-key | key, owner, next owner |
//! | `7C` | verify-with | algorithm, message *or* digest, signature, peer (the public key) |
//! | `7D` | respond | key, owner, message (the statement, at most 1,354 bytes) |
//! | `7E` | check-response | key, owner, message (as before), signature (the response) |
//!
//! # Replies
//!
//! | tag | reply | fields |
//! | --- | --- | --- |
//! | `71` | random | random |
//! | `72` | digest | digest |
//! | `73` | key | key, owner, algorithm, uses, exportable, generation, and for a key pair public key |
//! | `74` | done | none |
//! | `75` | mac | mac |
//! | `76` | verified | verified |
//! | `77` | signature | signature |
//! | `78` | sealed | sealed |
//! | `79` | unsealed | plaintext |
//! | `7A` | encrypted | generation, nonce, ciphertext |
//! | `7B` | decrypted | plaintext |
//! | `7C` | wrapped | wrapped |
//! | `7D` | stream | stream |
//! | `7E` | error | error, and for error 4 refusal |
//!
//! Errors: 1 not supported, 2 no such key, 3 key exists, 4 refused, 5 invalid input, 6 not authentic,
//! 7 full, 8 unavailable, 9 expired, 10 outcome unknown, 11 storage, 12 fault, 13 no such stream,
//! 14 no such generation, 15 exhausted.
//!
//! Encoding never fails, but a command that breaks the bounds above becomes bytes that no decoder takes.
//! Whoever receives a command that does not decode answers with error 5.
//!
//! ```
//! use csf_transport::{Command, codec};
//!
//! let bytes = codec::encode_command(&Command::Random { length: 16 });
//! assert_eq!(**bytes, [0x01, 0x61, 0x04, 0x85, 0x02, 0x00, 0x10]);
//! assert!(matches!(codec::decode_command(&bytes), Ok(Command::Random { length: 16 })));
//! ```

mod command;
mod error;
mod field;
mod key_spec;
mod reply;
mod stream;

pub use command::{decode_command, encode_command};
pub use error::{CodecError, CodecErrorKind};
pub use reply::{decode_reply, encode_reply};

use crate::command::{MAX_ASSOCIATED_BYTES, MAX_CIPHERTEXT_BYTES, MAX_PAYLOAD_BYTES};
use crate::key::Owner;

/// The version byte with which every message begins.
pub const VERSION: u8 = 1;
/// The longest message; more is refused unread.
pub const MAX_ENCODED_BYTES: usize = MAX_PAYLOAD_BYTES + 4096;
/// The longest digest.
pub const MAX_DIGEST_BYTES: usize = 64;
/// The longest message authentication code.
pub const MAX_MAC_BYTES: usize = 64;
/// The longest signature.
pub const MAX_SIGNATURE_BYTES: usize = 512;
/// The longest context of a seal.
pub const MAX_CONTEXT_BYTES: usize = 255;
/// The longest sealed data: a payload and what sealing may add.
pub const MAX_SEALED_BYTES: usize = MAX_PAYLOAD_BYTES + 1024;
/// The longest nonce.
pub const MAX_NONCE_BYTES: usize = 16;
/// The longest public key.
pub const MAX_PUBLIC_KEY_BYTES: usize = 1024;

/// The longest command fits: what it carries, and less than 64 bytes of key, algorithm, tags and lengths.
const _: () = assert!(
    MAX_CIPHERTEXT_BYTES + MAX_ASSOCIATED_BYTES + MAX_NONCE_BYTES + Owner::MAX_BYTES + 64
        <= MAX_ENCODED_BYTES
);
