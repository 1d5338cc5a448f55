//! A reader of data objects that copies nothing and never looks past its bounds.

use std::fmt;

use super::cursor::Cursor;
use super::{Tag, TlvError, TlvErrorKind};

/// How deeply objects may be nested.
pub const MAX_DEPTH: usize = 8;
/// The most bytes of a length after its first.
pub const MAX_LENGTH_OCTETS: u8 = 4;

const INDEFINITE: u8 = 0x80;

/// The objects in a slice, one after another. After an error it gives nothing more.
#[derive(Clone)]
pub struct Reader<'a> {
    cursor: Cursor<'a>,
    depth: usize,
    canonical: bool,
}

/// One data object. Its value may be secret and is therefore left out of its `Debug`.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    /// The tag.
    pub tag: Tag,
    /// The value.
    pub value: &'a [u8],
    start: usize,
    value_start: usize,
    depth: usize,
    canonical: bool,
}

impl<'a> Reader<'a> {
    /// A reader of objects as cards write them: a length may have more bytes than it needs.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { cursor: Cursor { rest: bytes, position: 0 }, depth: 0, canonical: false }
    }

    /// A reader that refuses a length in more bytes than it needs, so that equal objects have equal bytes.
    #[must_use]
    pub const fn canonical(bytes: &'a [u8]) -> Self {
        Self { cursor: Cursor { rest: bytes, position: 0 }, depth: 0, canonical: true }
    }

    /// The same reader for objects that stand behind so many other bytes, which positions then count.
    #[must_use]
    pub const fn starting_at(mut self, position: usize) -> Self {
        self.cursor.position = position;
        self
    }

    /// The byte of the outermost input at which the next object begins.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.cursor.position
    }

    fn read(&mut self) -> Result<Element<'a>, TlvError> {
        let start = self.cursor.position;
        let tag = Tag::read(&mut self.cursor)?;
        let length = self.read_length()?;
        let value_start = self.cursor.position;
        let value = self.cursor.take(length)?;
        Ok(Element { tag, value, start, value_start, depth: self.depth, canonical: self.canonical })
    }

    fn read_length(&mut self) -> Result<usize, TlvError> {
        let start = self.cursor.position;
        let first = self.cursor.byte()?;
        let octets = match first.checked_sub(INDEFINITE) {
            None => return Ok(usize::from(first)),
            Some(0) => return Err(TlvErrorKind::Indefinite.at(start)),
            Some(octets) if octets > MAX_LENGTH_OCTETS => return Err(TlvErrorKind::LengthTooLong.at(start)),
            Some(octets) => octets,
        };
        let bytes = self.cursor.take(usize::from(octets))?;
        let length = bytes.iter().fold(0_u32, |length, byte| length << 8 | u32::from(*byte));
        let shortest = length >= u32::from(INDEFINITE) && bytes.first() != Some(&0);
        if self.canonical && !shortest {
            return Err(TlvErrorKind::NotShortest.at(start));
        }
        usize::try_from(length).map_err(|_| TlvErrorKind::LengthTooLong.at(start))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Element<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.rest.is_empty() {
            return None;
        }
        let element = self.read();
        if element.is_err() {
            self.cursor.rest = &[];
        }
        Some(element)
    }
}

impl std::iter::FusedIterator for Reader<'_> {}

impl<'a> Element<'a> {
    /// The objects in this one.
    ///
    /// # Errors
    ///
    /// [`TlvErrorKind::NotConstructed`] for a primitive object, [`TlvErrorKind::TooDeep`] past
    /// [`MAX_DEPTH`].
    pub fn children(&self) -> Result<Reader<'a>, TlvError> {
        if !self.tag.is_constructed() {
            return Err(TlvErrorKind::NotConstructed.at(self.start));
        }
        let depth = self.depth.saturating_add(1);
        if depth >= MAX_DEPTH {
            return Err(TlvErrorKind::TooDeep.at(self.value_start));
        }
        let cursor = Cursor { rest: self.value, position: self.value_start };
        Ok(Reader { cursor, depth, canonical: self.canonical })
    }

    /// The byte of the outermost input at which the object begins.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.start
    }

    /// The byte of the outermost input at which its value begins.
    #[must_use]
    pub const fn value_position(&self) -> usize {
        self.value_start
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Element").field("tag", &self.tag).field("value_bytes", &self.value.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Writer;

    fn read(bytes: &[u8]) -> Result<Vec<(u32, Vec<u8>)>, TlvError> {
        Reader::new(bytes).map(|e| e.map(|e| (e.tag.value(), e.value.to_vec()))).collect()
    }

    #[test]
    fn objects_follow_one_another() {
        assert_eq!(read(&[]), Ok(vec![]));
        assert_eq!(
            read(&[0x80, 1, 7, 0x5F, 0x20, 0, 0x83, 0x81, 1, 9]),
            Ok(vec![(0x80, vec![7]), (0x5F20, vec![]), (0x83, vec![9])]),
        );
    }

    #[test]
    fn broken_objects_are_refused_where_they_break() {
        use TlvErrorKind::{Indefinite, LengthTooLong, Tag, Truncated};
        let cases: [(&[u8], TlvError); 9] = [
            (&[0x80], Truncated.at(1)),
            (&[0x80, 2, 7], Truncated.at(3)),
            (&[0x80, 0x82, 1], Truncated.at(3)),
            (&[0x80, 0x80, 0, 0], Indefinite.at(1)),
            (&[0x80, 0x85, 0, 0, 0, 0, 0], LengthTooLong.at(1)),
            (&[0x80, 0xFF], LengthTooLong.at(1)),
            (&[0x80, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0], Truncated.at(7)),
            (&[0x80, 0, 0x00, 0], Tag.at(2)),
            (&[0x80, 0, 0x9F, 0x80, 1, 0], Tag.at(3)),
        ];
        for (bytes, error) in cases {
            assert_eq!(read(bytes), Err(error), "{bytes:02X?}");
        }
    }

    #[test]
    fn nothing_follows_an_error() {
        let mut reader = Reader::new(&[0x80, 0x80, 0x81, 0]);
        assert!(reader.next().is_some_and(|e| e.is_err()));
        assert!(reader.next().is_none());
    }

    #[test]
    fn only_the_canonical_reader_insists_on_short_lengths() {
        for bytes in [&[0x80, 0x81, 1, 7][..], &[0x80, 0x82, 0, 1, 7], &[0x80, 0x81, 0x7F]] {
            let error = Reader::canonical(bytes).next().map(|e| e.map(|_| ()));
            assert_eq!(error, Some(Err(TlvErrorKind::NotShortest.at(1))));
        }
        for (head, shortest) in [(&[0x80, 0x81, 0x80][..], true), (&[0x80, 0x82, 0x00, 0x80], false)] {
            let long = [head, &[0; 0x80]].concat();
            assert_eq!(Reader::canonical(&long).all(|e| e.is_ok()), shortest);
            assert!(Reader::new(&long).all(|e| e.is_ok()));
        }
        assert_eq!(read(&[0x80, 0x82, 0, 1, 7]), Ok(vec![(0x80, vec![7])]));
    }

    #[test]
    fn positions_count_from_the_outermost_input() {
        let outer = Reader::new(&[0x30, 4, 0xA0, 2, 0x81, 0x80]).next().expect("one").expect("well formed");
        let inner = outer.children().expect("constructed").next().expect("one").expect("well formed");
        assert_eq!((inner.position(), inner.value_position()), (2, 4));
        let error = inner.children().expect("constructed").next().expect("one").expect_err("indefinite");
        assert_eq!(error, TlvErrorKind::Indefinite.at(5));
    }

    #[test]
    fn a_reader_behind_other_bytes_counts_them() {
        let mut reader = Reader::new(&[0x80, 0, 0x81]).starting_at(10);
        assert_eq!(reader.next().and_then(Result::ok).map(|e| e.value_position()), Some(12));
        assert_eq!(reader.position(), 12);
        assert_eq!(reader.next().and_then(Result::err), Some(TlvErrorKind::Truncated.at(13)));
    }

    #[test]
    fn a_primitive_object_has_no_children() {
        let element = Reader::new(&[0x80, 0, 0x81, 0]).nth(1).expect("two").expect("well formed");
        assert_eq!(element.children().map(|_| ()), Err(TlvErrorKind::NotConstructed.at(2)));
    }

    #[test]
    fn nesting_ends_at_the_depth_bound() {
        let mut bytes = Vec::new();
        for _ in 0..=MAX_DEPTH {
            let mut outer = Writer::new();
            outer.put(Tag::context(0).constructed(), &bytes);
            bytes = outer.finish().to_vec();
        }
        let mut reader = Reader::new(&bytes);
        let mut depth = 0;
        let error = loop {
            match reader.next().expect("nested").expect("well formed").children() {
                Ok(inner) => (reader, depth) = (inner, depth + 1),
                Err(error) => break error,
            }
        };
        assert_eq!((depth, error.kind), (MAX_DEPTH - 1, TlvErrorKind::TooDeep));
    }

    #[test]
    fn debug_shows_no_value() {
        let element = Reader::new(&[0x80, 2, 0x31, 0x32]).next().expect("one").expect("well formed");
        assert_eq!(format!("{element:?}"), "Element { tag: Tag(80), value_bytes: 2 }");
    }

    fn stays_within(reader: Reader<'_>, limit: usize) {
        for element in reader.flatten() {
            assert!(element.value_position().saturating_add(element.value.len()) <= limit);
            if let Ok(inner) = element.children() {
                stays_within(inner, limit);
            }
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_lead_out_of_bounds(
            bytes in prop::collection::vec(prop_oneof![0x7C..0x88_u8, 0_u8..5, any::<u8>()], 0..200),
        ) {
            stays_within(Reader::new(&bytes), bytes.len());
            for element in Reader::new(&bytes) {
                if let Err(error) = element {
                    prop_assert!(error.position <= bytes.len());
                }
            }
        }

        #[test]
        fn what_the_canonical_reader_takes_the_writer_gives_back(
            bytes in prop::collection::vec(prop_oneof![0x7C..0x88_u8, 0_u8..5, any::<u8>()], 0..200),
        ) {
            if let Ok(elements) = Reader::canonical(&bytes).collect::<Result<Vec<_>, _>>() {
                let mut writer = Writer::new();
                for element in elements {
                    writer.put(element.tag, element.value);
                }
                prop_assert_eq!(&**writer.finish(), &bytes);
            }
        }
    }
}
