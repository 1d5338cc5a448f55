//! A state directory from a backup, in a new epoch.

use std::fs::File;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use csf_api::UtcTime;
use csf_service::{AuditKind, AuditRecord, Voided};
use csf_store::{Epoch, Identity, Records, SqliteStore, Store, StoreId};
use csf_transport::{Environments, SecureEnvironment};
use nix::fcntl::Flock;
use se_plugin_soft::RootKey;

use super::files::{self, Unfinished};
use super::manifest::{Manifest, Unproven};
use crate::audit_log::AuditLog;
use crate::config::Config;
use crate::error::NodeError;
use crate::node::soft::{self, Places};
use crate::node::state::{self, StateDirectory};
use crate::node::{clock, resealer};
use crate::progress::Progress;

/// The one file that may be in the state directory before: it is the operator's.
const CONFIGURATION: &str = "csf.toml";
/// Records in memory while the store begins its epoch: few are read.
const CACHED_RECORDS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);
/// How the names of files end that belong to an open store alone.
const OF_AN_OPEN_STORE: [&str; 2] = ["-lock", "-shm"];

/// What was restored.
#[derive(Clone, Debug)]
pub(crate) struct Restored {
    /// The name of the store.
    pub(crate) store: StoreId,
    /// When the backup was made: nothing later is in the state directory.
    pub(crate) made: UtcTime,
    /// The epoch of the backup.
    pub(crate) before: Epoch,
    /// The epoch that the store is in now.
    pub(crate) epoch: Epoch,
    /// The number of the audit record that says so.
    pub(crate) audit_record: u64,
    /// What was issued before and counts no more.
    pub(crate) voided: Voided,
}

/// Restores a backup into the state directory of this configuration, which must be empty but for `csf.toml`.
///
/// # Errors
///
/// Names the file that is missing, damaged or of another node, and what to do about it. Then the state directory
/// is as it was, but for the empty lock.
pub(crate) fn restore(config: &Config, backup: &Path, progress: &Progress) -> Result<Restored, NodeError> {
    let manifest = Unproven::read(backup)?;
    for (name, expected) in &manifest.claims().files {
        let path = backup.join(name);
        progress.step(&format!("checking {name}"));
        let found = files::summary(&path).map_err(|e| NodeError::text(format!("{e}; {OTHER}")))?;
        must_be(&path, &found, expected)?;
    }
    root_must_be_there(config, backup, manifest.claims())?;
    progress.pause();
    let (root, manifest) = prove(config, backup, manifest)?;
    let target = Target::lock(&config.state)?;
    let staging = config.state.join(state::RESTORING);
    let unfinished = Unfinished::make(staging.clone())?;
    for (name, expected) in &manifest.files {
        let path = backup.join(name);
        progress.growing(&format!("copying {name}"), &staging.join(name), expected.bytes);
        must_be(&path, &files::copy(&path, &staging.join(name), expected.bytes)?, expected)?;
    }
    progress.step("beginning the epoch");
    let restored = begin_epoch(config, backup, &manifest, root)?;
    move_up(&staging, &config.state)?;
    unfinished.keep();
    std::fs::remove_dir(&staging)
        .map_err(|e| NodeError::file(&staging, "remove the directory of the restore", &e))?;
    files::sync(&config.state)?;
    target.keep();
    Ok(restored)
}

const OTHER: &str = "use another backup";

fn must_be(path: &Path, found: &files::Summary, expected: &files::Summary) -> Result<(), NodeError> {
    if found.bytes != expected.bytes {
        return Err(NodeError::text(format!(
            "{}: has {} bytes, and the manifest says {}: it was cut or changed; {OTHER}",
            path.display(),
            found.bytes,
            expected.bytes
        )));
    }
    if found.digest != expected.digest {
        return Err(NodeError::text(format!(
            "{}: is not the file that the manifest names: it was changed, or is of another backup; {OTHER}",
            path.display()
        )));
    }
    Ok(())
}

/// A backup never holds the root, so it must be where a node with this configuration looks for it.
fn root_must_be_there(config: &Config, backup: &Path, manifest: &Manifest) -> Result<(), NodeError> {
    if manifest.has_passphrase() && config.root_passphrase().is_none() {
        return Err(NodeError::text(format!(
            "{}: its root comes from a passphrase, and this configuration asks for none; say where to ask with --set \
             soft.root_passphrase_from=terminal, fd:N or a file",
            backup.display()
        )));
    }
    let store = manifest.store;
    let Some(path) = config.root_key_file(&store.to_string()) else { return Ok(()) };
    if std::fs::symlink_metadata(&path).is_ok() {
        return Ok(());
    }
    Err(NodeError::text(format!(
        "{}: the key file of the store {store} is not there, and without it {} cannot be opened; put it back from where \
         you keep it (it is never in a backup), or name it with --set soft.root_key=FILE",
        path.display(),
        backup.display()
    )))
}

/// The root, found and asked for as a start does, that opens the objects and vouches for the manifest.
fn prove(config: &Config, backup: &Path, manifest: Unproven) -> Result<(RootKey, Manifest), NodeError> {
    let places = Places::in_directory(backup);
    let store = manifest.claims().store;
    let root = soft::present_root(config, store, &places).map_err(|e| foreign(backup, &e))?;
    root.must_open_copy(&places.objects).map_err(|e| foreign(backup, &e))?;
    let witness = root.witness(&store.to_string()).map_err(|e| foreign(backup, &e))?;
    let manifest = manifest.proven(&witness)?;
    Ok((root, manifest))
}

fn foreign(backup: &Path, what: &dyn std::fmt::Display) -> NodeError {
    NodeError::text(format!("{}: cannot be restored with this root: {what}", backup.display()))
}

/// The state directory, locked; removed again if it was made for a restore that fails.
struct Target {
    path: PathBuf,
    is_new: bool,
    _lock: Flock<File>,
}

impl Target {
    fn lock(path: &Path) -> Result<Self, NodeError> {
        let is_new = !path.exists();
        let lock = state::lock(path)?;
        let target = Self { path: path.to_owned(), is_new, _lock: lock };
        let entries = std::fs::read_dir(path).map_err(|e| NodeError::file(path, "read the directory", &e))?;
        for entry in entries {
            let name = entry.map_err(|e| NodeError::file(path, "read the directory", &e))?.file_name();
            if name != CONFIGURATION && name != state::LOCK {
                return Err(NodeError::text(format!(
                    "{}: is not empty ({} is in it), and nothing is overwritten; move what is there away, or name \
                     another directory with --state",
                    path.display(),
                    name.display()
                )));
            }
        }
        Ok(target)
    }

    fn keep(mut self) {
        self.is_new = false;
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.is_new {
            // Not more than was made; whatever made this end is told already.
            drop(std::fs::remove_file(self.path.join(state::LOCK)));
            drop(std::fs::remove_dir(&self.path));
        }
    }
}

/// Opens what was copied, which shows that it is whole and of this root, and begins its next epoch: another store
/// key, later identifiers, a record in the audit log.
fn begin_epoch(
    config: &Config,
    backup: &Path,
    manifest: &Manifest,
    root: RootKey,
) -> Result<Restored, NodeError> {
    let staging = config.state.join(state::RESTORING);
    let directory = StateDirectory::open(&staging)?;
    let foreign = |what: &dyn std::fmt::Display| foreign(backup, what);
    if directory.store_id() != manifest.store {
        return Err(foreign(&"its manifest and its store-id name two stores"));
    }
    let at = clock::now();
    let micros = u64::try_from(at.unix_micros()).unwrap_or(0);
    let next = |epoch: Epoch| epoch.after_restore(micros);
    let soft = soft::open_under(root, &directory, &next).map_err(|e| foreign(&e))?;
    soft.note_restored().map_err(|e| foreign(&e))?;
    let environments: Vec<Arc<dyn SecureEnvironment>> = vec![Arc::new(soft)];
    let environments = Environments::new(environments).map_err(NodeError::environments)?;

    finish_change_of_key(&environments, &directory, &foreign)?;
    let store = open_store(&directory)?;
    let identity = load_identity(&store, &directory, &foreign)?;
    let before = identity.epoch;
    let (vault, identity) = state::vault(&environments, &store, Some(identity), manifest.store, Some(&next))
        .map_err(|e| foreign(&e))?;
    let records = Records::open(store, vault, CACHED_RECORDS).map_err(|e| foreign(&e))?;
    let voided = csf_service::note_restored(&records, at)
        .map_err(|e| NodeError::store(&backup.join(state::STORE), &e))?;
    let (store, made, epoch) = (manifest.store, manifest.made, identity.epoch);
    let ground = format!(
        "restored from the backup of {made}; epoch {} follows {}; whatever was recorded after this backup is not here; \
         roles and tokens issued before count no more ({} and {})",
        epoch.0, manifest.epoch.0, voided.roles, voided.tokens
    );
    let audit_record = note(config, &directory, Arc::new(records), at, &ground)?;
    Ok(Restored { store, made, before, epoch, audit_record, voided })
}

fn open_store(directory: &StateDirectory) -> Result<SqliteStore, NodeError> {
    let path = directory.store();
    SqliteStore::open(&path).map_err(|e| NodeError::store(&path, &e))
}

/// A store without an identity would be given one, and everything in it would be lost.
fn load_identity(
    store: &SqliteStore,
    directory: &StateDirectory,
    foreign: &dyn Fn(&dyn std::fmt::Display) -> NodeError,
) -> Result<Identity, NodeError> {
    let identity = Identity::load(store).map_err(|e| NodeError::store(&directory.store(), &e))?;
    identity.ok_or_else(|| foreign(&"csf.sqlite has no identity"))
}

/// Where the backup was made while its store was being sealed under a new key, this comes first to its end: a store
/// has two keys at most.
fn finish_change_of_key(
    environments: &Environments,
    directory: &StateDirectory,
    foreign: &dyn Fn(&dyn std::fmt::Display) -> NodeError,
) -> Result<(), NodeError> {
    let store = open_store(directory)?;
    let identity = load_identity(&store, directory, foreign)?;
    if identity.previous.is_none() {
        return Ok(());
    }
    let (vault, identity) = state::vault(environments, &store, Some(identity), directory.store_id(), None)
        .map_err(|e| foreign(&e))?;
    let records = Records::open(store, vault, CACHED_RECORDS).map_err(|e| foreign(&e))?;
    resealer::seal_all(&records, identity, &AtomicBool::new(false))
        .map(drop)
        .map_err(|e| NodeError::store(&directory.store(), &e))
}

/// Has the audit log say what happened here; the number of the record.
fn note(
    config: &Config,
    directory: &StateDirectory,
    records: Arc<dyn Store>,
    at: UtcTime,
    ground: &str,
) -> Result<u64, NodeError> {
    let store = directory.store_id().to_string();
    let log = AuditLog::open(directory.path(), &store, records, true, config.audit_rotation)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|e| NodeError::part("runtime", &e))?;
    let noted = runtime.block_on(log.append(AuditRecord::of_node(at, AuditKind::Restore, ground)));
    let written = noted.map(|()| log.last());
    written.map_err(|_| {
        NodeError::text(format!("{}: the audit log cannot be written", directory.path().display()))
    })
}

/// Moves everything that lasts from the staging directory to where the node looks for it. No node starts while the
/// staging directory is there, so it does not matter where this is interrupted.
fn move_up(staging: &Path, state: &Path) -> Result<(), NodeError> {
    let failed = |e| NodeError::file(staging, "read the directory of the restore", &e);
    for entry in std::fs::read_dir(staging).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let from = staging.join(&name);
        let is_left = name == state::LOCK
            || name.to_str().is_some_and(|name| OF_AN_OPEN_STORE.iter().any(|end| name.ends_with(end)));
        if is_left {
            std::fs::remove_file(&from).map_err(|e| NodeError::file(&from, "remove the file", &e))?;
        } else {
            let to = state.join(&name);
            std::fs::rename(&from, &to).map_err(|e| NodeError::file(&to, "put the file there", &e))?;
        }
    }
    files::sync(state)
}
