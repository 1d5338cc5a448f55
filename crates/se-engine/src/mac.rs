//! Message authentication codes: HMAC with SHA-256 (RFC 2104, FIPS 198-1).

use csf_transport::{MacAlgorithm, SeError};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::bounds;

/// How many bytes an HMAC-SHA-256 code has; shorter ones are refused rather than compared in part.
const CODE_BYTES: usize = 32;

/// A key for HMAC-SHA-256 with its first block already hashed. The state is wiped when dropped.
pub(crate) struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// A key of these bytes.
    pub(crate) fn new(bytes: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(bytes).ok().map(Self)
    }

    /// The code of a message.
    pub(crate) fn mac(&self, algorithm: MacAlgorithm, message: &[u8]) -> Result<Vec<u8>, SeError> {
        Ok(self.over(algorithm, message)?.finalize().into_bytes().to_vec())
    }

    /// Whether a code is right; compared in constant time.
    pub(crate) fn verify(
        &self,
        algorithm: MacAlgorithm,
        message: &[u8],
        code: &[u8],
    ) -> Result<bool, SeError> {
        if code.len() != CODE_BYTES {
            return Err(SeError::InvalidInput);
        }
        Ok(self.over(algorithm, message)?.verify_slice(code).is_ok())
    }

    fn over(&self, algorithm: MacAlgorithm, message: &[u8]) -> Result<Hmac<Sha256>, SeError> {
        bounds::payload(message)?;
        match algorithm {
            MacAlgorithm::HmacSha256 => Ok(self.0.clone().chain_update(message)),
            _ => Err(SeError::NotSupported),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::unhex;

    /// RFC 4231, cases 1 to 4, 6 and 7; case 5 truncates its code, which no command asks for.
    fn rfc_4231() -> [(Vec<u8>, Vec<u8>, &'static str); 6] {
        [
            (
                vec![0x0b; 20],
                b"Hi There".to_vec(),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                b"what do ya want for nothing?".to_vec(),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 20],
                vec![0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                (1..=25).collect(),
                vec![0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                vec![0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                vec![0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. \
                  The key needs to be hashed before being used by the HMAC algorithm."
                    .to_vec(),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ]
    }

    // Shows SDH-4.
    #[test]
    fn the_codes_of_rfc_4231_come_out_and_their_twins_do_not() {
        for (key, message, code) in rfc_4231() {
            let code = unhex(code);
            let hmac = HmacKey::new(&key).expect("any length");
            assert_eq!(hmac.mac(MacAlgorithm::HmacSha256, &message), Ok(code.clone()));
            assert_eq!(hmac.verify(MacAlgorithm::HmacSha256, &message, &code), Ok(true));

            let mut other_message = message.clone();
            other_message[0] ^= 1;
            assert_eq!(hmac.verify(MacAlgorithm::HmacSha256, &other_message, &code), Ok(false));
            let mut other_code = code.clone();
            other_code[31] ^= 1;
            assert_eq!(hmac.verify(MacAlgorithm::HmacSha256, &message, &other_code), Ok(false));
            let mut other_key = key.clone();
            other_key[0] ^= 1;
            let other_key = HmacKey::new(&other_key).expect("any length");
            assert_eq!(other_key.verify(MacAlgorithm::HmacSha256, &message, &code), Ok(false));
        }
    }

    #[test]
    fn a_truncated_code_is_invalid_not_merely_wrong() {
        let hmac = HmacKey::new(&[1; 32]).expect("any length");
        let code = hmac.mac(MacAlgorithm::HmacSha256, b"m").expect("small");
        for length in [0, 16, 31] {
            let short = hmac.verify(MacAlgorithm::HmacSha256, b"m", &code[..length]);
            assert_eq!(short, Err(SeError::InvalidInput));
        }
    }
}
