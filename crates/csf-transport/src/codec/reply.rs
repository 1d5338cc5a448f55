//! The byte form of replies and errors.

use proto_apdu::Writer;
use zeroize::Zeroizing;

use super::field::{Field, Fields, Message, generation, put, read_message, truth, write_message};
use super::key_spec::{put_spec, take_spec};
use super::{
    CodecError, CodecErrorKind, MAX_DIGEST_BYTES, MAX_MAC_BYTES, MAX_NONCE_BYTES, MAX_PUBLIC_KEY_BYTES,
    MAX_SEALED_BYTES, MAX_SIGNATURE_BYTES,
};
use crate::algorithm::MAX_WRAPPED_KEY_BYTES;
use crate::command::{MAX_CIPHERTEXT_BYTES, MAX_PAYLOAD_BYTES, MAX_RANDOM_BYTES};
use crate::error::{Refusal, SeError};
use crate::key::KeyInfo;
use crate::reply::Reply;
use crate::secret::Secret;
use crate::stream::StreamId;

const RANDOM: u8 = 17;
const DIGEST: u8 = 18;
const KEY: u8 = 19;
const DONE: u8 = 20;
const MAC: u8 = 21;
const VERIFIED: u8 = 22;
const SIGNATURE: u8 = 23;
const SEALED: u8 = 24;
const UNSEALED: u8 = 25;
const ENCRYPTED: u8 = 26;
const DECRYPTED: u8 = 27;
const WRAPPED: u8 = 28;
const STREAM: u8 = 29;
const ERROR: u8 = 30;

/// The bytes of a reply or an error.
#[must_use]
pub fn encode_reply(reply: &Result<Reply, SeError>) -> Zeroizing<Vec<u8>> {
    match reply {
        Ok(reply) => write_message(number(reply), |w| put_fields(w, reply)),
        Err(error) => write_message(ERROR, |w| put_error(w, *error)),
    }
}

/// The reply or error of these bytes. Whether it fits the command, [`crate::Command::is_answered_by`] tells.
///
/// # Errors
///
/// Says at which byte, and why, the bytes are no reply.
pub fn decode_reply(bytes: &[u8]) -> Result<Result<Reply, SeError>, CodecError> {
    let Message { number, mut fields } = read_message(bytes)?;
    let reply = match number {
        ERROR => Err(take_error(&mut fields)?),
        _ => Ok(take_reply(number, &mut fields)?),
    };
    fields.finish()?;
    Ok(reply)
}

const fn number(reply: &Reply) -> u8 {
    match reply {
        Reply::Random(_) => RANDOM,
        Reply::Digest(_) => DIGEST,
        Reply::Key(_) => KEY,
        Reply::Done => DONE,
        Reply::Mac(_) => MAC,
        Reply::Verified(_) => VERIFIED,
        Reply::Signature(_) => SIGNATURE,
        Reply::Sealed(_) => SEALED,
        Reply::Unsealed(_) => UNSEALED,
        Reply::Encrypted { .. } => ENCRYPTED,
        Reply::Decrypted(_) => DECRYPTED,
        Reply::Wrapped(_) => WRAPPED,
        Reply::Stream(_) => STREAM,
    }
}

fn put_fields(w: &mut Writer, reply: &Reply) {
    match reply {
        Reply::Random(random) => put(w, Field::Random, random.expose()),
        Reply::Digest(digest) => put(w, Field::Digest, digest),
        Reply::Key(info) => {
            put_spec(w, &info.spec);
            put(w, Field::Generation, &info.generation.to_be_bytes());
            if let Some(public_key) = &info.public_key {
                put(w, Field::PublicKey, public_key);
            }
        }
        Reply::Done => {}
        Reply::Mac(mac) => put(w, Field::Mac, mac),
        Reply::Verified(verified) => put(w, Field::Verified, &[u8::from(*verified)]),
        Reply::Signature(signature) => put(w, Field::Signature, signature),
        Reply::Sealed(sealed) => put(w, Field::Sealed, sealed),
        Reply::Unsealed(plaintext) | Reply::Decrypted(plaintext) => {
            put(w, Field::Plaintext, plaintext.expose());
        }
        Reply::Wrapped(wrapped) => put(w, Field::Wrapped, wrapped),
        Reply::Stream(id) => put(w, Field::Stream, &id.0),
        Reply::Encrypted { generation, nonce, ciphertext } => {
            put(w, Field::Generation, &generation.to_be_bytes());
            put(w, Field::Nonce, nonce);
            put(w, Field::Ciphertext, ciphertext);
        }
    }
}

fn take_reply(number: u8, f: &mut Fields<'_>) -> Result<Reply, CodecError> {
    Ok(match number {
        RANDOM => {
            let random = f.required(Field::Random, 1..=usize::from(MAX_RANDOM_BYTES))?;
            Reply::Random(Secret::new(random.bytes.to_vec()))
        }
        DIGEST => Reply::Digest(f.bytes(Field::Digest, MAX_DIGEST_BYTES)?),
        KEY => {
            let spec = take_spec(f)?;
            let generation = f.exact(Field::Generation, generation)?;
            let public_key = f.optional(Field::PublicKey, 1..=MAX_PUBLIC_KEY_BYTES)?;
            Reply::Key(KeyInfo { spec, generation, public_key: public_key.map(|taken| taken.bytes.to_vec()) })
        }
        WRAPPED => Reply::Wrapped(f.bytes(Field::Wrapped, MAX_WRAPPED_KEY_BYTES)?),
        DONE => Reply::Done,
        STREAM => Reply::Stream(f.exact(Field::Stream, |bytes| Some(StreamId(bytes)))?),
        MAC => Reply::Mac(f.bytes(Field::Mac, MAX_MAC_BYTES)?),
        VERIFIED => Reply::Verified(f.exact(Field::Verified, truth)?),
        SIGNATURE => Reply::Signature(f.bytes(Field::Signature, MAX_SIGNATURE_BYTES)?),
        SEALED => Reply::Sealed(f.bytes(Field::Sealed, MAX_SEALED_BYTES)?),
        UNSEALED => Reply::Unsealed(Secret::new(f.bytes(Field::Plaintext, MAX_PAYLOAD_BYTES)?)),
        ENCRYPTED => Reply::Encrypted {
            generation: f.exact(Field::Generation, generation)?,
            nonce: f.bytes(Field::Nonce, MAX_NONCE_BYTES)?,
            ciphertext: f.bytes(Field::Ciphertext, MAX_CIPHERTEXT_BYTES)?,
        },
        DECRYPTED => Reply::Decrypted(Secret::new(f.bytes(Field::Plaintext, MAX_PAYLOAD_BYTES)?)),
        _ => return Err(CodecErrorKind::UnknownMessage.at(1)),
    })
}

const REFUSED: u8 = 4;

fn put_error(w: &mut Writer, error: SeError) {
    let number = match error {
        SeError::NotSupported => 1,
        SeError::NoSuchKey => 2,
        SeError::KeyExists => 3,
        SeError::Refused(_) => REFUSED,
        SeError::InvalidInput => 5,
        SeError::NotAuthentic => 6,
        SeError::Full => 7,
        SeError::Unavailable => 8,
        SeError::Expired => 9,
        SeError::OutcomeUnknown => 10,
        SeError::Storage => 11,
        SeError::Fault => 12,
        SeError::NoSuchStream => 13,
        SeError::NoSuchGeneration => 14,
        SeError::Exhausted => 15,
    };
    put(w, Field::Error, &[number]);
    if let SeError::Refused(refusal) = error {
        put(w, Field::Refusal, &[refusal as u8]);
    }
}

fn take_error(f: &mut Fields<'_>) -> Result<SeError, CodecError> {
    let number = f.required(Field::Error, 1..=1)?;
    Ok(match number.bytes {
        [1] => SeError::NotSupported,
        [2] => SeError::NoSuchKey,
        [3] => SeError::KeyExists,
        [REFUSED] => SeError::Refused(f.exact(Field::Refusal, |[number]| match number {
            1 => Some(Refusal::Owner),
            2 => Some(Refusal::Use),
            3 => Some(Refusal::Algorithm),
            4 => Some(Refusal::Export),
            _ => None,
        })?),
        [5] => SeError::InvalidInput,
        [6] => SeError::NotAuthentic,
        [7] => SeError::Full,
        [8] => SeError::Unavailable,
        [9] => SeError::Expired,
        [10] => SeError::OutcomeUnknown,
        [11] => SeError::Storage,
        [12] => SeError::Fault,
        [13] => SeError::NoSuchStream,
        [14] => SeError::NoSuchGeneration,
        [15] => SeError::Exhausted,
        _ => return Err(CodecErrorKind::FieldValue.at(number.position)),
    })
}
