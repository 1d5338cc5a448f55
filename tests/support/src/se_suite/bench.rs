//! The workbench of the checks: a session, and every command as a plain call.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use csf_api::UtcTime;
use csf_transport::{
    CancelFlag, CipherAlgorithm, Command, Cx, DerivationAlgorithm, DigestAlgorithm, KeyAlgorithm, KeyId,
    KeyInfo, KeySpec, KeyUse, KeyUses, MacAlgorithm, Owner, Reply, SeError, Secret, Session, SignInput,
    SignatureAlgorithm, WrapAlgorithm,
};

use super::Subject;

/// How long a command may take before it counts as hanging, on a slow token too.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open session with the subject.
pub(super) struct Bench {
    session: Box<dyn Session>,
}

/// A key of the bench, with its owner.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) id: KeyId,
    pub(super) owner: Owner,
}

impl Bench {
    /// Opens a session.
    pub(super) fn new(subject: &Subject) -> Self {
        Self::try_new(subject).unwrap()
    }

    /// Opens a session if there is one left.
    pub(super) fn try_new(subject: &Subject) -> Result<Self, SeError> {
        let cancel = CancelFlag::new();
        subject.environment().open(&cx(&cancel)).map(|session| Self { session })
    }

    /// Executes a command with time enough.
    pub(super) fn run(&mut self, command: &Command) -> Result<Reply, SeError> {
        self.run_in(command, &cx(&CancelFlag::new()))
    }

    /// Executes a command.
    pub(super) fn run_in(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        self.session.execute(command, cx)
    }

    pub(super) fn random(&mut self, length: u16) -> Result<Vec<u8>, SeError> {
        match self.run(&Command::Random { length })? {
            Reply::Random(bytes) => Ok(bytes.expose().to_vec()),
            _ => panic!("another reply than to random"),
        }
    }

    pub(super) fn digest(&mut self, algorithm: DigestAlgorithm, message: &[u8]) -> Result<Vec<u8>, SeError> {
        match self.run(&Command::Digest { algorithm, message: message.to_vec() })? {
            Reply::Digest(digest) => Ok(digest),
            _ => panic!("another reply than to digest"),
        }
    }

    pub(super) fn generate(&mut self, spec: &KeySpec) -> Result<KeyInfo, SeError> {
        match self.run(&Command::GenerateKey(spec.clone()))? {
            Reply::Key(info) => Ok(info),
            _ => panic!("another reply than to generate-key"),
        }
    }

    pub(super) fn import(&mut self, spec: &KeySpec, material: &[u8]) -> Result<KeyInfo, SeError> {
        let material = Secret::new(material.to_vec());
        match self.run(&Command::ImportKey { spec: spec.clone(), material })? {
            Reply::Key(info) => Ok(info),
            _ => panic!("another reply than to import-key"),
        }
    }

    /// Makes a key from another one: with the other party's public key, a salt and an info.
    pub(super) fn derive(
        &mut self,
        algorithm: DerivationAlgorithm,
        from: &Handle,
        input: [&[u8]; 3],
        spec: &KeySpec,
    ) -> Result<KeyInfo, SeError> {
        self.derive_of(algorithm, (from, None), input, spec)
    }

    /// The same from one generation of it.
    pub(super) fn derive_of(
        &mut self,
        algorithm: DerivationAlgorithm,
        (from, generation): (&Handle, Option<u32>),
        [peer, salt, info]: [&[u8]; 3],
        spec: &KeySpec,
    ) -> Result<KeyInfo, SeError> {
        let command = Command::DeriveKey {
            from: from.id,
            generation,
            algorithm,
            peer: peer.to_vec(),
            salt: salt.to_vec(),
            info: info.to_vec(),
            spec: spec.clone(),
        };
        match self.run(&command)? {
            Reply::Key(info) => Ok(info),
            _ => panic!("another reply than to derive-key"),
        }
    }

    /// The bytes of an exportable key, wrapped.
    pub(super) fn wrap(
        &mut self,
        algorithm: WrapAlgorithm,
        with: &Handle,
        key: KeyId,
    ) -> Result<Vec<u8>, SeError> {
        match self.run(&Command::WrapKey { with: with.id, owner: with.owner.clone(), algorithm, key })? {
            Reply::Wrapped(wrapped) => Ok(wrapped),
            _ => panic!("another reply than to wrap-key"),
        }
    }

    pub(super) fn unwrap_key(
        &mut self,
        algorithm: WrapAlgorithm,
        with: &Handle,
        wrapped: &[u8],
        spec: &KeySpec,
    ) -> Result<KeyInfo, SeError> {
        let (wrapped, spec) = (wrapped.to_vec(), spec.clone());
        match self.run(&Command::UnwrapKey { with: with.id, algorithm, wrapped, spec })? {
            Reply::Key(info) => Ok(info),
            _ => panic!("another reply than to unwrap-key"),
        }
    }

    pub(super) fn rotate(&mut self, key: &Handle, generation: u32) -> Result<KeyInfo, SeError> {
        self.rotate_to(key, generation, None)
    }

    /// Rotates to this material, where it is given.
    pub(super) fn rotate_to(
        &mut self,
        key: &Handle,
        generation: u32,
        material: Option<&[u8]>,
    ) -> Result<KeyInfo, SeError> {
        let (owner, material) = (key.owner.clone(), material.map(|bytes| Secret::new(bytes.to_vec())));
        match self.run(&Command::RotateKey { key: key.id, owner, generation, material })? {
            Reply::Key(info) => Ok(info),
            _ => panic!("another reply than to rotate-key"),
        }
    }

    pub(super) fn hand_over(&mut self, key: &Handle, to: &Owner) -> Result<KeyInfo, SeError> {
        let (owner, to) = (key.owner.clone(), to.clone());
        match self.run(&Command::HandOverKey { key: key.id, owner, to })? {
            Reply::Key(info) => Ok(info),
            _ => panic!("another reply than to hand-over-key"),
        }
    }

    /// Makes a key for every use of its algorithm.
    pub(super) fn key(&mut self, algorithm: KeyAlgorithm) -> Handle {
        let spec = spec(algorithm);
        self.generate(&spec).unwrap();
        Handle { id: spec.id, owner: spec.owner }
    }

    /// Makes a key that answers challenges.
    pub(super) fn authenticating(&mut self, algorithm: KeyAlgorithm) -> Handle {
        let uses = KeyUses::NONE.with(KeyUse::Authenticate);
        let spec = KeySpec { uses, ..spec(algorithm) };
        self.generate(&spec).unwrap();
        Handle { id: spec.id, owner: spec.owner }
    }

    pub(super) fn info(&mut self, key: &Handle) -> Result<KeyInfo, SeError> {
        match self.run(&Command::KeyInfo { key: key.id, owner: key.owner.clone() })? {
            Reply::Key(info) => Ok(info),
            _ => panic!("another reply than to key-info"),
        }
    }

    pub(super) fn destroy(&mut self, key: &Handle) -> Result<(), SeError> {
        match self.run(&Command::DestroyKey { key: key.id, owner: key.owner.clone() })? {
            Reply::Done => Ok(()),
            _ => panic!("another reply than to destroy-key"),
        }
    }

    pub(super) fn mac(
        &mut self,
        algorithm: MacAlgorithm,
        key: &Handle,
        message: &[u8],
    ) -> Result<Vec<u8>, SeError> {
        let command =
            Command::Mac { key: key.id, owner: key.owner.clone(), algorithm, message: message.to_vec() };
        match self.run(&command)? {
            Reply::Mac(mac) => Ok(mac),
            _ => panic!("another reply than to mac"),
        }
    }

    pub(super) fn verify_mac(
        &mut self,
        algorithm: MacAlgorithm,
        key: &Handle,
        message: &[u8],
        mac: &[u8],
    ) -> Result<bool, SeError> {
        let command = Command::VerifyMac {
            key: key.id,
            owner: key.owner.clone(),
            algorithm,
            message: message.to_vec(),
            mac: mac.to_vec(),
        };
        match self.run(&command)? {
            Reply::Verified(right) => Ok(right),
            _ => panic!("another reply than to verify-mac"),
        }
    }

    pub(super) fn sign(
        &mut self,
        algorithm: SignatureAlgorithm,
        key: &Handle,
        input: SignInput,
    ) -> Result<Vec<u8>, SeError> {
        let command = Command::Sign { key: key.id, owner: key.owner.clone(), algorithm, input };
        match self.run(&command)? {
            Reply::Signature(signature) => Ok(signature),
            _ => panic!("another reply than to sign"),
        }
    }

    pub(super) fn verify(
        &mut self,
        algorithm: SignatureAlgorithm,
        key: &Handle,
        input: SignInput,
        signature: &[u8],
    ) -> Result<bool, SeError> {
        let command = Command::Verify {
            key: key.id,
            owner: key.owner.clone(),
            algorithm,
            input,
            signature: signature.to_vec(),
        };
        match self.run(&command)? {
            Reply::Verified(right) => Ok(right),
            _ => panic!("another reply than to verify"),
        }
    }

    /// The response to a challenge.
    pub(super) fn respond(&mut self, key: &Handle, statement: &[u8]) -> Result<Vec<u8>, SeError> {
        let (owner, statement) = (key.owner.clone(), statement.to_vec());
        match self.run(&Command::Respond { key: key.id, owner, statement })? {
            Reply::Mac(response) | Reply::Signature(response) => Ok(response),
            _ => panic!("another reply than to respond"),
        }
    }

    pub(super) fn check_response(
        &mut self,
        key: &Handle,
        statement: &[u8],
        response: &[u8],
    ) -> Result<bool, SeError> {
        let (owner, statement, response) = (key.owner.clone(), statement.to_vec(), response.to_vec());
        match self.run(&Command::CheckResponse { key: key.id, owner, statement, response })? {
            Reply::Verified(right) => Ok(right),
            _ => panic!("another reply than to check-response"),
        }
    }

    /// The nonce that the subject drew, and the ciphertext.
    pub(super) fn encrypt(
        &mut self,
        algorithm: CipherAlgorithm,
        key: &Handle,
        associated_data: &[u8],
        plaintext: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), SeError> {
        self.encrypt_named(algorithm, key, associated_data, plaintext).map(|(_, nonce, text)| (nonce, text))
    }

    /// The generation that encrypted, the nonce and the ciphertext.
    pub(super) fn encrypt_named(
        &mut self,
        algorithm: CipherAlgorithm,
        key: &Handle,
        associated_data: &[u8],
        plaintext: &[u8],
    ) -> Result<(u32, Vec<u8>, Vec<u8>), SeError> {
        let command = Command::Encrypt {
            key: key.id,
            owner: key.owner.clone(),
            algorithm,
            associated_data: associated_data.to_vec(),
            plaintext: Secret::new(plaintext.to_vec()),
        };
        match self.run(&command)? {
            Reply::Encrypted { generation, nonce, ciphertext } => Ok((generation, nonce, ciphertext)),
            _ => panic!("another reply than to encrypt"),
        }
    }

    /// Decrypts what is a nonce and a ciphertext.
    pub(super) fn decrypt(
        &mut self,
        algorithm: CipherAlgorithm,
        key: &Handle,
        associated_data: &[u8],
        parts: (&[u8], &[u8]),
    ) -> Result<Vec<u8>, SeError> {
        self.decrypt_of(algorithm, (key, None), associated_data, parts)
    }

    /// The same with one generation of the key.
    pub(super) fn decrypt_of(
        &mut self,
        algorithm: CipherAlgorithm,
        (key, generation): (&Handle, Option<u32>),
        associated_data: &[u8],
        (nonce, ciphertext): (&[u8], &[u8]),
    ) -> Result<Vec<u8>, SeError> {
        let command = Command::Decrypt {
            key: key.id,
            owner: key.owner.clone(),
            algorithm,
            generation,
            nonce: nonce.to_vec(),
            associated_data: associated_data.to_vec(),
            ciphertext: ciphertext.to_vec(),
        };
        match self.run(&command)? {
            Reply::Decrypted(plaintext) => Ok(plaintext.expose().to_vec()),
            _ => panic!("another reply than to decrypt"),
        }
    }

    pub(super) fn seal(&mut self, context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SeError> {
        let plaintext = Secret::new(plaintext.to_vec());
        match self.run(&Command::Seal { context: context.to_vec(), plaintext })? {
            Reply::Sealed(sealed) => Ok(sealed),
            _ => panic!("another reply than to seal"),
        }
    }

    pub(super) fn unseal(&mut self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SeError> {
        match self.run(&Command::Unseal { context: context.to_vec(), sealed: sealed.to_vec() })? {
            Reply::Unsealed(plaintext) => Ok(plaintext.expose().to_vec()),
            _ => panic!("another reply than to unseal"),
        }
    }
}

/// Time enough, from now on.
pub(super) fn cx(cancel: &CancelFlag) -> Cx<'_> {
    Cx { deadline: Instant::now() + PATIENCE, now: UtcTime::from_unix_micros(0), cancel }
}

/// Whether the subject claims this command.
pub(super) fn claims(subject: &Subject, command: &str, algorithm: Option<&str>) -> bool {
    subject.environment().describe().can(command, algorithm)
}

/// The owner that the bench's keys belong to.
pub(super) fn owner() -> Owner {
    Owner::new("//csf.example/id-mn/Cowner").unwrap()
}

/// A new key of this algorithm, for every use that it has.
pub(super) fn spec(algorithm: KeyAlgorithm) -> KeySpec {
    KeySpec { id: fresh_id(), owner: owner(), algorithm, uses: algorithm.uses(), exportable: false }
}

/// An identifier that no test used before, nor an earlier run on a token that remembers.
pub(super) fn fresh_id() -> KeyId {
    let half = || RandomState::new().hash_one(std::process::id()).to_be_bytes();
    let mut id = [0; 16];
    id[..8].copy_from_slice(&half());
    id[8..].copy_from_slice(&half());
    KeyId(id)
}

/// What to sign: a message.
pub(super) fn message(bytes: &[u8]) -> SignInput {
    SignInput::Message(bytes.to_vec())
}

/// The bytes with one bit changed.
pub(super) fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}
