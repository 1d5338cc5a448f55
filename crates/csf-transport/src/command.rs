//! The one closed set of things a secure environment can be asked to do.

use crate::algorithm::{
    CIPHER_BLOCK_BYTES, CipherAlgorithm, DerivationAlgorithm, DigestAlgorithm, MAX_WRAPPED_KEY_BYTES,
    MacAlgorithm, SignatureAlgorithm, WrapAlgorithm,
};
use crate::key::{KeyId, KeySpec, Owner};
use crate::reply::Reply;
use crate::secret::Secret;
use crate::stream::StreamCommand;

/// The most bytes of input that one command carries; larger messages go by their digest.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024;
/// The most associated data that one message is encrypted with.
pub const MAX_ASSOCIATED_BYTES: usize = 2048;
/// The longest ciphertext: a payload and what encrypting it may add, a tag or a block of padding.
pub const MAX_CIPHERTEXT_BYTES: usize = MAX_PAYLOAD_BYTES + CIPHER_BLOCK_BYTES;
/// The longest salt of a derivation.
pub const MAX_SALT_BYTES: usize = 64;
/// The longest info of a derivation.
pub const MAX_INFO_BYTES: usize = 255;
/// The most random bytes that one command gives.
pub const MAX_RANDOM_BYTES: u16 = 4096;

/// The most bytes that the material of an imported key has: enough for PKCS#8 with everything optional in it.
pub const MAX_KEY_MATERIAL_BYTES: usize = 512;

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
    /// Take a key that was made elsewhere.
    ImportKey {
        /// What it shall be.
        spec: KeySpec,
        /// The key: its secret bytes; of a pair the private scalar (P-256, P-384; of full length, most
        /// significant byte first) or seed (Ed25519), or a PKCS#8 structure (RFC 5208, DER) that holds it. At
        /// most [`MAX_KEY_MATERIAL_BYTES`].
        material: Secret,
    },
    /// Make a key from another one of the same owner, inside the SE. The same input gives the same key.
    DeriveKey {
        /// The key that it comes from.
        from: KeyId,
        /// Which generation of it; the present one where none is named.
        generation: Option<u32>,
        /// In which way.
        algorithm: DerivationAlgorithm,
        /// The other party's public key as SubjectPublicKeyInfo (DER), where the algorithm takes one; else empty.
        peer: Vec<u8>,
        /// Public randomness that both parties know, if any and where the algorithm takes it; at most
        /// [`MAX_SALT_BYTES`].
        salt: Vec<u8>,
        /// What the new key is for; at most [`MAX_INFO_BYTES`]. Another purpose gets another key.
        info: Vec<u8>,
        /// What the new key shall be, of an algorithm that this way makes keys of.
        spec: KeySpec,
    },
    /// The bytes of a key, encrypted under another one of the same owner. It must be exportable.
    WrapKey {
        /// With which key.
        with: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// With which algorithm.
        algorithm: WrapAlgorithm,
        /// Which key is wrapped. Of a pair, the private scalar or seed.
        key: KeyId,
    },
    /// Take a key that was wrapped, here or elsewhere. It never appears outside the SE.
    UnwrapKey {
        /// With which key.
        with: KeyId,
        /// With which algorithm.
        algorithm: WrapAlgorithm,
        /// What [`Command::WrapKey`] gave, or another wrapped of what [`Command::ImportKey`] takes; at most
        /// [`MAX_WRAPPED_KEY_BYTES`](crate::MAX_WRAPPED_KEY_BYTES).
        wrapped: Vec<u8>,
        /// What the new key shall be. What is wrapped does not say what it was.
        spec: KeySpec,
    },
    /// Make the next generation of a key, in its place. Generations before make nothing any more; what they made is
    /// still found right, decrypted and unwrapped for as many generations as
    /// [`KeyAlgorithm::former_generations`](crate::KeyAlgorithm::former_generations) says. Asking for the generation
    /// that the key has changes nothing, so that it can be repeated.
    RotateKey {
        /// Which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// The generation that the key shall have: the next, or the one that it has. Not 0.
        generation: u32,
        /// The next generation itself, where it was made elsewhere: as [`Command::ImportKey`] takes it.
        material: Option<Secret>,
    },
    /// Give a key to another owner: from then on it is the other's alone, with all generations, and counts as the
    /// other's. Giving it to whose it is already changes nothing, so that it can be repeated. Whether both consented
    /// was seen to before.
    HandOverKey {
        /// Which key.
        key: KeyId,
        /// Whose it is.
        owner: Owner,
        /// Whose it shall be.
        to: Owner,
    },
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
    /// Whether a signature is right, by a public key that comes with the question: one of somebody else, whose private
    /// part is not here.
    VerifyWith {
        /// The public key as SubjectPublicKeyInfo (DER), of the algorithm's curve; at most
        /// [`MAX_PUBLIC_KEY_BYTES`](crate::codec::MAX_PUBLIC_KEY_BYTES).
        public_key: Vec<u8>,
        /// With which algorithm.
        algorithm: SignatureAlgorithm,
        /// Of what.
        input: SignInput,
        /// The signature to check, of full length.
        signature: Vec<u8>,
    },
    /// The response to an authentication challenge: a signature or a code, by what the key is, of
    /// [`RESPONSE_DOMAIN`](crate::RESPONSE_DOMAIN) and this statement. The key must be made for it, and for nothing else.
    Respond {
        /// With which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// What [`Statement::bytes`](crate::Statement::bytes) gave; at most
        /// [`MAX_STATEMENT_BYTES`](crate::MAX_STATEMENT_BYTES).
        statement: Vec<u8>,
    },
    /// Whether a response is right, by the present generation of the key. Codes are compared in constant time, and one
    /// of another length is wrong like any other.
    CheckResponse {
        /// With which key: the same that [`Command::Respond`] takes.
        key: KeyId,
        /// Whose it is.
        owner: Owner,
        /// As for [`Command::Respond`].
        statement: Vec<u8>,
        /// The response to check.
        response: Vec<u8>,
    },
    /// Encrypt, under a nonce that the SE draws: so nobody can use one twice.
    Encrypt {
        /// With which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// With which algorithm.
        algorithm: CipherAlgorithm,
        /// What is authenticated beside the message, and not encrypted; at most [`MAX_ASSOCIATED_BYTES`], and
        /// none where nothing is authenticated.
        associated_data: Vec<u8>,
        /// What to encrypt; at most [`MAX_PAYLOAD_BYTES`].
        plaintext: Secret,
    },
    /// Decrypt what [`Command::Encrypt`] gave, here or elsewhere.
    Decrypt {
        /// With which key.
        key: KeyId,
        /// On whose behalf.
        owner: Owner,
        /// With which algorithm.
        algorithm: CipherAlgorithm,
        /// Which generation of the key encrypted it. Where none is named, those that are kept are tried, the newest
        /// first; where nothing is authenticated that tells nothing, so a key that was rotated needs the name.
        generation: Option<u32>,
        /// The nonce that it was encrypted under, of the length that the algorithm has.
        nonce: Vec<u8>,
        /// What it was encrypted with beside the message.
        associated_data: Vec<u8>,
        /// The ciphertext, the tag at its end; at most [`MAX_CIPHERTEXT_BYTES`].
        ciphertext: Vec<u8>,
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
    /// About a message that comes in parts. A stream is known to every session with the SE.
    Stream(StreamCommand),
}

impl Command {
    /// Whether the command changes what the SE stores. A command that does always takes the SE's lane.
    #[must_use]
    pub const fn writes(&self) -> bool {
        matches!(
            self,
            Self::GenerateKey(_)
                | Self::ImportKey { .. }
                | Self::DeriveKey { .. }
                | Self::UnwrapKey { .. }
                | Self::RotateKey { .. }
                | Self::HandOverKey { .. }
                | Self::DestroyKey { .. }
        )
    }

    /// The name of the command, for logs and audit.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Random { .. } => "random",
            Self::Digest { .. } => "digest",
            Self::GenerateKey(_) => "generate-key",
            Self::ImportKey { .. } => "import-key",
            Self::DeriveKey { .. } => "derive-key",
            Self::WrapKey { .. } => "wrap-key",
            Self::UnwrapKey { .. } => "unwrap-key",
            Self::RotateKey { .. } => "rotate-key",
            Self::HandOverKey { .. } => "hand-over-key",
            Self::KeyInfo { .. } => "key-info",
            Self::NextKey { .. } => "next-key",
            Self::DestroyKey { .. } => "destroy-key",
            Self::Mac { .. } => "mac",
            Self::VerifyMac { .. } => "verify-mac",
            Self::Sign { .. } => "sign",
            Self::Verify { .. } => "verify",
            Self::VerifyWith { .. } => "verify-with",
            Self::Respond { .. } => "respond",
            Self::CheckResponse { .. } => "check-response",
            Self::Encrypt { .. } => "encrypt",
            Self::Decrypt { .. } => "decrypt",
            Self::Seal { .. } => "seal",
            Self::Unseal { .. } => "unseal",
            Self::Stream(command) => command.name(),
        }
    }

    /// Whether this reply can be an answer to this command: the right kind, about the right key, and of the
    /// length that was asked for.
    #[must_use]
    pub fn is_answered_by(&self, reply: &Reply) -> bool {
        match (self, reply) {
            (Self::Random { length }, Reply::Random(bytes)) => bytes.expose().len() == usize::from(*length),
            (
                Self::GenerateKey(spec)
                | Self::ImportKey { spec, .. }
                | Self::DeriveKey { spec, .. }
                | Self::UnwrapKey { spec, .. },
                Reply::Key(info),
            ) => info.spec == *spec,
            (Self::RotateKey { key, owner, generation, .. }, Reply::Key(info)) => {
                info.spec.id == *key && info.spec.owner == *owner && info.generation == *generation
            }
            (Self::HandOverKey { key, to, .. }, Reply::Key(info)) => {
                info.spec.id == *key && info.spec.owner == *to
            }
            // How long a key is, only the SE knows.
            (Self::WrapKey { .. }, Reply::Wrapped(wrapped)) => wrapped.len() <= MAX_WRAPPED_KEY_BYTES,
            (Self::KeyInfo { key, owner }, Reply::Key(info)) => {
                info.spec.id == *key && info.spec.owner == *owner
            }
            (Self::NextKey { after }, Reply::Key(info)) => after.is_none_or(|after| info.spec.id > after),
            (Self::Encrypt { algorithm, plaintext, .. }, Reply::Encrypted { nonce, ciphertext, .. }) => {
                nonce.len() == algorithm.nonce_bytes()
                    && algorithm.ciphertext_bytes(plaintext.expose().len()) == Some(ciphertext.len())
            }
            (Self::Decrypt { ciphertext, .. }, Reply::Decrypted(plaintext)) => {
                plaintext.expose().len() <= ciphertext.len()
            }
            (Self::Stream(command), reply) => command.is_answered_by(reply),
            (Self::Digest { .. }, Reply::Digest(_))
            | (Self::DestroyKey { .. }, Reply::Done)
            | (Self::Mac { .. }, Reply::Mac(_))
            | (
                Self::VerifyMac { .. }
                | Self::Verify { .. }
                | Self::VerifyWith { .. }
                | Self::CheckResponse { .. },
                Reply::Verified(_),
            )
            | (Self::Respond { .. }, Reply::Mac(_) | Reply::Signature(_))
            | (Self::Sign { .. }, Reply::Signature(_))
            | (Self::Seal { .. }, Reply::Sealed(_))
            | (Self::Unseal { .. }, Reply::Unsealed(_)) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyInfo;

    #[test]
    fn a_reply_must_fit_its_command() {
        let random = Command::Random { length: 2 };
        assert!(random.is_answered_by(&Reply::Random(Secret::new(vec![1, 2]))));
        assert!(!random.is_answered_by(&Reply::Random(Secret::new(vec![1]))));
        assert!(!random.is_answered_by(&Reply::Done));

        let (key, owner) = (KeyId([1; 16]), Owner::new("/id-mn/C1").expect("an owner"));
        let encrypt = Command::Encrypt {
            key,
            owner: owner.clone(),
            algorithm: CipherAlgorithm::Aes128Ccm8,
            associated_data: Vec::new(),
            plaintext: Secret::new(vec![0; 3]),
        };
        let encrypted = |nonce, bytes| Reply::Encrypted {
            generation: 1,
            nonce: vec![0; nonce],
            ciphertext: vec![0; bytes],
        };
        assert!(encrypt.is_answered_by(&encrypted(12, 11)));
        for (nonce, bytes) in [(0, 11), (16, 11), (12, 3), (12, 19)] {
            assert!(!encrypt.is_answered_by(&encrypted(nonce, bytes)), "{nonce} and {bytes}");
        }
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
        let takes = Command::ImportKey { spec: spec.clone(), material: Secret::new(vec![1; 32]) };
        assert!(takes.is_answered_by(&about(&spec)) && !takes.is_answered_by(&about(&weaker)));
        assert!(asks.is_answered_by(&about(&spec)) && makes.is_answered_by(&about(&spec)));
        assert!(!asks.is_answered_by(&about(&foreign)) && !makes.is_answered_by(&about(&foreign)));
        assert!(asks.is_answered_by(&about(&weaker)) && !makes.is_answered_by(&about(&weaker)));

        // Going through the keys comes to an end: no reply leads back.
        let next = |after: u8| Command::NextKey { after: Some(KeyId([after; 16])) };
        assert!(next(0).is_answered_by(&about(&spec)) && !next(1).is_answered_by(&about(&spec)));
        assert!(Command::NextKey { after: None }.is_answered_by(&about(&spec)));
    }
}
