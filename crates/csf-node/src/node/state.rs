//! The state directory: its files, its lock, the name of its store, and the key of its vault.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use csf_store::{Epoch, Identity, SqliteStore, StoreId, Vault, new_store_id};
use csf_transport::{CancelFlag, Command, Cx, Environments, Reply, SeError, Secret};
use nix::fcntl::{Flock, FlockArg};
use zeroize::Zeroizing;

use super::clock;
use super::vault_error::VaultError;
use crate::audit_log::CURRENT;
use crate::error::NodeError;

/// Bytes of a store key.
const STORE_KEY_BYTES: usize = 32;
type StoreKey = Zeroizing<[u8; STORE_KEY_BYTES]>;
/// What the sealed store key is for.
const STORE_KEY_CONTEXT: &[u8] = b"csf store key 1";
/// How long the secure environment may take to open the store key.
const UNSEAL_TIME: Duration = Duration::from_secs(30);
/// More than a store's name has.
const MAX_NAME_FILE_BYTES: u64 = 256;

/// The records of the node, in its state directory.
pub(crate) const STORE: &str = "csf.sqlite";
/// The objects of the software secure environment.
pub(crate) const SOFT_OBJECTS: &str = "soft.sqlite";
/// How its root comes from a passphrase, where it does.
pub(crate) const SOFT_PASSPHRASE: &str = "soft.passphrase";
/// The name of the store.
pub(crate) const NAME: &str = "store-id";
/// The name of the store until it is written.
const UNFINISHED_NAME: &str = "store-id.new";
/// The file that is locked by whoever uses the directory.
pub(crate) const LOCK: &str = "lock";
/// Where a restore works until it is complete.
pub(crate) const RESTORING: &str = "restoring";

/// What a first start makes, one after the other, each when the one before is on the disk. So what is not there while a
/// later one is was not interrupted: it was lost.
const PARTS: [&str; 4] = [NAME, SOFT_OBJECTS, STORE, CURRENT];

/// A state directory that this process alone uses.
pub(crate) struct StateDirectory {
    path: PathBuf,
    store_id: StoreId,
    _lock: Flock<File>,
}

impl StateDirectory {
    /// Opens the directory, made with mode 0700 if it is not there, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, NodeError> {
        let lock = lock(path)?;
        let restoring = path.join(RESTORING);
        if restoring.exists() {
            return Err(NodeError::text(format!(
                "{}: a restore into this state directory was interrupted; remove everything in {} but csf.toml, and \
                 restore again",
                restoring.display(),
                path.display()
            )));
        }
        must_be_whole(path)?;
        let store_id = store_id(path)?;
        Ok(Self { path: path.to_owned(), store_id, _lock: lock })
    }

    pub(crate) const fn store_id(&self) -> StoreId {
        self.store_id
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The records of the node.
    pub(crate) fn store(&self) -> PathBuf {
        self.path.join(STORE)
    }
}

/// Makes the directory if it is not there, and locks it: nobody else uses it while the lock lives.
pub(crate) fn lock(path: &Path) -> Result<Flock<File>, NodeError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    let unusable = |what: &str, why: &std::io::Error| {
        let remedy = "name a directory of the node's user with --state DIR";
        NodeError::usage(format!("{}: cannot {what}: {why}; {remedy}", path.display()))
    };
    made.map_err(|e| unusable("make the state directory", &e))?;
    let metadata = path.metadata().map_err(|e| unusable("read the state directory", &e))?;
    if metadata.uid() != nix::unistd::geteuid().as_raw() {
        let text = "belongs to another user; run the node as that user, or name another with --state DIR";
        return Err(NodeError::usage(format!("{}: {text}", path.display())));
    }
    if metadata.mode() & 0o077 != 0 {
        let path = path.display();
        return Err(NodeError::usage(format!("{path}: others can enter it; run: chmod 700 {path}")));
    }
    let lock_path = path.join(LOCK);
    let file = open_private(&lock_path).map_err(|e| NodeError::file(&lock_path, "open the lock", &e))?;
    Flock::lock(file, FlockArg::LockExclusiveNonblock)
        .map_err(|_| NodeError::text(format!("{}: another node uses this state directory", path.display())))
}

/// Refuses a directory of which a part was lost: a new one in its place would be of another node.
fn must_be_whole(directory: &Path) -> Result<(), NodeError> {
    match lost_part(directory) {
        Some((lost, there)) => Err(NodeError::lost(&lost, &format!("{there} is there"))),
        None => Ok(()),
    }
}

/// The part of a state directory that was lost, and a later one that is there.
pub(crate) fn lost_part(directory: &Path) -> Option<(PathBuf, &'static str)> {
    let holds = |file: String| match directory.join(file).metadata() {
        Ok(found) => found.len() > 0,
        Err(why) => why.kind() != ErrorKind::NotFound,
    };
    // What was written last may all be in the log.
    let is_there = |name: &str| holds(name.to_owned()) || holds(format!("{name}-wal"));
    let mut rest = PARTS.into_iter().skip_while(|name| is_there(name));
    let lost = directory.join(rest.next()?);
    rest.find(|name| is_there(name)).map(|there| (lost, there))
}

fn open_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// The name of the store in this state directory, chosen once and written before anything depends on it.
fn store_id(directory: &Path) -> Result<StoreId, NodeError> {
    if let Some(id) = name(directory)? {
        return Ok(id);
    }
    let (path, unfinished) = (directory.join(NAME), directory.join(UNFINISHED_NAME));
    let id = new_store_id().map_err(|e| NodeError::part("store", &e))?;
    let failed = |e: std::io::Error| NodeError::file(&path, "write the name of the store", &e);
    let mut file = open_private(&unfinished).map_err(failed)?;
    let written = file.set_len(0).and_then(|()| writeln!(file, "{id}")).and_then(|()| file.sync_all());
    // Whole or not at all: half a name would stop the next start.
    let named = written.and_then(|()| std::fs::rename(&unfinished, &path));
    named.and_then(|()| File::open(directory)?.sync_all()).map_err(failed)?;
    Ok(id)
}

/// The name of the store in this state directory; `None` where there is none yet.
pub(crate) fn name(directory: &Path) -> Result<Option<StoreId>, NodeError> {
    let path = directory.join(NAME);
    let file = match File::open(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(|e| NodeError::file(&path, "open the name of the store", &e))?,
    };
    let mut text = String::new();
    let read = file.take(MAX_NAME_FILE_BYTES).read_to_string(&mut text);
    read.map_err(|e| NodeError::file(&path, "read the name of the store", &e))?;
    if text.is_empty() {
        return Ok(None);
    }
    StoreId::parse(text.trim_end())
        .map(Some)
        .ok_or_else(|| NodeError::text(format!("{}: holds no name of a store; restore it", path.display())))
}

/// The vault of a store, and its identity. The store key is made inside the first secure environment at first
/// start, and opened by that environment at every other. If a new key is asked for, the epoch begins that
/// `begin` makes of the present one, which goes on opening what it sealed until everything is sealed anew.
pub(crate) fn vault(
    environments: &Environments,
    store: &SqliteStore,
    identity: Option<Identity>,
    id: StoreId,
    begin: Option<&dyn Fn(Epoch) -> Epoch>,
) -> Result<(Vault, Identity), VaultError> {
    let Some(mut identity) = identity else {
        must_hold_no_keys(environments)?;
        let (key, sealed_key) = new_store_key(environments)?;
        let vault = Vault::new(id, Epoch(1), key);
        let identity = Identity { store: id, epoch: Epoch(1), sealed_key, previous: None };
        Identity::create(store, &identity, &vault)?;
        return Ok((vault, identity));
    };
    if identity.store != id {
        return Err(VaultError::Mismatch);
    }
    // Before anything is changed: whoever cannot open the store must not give it another key.
    let present = store_key(environments, identity.sealed_key.clone())?;
    if let Some(begin) = begin.filter(|_| identity.previous.is_none()) {
        let (key, sealed_key) = new_store_key(environments)?;
        let before = identity.epoch;
        identity = identity.begin_epoch(store, begin(before), sealed_key)?;
        return Ok((Vault::new(id, identity.epoch, key).with_previous(before, present), identity));
    }
    let mut vault = Vault::new(id, identity.epoch, present);
    if let Some((epoch, sealed)) = &identity.previous {
        vault = vault.with_previous(*epoch, store_key(environments, sealed.clone())?);
    }
    Ok((vault, identity))
}

/// Refuses to begin a store beside keys: they are somebody's whom a new store would not know.
fn must_hold_no_keys(environments: &Environments) -> Result<(), VaultError> {
    match execute(environments, &Command::NextKey { after: None }) {
        Ok(Reply::Key(_)) => Err(VaultError::Lost),
        // Whoever holds none, or cannot say.
        Ok(_) | Err(SeError::NoSuchKey | SeError::NotSupported) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A store key, in clear and as the environment sealed it.
fn new_store_key(environments: &Environments) -> Result<(StoreKey, Vec<u8>), VaultError> {
    let length = u16::try_from(STORE_KEY_BYTES).map_err(|_| VaultError::Mismatch)?;
    let Reply::Random(random) = execute(environments, &Command::Random { length })? else {
        return Err(VaultError::Mismatch);
    };
    let key = fixed(&random)?;
    let seal = Command::Seal { context: STORE_KEY_CONTEXT.to_vec(), plaintext: random };
    let Reply::Sealed(sealed) = execute(environments, &seal)? else { return Err(VaultError::Mismatch) };
    Ok((key, sealed))
}

/// The store key that the environment sealed so.
fn store_key(environments: &Environments, sealed: Vec<u8>) -> Result<StoreKey, VaultError> {
    let unseal = Command::Unseal { context: STORE_KEY_CONTEXT.to_vec(), sealed };
    let Reply::Unsealed(key) = execute(environments, &unseal)? else { return Err(VaultError::Mismatch) };
    fixed(&key)
}

fn fixed(key: &Secret) -> Result<StoreKey, VaultError> {
    let mut fixed = Zeroizing::new([0; STORE_KEY_BYTES]);
    if key.expose().len() != STORE_KEY_BYTES {
        return Err(VaultError::Mismatch);
    }
    fixed.copy_from_slice(key.expose());
    Ok(fixed)
}

/// Executes a command in the first environment, before there is anything else to do.
fn execute(environments: &Environments, command: &Command) -> Result<Reply, SeError> {
    let first = environments.descriptions().first().map(|d| d.id.clone()).ok_or(SeError::Unavailable)?;
    let deadline = Instant::now().checked_add(UNSEAL_TIME).unwrap_or_else(Instant::now);
    let cancel = CancelFlag::new();
    let cx = Cx { deadline, now: clock::now(), cancel: &cancel };
    environments.try_inline(&first, command, &cx).unwrap_or(Err(SeError::Unavailable))
}
