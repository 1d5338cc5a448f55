//! Wrapping keys with keys: AES key wrap (RFC 3394, SP 800-38F KW) and with padding (RFC 5649, KWP).

use aes::{Aes128, Aes256};
use aes_kw::{AesKw, AesKwp};
use csf_transport::{KeyAlgorithm, MAX_WRAPPED_KEY_BYTES, Refusal, SeError, WrapAlgorithm};
use hmac::KeyInit;
use zeroize::Zeroizing;

/// The shortest key that is wrapped without padding: two half-blocks and the check value (RFC 3394, 2).
const LEAST_WRAPPED_BYTES: usize = 24;
/// The shortest with padding: one block (RFC 5649, 4.1).
const LEAST_PADDED_BYTES: usize = 16;

/// A key that wraps other keys, its rounds expanded. Wiped when dropped.
pub(crate) struct WrapKey {
    algorithm: KeyAlgorithm,
    state: State,
}

enum State {
    Kw128(Box<AesKw<Aes128>>),
    Kw256(Box<AesKw<Aes256>>),
    Kwp128(Box<AesKwp<Aes128>>),
    Kwp256(Box<AesKwp<Aes256>>),
}

impl WrapKey {
    /// A key of these bytes; `None` where the algorithm wraps nothing, or takes no such bytes.
    pub(crate) fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Option<Self> {
        let state = match algorithm {
            KeyAlgorithm::Aes128Kw => State::Kw128(expanded(bytes)?),
            KeyAlgorithm::Aes256Kw => State::Kw256(expanded(bytes)?),
            KeyAlgorithm::Aes128Kwp => State::Kwp128(expanded(bytes)?),
            KeyAlgorithm::Aes256Kwp => State::Kwp256(expanded(bytes)?),
            _ => return None,
        };
        Some(Self { algorithm, state })
    }

    /// The private bytes of a key, wrapped.
    pub(crate) fn wrap(&self, algorithm: WrapAlgorithm, private: &[u8]) -> Result<Vec<u8>, SeError> {
        self.judge(algorithm)?;
        let mut wrapped = vec![0; algorithm.wrapped_bytes(private.len()).ok_or(SeError::InvalidInput)?];
        let done = match &self.state {
            State::Kw128(key) => key.wrap_key(private, &mut wrapped).map(<[u8]>::len),
            State::Kw256(key) => key.wrap_key(private, &mut wrapped).map(<[u8]>::len),
            State::Kwp128(key) => key.wrap_key(private, &mut wrapped).map(<[u8]>::len),
            State::Kwp256(key) => key.wrap_key(private, &mut wrapped).map(<[u8]>::len),
        };
        match done {
            Ok(length) if length == wrapped.len() => Ok(wrapped),
            Ok(_) | Err(_) => Err(SeError::Fault),
        }
    }

    /// The bytes that were wrapped. Whatever is wrong with what is given, there is one error for it.
    pub(crate) fn unwrap(
        &self,
        algorithm: WrapAlgorithm,
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SeError> {
        self.judge(algorithm)?;
        // What is shorter holds no block of a key, and nothing of it would be encrypted under this one.
        let least = if algorithm.pads() { LEAST_PADDED_BYTES } else { LEAST_WRAPPED_BYTES };
        if wrapped.len() < least || wrapped.len() > MAX_WRAPPED_KEY_BYTES {
            return Err(SeError::NotAuthentic);
        }
        let mut private = Zeroizing::new(vec![0; MAX_WRAPPED_KEY_BYTES]);
        let room = private.as_mut_slice();
        let opened = match &self.state {
            State::Kw128(key) => key.unwrap_key(wrapped, room).map(<[u8]>::len),
            State::Kw256(key) => key.unwrap_key(wrapped, room).map(<[u8]>::len),
            State::Kwp128(key) => key.unwrap_key(wrapped, room).map(<[u8]>::len),
            State::Kwp256(key) => key.unwrap_key(wrapped, room).map(<[u8]>::len),
        };
        private.truncate(opened.map_err(|_| SeError::NotAuthentic)?);
        Ok(private)
    }

    fn judge(&self, algorithm: WrapAlgorithm) -> Result<(), SeError> {
        if algorithm.key() == self.algorithm { Ok(()) } else { Err(SeError::Refused(Refusal::Algorithm)) }
    }
}

fn expanded<C: KeyInit>(bytes: &[u8]) -> Option<Box<C>> {
    C::new_from_slice(bytes).ok().map(Box::new)
}
