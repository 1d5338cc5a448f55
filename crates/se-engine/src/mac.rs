//! Message authentication codes: HMAC with the SHA-2 family (RFC 2104, FIPS 198-1), CMAC with AES (NIST SP 800-38B).

use aes::Aes128;
use cmac::Cmac;
use csf_transport::{KeyAlgorithm, MacAlgorithm, Refusal, SeError};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use crate::bounds;

/// A key for one algorithm, with its first block already hashed or its rounds expanded. Wiped when dropped.
pub(crate) enum MacKey {
    /// For HMAC with SHA-256.
    HmacSha256(Box<Hmac<Sha256>>),
    /// For HMAC with SHA-384.
    HmacSha384(Box<Hmac<Sha384>>),
    /// For HMAC with SHA-512.
    HmacSha512(Box<Hmac<Sha512>>),
    /// For CMAC with AES-128.
    AesCmac128(Box<Cmac<Aes128>>),
}

impl MacKey {
    /// A key of these bytes; `None` where the algorithm makes no codes, or takes no such bytes.
    pub(crate) fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Option<Self> {
        Some(match algorithm {
            KeyAlgorithm::HmacSha256 => Self::HmacSha256(state(bytes)?),
            KeyAlgorithm::HmacSha384 => Self::HmacSha384(state(bytes)?),
            KeyAlgorithm::HmacSha512 => Self::HmacSha512(state(bytes)?),
            KeyAlgorithm::AesCmac128 => Self::AesCmac128(state(bytes)?),
            _ => return None,
        })
    }

    /// The code of a message.
    pub(crate) fn mac(&self, algorithm: MacAlgorithm, message: &[u8]) -> Result<Vec<u8>, SeError> {
        self.judge(algorithm, message)?;
        Ok(match self {
            Self::HmacSha256(state) => code(&**state, message),
            Self::HmacSha384(state) => code(&**state, message),
            Self::HmacSha512(state) => code(&**state, message),
            Self::AesCmac128(state) => code(&**state, message),
        })
    }

    /// Whether a code is right; compared in constant time. One of another length is refused rather than
    /// compared in part.
    pub(crate) fn verify(
        &self,
        algorithm: MacAlgorithm,
        message: &[u8],
        code: &[u8],
    ) -> Result<bool, SeError> {
        self.judge(algorithm, message)?;
        if code.len() != algorithm.code_bytes() {
            return Err(SeError::InvalidInput);
        }
        Ok(match self {
            Self::HmacSha256(state) => is_right(&**state, message, code),
            Self::HmacSha384(state) => is_right(&**state, message, code),
            Self::HmacSha512(state) => is_right(&**state, message, code),
            Self::AesCmac128(state) => is_right(&**state, message, code),
        })
    }

    /// The only algorithm that the key serves.
    pub(crate) const fn algorithm(&self) -> MacAlgorithm {
        match self {
            Self::HmacSha256(_) => MacAlgorithm::HmacSha256,
            Self::HmacSha384(_) => MacAlgorithm::HmacSha384,
            Self::HmacSha512(_) => MacAlgorithm::HmacSha512,
            Self::AesCmac128(_) => MacAlgorithm::AesCmac128,
        }
    }

    /// The code of a message that comes in parts: nothing of it yet.
    pub(crate) fn begin(&self, algorithm: MacAlgorithm) -> Result<RunningMac, SeError> {
        self.judge(algorithm, &[])?;
        Ok(RunningMac(match self {
            Self::HmacSha256(state) => Self::HmacSha256(state.clone()),
            Self::HmacSha384(state) => Self::HmacSha384(state.clone()),
            Self::HmacSha512(state) => Self::HmacSha512(state.clone()),
            Self::AesCmac128(state) => Self::AesCmac128(state.clone()),
        }))
    }

    fn judge(&self, algorithm: MacAlgorithm, message: &[u8]) -> Result<(), SeError> {
        if algorithm != self.algorithm() {
            return Err(SeError::Refused(Refusal::Algorithm));
        }
        bounds::payload(message)
    }
}

/// A code in the making. Wiped when dropped: it is worth as much as the key to whoever wants codes of longer messages.
pub(crate) struct RunningMac(MacKey);

impl RunningMac {
    /// Takes the next part.
    pub(crate) fn update(&mut self, part: &[u8]) {
        match &mut self.0 {
            MacKey::HmacSha256(state) => state.update(part),
            MacKey::HmacSha384(state) => state.update(part),
            MacKey::HmacSha512(state) => state.update(part),
            MacKey::AesCmac128(state) => state.update(part),
        }
    }

    /// The code of all parts.
    pub(crate) fn code(&self) -> Vec<u8> {
        match &self.0 {
            MacKey::HmacSha256(state) => code(&**state, &[]),
            MacKey::HmacSha384(state) => code(&**state, &[]),
            MacKey::HmacSha512(state) => code(&**state, &[]),
            MacKey::AesCmac128(state) => code(&**state, &[]),
        }
    }

    /// Whether this is the code of all parts; compared in constant time.
    pub(crate) fn is_right(&self, given: &[u8]) -> bool {
        match &self.0 {
            MacKey::HmacSha256(state) => is_right(&**state, &[], given),
            MacKey::HmacSha384(state) => is_right(&**state, &[], given),
            MacKey::HmacSha512(state) => is_right(&**state, &[], given),
            MacKey::AesCmac128(state) => is_right(&**state, &[], given),
        }
    }
}

fn state<M: KeyInit>(bytes: &[u8]) -> Option<Box<M>> {
    M::new_from_slice(bytes).ok().map(Box::new)
}

fn code<M: Mac + Clone>(state: &M, message: &[u8]) -> Vec<u8> {
    state.clone().chain_update(message).finalize().into_bytes().to_vec()
}

fn is_right<M: Mac + Clone>(state: &M, message: &[u8], code: &[u8]) -> bool {
    state.clone().chain_update(message).verify_slice(code).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::unhex;

    fn hmac(bytes: &[u8]) -> MacKey {
        MacKey::new(KeyAlgorithm::HmacSha256, bytes).expect("any length")
    }

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
            let own = hmac(&key);
            assert_eq!(own.mac(MacAlgorithm::HmacSha256, &message), Ok(code.clone()));
            assert_eq!(own.verify(MacAlgorithm::HmacSha256, &message, &code), Ok(true));

            let mut other_message = message.clone();
            other_message[0] ^= 1;
            assert_eq!(own.verify(MacAlgorithm::HmacSha256, &other_message, &code), Ok(false));
            let mut other_code = code.clone();
            other_code[31] ^= 1;
            assert_eq!(own.verify(MacAlgorithm::HmacSha256, &message, &other_code), Ok(false));
            let mut other_key = key.clone();
            other_key[0] ^= 1;
            assert_eq!(hmac(&other_key).verify(MacAlgorithm::HmacSha256, &message, &code), Ok(false));
        }
    }

    #[test]
    fn a_key_serves_its_own_algorithm_and_no_other() {
        for own in MacAlgorithm::ALL {
            let key = MacKey::new(own.key(), &[1; 16]).expect("a key");
            for asked in MacAlgorithm::ALL {
                let refused = Err(SeError::Refused(Refusal::Algorithm));
                let made = key.mac(*asked, b"m");
                let verified = key.verify(*asked, b"m", &vec![0; asked.code_bytes()]);
                if asked == own {
                    assert_eq!(made.map(|code| code.len()), Ok(own.code_bytes()));
                    assert_eq!(verified, Ok(false));
                } else {
                    assert_eq!(made, refused.map(|()| Vec::new()), "{own:?} for {asked:?}");
                    assert_eq!(verified, refused.map(|()| true), "{own:?} for {asked:?}");
                }
            }
        }
        assert!(MacKey::new(KeyAlgorithm::EcP256, &[1; 32]).is_none());
    }

    #[test]
    fn a_truncated_code_is_invalid_not_merely_wrong() {
        let hmac = hmac(&[1; 32]);
        let code = hmac.mac(MacAlgorithm::HmacSha256, b"m").expect("small");
        for length in [0, 16, 31] {
            let short = hmac.verify(MacAlgorithm::HmacSha256, b"m", &code[..length]);
            assert_eq!(short, Err(SeError::InvalidInput));
        }
    }
}
