//! What is encoded decodes to the same, and what decodes has no other spelling.

use csf_transport::codec::{decode_command, decode_reply, encode_command, encode_reply};
use csf_transport::{Command, Reply, SeError};
use proptest::prelude::*;

use crate::sample::{ERRORS, Printable, command, reply, same_command, same_reply};

/// Bytes that often look like the beginning of a message.
fn almost() -> impl Strategy<Value = Vec<u8>> {
    let likely = prop_oneof![Just(1_u8), 0x61..=0x7E_u8, 0x80..=0x92_u8, 0_u8..8, any::<u8>()];
    prop::collection::vec(likely, 0..80).prop_map(|mut bytes| {
        bytes.insert(0, 1);
        bytes
    })
}

/// Whatever decodes must be the one spelling of what it means; an error must point into the bytes.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    match decode_command(bytes) {
        Ok(command) => prop_assert_eq!(&**encode_command(&command), bytes),
        Err(error) => prop_assert!(error.position <= bytes.len()),
    }
    match decode_reply(bytes) {
        Ok(reply) => prop_assert_eq!(&**encode_reply(&reply), bytes),
        Err(error) => prop_assert!(error.position <= bytes.len()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_command_comes_back(Printable(command) in command()) {
        let bytes = encode_command(&command);
        let back = decode_command(&bytes).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(same_command(&command, &back), "{}", command.name());
        prop_assert!(decode_reply(&bytes).is_err(), "a command is no reply");
    }

    #[test]
    fn every_reply_comes_back(Printable(reply) in reply()) {
        let bytes = encode_reply(&reply);
        let back = decode_reply(&bytes).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(same_reply(&reply, &back));
        prop_assert!(decode_command(&bytes).is_err(), "a reply is no command");
    }

    #[test]
    fn a_cut_or_prolonged_message_is_refused(
        Printable(command) in command(), Printable(reply) in reply(), at in any::<prop::sample::Index>(),
    ) {
        let command = encode_command(&command);
        prop_assert!(decode_command(&command[..at.index(command.len())]).is_err());
        prop_assert!(decode_command(&[&command[..], &[0]].concat()).is_err());
        let reply = encode_reply(&reply);
        prop_assert!(decode_reply(&reply[..at.index(reply.len())]).is_err());
        prop_assert!(decode_reply(&[&reply[..], &[0]].concat()).is_err());
    }

    #[test]
    fn a_changed_byte_is_refused_or_means_something_else(
        Printable(command) in command(), at in any::<prop::sample::Index>(), change in 1..=255_u8,
    ) {
        let mut bytes = encode_command(&command).to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        check(&bytes)?;
        if let Ok(other) = decode_command(&bytes) {
            prop_assert!(!same_command(&command, &other));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_never_have_two_spellings(
        bytes in prop::collection::vec(any::<u8>(), 0..200), almost in almost(),
    ) {
        check(&bytes)?;
        check(&almost)?;
    }
}

#[test]
fn every_error_comes_back_as_itself() {
    for error in ERRORS {
        assert!(matches!(decode_reply(&encode_reply(&Err(error))), Ok(Err(back)) if back == error));
    }
}

#[test]
fn the_comparison_tells_apart_what_differs() {
    let (one, two) = (Command::Random { length: 1 }, Command::Random { length: 2 });
    assert!(same_command(&one, &one) && !same_command(&one, &two));
    assert!(!same_reply(&Ok(Reply::Done), &Err(SeError::Fault)));
    assert!(!same_reply(&Ok(Reply::Mac(vec![1])), &Ok(Reply::Signature(vec![1]))));
}
