//! APDUs: what decodes encodes to the same bytes in one of the two forms, and a refusal names a byte of the input.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proto_apdu::{Class, CommandApdu, ExpectedLength, Form, ResponseApdu};

fuzz_target!(|bytes: &[u8]| {
    match CommandApdu::decode(bytes) {
        Ok(command) => {
            let spells = |form| command.encode_as(form).is_ok_and(|spelt| **spelt == *bytes);
            assert!(spells(Form::Short) || spells(Form::Extended), "{command:?}");
            assert!(command.encode().len() <= bytes.len(), "the shortest form is no longer");
            moves_between_channels(command.header.class);
        }
        Err(error) => assert!(error.position <= bytes.len(), "{error}"),
    }
    match ResponseApdu::decode(bytes) {
        Ok(response) => {
            assert_eq!(**response.encode(), *bytes);
            let _ = (response.status.class(), response.status.is_done());
        }
        Err(error) => assert!(error.position <= bytes.len(), "{error}"),
    }
});

fn moves_between_channels(class: Class) {
    if let Some(channel) = class.channel() {
        let moved = class.on_channel(channel).expect("a class can stay on its channel");
        assert_eq!(moved.channel(), Some(channel));
        assert!(!moved.asks_secure_messaging(), "moving drops secure messaging");
        assert_eq!(moved.is_chained(), class.is_chained());
        let fetch = CommandApdu::get_response(class, ExpectedLength::SHORT_MAX);
        assert_eq!(fetch.header.class.channel(), Some(channel));
    }
}
