//! Replies: what a secure environment answers to a command.

use crate::key::KeyInfo;
use crate::secret::Secret;
use crate::stream::StreamId;

/// What a secure environment answers. Which reply belongs to which command is stated with each.
///
/// It has no `Debug`: replies may carry secrets.
#[non_exhaustive]
pub enum Reply {
    /// To [`Command::Random`].
    Random(Secret),
    /// To [`Command::Digest`], and at the end of a stream of one.
    Digest(Vec<u8>),
    /// To [`Command::GenerateKey`], [`Command::ImportKey`], [`Command::DeriveKey`], [`Command::UnwrapKey`],
    /// [`Command::RotateKey`], [`Command::HandOverKey`], [`Command::KeyInfo`] and [`Command::NextKey`].
    Key(KeyInfo),
    /// To [`Command::WrapKey`].
    Wrapped(Vec<u8>),
    /// To [`Command::DestroyKey`], and to a part or the abort of a stream.
    Done,
    /// To [`Command::Mac`], to [`Command::Respond`] with a key for codes, and at the end of a stream of a code.
    Mac(Vec<u8>),
    /// To [`Command::VerifyMac`], [`Command::Verify`], [`Command::VerifyWith`] and [`Command::CheckResponse`], and at the
    /// end of a stream that checks a code.
    Verified(bool),
    /// To [`Command::Sign`], and to [`Command::Respond`] with a key pair.
    Signature(Vec<u8>),
    /// To [`Command::Encrypt`].
    Encrypted {
        /// The generation of the key that encrypted it. Not 0.
        generation: u32,
        /// The nonce that the SE drew.
        nonce: Vec<u8>,
        /// The ciphertext, the tag at its end.
        ciphertext: Vec<u8>,
    },
    /// To [`Command::Decrypt`].
    Decrypted(Secret),
    /// To [`Command::Seal`].
    Sealed(Vec<u8>),
    /// To [`Command::Unseal`].
    Unsealed(Secret),
    /// To the beginning of a stream.
    Stream(StreamId),
}
