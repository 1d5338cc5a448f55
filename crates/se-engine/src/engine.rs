//! The engine: the one door through which commands enter and replies leave.

use std::time::Instant;

use csf_store::{Identity, RecordKey, Records, Resealed, Store, StoreError};
use csf_transport::{Command, Cx, KeyUse, Reply, SeError, Secret};
use zeroize::Zeroizing;

use crate::keys::Keys;
use crate::material::Material;
use crate::quota::Quota;
use crate::seal::Sealer;
use crate::signature::verify_with;
use crate::spent::Counting;
use crate::streams::Streams;
use crate::{digest, random, respond};

/// How often messages are reserved for one encryption, where others take them all or the key is rotated meanwhile.
const MAX_RESERVATIONS: usize = 16;

/// Executes commands in software, over sealed records of its own.
///
/// It can be used from many threads at once. It must be the only engine over its records: a key that
/// another one destroys would live on in this one's memory.
pub struct Engine<S: Store> {
    keys: Keys<S>,
    sealer: Sealer,
    streams: Streams,
}

impl<S: Store> Engine<S> {
    /// An engine that keeps its keys in these records and seals for others under this root.
    ///
    /// It takes [`Records`], not any [`Store`], so that keys cannot come to lie anywhere unsealed.
    #[must_use]
    pub fn new(records: Records<S>, root: Zeroizing<[u8; 32]>) -> Self {
        Self::with_limits(records, &root, Quota::default(), Counting::default())
    }

    fn with_limits(
        records: Records<S>,
        root: &Zeroizing<[u8; 32]>,
        quota: Quota,
        counting: Counting,
    ) -> Self {
        let keys = Keys::new(records, quota, counting);
        Self { keys, sealer: Sealer::new(root), streams: Streams::default() }
    }

    /// Notes that the keys are those of a backup that was restored: what they encrypted since it was made is counted as
    /// [`RESTORE_ALLOWANCE`](crate::RESTORE_ALLOWANCE).
    ///
    /// # Errors
    ///
    /// [`SeError::Storage`] when that cannot be written.
    pub fn note_restored(&self) -> Result<(), SeError> {
        self.keys.note_restored()
    }

    /// Executes a command that writes nothing now; `None` where it would, although it usually does not: an encryption
    /// for which messages have to be reserved first.
    #[must_use = "without an outcome the command still has to be executed"]
    pub fn execute_inline(&self, command: &Command, cx: &Cx<'_>) -> Option<Result<Reply, SeError>> {
        match command {
            Command::Encrypt { .. } => in_time(cx).and_then(|()| self.encrypt(command, false)).transpose(),
            _ => Some(self.execute(command, cx)),
        }
    }

    /// Encrypts; nothing where that has to be written first, and must not be.
    fn encrypt(&self, command: &Command, may_write: bool) -> Result<Option<Reply>, SeError> {
        let Command::Encrypt { key: id, owner, algorithm, associated_data, plaintext } = command else {
            return Err(SeError::Fault);
        };
        for _ in 0..MAX_RESERVATIONS {
            let key = self.keys.find(*id, owner)?;
            let cipher = key.material_for(KeyUse::Encrypt)?.cipher()?;
            if key.take_message() {
                let (nonce, ciphertext) = cipher.encrypt(*algorithm, associated_data, plaintext.expose())?;
                return Ok(Some(Reply::Encrypted { generation: key.generation(), nonce, ciphertext }));
            }
            if !may_write {
                return Ok(None);
            }
            // Where the key was rotated meanwhile, it is found again.
            self.keys.reserve(&key)?;
        }
        Err(SeError::Unavailable)
    }

    /// Seals the next of its records that are of an earlier epoch under the present key, at most `most` of them,
    /// after this one in order: see [`Records::reseal`]. Commands are executed meanwhile.
    ///
    /// # Errors
    ///
    /// As [`Records::reseal`].
    pub fn reseal(&self, after: Option<&RecordKey>, most: usize) -> Result<Resealed, StoreError> {
        self.keys.reseal(after, most)
    }

    /// Forgets the key before, of this identity of its records: all of them are sealed under the present one.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    pub fn finish_epoch(&self, identity: Identity) -> Result<Identity, StoreError> {
        self.keys.finish_epoch(identity)
    }

    /// Executes a command.
    ///
    /// A key is judged in this order: it must exist, belong to the owner, be made for the use, be of the
    /// algorithm.
    ///
    /// # Errors
    ///
    /// [`SeError::Expired`] when the deadline has passed or the caller gave up; otherwise what
    /// [`SeError`] says of the command.
    pub fn execute(&self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        in_time(cx)?;
        match command {
            Command::Random { length } => random::bytes(*length).map(Reply::Random),
            Command::Digest { algorithm, message } => digest::digest(*algorithm, message).map(Reply::Digest),
            Command::GenerateKey(spec) => self.keys.generate(spec).map(Reply::Key),
            Command::ImportKey { spec, material } => {
                self.keys.import(spec, material.expose()).map(Reply::Key)
            }
            Command::DeriveKey { from, generation, algorithm, peer, salt, info, spec } => {
                self.keys.derive((*from, *generation), *algorithm, [peer, salt, info], spec).map(Reply::Key)
            }
            Command::WrapKey { with, owner, algorithm, key } => {
                self.keys.wrap(*with, owner, *algorithm, *key).map(Reply::Wrapped)
            }
            Command::UnwrapKey { with, algorithm, wrapped, spec } => {
                self.keys.unwrap(*with, *algorithm, wrapped, spec).map(Reply::Key)
            }
            Command::RotateKey { key, owner, generation, material } => {
                let given = material.as_ref().map(Secret::expose);
                let info = self.keys.rotate(*key, owner, *generation, given)?;
                self.streams.end_with(*key, Some(info.generation));
                Ok(Reply::Key(info))
            }
            Command::HandOverKey { key, owner, to } => {
                let info = self.keys.hand_over(*key, owner, to)?;
                self.streams.end_with(*key, None);
                Ok(Reply::Key(info))
            }
            Command::KeyInfo { key, owner } => self.keys.find(*key, owner)?.info().map(Reply::Key),
            Command::NextKey { after } => self.keys.next(*after).map(Reply::Key),
            Command::DestroyKey { key, owner } => {
                self.keys.destroy(*key, owner)?;
                self.streams.end_with(*key, None);
                Ok(Reply::Done)
            }
            Command::Mac { key, owner, algorithm, message } => {
                let key = self.keys.find(*key, owner)?;
                key.material_for(KeyUse::Mac)?.mac()?.mac(*algorithm, message).map(Reply::Mac)
            }
            Command::VerifyMac { key, owner, algorithm, message, mac } => {
                let key = self.keys.find(*key, owner)?;
                let code = key.material_for(KeyUse::MacVerify)?.mac()?;
                let right = code.verify(*algorithm, message, mac)?;
                let former = || key.former().map_or(Ok(false), |f| f.verify_mac(*algorithm, message, mac));
                (if right { Ok(true) } else { former() }).map(Reply::Verified)
            }
            Command::Sign { key, owner, algorithm, input } => {
                let key = self.keys.find(*key, owner)?;
                key.material_for(KeyUse::Sign)?.pair()?.sign(*algorithm, input).map(Reply::Signature)
            }
            Command::Verify { key, owner, algorithm, input, signature } => {
                let key = self.keys.find(*key, owner)?;
                let pair = key.material_for(KeyUse::Verify)?.pair()?;
                let right = pair.verify(*algorithm, input, signature)?;
                let former = || key.former().map_or(Ok(false), |f| f.verify(*algorithm, input, signature));
                (if right { Ok(true) } else { former() }).map(Reply::Verified)
            }
            Command::VerifyWith { public_key, algorithm, input, signature } => {
                verify_with(public_key, *algorithm, input, signature).map(Reply::Verified)
            }
            Command::Respond { key, owner, statement } => {
                let key = self.keys.find(*key, owner)?;
                respond::respond(key.material_for(KeyUse::Authenticate)?, statement)
            }
            Command::CheckResponse { key, owner, statement, response } => {
                let key = self.keys.find(*key, owner)?;
                let material = key.material_for(KeyUse::Authenticate)?;
                respond::is_right(material, statement, response).map(Reply::Verified)
            }
            Command::Encrypt { .. } => self.encrypt(command, true)?.ok_or(SeError::Fault),
            Command::Decrypt { key, owner, algorithm, generation, nonce, associated_data, ciphertext } => {
                let key = self.keys.find(*key, owner)?;
                let opened = |material: &Material| {
                    material.cipher()?.decrypt(*algorithm, nonce, associated_data, ciphertext)
                };
                match generation {
                    Some(generation) => opened(key.material_of(*generation, KeyUse::Decrypt)?),
                    // Whatever came out, nobody could tell whether it is what was encrypted.
                    None if key.was_rotated() && !algorithm.is_authenticated() => Err(SeError::InvalidInput),
                    None => key.tried(KeyUse::Decrypt, opened),
                }
                .map(Reply::Decrypted)
            }
            Command::Seal { context, plaintext } => {
                self.sealer.seal(context, plaintext.expose()).map(Reply::Sealed)
            }
            Command::Unseal { context, sealed } => self.sealer.unseal(context, sealed).map(Reply::Unsealed),
            Command::Stream(command) => self.streams.execute(&self.keys, command, cx.now),
            _ => Err(SeError::NotSupported),
        }
    }
}

/// Refuses a command whose answer nobody waits for any more.
fn in_time(cx: &Cx<'_>) -> Result<(), SeError> {
    // Comparing with the deadline is the only use of a clock here.
    if cx.cancel.is_raised() || Instant::now() >= cx.deadline { Err(SeError::Expired) } else { Ok(()) }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a deadline is soon")]
mod tests;
