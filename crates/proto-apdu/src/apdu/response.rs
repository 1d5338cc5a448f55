//! Response APDUs: data and status word (ISO 7816-4, 5.3).

use std::fmt;

use zeroize::Zeroizing;

use super::{ApduError, ApduErrorKind, StatusWord};

/// The most bytes of one response, its status word included.
pub const MAX_RESPONSE_BYTES: usize = 65_538;

/// A card's answer. It borrows its data, which may be secret and is therefore left out of its `Debug`.
#[derive(Clone, Copy)]
pub struct ResponseApdu<'a> {
    /// The data, perhaps none.
    pub data: &'a [u8],
    /// The status word.
    pub status: StatusWord,
}

impl<'a> ResponseApdu<'a> {
    /// Reads a response.
    ///
    /// # Errors
    ///
    /// Refuses fewer than two bytes, more than [`MAX_RESPONSE_BYTES`], and a status word that is none.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, ApduError> {
        if bytes.len() > MAX_RESPONSE_BYTES {
            return Err(ApduErrorKind::TooLong.at(MAX_RESPONSE_BYTES));
        }
        let Some((data, word)) = bytes.split_last_chunk() else {
            return Err(ApduErrorKind::Truncated.at(bytes.len()));
        };
        let status = StatusWord::new(u16::from_be_bytes(*word));
        Ok(Self { data, status: status.ok_or(ApduErrorKind::Status.at(data.len()))? })
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.data.len().saturating_add(2)));
        bytes.extend_from_slice(self.data);
        bytes.extend_from_slice(&self.status.number().to_be_bytes());
        bytes
    }
}

impl fmt::Debug for ResponseApdu<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseApdu")
            .field("data_bytes", &self.data.len())
            .field("status", &self.status)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_response_is_data_and_a_status_word() {
        let response = ResponseApdu::decode(&[1, 2, 0x90, 0x00]).expect("well formed");
        assert_eq!((response.data, response.status), (&[1, 2][..], StatusWord::SUCCESS));
        assert_eq!(**response.encode(), [1, 2, 0x90, 0x00]);
        assert!(ResponseApdu::decode(&[0x6A, 0x82]).expect("well formed").data.is_empty());
    }

    #[test]
    fn what_is_no_response_is_refused_with_its_place() {
        let error = |bytes: &[u8]| ResponseApdu::decode(bytes).expect_err("malformed");
        assert_eq!(error(&[]), ApduErrorKind::Truncated.at(0));
        assert_eq!(error(&[0x90]), ApduErrorKind::Truncated.at(1));
        assert_eq!(error(&[1, 0x12, 0x34]), ApduErrorKind::Status.at(1));
        assert_eq!(error(&[0x60, 0x00]), ApduErrorKind::Status.at(0));
        let mut long = vec![0; MAX_RESPONSE_BYTES - 2];
        long.extend([0x90, 0]);
        assert!(ResponseApdu::decode(&long).is_ok());
        long.insert(0, 0);
        assert_eq!(error(&long).kind, ApduErrorKind::TooLong);
    }

    proptest! {
        #[test]
        fn whatever_decodes_encodes_to_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(response) = ResponseApdu::decode(&bytes) {
                prop_assert_eq!(&**response.encode(), &bytes);
            }
        }
    }
}
