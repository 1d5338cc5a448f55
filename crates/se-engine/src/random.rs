//! Random bytes: the operating system's generator, and nothing of our own (draft 6.3.5).

use csf_transport::{MAX_RANDOM_BYTES, SeError, Secret};
use zeroize::Zeroizing;

/// So many random bytes, 1 to [`MAX_RANDOM_BYTES`].
pub(crate) fn bytes(length: u16) -> Result<Secret, SeError> {
    if length == 0 || length > MAX_RANDOM_BYTES {
        return Err(SeError::InvalidInput);
    }
    let mut bytes = Zeroizing::new(vec![0; usize::from(length)]);
    fill(&mut bytes)?;
    Ok(Secret::from(bytes))
}

/// Fills a buffer with random bytes. A generator that fails is an SE that is not there: there is no
/// second-best source to fall back to.
pub(crate) fn fill(buffer: &mut [u8]) -> Result<(), SeError> {
    getrandom::fill(buffer).map_err(|_| SeError::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_bounded_on_both_sides() {
        for length in [1, MAX_RANDOM_BYTES] {
            assert_eq!(bytes(length).map(|b| b.expose().len()).ok(), Some(usize::from(length)));
        }
        for length in [0, MAX_RANDOM_BYTES + 1, u16::MAX] {
            assert_eq!(bytes(length).err(), Some(SeError::InvalidInput), "{length}");
        }
    }
}
