//! CBOR to values, refusing whatever JSON could not have said or two readers could read differently.

use std::borrow::Cow;

use ciborium_ll::{Decoder, Error, Header, simple};
use csf_api::{Content, MAX_VALUE_DEPTH, Object, Value};

use super::{CborError, CborFault};
use crate::bounds::{MAX_BODY_BYTES, MAX_OBJECT_MEMBERS, is_root_name};

/// What byte strings are in CBOR that is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ByteStrings {
    /// Refused: TS-0004 8.5.1 makes every name and string a text.
    #[default]
    Refused,
    /// Texts, as the examples of TS-0004 8.5.2 write them, for nodes that were told to serve devices made after those.
    /// They hold UTF-8 like any text, and a name given once so and once as a text is given twice.
    AreTexts,
}

/// Reads one value.
///
/// # Errors
///
/// Says what is wrong and where: what the JSON model has no word for, names given twice, integers outside 64
/// bits, nesting beyond [`MAX_VALUE_DEPTH`], and anything after the value.
pub fn value_from_cbor(cbor: &[u8]) -> Result<Value, CborError> {
    let mut reader = Reader::new(ByteStrings::Refused, cbor)?;
    let value = reader.value(0)?;
    reader.end()?;
    Ok(value)
}

/// Reads the content of a primitive: a map with exactly one member, named `prefix:name`.
///
/// # Errors
///
/// As [`value_from_cbor`], and when the map has another shape.
pub fn content_from_cbor(cbor: &[u8]) -> Result<Content, CborError> {
    content_from_cbor_where(ByteStrings::Refused, cbor)
}

/// Reads the content of a primitive, in which byte strings are what they are said to be.
///
/// # Errors
///
/// As [`content_from_cbor`].
pub fn content_from_cbor_where(byte_strings: ByteStrings, cbor: &[u8]) -> Result<Content, CborError> {
    let mut reader = Reader::new(byte_strings, cbor)?;
    let item = reader.item()?;
    let Header::Map(claimed) = item.header else { return Err(item.fault(CborFault::NotOneMember)) };
    if claimed.is_some_and(|members| members != 1) {
        return Err(item.fault(CborFault::NotOneMember));
    }
    let Some(name) = reader.next_of(&mut Left(claimed))? else {
        return Err(item.fault(CborFault::NotOneMember));
    };
    let root = reader.name(name)?;
    if !is_root_name(&root) {
        return Err(name.fault(CborFault::RootName));
    }
    let value = reader.value(1)?;
    if claimed.is_none() && reader.item()?.header != Header::Break {
        return Err(item.fault(CborFault::NotOneMember));
    }
    reader.end()?;
    Ok(Content { root: root.into(), value })
}

/// A header, and where it begins.
#[derive(Clone, Copy)]
struct Item {
    header: Header,
    position: usize,
}

impl Item {
    const fn fault(self, fault: CborFault) -> CborError {
        CborError { fault, position: self.position }
    }
}

/// How many items or members are still to come; `None` where a break ends them.
struct Left(Option<usize>);

/// What is still to be read. Nothing is set aside for a length before as many bytes are there.
struct Reader<'a> {
    cbor: &'a [u8],
    position: usize,
    byte_strings: ByteStrings,
}

impl<'a> Reader<'a> {
    const fn new(byte_strings: ByteStrings, cbor: &'a [u8]) -> Result<Self, CborError> {
        if cbor.len() > MAX_BODY_BYTES {
            return Err(CborError { fault: CborFault::TooLong, position: 0 });
        }
        Ok(Self { cbor, position: 0, byte_strings })
    }

    fn rest(&self) -> &'a [u8] {
        self.cbor.get(self.position..).unwrap_or_default()
    }

    fn end(&self) -> Result<(), CborError> {
        if self.rest().is_empty() {
            return Ok(());
        }
        Err(CborError { fault: CborFault::Trailing, position: self.position })
    }

    fn item(&mut self) -> Result<Item, CborError> {
        let position = self.position;
        let mut decoder = Decoder::from(self.rest());
        let header = decoder.pull().map_err(|error| match error {
            Error::Io(_) => CborError { fault: CborFault::Truncated, position },
            Error::Syntax(_) => CborError { fault: CborFault::Syntax, position },
        })?;
        let length = decoder.offset();
        self.position = position.saturating_add(length);
        let item = Item { header, position };
        match header {
            // Below 32 only one byte is well-formed (RFC 8949 3.3), which the library does not mind.
            Header::Simple(value) if value < 32 && length > 1 => Err(item.fault(CborFault::Syntax)),
            _ => Ok(item),
        }
    }

    /// The header of the next item of a list, name of a map or chunk of a text, if there is one more.
    fn next_of(&mut self, left: &mut Left) -> Result<Option<Item>, CborError> {
        match &mut left.0 {
            Some(0) => Ok(None),
            Some(count) => {
                *count = count.saturating_sub(1);
                self.item().map(Some)
            }
            None => self.item().map(|item| (item.header != Header::Break).then_some(item)),
        }
    }

    /// Refuses a count that the bytes that came cannot hold.
    fn check_claim(&self, item: Item, claimed: Option<usize>, bytes_each: usize) -> Result<(), CborError> {
        if claimed.is_some_and(|count| count.saturating_mul(bytes_each) > self.rest().len()) {
            return Err(item.fault(CborFault::Truncated));
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value, CborError> {
        let item = self.item()?;
        self.value_of(item, depth)
    }

    fn value_of(&mut self, item: Item, depth: usize) -> Result<Value, CborError> {
        let whole = |number: u64| i64::try_from(number).map_err(|_| item.fault(CborFault::Integer));
        Ok(match item.header {
            Header::Positive(number) => Value::Integer(whole(number)?),
            Header::Negative(number) => Value::Integer(!whole(number)?),
            Header::Float(number) if number.is_finite() => Value::Float(number),
            Header::Float(_) => return Err(item.fault(CborFault::NotFinite)),
            Header::Simple(simple::FALSE) => Value::Bool(false),
            Header::Simple(simple::TRUE) => Value::Bool(true),
            Header::Simple(simple::NULL) => Value::Null,
            Header::Simple(_) => return Err(item.fault(CborFault::Simple)),
            Header::Tag(_) => return Err(item.fault(CborFault::Tag)),
            Header::Break => return Err(item.fault(CborFault::Syntax)),
            Header::Text(length) | Header::Bytes(length) => Value::Text(self.text(item, length)?.into()),
            Header::Array(_) | Header::Map(_) if depth >= MAX_VALUE_DEPTH => {
                return Err(item.fault(CborFault::TooDeep));
            }
            Header::Array(claimed) => Value::List(self.list(item, claimed, depth.saturating_add(1))?),
            Header::Map(claimed) => Value::Object(self.object(item, claimed, depth.saturating_add(1))?),
        })
    }

    fn list(&mut self, item: Item, claimed: Option<usize>, depth: usize) -> Result<Vec<Value>, CborError> {
        self.check_claim(item, claimed, 1)?;
        let mut list = Vec::new();
        let mut left = Left(claimed);
        while let Some(entry) = self.next_of(&mut left)? {
            list.push(self.value_of(entry, depth)?);
        }
        Ok(list)
    }

    fn object(&mut self, item: Item, claimed: Option<usize>, depth: usize) -> Result<Object, CborError> {
        // A member has a name and a value.
        self.check_claim(item, claimed, 2)?;
        let mut object = Object::new();
        let mut left = Left(claimed);
        while let Some(member) = self.next_of(&mut left)? {
            if object.len() >= MAX_OBJECT_MEMBERS {
                return Err(member.fault(CborFault::TooManyMembers));
            }
            let name = self.name(member)?;
            if object.set(&name, self.value(depth)?).is_some() {
                return Err(member.fault(CborFault::DuplicateName));
            }
        }
        Ok(object)
    }

    fn name(&mut self, item: Item) -> Result<Cow<'a, str>, CborError> {
        match item.header {
            Header::Text(length) | Header::Bytes(length) => self.text(item, length),
            // Where the name of a next member stands a break ends the map; here it leaves a member without value.
            Header::Break => Err(item.fault(CborFault::Syntax)),
            _ => Err(item.fault(CborFault::NameNotText)),
        }
    }

    /// The text after this header, copied only if it comes in chunks; byte strings only where they are texts.
    fn text(&mut self, item: Item, length: Option<usize>) -> Result<Cow<'a, str>, CborError> {
        let of_bytes = matches!(item.header, Header::Bytes(_));
        if of_bytes && self.byte_strings == ByteStrings::Refused {
            return Err(item.fault(CborFault::ByteString));
        }
        if let Some(length) = length {
            return self.chunk(item, length).map(Cow::Borrowed);
        }
        let mut text = String::new();
        while let Some(chunk) = self.next_of(&mut Left(None))? {
            // Chunks are of the same major type and of definite length (RFC 8949 3.2.3).
            let length = match chunk.header {
                Header::Text(Some(length)) if !of_bytes => length,
                Header::Bytes(Some(length)) if of_bytes => length,
                _ => return Err(chunk.fault(CborFault::Syntax)),
            };
            text.push_str(self.chunk(chunk, length)?);
        }
        Ok(Cow::Owned(text))
    }

    fn chunk(&mut self, item: Item, length: usize) -> Result<&'a str, CborError> {
        let (bytes, _) =
            self.rest().split_at_checked(length).ok_or_else(|| item.fault(CborFault::Truncated))?;
        self.position = self.position.saturating_add(length);
        str::from_utf8(bytes).map_err(|_| item.fault(CborFault::Utf8))
    }
}
