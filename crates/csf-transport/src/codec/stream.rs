//! The byte form of commands about streams.

use proto_apdu::Writer;

use super::field::{Field, Fields, put};
use super::key_spec::{take_algorithm, take_key, take_owner};
use super::{CodecError, CodecErrorKind, MAX_MAC_BYTES};
use crate::algorithm::{DigestAlgorithm, MacAlgorithm};
use crate::command::MAX_PAYLOAD_BYTES;
use crate::key::{KeyId, Owner};
use crate::stream::{StreamCommand, StreamId, StreamRef, StreamWork};

const BEGIN_DIGEST: u8 = 20;
const BEGIN_MAC: u8 = 21;
const BEGIN_VERIFY_MAC: u8 = 22;
const UPDATE: u8 = 23;
const FINISH: u8 = 24;
const ABORT: u8 = 25;

pub(super) const fn number(command: &StreamCommand) -> u8 {
    match command {
        StreamCommand::Begin { work: StreamWork::Digest(_), .. } => BEGIN_DIGEST,
        StreamCommand::Begin { work: StreamWork::Mac { .. }, .. } => BEGIN_MAC,
        StreamCommand::Begin { work: StreamWork::VerifyMac { .. }, .. } => BEGIN_VERIFY_MAC,
        StreamCommand::Update { .. } => UPDATE,
        StreamCommand::Finish { .. } => FINISH,
        StreamCommand::Abort { .. } => ABORT,
    }
}

pub(super) fn put_fields(w: &mut Writer, command: &StreamCommand) {
    match command {
        StreamCommand::Begin { owner, work: StreamWork::Digest(algorithm) } => {
            put_named(w, None, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
        }
        StreamCommand::Begin { owner, work: StreamWork::Mac { key, algorithm } } => {
            put_named(w, Some(*key), owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
        }
        StreamCommand::Begin { owner, work: StreamWork::VerifyMac { key, algorithm, mac } } => {
            put_named(w, Some(*key), owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put(w, Field::Mac, mac);
        }
        StreamCommand::Update { stream, position, part } => {
            put_named(w, stream.key, &stream.owner);
            put(w, Field::Message, part);
            put(w, Field::Stream, &stream.id.0);
            put(w, Field::Position, &position.to_be_bytes());
        }
        StreamCommand::Finish { stream, position } => {
            put_named(w, stream.key, &stream.owner);
            put(w, Field::Stream, &stream.id.0);
            put(w, Field::Position, &position.to_be_bytes());
        }
        StreamCommand::Abort { stream } => {
            put_named(w, stream.key, &stream.owner);
            put(w, Field::Stream, &stream.id.0);
        }
    }
}

fn put_named(w: &mut Writer, key: Option<KeyId>, owner: &Owner) {
    if let Some(key) = key {
        put(w, Field::Key, &key.0);
    }
    put(w, Field::Owner, owner.as_str().as_bytes());
}

pub(super) fn take_command(number: u8, f: &mut Fields<'_>) -> Result<StreamCommand, CodecError> {
    if !(BEGIN_DIGEST..=ABORT).contains(&number) {
        return Err(CodecErrorKind::UnknownMessage.at(1));
    }
    if let BEGIN_MAC | BEGIN_VERIFY_MAC = number {
        let (key, owner) = take_key(f)?;
        let algorithm = take_algorithm(f, MacAlgorithm::from_number)?;
        let work = if number == BEGIN_MAC {
            StreamWork::Mac { key, algorithm }
        } else {
            StreamWork::VerifyMac { key, algorithm, mac: f.bytes(Field::Mac, MAX_MAC_BYTES)? }
        };
        return Ok(StreamCommand::Begin { owner, work });
    }
    if number == BEGIN_DIGEST {
        let owner = take_owner(f)?;
        let work = StreamWork::Digest(take_algorithm(f, DigestAlgorithm::from_number)?);
        return Ok(StreamCommand::Begin { owner, work });
    }
    let key = f.optional(Field::Key, size_of::<KeyId>()..=size_of::<KeyId>())?;
    let key = key.and_then(|taken| taken.bytes.try_into().ok()).map(KeyId);
    let owner = take_owner(f)?;
    let id = f.exact(Field::Stream, |bytes| Some(StreamId(bytes)))?;
    let stream = StreamRef { id, owner, key };
    Ok(match number {
        UPDATE => StreamCommand::Update {
            stream,
            part: f.bytes(Field::Message, MAX_PAYLOAD_BYTES)?,
            position: take_position(f)?,
        },
        FINISH => StreamCommand::Finish { stream, position: take_position(f)? },
        _ => StreamCommand::Abort { stream },
    })
}

fn take_position(f: &mut Fields<'_>) -> Result<u64, CodecError> {
    f.exact(Field::Position, |bytes| Some(u64::from_be_bytes(bytes)))
}
