//! The object file: its identity, its two keys, and the seal of the root upon them.
//!
//! ```text
//!   root ── opens ──▶ identity.sealed_key = vault key (32) ‖ engine root (32)
//!                                               │               │
//!                                               ▼               ▼
//!                                      records of the file    Seal, Unseal
//! ```
//!
//! The root opens these two keys and nothing else. Another root, kept in another place, can therefore take
//! over without a record being sealed anew.

use std::path::Path;

use csf_store::{Epoch, Identity, SqliteStore, StoreId, Vault, new_store_id};
use csf_transport::Secret;
use se_engine::Sealer;
use zeroize::Zeroizing;

use crate::error::SoftError;
use crate::root_key::RootKey;

const FIRST_EPOCH: Epoch = Epoch(1);
const CONTEXT: &[u8] = b"security-csf se-plugin-soft objects 1";
const KEY_BYTES: usize = 32;

/// An opened object file.
pub(crate) struct Objects {
    pub(crate) id: StoreId,
    pub(crate) store: SqliteStore,
    pub(crate) vault: Vault,
    pub(crate) engine_root: Zeroizing<[u8; KEY_BYTES]>,
}

impl Objects {
    /// Opens the file under this root, or makes it. With a next root, that one alone opens it from then on.
    pub(crate) fn open(path: &Path, root: &RootKey, next: Option<&RootKey>) -> Result<Self, SoftError> {
        let store = SqliteStore::open(path)?;
        let sealer = Sealer::new(root.bytes());
        let identity = match Identity::load(&store)? {
            Some(identity) => identity,
            None => create(&store, &sealer)?,
        };
        let context = context(identity.store, identity.epoch);
        let foreign = || SoftError::ObjectsForeign { objects: path.to_owned(), root: root.source().clone() };
        let opened = sealer.unseal(&context, &identity.sealed_key).map_err(|_| foreign())?;
        let (vault_key, engine_root) = two_keys(&opened).ok_or_else(foreign)?;
        let (id, epoch) = (identity.store, identity.epoch);
        if let Some(next) = next {
            let sealed = Sealer::new(next.bytes()).seal(&context, opened.expose());
            identity.with_sealed_key(&store, sealed.map_err(|_| SoftError::Randomness)?)?;
        }
        let vault = Vault::new(id, epoch, vault_key);
        Ok(Self { id, store, vault, engine_root })
    }
}

fn create(store: &SqliteStore, sealer: &Sealer) -> Result<Identity, SoftError> {
    let mut keys = Zeroizing::new([0; KEY_BYTES * 2]);
    getrandom::fill(keys.as_mut_slice()).map_err(|_| SoftError::Randomness)?;
    let id = new_store_id()?;
    let sealed_key =
        sealer.seal(&context(id, FIRST_EPOCH), keys.as_slice()).map_err(|_| SoftError::Randomness)?;
    let identity = Identity { store: id, epoch: FIRST_EPOCH, sealed_key, previous: None };
    let (vault_key, _) = two_keys(&Secret::new(keys.to_vec())).ok_or(SoftError::Randomness)?;
    Identity::create(store, &identity, &Vault::new(id, FIRST_EPOCH, vault_key))?;
    Ok(identity)
}

/// Binds the sealed keys to the store that they are for.
fn context(id: StoreId, epoch: Epoch) -> Vec<u8> {
    [CONTEXT, &id.0, &epoch.0.to_be_bytes()].concat()
}

type TwoKeys = (Zeroizing<[u8; KEY_BYTES]>, Zeroizing<[u8; KEY_BYTES]>);

fn two_keys(opened: &Secret) -> Option<TwoKeys> {
    let (vault_key, engine_root) = opened.expose().split_first_chunk::<KEY_BYTES>()?;
    let engine_root = engine_root.try_into().ok()?;
    Some((Zeroizing::new(*vault_key), Zeroizing::new(engine_root)))
}
