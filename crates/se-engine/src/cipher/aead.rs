//! Authenticated modes: the ciphertext, and the tag behind it (RFC 5116, 5).

use aes_gcm::aead::{AeadInOut, Nonce, Tag};
use csf_transport::Secret;
use zeroize::Zeroizing;

/// The ciphertext with its tag; `None` for a nonce of another length.
pub(super) fn seal<A: AeadInOut>(
    cipher: &A,
    nonce: &[u8],
    associated_data: &[u8],
    plaintext: &[u8],
) -> Option<Vec<u8>> {
    let nonce = <&Nonce<A>>::try_from(nonce).ok()?;
    // Until it is encrypted, the buffer is a secret; and it must not grow, which would leave a copy behind.
    let capacity = plaintext.len().saturating_add(size_of::<Tag<A>>());
    let mut buffer = Zeroizing::new(Vec::with_capacity(capacity));
    buffer.extend_from_slice(plaintext);
    let tag = cipher.encrypt_inout_detached(nonce, associated_data, buffer.as_mut_slice().into()).ok()?;
    buffer.extend_from_slice(&tag);
    Some(std::mem::take(&mut *buffer))
}

/// The plaintext; `None` when anything is not as it was. Tags are compared in constant time.
pub(super) fn open<A: AeadInOut>(
    cipher: &A,
    nonce: &[u8],
    associated_data: &[u8],
    ciphertext: &[u8],
) -> Option<Secret> {
    let nonce = <&Nonce<A>>::try_from(nonce).ok()?;
    let (body, tag) = ciphertext.split_at_checked(ciphertext.len().checked_sub(size_of::<Tag<A>>())?)?;
    let tag = <&Tag<A>>::try_from(tag).ok()?;
    let mut buffer = Zeroizing::new(body.to_vec());
    cipher.decrypt_inout_detached(nonce, associated_data, buffer.as_mut_slice().into(), tag).ok()?;
    Some(Secret::from(buffer))
}
