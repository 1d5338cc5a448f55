//! The frame of a message and its fields: each known, in order, at most once, and used up by the end.

use std::ops::RangeInclusive;

use proto_apdu::{Element, Reader, Tag, Writer};
use zeroize::Zeroizing;

use super::{CodecError, CodecErrorKind, MAX_ENCODED_BYTES, VERSION};

/// The fields; the discriminants are the numbers of their tags.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Field {
    Key = 0,
    Owner = 1,
    Algorithm = 2,
    Uses = 3,
    Exportable = 4,
    Length = 5,
    Message = 6,
    Digest = 7,
    Mac = 8,
    Signature = 9,
    Context = 10,
    Plaintext = 11,
    Sealed = 12,
    Random = 13,
    Generation = 14,
    PublicKey = 15,
    Verified = 16,
    Error = 17,
    Refusal = 18,
    Nonce = 19,
    AssociatedData = 20,
    Ciphertext = 21,
    From = 22,
    Derivation = 23,
    Peer = 24,
    Salt = 25,
    Info = 26,
    Wrapped = 27,
    Stream = 28,
    Position = 29,
    NextOwner = 30,
}

const FIELD_COUNT: usize = 31;

/// Writes a message: the version, and one object with these fields.
pub(super) fn write_message(number: u8, fields: impl FnOnce(&mut Writer)) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::new();
    writer.append(&[VERSION]).put_nested(Tag::application(number), fields);
    writer.finish()
}

/// Writes a field. Fields must be written in ascending order.
pub(super) fn put(writer: &mut Writer, field: Field, value: &[u8]) {
    writer.put(Tag::context(field as u8), value);
}

/// Reads a message up to its fields: the number of its tag, and the fields.
pub(super) fn read_message(bytes: &[u8]) -> Result<Message<'_>, CodecError> {
    if bytes.len() > MAX_ENCODED_BYTES {
        return Err(CodecErrorKind::TooLong.at(MAX_ENCODED_BYTES));
    }
    let Some((&VERSION, object)) = bytes.split_first() else {
        return Err(CodecErrorKind::Version.at(0));
    };
    let mut reader = Reader::canonical(object).starting_at(1);
    let element = reader.next().ok_or(CodecErrorKind::UnknownMessage.at(1))??;
    if reader.next().is_some() {
        let end = element.value_position().saturating_add(element.value.len());
        return Err(CodecErrorKind::TrailingBytes.at(end));
    }
    let number = (0..=30)
        .find(|number| element.tag == Tag::application(*number).constructed())
        .ok_or(CodecErrorKind::UnknownMessage.at(1))?;
    Ok(Message { number, fields: Fields::read(&element)? })
}

/// A message whose fields are not yet understood.
pub(super) struct Message<'a> {
    /// The number of its tag.
    pub(super) number: u8,
    /// Its fields.
    pub(super) fields: Fields<'a>,
}

/// The fields of a message that have not been taken yet.
pub(super) struct Fields<'a> {
    start: usize,
    slots: [Option<(&'a [u8], usize)>; FIELD_COUNT],
}

impl<'a> Fields<'a> {
    fn read(message: &Element<'a>) -> Result<Self, CodecError> {
        let mut fields = Self { start: message.value_position(), slots: [None; FIELD_COUNT] };
        let mut last = Tag::context(0);
        for element in message.children()? {
            let element = element?;
            let position = element.position();
            let slot = (0..)
                .zip(&mut fields.slots)
                .find_map(|(number, slot)| (element.tag == Tag::context(number)).then_some(slot))
                .ok_or(CodecErrorKind::UnknownField.at(position))?;
            if slot.is_some() {
                return Err(CodecErrorKind::DuplicateField.at(position));
            }
            if element.tag < last {
                return Err(CodecErrorKind::FieldOrder.at(position));
            }
            *slot = Some((element.value, position));
            last = element.tag;
        }
        Ok(fields)
    }

    /// Takes a field that need not be there, of a length in this range.
    pub(super) fn optional(
        &mut self,
        field: Field,
        length: RangeInclusive<usize>,
    ) -> Result<Option<Taken<'a>>, CodecError> {
        let Some((bytes, position)) = self.slots.get_mut(field as usize).and_then(Option::take) else {
            return Ok(None);
        };
        if !length.contains(&bytes.len()) {
            return Err(CodecErrorKind::FieldLength.at(position));
        }
        Ok(Some(Taken { bytes, position }))
    }

    /// Takes a field that must be there, of a length in this range.
    pub(super) fn required(
        &mut self,
        field: Field,
        length: RangeInclusive<usize>,
    ) -> Result<Taken<'a>, CodecError> {
        self.optional(field, length)?.ok_or(CodecErrorKind::MissingField.at(self.start))
    }

    /// Takes a field of at most so many bytes, as a vector of its own.
    pub(super) fn bytes(&mut self, field: Field, most: usize) -> Result<Vec<u8>, CodecError> {
        Ok(self.required(field, 0..=most)?.bytes.to_vec())
    }

    /// Takes a field of exactly `N` bytes and makes something of them; `None` says that they mean nothing.
    pub(super) fn exact<const N: usize, T>(
        &mut self,
        field: Field,
        meaning: impl FnOnce([u8; N]) -> Option<T>,
    ) -> Result<T, CodecError> {
        let taken = self.required(field, N..=N)?;
        let value = taken.bytes.first_chunk::<N>().copied().and_then(meaning);
        value.ok_or(CodecErrorKind::FieldValue.at(taken.position))
    }

    /// Ends the message: no field may be left.
    pub(super) fn finish(self) -> Result<(), CodecError> {
        match self.slots.iter().flatten().next() {
            Some((_, position)) => Err(CodecErrorKind::UnexpectedField.at(*position)),
            None => Ok(()),
        }
    }
}

/// A field that was there.
pub(super) struct Taken<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) position: usize,
}

/// A truth value has two spellings and no third.
pub(super) const fn truth([byte]: [u8; 1]) -> Option<bool> {
    match byte {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// A generation is never 0.
pub(super) const fn generation(bytes: [u8; 4]) -> Option<u32> {
    match u32::from_be_bytes(bytes) {
        0 => None,
        generation => Some(generation),
    }
}
