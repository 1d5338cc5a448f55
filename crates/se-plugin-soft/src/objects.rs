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
//! over without a record being sealed anew. Another vault key begins an epoch: the one before stays beside it, sealed
//! as ever, until every record is sealed anew. The engine root stays: what it sealed lies with others.

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
    pub(crate) store: SqliteStore,
    pub(crate) vault: Vault,
    pub(crate) engine_root: Zeroizing<[u8; KEY_BYTES]>,
    pub(crate) identity: Identity,
}

/// What is to be different from an opening on. Each is a commit of its own.
#[derive(Default)]
pub(crate) struct Change<'a> {
    /// Another root, which alone opens the file.
    pub(crate) root: Option<&'a RootKey>,
    /// Another vault key, in the epoch that this makes of the present one; none while an earlier change is under way.
    pub(crate) epoch: Option<&'a dyn Fn(Epoch) -> Epoch>,
}

impl Objects {
    /// Opens the file under this root, or makes it, and changes what is to be different.
    pub(crate) fn open(path: &Path, root: &RootKey, change: &Change<'_>) -> Result<Self, SoftError> {
        let store = SqliteStore::open(path)?;
        let mut sealer = Sealer::new(root.bytes());
        let (mut identity, is_new) = match Identity::load(&store)? {
            Some(identity) => (identity, false),
            None => (create(&store, &sealer)?, true),
        };
        // Before anything is changed: whoever cannot open the file changes nothing.
        let ((vault_key, engine_root), previous) =
            keys_of(&sealer, &identity).ok_or_else(|| foreign(path, root))?;
        let id = identity.store;
        if let Some(next) = change.root {
            let next = Sealer::new(next.bytes());
            identity = identity.sealed_otherwise(&store, |epoch, sealed| {
                let keys = sealer.unseal(&context(id, epoch), sealed).map_err(|_| foreign(path, root))?;
                seal(&next, id, epoch, keys.expose())
            })?;
            sealer = next;
        }
        let begin = change.epoch.filter(|_| identity.previous.is_none() && !is_new);
        let vault = if let Some(begin) = begin {
            let (before, next_key) = (identity.epoch, random_key()?);
            let both = joined(&next_key, &engine_root);
            let epoch = begin(before);
            identity = identity.begin_epoch(&store, epoch, seal(&sealer, id, epoch, both.as_slice())?)?;
            Vault::new(id, epoch, next_key).with_previous(before, vault_key)
        } else {
            let vault = Vault::new(id, identity.epoch, vault_key);
            match previous {
                Some((epoch, key)) => vault.with_previous(epoch, key),
                None => vault,
            }
        };
        Ok(Self { store, vault, engine_root, identity })
    }
}

/// Whether this root opens the copy of an object file, which is read and not changed.
pub(crate) fn must_open_copy(path: &Path, root: &RootKey) -> Result<(), SoftError> {
    let identity = SqliteStore::identity_of_copy(path)?;
    keys_of(&Sealer::new(root.bytes()), &identity).map(drop).ok_or_else(|| foreign(path, root))
}

fn foreign(path: &Path, root: &RootKey) -> SoftError {
    SoftError::ObjectsForeign { objects: path.to_owned(), root: root.source().clone() }
}

fn create(store: &SqliteStore, sealer: &Sealer) -> Result<Identity, SoftError> {
    let (vault_key, engine_root) = (random_key()?, random_key()?);
    let id = new_store_id()?;
    let sealed_key = seal(sealer, id, FIRST_EPOCH, joined(&vault_key, &engine_root).as_slice())?;
    let identity = Identity { store: id, epoch: FIRST_EPOCH, sealed_key, previous: None };
    Identity::create(store, &identity, &Vault::new(id, FIRST_EPOCH, vault_key))?;
    Ok(identity)
}

type Key = Zeroizing<[u8; KEY_BYTES]>;

fn random_key() -> Result<Key, SoftError> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| SoftError::Randomness)?;
    Ok(key)
}

fn joined(vault_key: &Key, engine_root: &Key) -> Zeroizing<[u8; KEY_BYTES * 2]> {
    let mut both = Zeroizing::new([0; KEY_BYTES * 2]);
    let halves = [vault_key, engine_root].into_iter().flat_map(|half| half.iter());
    both.iter_mut().zip(halves).for_each(|(place, byte)| *place = *byte);
    both
}

fn seal(sealer: &Sealer, id: StoreId, epoch: Epoch, keys: &[u8]) -> Result<Vec<u8>, SoftError> {
    sealer.seal(&context(id, epoch), keys).map_err(|_| SoftError::Randomness)
}

/// Binds the sealed keys to the store that they are for.
fn context(id: StoreId, epoch: Epoch) -> Vec<u8> {
    [CONTEXT, &id.0, &epoch.0.to_be_bytes()].concat()
}

type Opened = ((Key, Key), Option<(Epoch, Key)>);

/// Vault key and engine root, and the vault key of the epoch before, as long as it is needed.
fn keys_of(sealer: &Sealer, identity: &Identity) -> Option<Opened> {
    let open = |epoch, sealed: &[u8]| {
        let opened = sealer.unseal(&context(identity.store, epoch), sealed).ok()?;
        two_keys(&opened)
    };
    let present = open(identity.epoch, &identity.sealed_key)?;
    let previous = match &identity.previous {
        Some((epoch, sealed)) => Some((*epoch, open(*epoch, sealed)?.0)),
        None => None,
    };
    Some((present, previous))
}

fn two_keys(opened: &Secret) -> Option<(Key, Key)> {
    let (vault_key, engine_root) = opened.expose().split_first_chunk::<KEY_BYTES>()?;
    let engine_root = engine_root.try_into().ok()?;
    Some((Zeroizing::new(*vault_key), Zeroizing::new(engine_root)))
}
