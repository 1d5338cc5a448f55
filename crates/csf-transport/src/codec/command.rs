//! The byte form of commands.

use proto_apdu::Writer;
use zeroize::Zeroizing;

use super::field::{Field, Fields, Message, generation, put, read_message, write_message};
use super::key_spec::{
    put_generation, put_key, put_spec, take_algorithm, take_entity, take_generation, take_key, take_spec,
};
use super::{
    CodecError, MAX_CONTEXT_BYTES, MAX_DIGEST_BYTES, MAX_MAC_BYTES, MAX_NONCE_BYTES, MAX_PUBLIC_KEY_BYTES,
    MAX_SEALED_BYTES, MAX_SIGNATURE_BYTES, stream,
};
use crate::algorithm::{
    CipherAlgorithm, DerivationAlgorithm, DigestAlgorithm, MAX_WRAPPED_KEY_BYTES, MacAlgorithm,
    SignatureAlgorithm, WrapAlgorithm,
};
use crate::command::{
    Command, MAX_ASSOCIATED_BYTES, MAX_CIPHERTEXT_BYTES, MAX_INFO_BYTES, MAX_KEY_MATERIAL_BYTES,
    MAX_PAYLOAD_BYTES, MAX_RANDOM_BYTES, MAX_SALT_BYTES, SignInput,
};
use crate::key::KeyId;
use crate::secret::Secret;
use crate::statement::MAX_STATEMENT_BYTES;

const KEY_ID_BYTES: usize = size_of::<KeyId>();

const RANDOM: u8 = 1;
const DIGEST: u8 = 2;
const GENERATE_KEY: u8 = 3;
const KEY_INFO: u8 = 4;
const DESTROY_KEY: u8 = 5;
const MAC: u8 = 6;
const VERIFY_MAC: u8 = 7;
const SIGN: u8 = 8;
const VERIFY: u8 = 9;
const SEAL: u8 = 10;
const UNSEAL: u8 = 11;
const ENCRYPT: u8 = 12;
const DECRYPT: u8 = 13;
const DERIVE_KEY: u8 = 14;
const IMPORT_KEY: u8 = 15;
const ROTATE_KEY: u8 = 16;
const NEXT_KEY: u8 = 17;
const WRAP_KEY: u8 = 18;
const UNWRAP_KEY: u8 = 19;
const HAND_OVER_KEY: u8 = 26;
const VERIFY_WITH: u8 = 28;
const RESPOND: u8 = 29;
const CHECK_RESPONSE: u8 = 30;

/// The bytes of a command.
#[must_use]
pub fn encode_command(command: &Command) -> Zeroizing<Vec<u8>> {
    write_message(number(command), |w| put_fields(w, command))
}

/// The command of these bytes.
///
/// # Errors
///
/// Says at which byte, and why, the bytes are no command.
pub fn decode_command(bytes: &[u8]) -> Result<Command, CodecError> {
    let Message { number, mut fields } = read_message(bytes)?;
    let command = take_command(number, &mut fields)?;
    fields.finish()?;
    Ok(command)
}

const fn number(command: &Command) -> u8 {
    match command {
        Command::Random { .. } => RANDOM,
        Command::Digest { .. } => DIGEST,
        Command::GenerateKey(_) => GENERATE_KEY,
        Command::ImportKey { .. } => IMPORT_KEY,
        Command::RotateKey { .. } => ROTATE_KEY,
        Command::HandOverKey { .. } => HAND_OVER_KEY,
        Command::KeyInfo { .. } => KEY_INFO,
        Command::DestroyKey { .. } => DESTROY_KEY,
        Command::Mac { .. } => MAC,
        Command::VerifyMac { .. } => VERIFY_MAC,
        Command::Sign { .. } => SIGN,
        Command::Verify { .. } => VERIFY,
        Command::VerifyWith { .. } => VERIFY_WITH,
        Command::Respond { .. } => RESPOND,
        Command::CheckResponse { .. } => CHECK_RESPONSE,
        Command::Seal { .. } => SEAL,
        Command::Unseal { .. } => UNSEAL,
        Command::NextKey { .. } => NEXT_KEY,
        Command::Encrypt { .. } => ENCRYPT,
        Command::Decrypt { .. } => DECRYPT,
        Command::DeriveKey { .. } => DERIVE_KEY,
        Command::WrapKey { .. } => WRAP_KEY,
        Command::UnwrapKey { .. } => UNWRAP_KEY,
        Command::Stream(command) => stream::number(command),
    }
}

fn put_fields(w: &mut Writer, command: &Command) {
    match command {
        Command::Random { length } => put(w, Field::Length, &length.to_be_bytes()),
        Command::Digest { algorithm, message } => {
            put(w, Field::Algorithm, &[algorithm.number()]);
            put(w, Field::Message, message);
        }
        Command::GenerateKey(spec) => put_spec(w, spec),
        Command::ImportKey { spec, material } => {
            put_spec(w, spec);
            put(w, Field::Plaintext, material.expose());
        }
        Command::DeriveKey { from, generation, algorithm, peer, salt, info, spec } => {
            put_spec(w, spec);
            put_generation(w, *generation);
            put(w, Field::From, &from.0);
            put(w, Field::Derivation, &[algorithm.number()]);
            put(w, Field::Peer, peer);
            put(w, Field::Salt, salt);
            put(w, Field::Info, info);
        }
        Command::WrapKey { with, owner, algorithm, key } => {
            put_key(w, *with, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put(w, Field::From, &key.0);
        }
        Command::UnwrapKey { with, algorithm, wrapped, spec } => {
            put_spec(w, spec);
            put(w, Field::From, &with.0);
            put(w, Field::Derivation, &[algorithm.number()]);
            put(w, Field::Wrapped, wrapped);
        }
        Command::RotateKey { key, owner, generation, material } => {
            put_key(w, *key, owner);
            if let Some(material) = material {
                put(w, Field::Plaintext, material.expose());
            }
            put_generation(w, Some(*generation));
        }
        Command::HandOverKey { key, owner, to } => {
            put_key(w, *key, owner);
            put(w, Field::NextOwner, to.as_str().as_bytes());
        }
        Command::KeyInfo { key, owner } | Command::DestroyKey { key, owner } => put_key(w, *key, owner),
        Command::NextKey { after } => {
            if let Some(after) = after {
                put(w, Field::Key, &after.0);
            }
        }
        Command::Mac { key, owner, algorithm, message } => {
            put_key(w, *key, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put(w, Field::Message, message);
        }
        Command::VerifyMac { key, owner, algorithm, message, mac } => {
            put_key(w, *key, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put(w, Field::Message, message);
            put(w, Field::Mac, mac);
        }
        Command::Sign { key, owner, algorithm, input } => {
            put_key(w, *key, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put_input(w, input);
        }
        Command::Verify { key, owner, algorithm, input, signature } => {
            put_key(w, *key, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put_input(w, input);
            put(w, Field::Signature, signature);
        }
        Command::VerifyWith { public_key, algorithm, input, signature } => {
            put(w, Field::Algorithm, &[algorithm.number()]);
            put_input(w, input);
            put(w, Field::Signature, signature);
            put(w, Field::Peer, public_key);
        }
        Command::Respond { key, owner, statement } => {
            put_key(w, *key, owner);
            put(w, Field::Message, statement);
        }
        Command::CheckResponse { key, owner, statement, response } => {
            put_key(w, *key, owner);
            put(w, Field::Message, statement);
            put(w, Field::Signature, response);
        }
        Command::Encrypt { key, owner, algorithm, associated_data, plaintext } => {
            put_key(w, *key, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put(w, Field::Plaintext, plaintext.expose());
            put(w, Field::AssociatedData, associated_data);
        }
        Command::Decrypt { key, owner, algorithm, generation, nonce, associated_data, ciphertext } => {
            put_key(w, *key, owner);
            put(w, Field::Algorithm, &[algorithm.number()]);
            put_generation(w, *generation);
            put(w, Field::Nonce, nonce);
            put(w, Field::AssociatedData, associated_data);
            put(w, Field::Ciphertext, ciphertext);
        }
        Command::Seal { context, plaintext } => {
            put(w, Field::Context, context);
            put(w, Field::Plaintext, plaintext.expose());
        }
        Command::Unseal { context, sealed } => {
            put(w, Field::Context, context);
            put(w, Field::Sealed, sealed);
        }
        Command::Stream(command) => stream::put_fields(w, command),
    }
}

fn put_input(w: &mut Writer, input: &SignInput) {
    match input {
        SignInput::Message(message) => put(w, Field::Message, message),
        SignInput::Digest(digest) => put(w, Field::Digest, digest),
    }
}

fn take_command(number: u8, f: &mut Fields<'_>) -> Result<Command, CodecError> {
    Ok(match number {
        RANDOM => Command::Random {
            length: f.exact(Field::Length, |bytes| {
                Some(u16::from_be_bytes(bytes)).filter(|length| (1..=MAX_RANDOM_BYTES).contains(length))
            })?,
        },
        DIGEST => Command::Digest {
            algorithm: take_algorithm(f, DigestAlgorithm::from_number)?,
            message: f.bytes(Field::Message, MAX_PAYLOAD_BYTES)?,
        },
        GENERATE_KEY => Command::GenerateKey(take_spec(f)?),
        IMPORT_KEY => {
            let spec = take_spec(f)?;
            let material = f.required(Field::Plaintext, 1..=MAX_KEY_MATERIAL_BYTES)?;
            Command::ImportKey { spec, material: Secret::new(material.bytes.to_vec()) }
        }
        DERIVE_KEY => Command::DeriveKey {
            spec: take_spec(f)?,
            generation: take_generation(f)?,
            from: f.exact(Field::From, |bytes| Some(KeyId(bytes)))?,
            algorithm: f.exact(Field::Derivation, |[number]| DerivationAlgorithm::from_number(number))?,
            peer: f.bytes(Field::Peer, MAX_PUBLIC_KEY_BYTES)?,
            salt: f.bytes(Field::Salt, MAX_SALT_BYTES)?,
            info: f.bytes(Field::Info, MAX_INFO_BYTES)?,
        },
        WRAP_KEY => {
            let (with, owner) = take_key(f)?;
            let algorithm = take_algorithm(f, WrapAlgorithm::from_number)?;
            let key = f.exact(Field::From, |bytes| Some(KeyId(bytes)))?;
            Command::WrapKey { with, owner, algorithm, key }
        }
        UNWRAP_KEY => Command::UnwrapKey {
            spec: take_spec(f)?,
            with: f.exact(Field::From, |bytes| Some(KeyId(bytes)))?,
            algorithm: f.exact(Field::Derivation, |[number]| WrapAlgorithm::from_number(number))?,
            wrapped: f.bytes(Field::Wrapped, MAX_WRAPPED_KEY_BYTES)?,
        },
        ROTATE_KEY => {
            let (key, owner) = take_key(f)?;
            let material = f.optional(Field::Plaintext, 1..=MAX_KEY_MATERIAL_BYTES)?;
            let material = material.map(|taken| Secret::new(taken.bytes.to_vec()));
            let generation = f.exact(Field::Generation, generation)?;
            Command::RotateKey { key, owner, generation, material }
        }
        HAND_OVER_KEY => {
            let (key, owner) = take_key(f)?;
            Command::HandOverKey { key, owner, to: take_entity(f, Field::NextOwner)? }
        }
        KEY_INFO => {
            let (key, owner) = take_key(f)?;
            Command::KeyInfo { key, owner }
        }
        DESTROY_KEY => {
            let (key, owner) = take_key(f)?;
            Command::DestroyKey { key, owner }
        }
        MAC => {
            let (key, owner) = take_key(f)?;
            let algorithm = take_algorithm(f, MacAlgorithm::from_number)?;
            Command::Mac { key, owner, algorithm, message: f.bytes(Field::Message, MAX_PAYLOAD_BYTES)? }
        }
        VERIFY_MAC => {
            let (key, owner) = take_key(f)?;
            let algorithm = take_algorithm(f, MacAlgorithm::from_number)?;
            let message = f.bytes(Field::Message, MAX_PAYLOAD_BYTES)?;
            Command::VerifyMac { key, owner, algorithm, message, mac: f.bytes(Field::Mac, MAX_MAC_BYTES)? }
        }
        SIGN => {
            let (key, owner) = take_key(f)?;
            let algorithm = take_algorithm(f, SignatureAlgorithm::from_number)?;
            Command::Sign { key, owner, algorithm, input: take_input(f)? }
        }
        VERIFY => {
            let (key, owner) = take_key(f)?;
            let algorithm = take_algorithm(f, SignatureAlgorithm::from_number)?;
            let input = take_input(f)?;
            let signature = f.bytes(Field::Signature, MAX_SIGNATURE_BYTES)?;
            Command::Verify { key, owner, algorithm, input, signature }
        }
        VERIFY_WITH => {
            let algorithm = take_algorithm(f, SignatureAlgorithm::from_number)?;
            let input = take_input(f)?;
            let signature = f.bytes(Field::Signature, MAX_SIGNATURE_BYTES)?;
            let public_key = f.bytes(Field::Peer, MAX_PUBLIC_KEY_BYTES)?;
            Command::VerifyWith { public_key, algorithm, input, signature }
        }
        RESPOND => {
            let (key, owner) = take_key(f)?;
            Command::Respond { key, owner, statement: f.bytes(Field::Message, MAX_STATEMENT_BYTES)? }
        }
        CHECK_RESPONSE => {
            let (key, owner) = take_key(f)?;
            let statement = f.bytes(Field::Message, MAX_STATEMENT_BYTES)?;
            let response = f.bytes(Field::Signature, MAX_SIGNATURE_BYTES)?;
            Command::CheckResponse { key, owner, statement, response }
        }
        ENCRYPT => {
            let (key, owner) = take_key(f)?;
            let algorithm = take_algorithm(f, CipherAlgorithm::from_number)?;
            let plaintext = Secret::new(f.bytes(Field::Plaintext, MAX_PAYLOAD_BYTES)?);
            let associated_data = f.bytes(Field::AssociatedData, MAX_ASSOCIATED_BYTES)?;
            Command::Encrypt { key, owner, algorithm, associated_data, plaintext }
        }
        DECRYPT => {
            let (key, owner) = take_key(f)?;
            let algorithm = take_algorithm(f, CipherAlgorithm::from_number)?;
            let generation = take_generation(f)?;
            let nonce = f.bytes(Field::Nonce, MAX_NONCE_BYTES)?;
            let associated_data = f.bytes(Field::AssociatedData, MAX_ASSOCIATED_BYTES)?;
            let ciphertext = f.bytes(Field::Ciphertext, MAX_CIPHERTEXT_BYTES)?;
            Command::Decrypt { key, owner, algorithm, generation, nonce, associated_data, ciphertext }
        }
        SEAL => Command::Seal {
            context: f.bytes(Field::Context, MAX_CONTEXT_BYTES)?,
            plaintext: Secret::new(f.bytes(Field::Plaintext, MAX_PAYLOAD_BYTES)?),
        },
        UNSEAL => Command::Unseal {
            context: f.bytes(Field::Context, MAX_CONTEXT_BYTES)?,
            sealed: f.bytes(Field::Sealed, MAX_SEALED_BYTES)?,
        },
        NEXT_KEY => {
            let after = f.optional(Field::Key, KEY_ID_BYTES..=KEY_ID_BYTES)?;
            Command::NextKey { after: after.and_then(|taken| taken.bytes.try_into().ok()).map(KeyId) }
        }
        _ => Command::Stream(stream::take_command(number, f)?),
    })
}

/// A message or a digest; a second of the two is left over, and the end of the message refuses it.
fn take_input(f: &mut Fields<'_>) -> Result<SignInput, CodecError> {
    if let Some(message) = f.optional(Field::Message, 0..=MAX_PAYLOAD_BYTES)? {
        return Ok(SignInput::Message(message.bytes.to_vec()));
    }
    Ok(SignInput::Digest(f.bytes(Field::Digest, MAX_DIGEST_BYTES)?))
}
