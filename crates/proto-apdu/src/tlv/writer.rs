//! A writer of data objects that leaves no copy of a secret behind.

use zeroize::Zeroizing;

use super::Tag;

const LONG: u8 = 0x80;

/// Writes objects one after another, each length in its shortest form.
///
/// Values may be secret: when the buffer must grow, the old one is wiped.
#[derive(Default)]
pub struct Writer {
    bytes: Zeroizing<Vec<u8>>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(bytes)) }
    }

    /// Writes an object.
    ///
    /// A value of 4 GiB or more is written too, but no [`crate::Reader`] takes it back.
    pub fn put(&mut self, tag: Tag, value: &[u8]) -> &mut Self {
        self.put_head(tag, value.len());
        self.append(value)
    }

    /// Writes an object that holds the objects which `build` writes; its tag becomes constructed.
    pub fn put_nested(&mut self, tag: Tag, build: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inner = Self::new();
        build(&mut inner);
        self.put(tag.constructed(), &inner.bytes)
    }

    /// Writes bytes as they are, such as objects written before.
    pub fn append(&mut self, more: &[u8]) -> &mut Self {
        let needed = self.bytes.len().saturating_add(more.len());
        if needed > self.bytes.capacity() {
            let room = needed.max(self.bytes.capacity().saturating_mul(2));
            let mut larger = Zeroizing::new(Vec::with_capacity(room));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(more);
        self
    }

    /// The bytes.
    #[must_use]
    pub fn finish(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }

    fn put_head(&mut self, tag: Tag, length: usize) {
        for byte in tag.octets() {
            self.append(&[byte]);
        }
        let octets = length.to_be_bytes();
        let zeros = octets.iter().take_while(|byte| **byte == 0).count();
        let significant = octets.get(zeros..).unwrap_or_default();
        match significant {
            [] => self.append(&[0]),
            [short] if *short < LONG => self.append(&[*short]),
            _ => {
                let count = u8::try_from(significant.len()).unwrap_or(u8::MAX);
                self.append(&[LONG | count]).append(significant)
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Reader;

    #[test]
    fn lengths_take_as_few_bytes_as_they_can() {
        for (length, head) in [
            (0, &[0x80, 0][..]),
            (0x7F, &[0x80, 0x7F]),
            (0x80, &[0x80, 0x81, 0x80]),
            (0xFF, &[0x80, 0x81, 0xFF]),
            (0x100, &[0x80, 0x82, 1, 0]),
            (0x1_0000, &[0x80, 0x83, 1, 0, 0]),
            (0x100_0000, &[0x80, 0x84, 1, 0, 0, 0]),
        ] {
            let mut writer = Writer::new();
            writer.put(Tag::context(0), &vec![0; length]);
            let bytes = writer.finish();
            assert!(bytes.starts_with(head) && bytes.len() == head.len() + length, "{length}");
        }
    }

    #[test]
    fn nested_objects_get_a_constructed_tag() {
        let mut writer = Writer::with_capacity(2);
        writer.put_nested(Tag::application(2), |inner| {
            inner.put(Tag::context(3), &[0x3F, 0]);
        });
        assert_eq!(**writer.finish(), [0x62, 4, 0x83, 2, 0x3F, 0]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            objects in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..300)), 0..8),
        ) {
            let mut writer = Writer::new();
            for (number, value) in &objects {
                writer.put(Tag::private(*number), value);
            }
            let bytes = writer.finish();
            let read: Vec<_> = Reader::canonical(&bytes).map(|e| e.expect("own bytes")).collect();
            prop_assert_eq!(read.len(), objects.len());
            for (element, (number, value)) in read.iter().zip(&objects) {
                prop_assert_eq!((element.tag, element.value), (Tag::private(*number), &value[..]));
            }
        }
    }
}
