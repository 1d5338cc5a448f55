//! How much input a command may carry.

use csf_transport::{MAX_PAYLOAD_BYTES, SeError};

/// Refuses a message that should have gone by its digest.
pub(crate) const fn payload(message: &[u8]) -> Result<(), SeError> {
    at_most(message, MAX_PAYLOAD_BYTES)
}

/// Refuses more bytes than this.
pub(crate) const fn at_most(bytes: &[u8], most: usize) -> Result<(), SeError> {
    if bytes.len() > most { Err(SeError::InvalidInput) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_payload_passes_and_one_byte_more_does_not() {
        assert_eq!(payload(&vec![0; MAX_PAYLOAD_BYTES]), Ok(()));
        assert_eq!(payload(&vec![0; MAX_PAYLOAD_BYTES + 1]), Err(SeError::InvalidInput));
    }
}
