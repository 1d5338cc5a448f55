//! Making a backup, beside a running node or of a state directory that no node uses.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use csf_api::UtcTime;
use csf_store::{Epoch, SqliteStore, StoreId};
use se_plugin_soft::SoftError;

use super::files::{self, Unfinished};
use super::manifest::Manifest;
use super::{FILES, MANIFEST, MAX_AUDIT_FILES, OPTIONAL};
use crate::audit_log;
use crate::config::Config;
use crate::error::NodeError;
use crate::node::soft::{self, Places};
use crate::node::{clock, state};
use crate::progress::Progress;

/// More than the optional file has, in bytes: a longer one is cut here and refused by whoever reads it.
const MAX_OPTIONAL_BYTES: u64 = 1024;

/// A backup that was made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// Where.
    pub(crate) directory: PathBuf,
    /// When it began: what was acknowledged before is in it.
    pub(crate) at: UtcTime,
    /// The name of the store.
    pub(crate) store: StoreId,
    /// The epoch of the store.
    pub(crate) epoch: Epoch,
    /// How many bytes its files have.
    pub(crate) bytes: u64,
}

/// Makes a backup of this state directory in a directory that is not there yet. It gets its name when it is
/// complete and on the disk.
///
/// # Errors
///
/// Names the file that cannot be used, and what to do about it. Then there is no backup, and no part of one.
pub(crate) fn make(config: &Config, to: &Path, progress: &Progress) -> Result<Made, NodeError> {
    let state = config.state.as_path();
    let to = std::path::absolute(to).map_err(|e| NodeError::file(to, "find the place of the backup", &e))?;
    let (parent, name) = place(state, &to)?;
    let at = clock::now();
    let store = state::name(state)?.ok_or_else(|| {
        let state = state.display();
        NodeError::text(format!(
            "{state}: no node keeps its state there; name the state directory with --state, and its profile"
        ))
    })?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".unfinished-{}", std::process::id()));
    let hidden = parent.join(hidden);
    let unfinished = Unfinished::make(hidden.clone())?;
    let optional = copy_optional(state, &hidden)?;
    // Before anything that takes long: somebody may have to type a passphrase. The file that it goes with is the one in
    // the backup.
    let passphrase = hidden.join(state::SOFT_PASSPHRASE);
    let root = soft::present_root(config, store, &Places { passphrase, ..Places::in_directory(state) })?;
    // In the order of FILES; see there why.
    files::write(&hidden.join(state::NAME), format!("{store}\n").as_bytes())?;
    let to_grow = |name| std::fs::metadata(state.join(name)).map_or(0, |file| file.len());
    progress.growing("copying the store", &hidden.join(state::STORE), to_grow(state::STORE));
    let epoch = copy_store(state, &hidden, store)?;
    let soft = state.join(state::SOFT_OBJECTS);
    progress.growing("copying the keys", &hidden.join(state::SOFT_OBJECTS), to_grow(state::SOFT_OBJECTS));
    let copied = hidden.join(state::SOFT_OBJECTS);
    SqliteStore::copy(&soft, &copied).map_err(|e| NodeError::store(&soft, &e))?;
    // A backup that its root does not open is none, and nobody would find out before it is needed.
    root.must_open_copy(&copied).map_err(|why| soft::failed(of_the_state(why, &soft)))?;
    progress.growing("copying the audit log", &hidden.join(audit_log::CURRENT), to_grow(audit_log::CURRENT));
    let audit = copy_audit(state, &hidden, store)?;

    progress.step("writing the digests");
    let mut summaries = Vec::new();
    for name in FILES.iter().copied().chain(optional).chain(audit.iter().map(String::as_str)) {
        summaries.push((name.to_owned(), files::summary(&hidden.join(name))?));
    }
    let bytes = summaries.iter().fold(0_u64, |sum, (_, summary)| sum.saturating_add(summary.bytes));
    let software = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { software, made: at, store, epoch, files: summaries };
    let witness = root.witness(&store.to_string()).map_err(soft::failed)?;
    files::write(&hidden.join(MANIFEST), manifest.spell(&witness).as_bytes())?;
    files::sync(&hidden)?;
    std::fs::rename(&hidden, &to).map_err(|e| NodeError::file(&to, "give the backup its name", &e))?;
    unfinished.keep();
    files::sync(&parent)?;
    Ok(Made { directory: to, at, store, epoch, bytes })
}

/// Copies what is there only where the root comes from a passphrase; its name, if it is.
fn copy_optional(state: &Path, to: &Path) -> Result<Option<&'static str>, NodeError> {
    let from = state.join(OPTIONAL);
    if let Err(why) = std::fs::symlink_metadata(&from)
        && why.kind() == ErrorKind::NotFound
    {
        return Ok(None);
    }
    files::copy(&from, &to.join(OPTIONAL), MAX_OPTIONAL_BYTES)?;
    Ok(Some(OPTIONAL))
}

/// What was found of a copy is told of what it is a copy of.
fn of_the_state(why: SoftError, objects: &Path) -> SoftError {
    match why {
        SoftError::ObjectsForeign { root, .. } => {
            SoftError::ObjectsForeign { objects: objects.to_owned(), root }
        }
        other => other,
    }
}

/// The directory in which the backup is to be, and its name there; refused where it must not be made.
fn place(state: &Path, to: &Path) -> Result<(PathBuf, std::ffi::OsString), NodeError> {
    let refuse = |why: &str| Err(NodeError::text(format!("{}: {why}", to.display())));
    if std::fs::symlink_metadata(to).is_ok() {
        return refuse(
            "is there already, and nothing is overwritten; name a directory that is not there yet",
        );
    }
    let (Some(parent), Some(name)) = (to.parent(), to.file_name()) else {
        return refuse("cannot be the name of a backup; name a directory that is not there yet");
    };
    let parent = parent
        .canonicalize()
        .map_err(|e| NodeError::file(parent, "use the directory in which the backup is to be", &e))?;
    if state.canonicalize().is_ok_and(|state| parent.starts_with(state)) {
        return refuse("is inside the state directory, and would be lost with it; name another place");
    }
    Ok((parent, name.to_owned()))
}

fn copy_store(state: &Path, to: &Path, store: StoreId) -> Result<Epoch, NodeError> {
    let from = state.join(state::STORE);
    let identity =
        SqliteStore::copy(&from, &to.join(state::STORE)).map_err(|e| NodeError::store(&from, &e))?;
    if identity.store == store {
        return Ok(identity.epoch);
    }
    Err(NodeError::text(format!(
        "{}: is the store {}, and {} names {store}; one of the two is of another node",
        from.display(),
        identity.store,
        state.join(state::NAME).display()
    )))
}

/// How often the audit log is copied anew, because another file was begun meanwhile.
const AUDIT_ATTEMPTS: usize = 5;

/// Copies the audit log as far as it goes now, in whole lines, and checks its chain; the names of its full files.
fn copy_audit(state: &Path, to: &Path, store: StoreId) -> Result<Vec<String>, NodeError> {
    let list = || {
        let names = audit_log::names(state).map_err(|e| NodeError::file(state, "read the directory", &e))?;
        Ok::<_, NodeError>(names.into_iter().filter(|name| *name != audit_log::CURRENT).collect::<Vec<_>>())
    };
    let mut full = list()?;
    for _ in 0..AUDIT_ATTEMPTS {
        for name in full.iter().map(String::as_str).chain([audit_log::CURRENT]) {
            let (from, to) = (state.join(name), to.join(name));
            drop(std::fs::remove_file(&to));
            let now = from.metadata().map_err(|e| NodeError::file(&from, "read the audit log", &e))?.len();
            files::copy(&from, &to, now)?;
        }
        let now = list()?;
        if now == full {
            break;
        }
        for name in full.iter().filter(|name| !now.contains(name)) {
            drop(std::fs::remove_file(to.join(name)));
        }
        full = now;
    }
    if full.len() > MAX_AUDIT_FILES {
        return Err(NodeError::text(format!(
            "{}: has more than {MAX_AUDIT_FILES} full files of the audit log, which is more than a backup holds; run \
             `csf audit prune` first",
            state.display()
        )));
    }
    let checked = audit_log::check_chain(to, &store.to_string());
    if let Some(finding) = checked.findings.first() {
        return Err(NodeError::text(format!(
            "{}/{finding}; stop the node, run `csf audit renew`, which puts the log aside and begins a new one, and \
             find out who changed it",
            state.display()
        )));
    }
    // A line that is just being written is of a request that is not answered yet, or not in strict mode.
    let current = to.join(audit_log::CURRENT);
    let cut = std::fs::OpenOptions::new().write(true).open(&current).and_then(|log| {
        log.set_len(checked.end)?;
        log.sync_all()
    });
    cut.map_err(|e| NodeError::file(&current, "take off an unfinished line", &e))?;
    Ok(full)
}
