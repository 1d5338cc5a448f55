//! The fields that tell a key, its owner and what it is.

use proto_apdu::Writer;

use super::field::{Field, Fields, generation, put, truth};
use super::{CodecError, CodecErrorKind};
use crate::algorithm::KeyAlgorithm;
use crate::key::{KeyId, KeySpec, KeyUses, Owner};

pub(super) fn put_key(writer: &mut Writer, key: KeyId, owner: &Owner) {
    put(writer, Field::Key, &key.0);
    put(writer, Field::Owner, owner.as_str().as_bytes());
}

pub(super) fn take_key(fields: &mut Fields<'_>) -> Result<(KeyId, Owner), CodecError> {
    let key = fields.exact(Field::Key, |bytes| Some(KeyId(bytes)))?;
    Ok((key, take_owner(fields)?))
}

pub(super) fn take_owner(fields: &mut Fields<'_>) -> Result<Owner, CodecError> {
    take_entity(fields, Field::Owner)
}

pub(super) fn take_entity(fields: &mut Fields<'_>, field: Field) -> Result<Owner, CodecError> {
    let owner = fields.required(field, 1..=Owner::MAX_BYTES)?;
    let text = std::str::from_utf8(owner.bytes).ok().and_then(Owner::new);
    text.ok_or(CodecErrorKind::FieldValue.at(owner.position))
}

pub(super) fn take_algorithm<A>(
    fields: &mut Fields<'_>,
    from_number: impl FnOnce(u8) -> Option<A>,
) -> Result<A, CodecError> {
    fields.exact(Field::Algorithm, |[number]| from_number(number))
}

pub(super) fn put_spec(writer: &mut Writer, spec: &KeySpec) {
    put_key(writer, spec.id, &spec.owner);
    put(writer, Field::Algorithm, &[spec.algorithm.number()]);
    put(writer, Field::Uses, &spec.uses.bits().to_be_bytes());
    put(writer, Field::Exportable, &[u8::from(spec.exportable)]);
}

pub(super) fn take_spec(fields: &mut Fields<'_>) -> Result<KeySpec, CodecError> {
    let (id, owner) = take_key(fields)?;
    let algorithm = take_algorithm(fields, KeyAlgorithm::from_number)?;
    let uses = fields.exact(Field::Uses, |bytes| {
        KeyUses::from_bits(u16::from_be_bytes(bytes)).filter(|uses| *uses != KeyUses::NONE)
    })?;
    let exportable = fields.exact(Field::Exportable, truth)?;
    Ok(KeySpec { id, owner, algorithm, uses, exportable })
}

/// Writes which generation of a key is meant, if any is named.
pub(super) fn put_generation(writer: &mut Writer, generation: Option<u32>) {
    if let Some(generation) = generation {
        put(writer, Field::Generation, &generation.to_be_bytes());
    }
}

/// Takes a generation that need not be named.
pub(super) fn take_generation(fields: &mut Fields<'_>) -> Result<Option<u32>, CodecError> {
    let Some(taken) = fields.optional(Field::Generation, 4..=4)? else { return Ok(None) };
    let named = taken.bytes.first_chunk().copied().and_then(generation);
    named.map(Some).ok_or(CodecErrorKind::FieldValue.at(taken.position))
}
