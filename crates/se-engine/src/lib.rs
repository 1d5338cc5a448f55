//! Software execution of secure-environment commands over an object store.
//!
//! A secure environment made of software, or one that a test or a simulated card needs, is this engine and
//! a few lines around it: the engine executes every [`Command`](csf_transport::Command) and keeps the keys;
//! the plug-in says what the whole is called, where its root comes from and which level that is worth.
//!
//! ```text
//!   Command ─▶ Engine ─┬─ random, digest                       nothing is kept
//!     + Cx             ├─ streams of digests and codes         bounded, wiped when they end, never stored
//!                      ├─ mac, signature, cipher ┐
//!                      ├─ answers to challenges ─┴▶ parsed keys ┐ bounded, wiped when dropped
//!                      ├─ keys: make, take, find, destroy ┴─▶ Records ─▶ vault ─▶ any Store
//!   Reply ◀────────────└─ seal, unseal                         under the root, nothing is kept
//! ```
//!
//! Private bytes of keys go down that picture and never come up: no reply carries them, and on the disk they
//! lie sealed, which the type [`Records`](csf_store::Records) sees to. A key is judged in a fixed order:
//! it must exist, belong to the owner who asks, be made for the use, be of the algorithm.
//!
//! What it refuses to be: a secure environment. It knows no name, no level and no file, and it cannot
//! promise more than the processor it runs on. It is also no place for policy: who may ask was decided far
//! above. It reads a clock for one purpose, to compare with a command's deadline before it begins.
//!
//! ```
//! use std::{num::NonZeroUsize, time::{Duration, Instant}};
//! use csf_api::UtcTime;
//! use csf_store::{Epoch, MemoryStore, Records, Vault, new_store_id};
//! use csf_transport::*;
//! use se_engine::Engine;
//! use zeroize::Zeroizing;
//!
//! // In earnest both keys come from a root that is kept elsewhere.
//! let vault = Vault::new(new_store_id()?, Epoch(1), Zeroizing::new([1; 32]));
//! let store = MemoryStore::new();
//! Records::found(&store, &vault)?;
//! let records = Records::open(store, vault, NonZeroUsize::MIN)?;
//! let engine = Engine::new(records, Zeroizing::new([2; 32]));
//!
//! let cancel = CancelFlag::new();
//! let cx = Cx {
//!     deadline: Instant::now() + Duration::from_secs(5),
//!     now: UtcTime::from_unix_micros(0),
//!     cancel: &cancel,
//! };
//! let (key, owner) = (KeyId([7; 16]), Owner::new("//csf.example/id-mn/Cmeter").ok_or("an owner")?);
//! engine.execute(
//!     &Command::GenerateKey(KeySpec {
//!         id: key,
//!         owner: owner.clone(),
//!         algorithm: KeyAlgorithm::EcP256,
//!         uses: KeyUses::NONE.with(KeyUse::Sign),
//!         exportable: false,
//!     }),
//!     &cx,
//! )?;
//! let sign = |owner| Command::Sign {
//!     key,
//!     owner,
//!     algorithm: SignatureAlgorithm::EcdsaP256Sha256,
//!     input: SignInput::Message(b"42 kWh".to_vec()),
//! };
//! assert!(matches!(engine.execute(&sign(owner), &cx), Ok(Reply::Signature(s)) if s.len() == 64));
//!
//! let stranger = Owner::new("//csf.example/id-mn/Cother").ok_or("an owner")?;
//! assert_eq!(engine.execute(&sign(stranger), &cx).err(), Some(SeError::Refused(Refusal::Owner)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Meets parts of SDH-1, SDH-2 and SDH-4 (draft 6.3.5).

mod bounds;
mod capabilities;
mod cipher;
mod derive;
mod digest;
mod engine;
mod former;
mod key_cache;
mod key_record;
mod keys;
mod mac;
mod material;
mod pkcs8;
mod quota;
mod random;
mod respond;
mod seal;
mod signature;
mod spent;
mod streams;
#[cfg(test)]
mod vectors;
mod wrap;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "vectors are counted")]
mod wycheproof;

pub use capabilities::capabilities;
pub use engine::Engine;
pub use quota::{MAX_KEYS, MAX_KEYS_PER_OWNER};
pub use seal::{MAX_CONTEXT_BYTES, MAX_SEALED_BYTES, SEAL_OVERHEAD_BYTES, Sealer};
pub use signature::public::is_public_key;
pub use spent::{RESTORE_ALLOWANCE, UNCOUNTED_MESSAGES};
pub use streams::MAX_STREAMS;
