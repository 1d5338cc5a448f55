//! The one closed set of things a secure environment can be asked to do.

use crate::algorithm::{DigestAlgorithm, MacAlgorithm, SignatureAlgorithm};
use crate::key::{KeyId, KeyInfo, KeySpec, Owner};
use crate::secret::Secret;

/// The most bytes of input that one command carries; larger messages go by their digest.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024;
/// The most random bytes that one command gives.
pub const MAX_RANDOM_BYTES: u16 = 4096;

/// What a signature covers.
#[derive(PartialEq, Eq)]
pub enum SignInput {
    /// A message, which the SE hashes first.
    Message(Vec<u8>),
    /// The digest of a message, of the length that the algorithm's hash has.
    Digest(Vec<u8>),
}

/// A command to a secure environment.
///
/// It has no `Debug`: commands carry messages and secrets.
#[non_exhaustive]
pub enum Command {
    /// Random bytes from the SE's generator.
    Random {
        /// How many, 1 to [`MAX_RANDOM_BYTES`].
        length: u16,
    },
    /// The digest of a message.
    Digest {
        /// With which algorithm.
        algorithm: DigestAlgorithm,
        /// Of what; at most [`MAX_PAYLOAD_BYTES`].
        message: Vec<u8>,
    },
    /// Make a key inside the SE.
    GenerateKey(KeySpec),
    /// What the SE knows about a key, its public part included.
    KeyInfo {
        /// Which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
    },
    /// The first key after this one in the order of identifiers, or the first of all; [`SeError::NoSuchKey`] when
    /// there is none. It is for the node alone, which compares what it knows of with what is there: whose the key is
    /// stands in the reply, and nothing is done with it.
    ///
    /// [`SeError::NoSuchKey`]: crate::SeError::NoSuchKey
    NextKey {
        /// After which key.
        after: Option<KeyId>,
    },
    /// Remove a key for good. Removing a key that is not there succeeds, so that it can be repeated.
    DestroyKey {
        /// Which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
    },
    /// The message authentication code of a message.
    Mac {
        /// With which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// With which algorithm.
        algorithm: MacAlgorithm,
        /// Of what; at most [`MAX_PAYLOAD_BYTES`].
        message: Vec<u8>,
    },
    /// Whether a message authentication code is right; compared in constant time.
    VerifyMac {
        /// With which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// With which algorithm.
        algorithm: MacAlgorithm,
        /// Of what; at most [`MAX_PAYLOAD_BYTES`].
        message: Vec<u8>,
        /// The code to check, of full length.
        mac: Vec<u8>,
    },
    /// A signature.
    Sign {
        /// With which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// With which algorithm.
        algorithm: SignatureAlgorithm,
        /// Of what.
        input: SignInput,
    },
    /// Whether a signature is right.
    Verify {
        /// With which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// With which algorithm.
        algorithm: SignatureAlgorithm,
        /// Of what.
        input: SignInput,
        /// The signature to check.
        signature: Vec<u8>,
    },
    /// Seal bytes under the SE's own root, so that only this SE opens them again.
    Seal {
        /// What the bytes are for; opening needs the same words. At most 255 bytes.
        context: Vec<u8>,
        /// The bytes; at most [`MAX_PAYLOAD_BYTES`].
        plaintext: Secret,
    },
    /// Open what [`Command::Seal`] sealed.
    Unseal {
        /// The context given when sealing.
        context: Vec<u8>,
        /// What sealing gave.
        sealed: Vec<u8>,
    },
}

impl Command {
    /// Whether the command changes what the SE stores. A command that does always takes the SE's lane.
    #[must_use]
    pub const fn writes(&self) -> bool {
        matches!(self, Self::GenerateKey(_) | Self::DestroyKey { .. })
    }

    /// The name of the command, for logs and audit.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Random { .. } => "random",
            Self::Digest { .. } => "digest",
            Self::GenerateKey(_) => "generate-key",
            Self::KeyInfo { .. } => "key-info",
            Self::NextKey { .. } => "next-key",
            Self::DestroyKey { .. } => "destroy-key",
            Self::Mac { .. } => "mac",
            Self::VerifyMac { .. } => "verify-mac",
            Self::Sign { .. } => "sign",
            Self::Verify { .. } => "verify",
            Self::Seal { .. } => "seal",
            Self::Unseal { .. } => "unseal",
        }
    }

    /// Whether this reply can be an answer to this command: the right kind, about the right key, and of the
    /// length that was asked for.
    #[must_use]
    pub fn is_answered_by(&self, reply: &Reply) -> bool {
        match (self, reply) {
            (Self::Random { length }, Reply::Random(bytes)) => bytes.expose().len() == usize::from(*length),
            (Self::GenerateKey(spec), Reply::Key(info)) => info.spec == *spec,
            (Self::KeyInfo { key, owner }, Reply::Key(info)) => {
                info.spec.id == *key && info.spec.owner == *owner
            }
            (Self::NextKey { after }, Reply::Key(info)) => after.is_none_or(|after| info.spec.id > after),
            (Self::Digest { .. }, Reply::Digest(_))
            | (Self::DestroyKey { .. }, Reply::Done)
            | (Self::Mac { .. }, Reply::Mac(_))
            | (Self::VerifyMac { .. } | Self::Verify { .. }, Reply::Verified(_))
            | (Self::Sign { .. }, Reply::Signature(_))
            | (Self::Seal { .. }, Reply::Sealed(_))
            | (Self::Unseal { .. }, Reply::Unsealed(_)) => true,
            _ => false,
        }
    }
}

/// What a secure environment answers. Which reply belongs to which command is stated with each.
///
/// It has no `Debug`: replies may carry secrets.
#[non_exhaustive]
pub enum Reply {
    /// To [`Command::Random`].
    Random(Secret),
    /// To [`Command::Digest`].
    Digest(Vec<u8>),
    /// To [`Command::GenerateKey`], [`Command::KeyInfo`] and [`Command::NextKey`].
    Key(KeyInfo),
    /// To [`Command::DestroyKey`].
    Done,
    /// To [`Command::Mac`].
    Mac(Vec<u8>),
    /// To [`Command::VerifyMac`] and [`Command::Verify`].
    Verified(bool),
    /// To [`Command::Sign`].
    Signature(Vec<u8>),
    /// To [`Command::Seal`].
    Sealed(Vec<u8>),
    /// To [`Command::Unseal`].
    Unsealed(Secret),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_must_fit_its_command() {
        let random = Command::Random { length: 2 };
        assert!(random.is_answered_by(&Reply::Random(Secret::new(vec![1, 2]))));
        assert!(!random.is_answered_by(&Reply::Random(Secret::new(vec![1]))));
        assert!(!random.is_answered_by(&Reply::Done));

        let (key, owner) = (KeyId([1; 16]), Owner::new("/id-mn/C1").expect("an owner"));
        let spec = KeySpec {
            id: key,
            owner: owner.clone(),
            algorithm: crate::KeyAlgorithm::EcP256,
            uses: crate::KeyUses::NONE.with(crate::KeyUse::Sign),
            exportable: false,
        };
        let about =
            |spec: &KeySpec| Reply::Key(KeyInfo { spec: spec.clone(), generation: 1, public_key: None });
        let foreign = KeySpec { id: KeyId([2; 16]), ..spec.clone() };
        let weaker = KeySpec { exportable: true, ..spec.clone() };
        let (asks, makes) = (Command::KeyInfo { key, owner }, Command::GenerateKey(spec.clone()));
        assert!(asks.is_answered_by(&about(&spec)) && makes.is_answered_by(&about(&spec)));
        assert!(!asks.is_answered_by(&about(&foreign)) && !makes.is_answered_by(&about(&foreign)));
        assert!(asks.is_answered_by(&about(&weaker)) && !makes.is_answered_by(&about(&weaker)));

        // Going through the keys comes to an end: no reply leads back.
        let next = |after: u8| Command::NextKey { after: Some(KeyId([after; 16])) };
        assert!(next(0).is_answered_by(&about(&spec)) && !next(1).is_answered_by(&about(&spec)));
        assert!(Command::NextKey { after: None }.is_answered_by(&about(&spec)));
    }
}
