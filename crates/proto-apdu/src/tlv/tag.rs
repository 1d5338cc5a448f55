//! Tags of one to three bytes.

use std::fmt;

use super::cursor::Cursor;
use super::{TlvError, TlvErrorKind};

/// The most bytes of a tag.
pub const MAX_TAG_OCTETS: usize = 3;

const APPLICATION: u8 = 0x40;
const CONTEXT: u8 = 0x80;
const PRIVATE: u8 = 0xC0;
const CONSTRUCTED: u8 = 0x20;
const LONG: u8 = 0x1F;
const MORE: u8 = 0x80;

/// The tag of a data object, known by its bytes: `Tag::from_bytes(&[0x7F, 0x49])`.
///
/// Two spellings of one number are two tags, as card specifications use them so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u32);

impl Tag {
    /// A primitive tag of the application class.
    #[must_use]
    pub const fn application(number: u8) -> Self {
        Self::of(APPLICATION, number)
    }

    /// A primitive tag of the context class.
    #[must_use]
    pub const fn context(number: u8) -> Self {
        Self::of(CONTEXT, number)
    }

    /// A primitive tag of the private class.
    #[must_use]
    pub const fn private(number: u8) -> Self {
        Self::of(PRIVATE, number)
    }

    /// The same tag for an object that holds objects.
    #[must_use]
    pub const fn constructed(self) -> Self {
        let [_, first, second, third] = self.0.to_be_bytes();
        Self(u32::from_be_bytes(match (first, second) {
            (0, 0) => [0, 0, 0, third | CONSTRUCTED],
            (0, _) => [0, 0, second | CONSTRUCTED, third],
            _ => [0, first | CONSTRUCTED, second, third],
        }))
    }

    /// The tag of exactly these bytes.
    ///
    /// # Errors
    ///
    /// Says why the bytes are no tag, and where.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TlvError> {
        let mut cursor = Cursor { rest: bytes, position: 0 };
        let tag = Self::read(&mut cursor)?;
        if cursor.rest.is_empty() { Ok(tag) } else { Err(TlvErrorKind::TrailingBytes.at(cursor.position)) }
    }

    /// The bytes of the tag as one number, such as `0x7F49`.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    /// Whether the object holds objects.
    #[must_use]
    pub const fn is_constructed(self) -> bool {
        self.constructed().0 == self.0
    }

    /// The bytes of the tag, front to back.
    pub(super) fn octets(self) -> impl Iterator<Item = u8> {
        self.0.to_be_bytes().into_iter().skip_while(|byte| *byte == 0)
    }

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, TlvError> {
        let start = cursor.position;
        let first = cursor.byte()?;
        if first == 0 {
            return Err(TlvErrorKind::Tag.at(start));
        }
        if first & LONG != LONG {
            return Ok(Self(u32::from(first)));
        }
        let second = cursor.byte()?;
        if second == MORE {
            return Err(TlvErrorKind::Tag.at(start.saturating_add(1)));
        }
        if second & MORE == 0 {
            return Ok(Self(u32::from_be_bytes([0, 0, first, second])));
        }
        let third = cursor.byte()?;
        if third & MORE != 0 {
            return Err(TlvErrorKind::TagTooLong.at(start.saturating_add(2)));
        }
        Ok(Self(u32::from_be_bytes([0, first, second, third])))
    }

    const fn of(class: u8, number: u8) -> Self {
        Self(u32::from_be_bytes(match number {
            0..LONG => [0, 0, 0, class | number],
            LONG..MORE => [0, 0, class | LONG, number],
            MORE.. => [0, class | LONG, MORE | 1, number & !MORE],
        }))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.octets().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_print_as_their_bytes() {
        for (tag, text) in [
            (Tag::context(0), "80"),
            (Tag::context(30), "9E"),
            (Tag::context(31), "9F1F"),
            (Tag::context(127), "9F7F"),
            (Tag::context(128), "9F8100"),
            (Tag::private(255).constructed(), "FF817F"),
            (Tag::application(0x49).constructed(), "7F49"),
            (Tag::application(1).constructed(), "61"),
        ] {
            assert_eq!(tag.to_string(), text);
            let bytes: Vec<u8> = tag.octets().collect();
            assert_eq!(Tag::from_bytes(&bytes), Ok(tag));
        }
    }

    #[test]
    fn what_is_no_tag_is_refused_with_its_place() {
        let cases: [(&[u8], TlvError); 8] = [
            (&[], TlvErrorKind::Truncated.at(0)),
            (&[0x00], TlvErrorKind::Tag.at(0)),
            (&[0x9F], TlvErrorKind::Truncated.at(1)),
            (&[0x9F, 0x80, 0x01], TlvErrorKind::Tag.at(1)),
            (&[0x9F, 0x81], TlvErrorKind::Truncated.at(2)),
            (&[0x9F, 0x81, 0x80], TlvErrorKind::TagTooLong.at(2)),
            (&[0x9F, 0x81, 0x80, 0x01], TlvErrorKind::TagTooLong.at(2)),
            (&[0x80, 0x01], TlvErrorKind::TrailingBytes.at(1)),
        ];
        for (bytes, error) in cases {
            assert_eq!(Tag::from_bytes(bytes), Err(error), "{bytes:02X?}");
        }
    }

    #[test]
    fn the_constructed_bit_is_in_the_first_byte_whatever_the_length() {
        for number in [1, 31, 128] {
            let tag = Tag::context(number);
            assert!(!tag.is_constructed() && tag.constructed().is_constructed());
            assert_eq!(tag.constructed().octets().next(), tag.octets().next().map(|b| b | 0x20));
        }
    }
}
