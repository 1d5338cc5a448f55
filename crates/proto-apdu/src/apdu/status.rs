//! Status words and what they mean (ISO 7816-4, 5.6; `91xx` from ETSI TS 102 221).

use std::fmt;

use super::ExpectedLength;

/// The two bytes with which every response ends; the first is `61` to `6F` or `9x`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusWord(u16);

/// What a status word says, as far as its class tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusClass {
    /// `9000`: done.
    Success,
    /// `61xx`: done; so many bytes wait for GET RESPONSE.
    MoreData(ExpectedLength),
    /// `62xx`: done with a warning; nothing stored has changed.
    WarningUnchanged,
    /// `63xx` without a counter: done with a warning; something stored has changed.
    WarningChanged,
    /// `63Cx`: the check failed, and so many tries are left.
    TriesLeft(u8),
    /// `64xx`: the execution failed; nothing stored has changed.
    FailedUnchanged,
    /// `65xx`: the execution failed; something stored has changed.
    FailedChanged,
    /// `66xx`: a security matter.
    SecurityIssue,
    /// `6Cxx`: not done; ask again and expect exactly so many bytes.
    WrongExpected(ExpectedLength),
    /// `67xx` to `6Fxx` but `6Cxx`: the command was refused before it began.
    Refused,
    /// `91xx`: done; a proactive command of so many bytes waits for FETCH.
    ProactivePending(ExpectedLength),
    /// `9xxx` otherwise: the application defines it.
    Application,
}

macro_rules! known {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl StatusWord {
            $($(#[$doc])* pub const $name: Self = Self($number);)*
        }
    };
}

known! {
    /// Done.
    SUCCESS = 0x9000;
    /// The file ended before the expected length.
    END_OF_FILE = 0x6282;
    /// The selected file is deactivated.
    FILE_DEACTIVATED = 0x6283;
    /// Writing to memory failed.
    MEMORY_FAILURE = 0x6581;
    /// The length is wrong.
    WRONG_LENGTH = 0x6700;
    /// The logical channel is not there.
    CHANNEL_NOT_SUPPORTED = 0x6881;
    /// Secure messaging is not there.
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882;
    /// The command does not fit the structure of the file.
    WRONG_FILE_STRUCTURE = 0x6981;
    /// The access conditions are not met.
    SECURITY_STATUS_NOT_SATISFIED = 0x6982;
    /// The PIN or key is blocked.
    AUTHENTICATION_BLOCKED = 0x6983;
    /// The PIN or key is disabled.
    REFERENCE_DATA_NOT_USABLE = 0x6984;
    /// The state does not allow the command.
    CONDITIONS_NOT_SATISFIED = 0x6985;
    /// No file is selected.
    NO_CURRENT_FILE = 0x6986;
    /// The data are wrong.
    WRONG_DATA = 0x6A80;
    /// The function is not there.
    FUNCTION_NOT_SUPPORTED = 0x6A81;
    /// The file or application is not there.
    FILE_NOT_FOUND = 0x6A82;
    /// The record is not there.
    RECORD_NOT_FOUND = 0x6A83;
    /// There is no room in the file.
    NO_ROOM = 0x6A84;
    /// P1 or P2 are wrong.
    INCORRECT_P1_P2 = 0x6A86;
    /// The referenced data are not there.
    REFERENCE_NOT_FOUND = 0x6A88;
    /// P1 or P2 are out of range.
    WRONG_P1_P2 = 0x6B00;
    /// The instruction is not there.
    INSTRUCTION_NOT_SUPPORTED = 0x6D00;
    /// The class is not there.
    CLASS_NOT_SUPPORTED = 0x6E00;
    /// Something failed, and the card does not say what.
    NO_DIAGNOSIS = 0x6F00;
}

impl StatusWord {
    /// The status word of this number; `None` unless it begins with `61` to `6F` or `9x`.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        match number >> 8 {
            0x61..=0x6F | 0x90..=0x9F => Some(Self(number)),
            _ => None,
        }
    }

    /// The warning that so many tries are left, 0 to 15.
    #[must_use]
    pub const fn tries_left(tries: u8) -> Self {
        let tries = if tries > 15 { 15 } else { tries };
        Self(0x63C0 | tries as u16)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether the command was carried out, perhaps with a warning that is no failed check.
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(
            self.class(),
            StatusClass::Success
                | StatusClass::MoreData(_)
                | StatusClass::WarningUnchanged
                | StatusClass::WarningChanged
                | StatusClass::ProactivePending(_)
        )
    }

    /// What the status word says.
    #[must_use]
    pub fn class(self) -> StatusClass {
        let [first, second] = self.0.to_be_bytes();
        let length = ExpectedLength::from_short(second);
        match (first, second) {
            (0x90, 0x00) => StatusClass::Success,
            (0x61, _) => StatusClass::MoreData(length),
            (0x62, _) => StatusClass::WarningUnchanged,
            (0x63, 0xC0..=0xCF) => StatusClass::TriesLeft(second & 0x0F),
            (0x63, _) => StatusClass::WarningChanged,
            (0x64, _) => StatusClass::FailedUnchanged,
            (0x65, _) => StatusClass::FailedChanged,
            (0x66, _) => StatusClass::SecurityIssue,
            (0x6C, _) => StatusClass::WrongExpected(length),
            (0x91, _) => StatusClass::ProactivePending(length),
            (0x90..=0x9F, _) => StatusClass::Application,
            _ => StatusClass::Refused,
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusWord({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(number: u16) -> Option<StatusClass> {
        StatusWord::new(number).map(StatusWord::class)
    }

    #[test]
    fn status_words_have_their_classes() {
        let bytes = |n| ExpectedLength::new(n).expect("a length");
        for (number, expected) in [
            (0x9000, StatusClass::Success),
            (0x9001, StatusClass::Application),
            (0x6135, StatusClass::MoreData(bytes(0x35))),
            (0x6100, StatusClass::MoreData(bytes(256))),
            (0x6283, StatusClass::WarningUnchanged),
            (0x6300, StatusClass::WarningChanged),
            (0x63C0, StatusClass::TriesLeft(0)),
            (0x63C3, StatusClass::TriesLeft(3)),
            (0x63D0, StatusClass::WarningChanged),
            (0x6400, StatusClass::FailedUnchanged),
            (0x6581, StatusClass::FailedChanged),
            (0x6600, StatusClass::SecurityIssue),
            (0x6700, StatusClass::Refused),
            (0x6A82, StatusClass::Refused),
            (0x6C10, StatusClass::WrongExpected(bytes(16))),
            (0x6F00, StatusClass::Refused),
            (0x9110, StatusClass::ProactivePending(bytes(16))),
            (0x9862, StatusClass::Application),
        ] {
            assert_eq!(class(number), Some(expected), "{number:04X}");
        }
    }

    #[test]
    fn other_first_bytes_are_no_status_words() {
        for number in [0x0000, 0x6000, 0x60FF, 0x7000, 0x8FFF, 0xA000, 0xFFFF] {
            assert_eq!(class(number), None, "{number:04X}");
        }
    }

    #[test]
    fn a_failed_check_is_not_done_though_it_is_a_warning() {
        assert!(StatusWord::SUCCESS.is_done() && StatusWord::END_OF_FILE.is_done());
        assert!(!StatusWord::tries_left(2).is_done());
        assert!(!StatusWord::FILE_NOT_FOUND.is_done());
        assert_eq!(StatusWord::tries_left(2).to_string(), "63C2");
        assert_eq!(StatusWord::tries_left(200).to_string(), "63CF");
    }
}
