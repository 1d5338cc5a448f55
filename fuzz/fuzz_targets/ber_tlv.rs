//! BER-TLV: no object leads out of its input, and what is read, written again, is read as the same objects.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proto_apdu::{Element, Reader, TlvError, Writer};

fuzz_target!(|bytes: &[u8]| {
    stays_within(Reader::new(bytes), 0, bytes.len());
    stays_within(Reader::canonical(bytes), 0, bytes.len());

    if let Ok(written) = rewritten(Reader::canonical(bytes)) {
        assert_eq!(*written, *bytes, "the canonical reader takes one spelling only");
    }
    if let Ok(written) = rewritten(Reader::new(bytes)) {
        assert!(written.len() <= bytes.len(), "the shortest spelling is no longer");
        let again = rewritten(Reader::canonical(&written));
        assert_eq!(again, Ok(written), "the writer's spelling is canonical");
    }
});

fn stays_within(reader: Reader<'_>, from: usize, to: usize) {
    let mut next = from;
    for element in reader {
        match element {
            Ok(element) => {
                assert_eq!(element.position(), next, "objects leave no gap");
                next = element.value_position() + element.value.len();
                assert!(next <= to);
                if let Ok(inner) = element.children() {
                    stays_within(inner, element.value_position(), next);
                }
            }
            Err(error) => assert!((from..=to).contains(&error.position), "{error}"),
        }
    }
}

/// The objects written again, with what is in them as far as that reads; the writer wipes, hence the copy.
fn rewritten(reader: Reader<'_>) -> Result<Vec<u8>, TlvError> {
    let mut writer = Writer::new();
    for element in reader {
        let element = element?;
        match inner(&element) {
            Some(inner) => writer.put_nested(element.tag, |writer| {
                writer.append(&inner);
            }),
            None => writer.put(element.tag, element.value),
        };
    }
    Ok(writer.finish().to_vec())
}

fn inner(element: &Element<'_>) -> Option<Vec<u8>> {
    rewritten(element.children().ok()?).ok()
}
