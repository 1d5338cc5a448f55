//! Command APDUs: header, data and expected length in the cases 1 to 4, short and extended (ISO 7816-4, 5.2).

use std::fmt;

use zeroize::Zeroizing;

use super::{ApduError, ApduErrorKind, Class, ExpectedLength};

/// The most bytes of data in one command.
pub const MAX_DATA_BYTES: usize = 65_535;

const HEADER_BYTES: usize = 4;
const MAX_SHORT_DATA_BYTES: usize = 255;
const GET_RESPONSE: u8 = 0xC0;

/// The four bytes with which every command begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// CLA.
    pub class: Class,
    /// INS.
    pub instruction: u8,
    /// P1.
    pub p1: u8,
    /// P2.
    pub p2: u8,
}

/// How the length fields of a command are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// One byte each; every card and reader understands it.
    Short,
    /// A zero byte once, then two bytes each.
    Extended,
}

/// A command to a card. It borrows its data, which may be secret and is therefore left out of its `Debug`.
#[derive(Clone, Copy)]
pub struct CommandApdu<'a> {
    /// The first four bytes.
    pub header: Header,
    data: &'a [u8],
    /// How many bytes the answer may have; `None` when none are expected.
    pub expected: Option<ExpectedLength>,
}

impl<'a> CommandApdu<'a> {
    /// A command.
    ///
    /// # Errors
    ///
    /// [`ApduErrorKind::TooLong`] when the data exceed [`MAX_DATA_BYTES`].
    pub const fn new(
        header: Header,
        data: &'a [u8],
        expected: Option<ExpectedLength>,
    ) -> Result<Self, ApduError> {
        if data.len() > MAX_DATA_BYTES {
            return Err(ApduErrorKind::TooLong.at(MAX_DATA_BYTES));
        }
        Ok(Self { header, data, expected })
    }

    /// The command that fetches the rest of an answer after `61xx`, on the channel of `class`.
    #[must_use]
    pub fn get_response(class: Class, expected: ExpectedLength) -> Self {
        let class =
            class.channel().and_then(|channel| Class::INTERINDUSTRY.on_channel(channel)).unwrap_or(class);
        let header = Header { class, instruction: GET_RESPONSE, p1: 0, p2: 0 };
        Self { header, data: &[], expected: Some(expected) }
    }

    /// The data.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The shortest form that holds the command.
    #[must_use]
    pub const fn form(&self) -> Form {
        let expected_fits = match self.expected {
            Some(expected) => expected.is_short(),
            None => true,
        };
        if self.data.len() <= MAX_SHORT_DATA_BYTES && expected_fits { Form::Short } else { Form::Extended }
    }

    /// The bytes, in the shortest form that holds them.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        self.write(self.form())
    }

    /// The bytes in this form.
    ///
    /// # Errors
    ///
    /// [`ApduErrorKind::NeedsExtended`] when the command does not fit short fields.
    pub fn encode_as(&self, form: Form) -> Result<Zeroizing<Vec<u8>>, ApduError> {
        if form == Form::Short && self.form() == Form::Extended {
            return Err(ApduErrorKind::NeedsExtended.at(HEADER_BYTES));
        }
        Ok(self.write(form))
    }

    /// Reads a command in either form.
    ///
    /// # Errors
    ///
    /// Refuses bytes that are none of the cases 1 to 4, and says at which byte they leave them.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, ApduError> {
        let Some((&[class, instruction, p1, p2], body)) = bytes.split_first_chunk() else {
            return Err(ApduErrorKind::Truncated.at(bytes.len()));
        };
        let header = Header { class: Class(class), instruction, p1, p2 };
        let (data, expected) = match *body {
            [] => (&[][..], None),
            [expected] => (&[][..], Some(ExpectedLength::from_short(expected))),
            [0, high, low] => (&[][..], Some(ExpectedLength::from_extended([high, low]))),
            [0, high, low, ref rest @ ..] => extended(u16::from_be_bytes([high, low]), rest)?,
            [0, _] => return Err(ApduErrorKind::Length.at(HEADER_BYTES)),
            [length, ref rest @ ..] => short(length, rest)?,
        };
        Ok(Self { header, data, expected })
    }

    fn write(&self, form: Form) -> Zeroizing<Vec<u8>> {
        let Header { class, instruction, p1, p2 } = self.header;
        // Room for all of it from the start: a vector that grows leaves copies behind.
        let room = self.data.len().saturating_add(HEADER_BYTES).saturating_add(5);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        bytes.extend_from_slice(&[class.0, instruction, p1, p2]);
        let [.., high, low] = self.data.len().to_be_bytes();
        let has_body = !self.data.is_empty() || self.expected.is_some();
        if form == Form::Extended && has_body {
            bytes.push(0);
        }
        if !self.data.is_empty() {
            match form {
                Form::Short => bytes.push(low),
                Form::Extended => bytes.extend_from_slice(&[high, low]),
            }
            bytes.extend_from_slice(self.data);
        }
        if let Some([high, low]) = self.expected.map(ExpectedLength::field) {
            match form {
                Form::Short => bytes.push(low),
                Form::Extended => bytes.extend_from_slice(&[high, low]),
            }
        }
        bytes
    }
}

impl fmt::Debug for CommandApdu<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandApdu")
            .field("header", &self.header)
            .field("data_bytes", &self.data.len())
            .field("expected", &self.expected)
            .finish()
    }
}

type Body<'a> = (&'a [u8], Option<ExpectedLength>);

fn short(length: u8, rest: &[u8]) -> Result<Body<'_>, ApduError> {
    match rest.split_at_checked(usize::from(length)) {
        Some((data, [])) => Ok((data, None)),
        Some((data, &[expected])) => Ok((data, Some(ExpectedLength::from_short(expected)))),
        Some((data, _)) => Err(ApduErrorKind::Length.at(data.len().saturating_add(HEADER_BYTES + 2))),
        None => Err(ApduErrorKind::Truncated.at(rest.len().saturating_add(HEADER_BYTES + 1))),
    }
}

fn extended(length: u16, rest: &[u8]) -> Result<Body<'_>, ApduError> {
    const START: usize = HEADER_BYTES + 3;
    if length == 0 {
        return Err(ApduErrorKind::Length.at(HEADER_BYTES + 1));
    }
    match rest.split_at_checked(usize::from(length)) {
        Some((data, [])) => Ok((data, None)),
        Some((data, &[high, low])) => Ok((data, Some(ExpectedLength::from_extended([high, low])))),
        Some((data, _)) => Err(ApduErrorKind::Length.at(data.len().saturating_add(START))),
        None => Err(ApduErrorKind::Truncated.at(rest.len().saturating_add(START))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: Header = Header { class: Class::INTERINDUSTRY, instruction: 0xB0, p1: 1, p2: 2 };

    fn command(data: &[u8], expected: u32) -> CommandApdu<'_> {
        CommandApdu::new(HEADER, data, ExpectedLength::new(expected)).expect("fits")
    }

    fn parts<'a>(c: &CommandApdu<'a>) -> (Header, &'a [u8], Option<u32>) {
        (c.header, c.data(), c.expected.map(ExpectedLength::bytes))
    }

    #[test]
    fn the_seven_cases_have_their_bytes() {
        let long = [7; 256];
        let extended_3 = [&[0, 0xB0, 1, 2, 0, 1, 0][..], &long].concat();
        let extended_4 = [&extended_3[..], &[0, 0]].concat();
        let cases: [(&[u8], u32, &[u8]); 9] = [
            (&[], 0, &[0, 0xB0, 1, 2]),
            (&[], 1, &[0, 0xB0, 1, 2, 1]),
            (&[], 256, &[0, 0xB0, 1, 2, 0]),
            (&[], 257, &[0, 0xB0, 1, 2, 0, 1, 1]),
            (&[], 65_536, &[0, 0xB0, 1, 2, 0, 0, 0]),
            (&[9], 0, &[0, 0xB0, 1, 2, 1, 9]),
            (&[9], 2, &[0, 0xB0, 1, 2, 1, 9, 2]),
            (&long, 0, &extended_3),
            (&long, 65_536, &extended_4),
        ];
        for (data, expected, bytes) in cases {
            let command = command(data, expected);
            assert_eq!(&**command.encode(), bytes);
            assert_eq!(parts(&CommandApdu::decode(bytes).expect("well formed")), parts(&command));
        }
    }

    #[test]
    fn bytes_of_no_case_are_refused_where_they_leave_it() {
        use ApduErrorKind::{Length, Truncated};
        let cases: [(&[u8], ApduError); 10] = [
            (&[], Truncated.at(0)),
            (&[0, 0xB0, 1], Truncated.at(3)),
            (&[0, 0xB0, 1, 2, 2, 9], Truncated.at(6)),
            (&[0, 0xB0, 1, 2, 1, 9, 0, 0], Length.at(7)),
            (&[0, 0xB0, 1, 2, 0, 1], Length.at(4)),
            (&[0, 0xB0, 1, 2, 0, 0, 0, 9], Length.at(5)),
            (&[0, 0xB0, 1, 2, 0, 0, 2, 9], Truncated.at(8)),
            (&[0, 0xB0, 1, 2, 0, 0, 1, 9, 0], Length.at(8)),
            (&[0, 0xB0, 1, 2, 0, 0, 1, 9, 0, 0, 0], Length.at(8)),
            (&[0, 0xB0, 1, 2, 0, 0, 0, 0, 0], Length.at(5)),
        ];
        for (bytes, error) in cases {
            assert_eq!(CommandApdu::decode(bytes).expect_err("malformed"), error, "{bytes:02X?}");
        }
    }

    #[test]
    fn a_command_goes_extended_only_where_it_fits() {
        assert_eq!(
            **command(&[9], 2).encode_as(Form::Extended).expect("fits"),
            [0, 0xB0, 1, 2, 0, 0, 1, 9, 0, 2]
        );
        assert_eq!(**command(&[], 0).encode_as(Form::Extended).expect("fits"), [0, 0xB0, 1, 2]);
        let error = command(&[], 257).encode_as(Form::Short).expect_err("does not fit");
        assert_eq!(error.kind, ApduErrorKind::NeedsExtended);
        assert!(command(&[0; 255], 256).encode_as(Form::Short).is_ok());
    }

    #[test]
    fn data_past_the_longest_field_make_no_command() {
        let data = vec![0; MAX_DATA_BYTES + 1];
        assert_eq!(CommandApdu::new(HEADER, &data, None).expect_err("too long").kind, ApduErrorKind::TooLong);
        assert!(CommandApdu::new(HEADER, &data[1..], None).is_ok());
    }

    #[test]
    fn get_response_stays_on_the_channel_and_drops_the_rest_of_the_class() {
        let fetch = CommandApdu::get_response(Class(0xC1), ExpectedLength::SHORT_MAX);
        assert_eq!(**fetch.encode(), [0x41, 0xC0, 0, 0, 0]);
        let fetch = CommandApdu::get_response(Class(0xA0), ExpectedLength::SHORT_MAX);
        assert_eq!(**fetch.encode(), [0xA0, 0xC0, 0, 0, 0]);
    }

    #[test]
    fn debug_shows_no_data() {
        let text = format!("{:?}", command(&[0x31, 0x32, 0x33, 0x34], 0));
        assert!(text.contains("data_bytes: 4") && !text.contains("49"), "{text}");
    }

    proptest! {
        #[test]
        fn every_command_survives_both_forms(
            header in any::<[u8; 4]>(), data in prop::collection::vec(any::<u8>(), 0..600),
            expected in 0..=65_536_u32,
        ) {
            let [class, instruction, p1, p2] = header;
            let header = Header { class: Class(class), instruction, p1, p2 };
            let command = CommandApdu::new(header, &data, ExpectedLength::new(expected)).expect("fits");
            for bytes in [command.encode(), command.encode_as(Form::Extended).expect("always fits")] {
                prop_assert_eq!(parts(&CommandApdu::decode(&bytes).expect("own bytes")), parts(&command));
            }
        }

        #[test]
        fn arbitrary_bytes_are_refused_within_themselves_or_mean_one_command(
            bytes in prop::collection::vec(prop_oneof![Just(0_u8), Just(1), any::<u8>()], 0..300),
        ) {
            match CommandApdu::decode(&bytes) {
                Ok(command) => {
                    let forms = [Form::Short, Form::Extended];
                    prop_assert!(forms.iter().any(|f| command.encode_as(*f).is_ok_and(|b| *b == bytes)));
                }
                Err(error) => prop_assert!(error.position <= bytes.len()),
            }
        }
    }
}
