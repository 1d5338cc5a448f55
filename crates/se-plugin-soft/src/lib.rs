//! The software secure environment: commands executed by [`se_engine`] over a sealed file of its own.
//!
//! ```text
//!   outside the state directory         inside the state directory
//!
//!   <store-id>.key, mode 0600           se-soft.db
//!   csf-root-1:<store id>:<root> ─opens─▶ identity: two keys, sealed under the root
//!                                          │
//!                                          ├─ vault key ───▶ records: keys and their counts, sealed
//!                                          └─ engine root ─▶ Seal and Unseal for the node
//! ```
//!
//! A copy of the state directory is worth nothing without the key file; that is what the file is for, and
//! why it must not lie in the same place or in the same backup. But a plain file is all it is: whoever can
//! read it can open everything. So this SE then declares level 0 and gives that sentence as the reason. A root that
//! is guarded better, such as a credential that the service manager decrypts or a passphrase that somebody types,
//! is worth level 1, the most that software can have: see [`RootSource`].
//!
//! A root is made once, for a new store. If the key file is missing while files sealed under it are there,
//! opening fails and says which file to bring back; a fresh root would only hide the loss.
//!
//! ```
//! # let place = tempfile::tempdir()?;
//! # let (config, state) = (place.path().join("config"), place.path());
//! use std::time::{Duration, Instant};
//! use csf_api::{SecurityLevel, UtcTime};
//! use csf_transport::{CancelFlag, Command, Cx, Reply, SeId, SecureEnvironment};
//! use se_plugin_soft::{RootKey, RootOrigin, SoftConfig, SoftSe};
//!
//! let objects = state.join("se-soft.db");
//! let store = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";
//! let key_file = config.join("csf").join(format!("{store}.key"));
//! let (root, origin) = RootKey::load_or_create(&key_file, store, &[&objects])?;
//! assert_eq!(origin, RootOrigin::Created);
//!
//! let id = SeId::parse("soft").ok_or("a name")?;
//! let soft = SoftSe::open(SoftConfig { id, objects, root })?;
//! assert_eq!(soft.describe().level, SecurityLevel::None);
//! println!("level 0: {}", soft.describe().level_reason);
//!
//! let cancel = CancelFlag::new();
//! let cx = Cx {
//!     deadline: Instant::now() + Duration::from_secs(5),
//!     now: UtcTime::from_unix_micros(0),
//!     cancel: &cancel,
//! };
//! let reply = soft.open(&cx)?.execute(&Command::Random { length: 16 }, &cx)?;
//! assert!(matches!(reply, Reply::Random(bytes) if bytes.expose().len() == 16));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The key of the records can be renewed ([`SoftSe::open_and_renew`], [`SoftSe::renew`]); the engine root cannot, for
//! what it sealed lies with others. A root also vouches for bytes that lie elsewhere, such as what a backup says of
//! itself ([`RootKey::witness`]).
//!
//! What it refuses to be: a safe place. It hides keys from whoever has the disk but not the key file, and from
//! every program that goes through the node; not from an administrator of the machine. A single record of the
//! object file that was set back is refused; when the whole file is set back to an earlier state of itself,
//! it does not notice: then a destroyed key is there again.
//!
//! Meets parts of ARC-4, TRN-2 (draft 6.4.1), TRN-3 (draft 6.4.2) and SDH-4 (draft 6.3.5).

mod error;
mod objects;
mod renewal;
mod root_key;
mod root_source;
mod soft_se;
mod witness;

pub use error::SoftError;
pub use root_key::{
    MAX_CREDENTIAL_BYTES, MAX_PASSPHRASE_BYTES, MIN_CREDENTIAL_BYTES, MIN_PASSPHRASE_CHARACTERS, Passphrase,
    PassphraseRoot, RootKey, RootOrigin, STRONG_PASSPHRASE_CHARACTERS,
};
pub use root_source::{PassphraseFrom, RootSource};
pub use soft_se::{SoftConfig, SoftSe};
pub use witness::{WITNESS_BYTES, Witness};
