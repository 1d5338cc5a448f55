//! Making a backup, beside a running node or of a state directory that no node uses.

use std::path::{Path, PathBuf};

use csf_api::UtcTime;
use csf_store::{Epoch, SqliteStore, StoreId};

use super::files::{self, Summary, Unfinished};
use super::manifest::Manifest;
use super::{FILES, MANIFEST};
use crate::audit_log;
use crate::error::NodeError;
use crate::node::{clock, state};
use crate::progress::Progress;

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
pub(crate) fn make(state: &Path, to: &Path, progress: &Progress) -> Result<Made, NodeError> {
    let to = std::path::absolute(to).map_err(|e| NodeError::file(to, "find the place of the backup", &e))?;
    let (parent, name) = place(state, &to)?;
    let at = clock::now();
    let store = state::name(state)?.ok_or_else(|| {
        let state = state.display();
        NodeError::text(format!(
            "{state}: no node keeps its state there; name the state directory with --state, and its profile"
        ))
    })?;
    // Without this file no passphrase opens anything, and a backup has no place for it yet.
    let passphrase = state.join(state::SOFT_PASSPHRASE);
    if std::fs::symlink_metadata(&passphrase).is_ok() {
        return Err(NodeError::text(format!(
            "{}: a node whose root comes from a passphrase is not backed up this way yet; stop the node and copy the \
             whole of {}",
            passphrase.display(),
            state.display()
        )));
    }
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".unfinished-{}", std::process::id()));
    let hidden = parent.join(hidden);
    let unfinished = Unfinished::make(hidden.clone())?;
    // In the order of FILES; see there why.
    files::write(&hidden.join(state::NAME), format!("{store}\n").as_bytes())?;
    let to_grow = |name| std::fs::metadata(state.join(name)).map_or(0, |file| file.len());
    progress.growing("copying the store", &hidden.join(state::STORE), to_grow(state::STORE));
    let epoch = copy_store(state, &hidden, store)?;
    let soft = state.join(state::SOFT_OBJECTS);
    progress.growing("copying the keys", &hidden.join(state::SOFT_OBJECTS), to_grow(state::SOFT_OBJECTS));
    SqliteStore::copy(&soft, &hidden.join(state::SOFT_OBJECTS)).map_err(|e| NodeError::store(&soft, &e))?;
    progress.growing("copying the audit log", &hidden.join(state::AUDIT), to_grow(state::AUDIT));
    copy_audit(state, &hidden, store)?;

    progress.step("writing the digests");
    let summaries: Result<Vec<Summary>, _> =
        FILES.iter().map(|name| files::summary(&hidden.join(name))).collect();
    let summaries: [Summary; FILES.len()] =
        summaries?.try_into().map_err(|_| NodeError::text("a file of the backup is missing"))?;
    let bytes = summaries.iter().fold(0_u64, |sum, summary| sum.saturating_add(summary.bytes));
    let software = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { software, made: at, store, epoch, files: summaries };
    files::write(&hidden.join(MANIFEST), manifest.spell().as_bytes())?;
    files::sync(&hidden)?;
    std::fs::rename(&hidden, &to).map_err(|e| NodeError::file(&to, "give the backup its name", &e))?;
    unfinished.keep();
    files::sync(&parent)?;
    Ok(Made { directory: to, at, store, epoch, bytes })
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

/// Copies the audit log as far as it goes now, in whole lines, and checks its chain.
fn copy_audit(state: &Path, to: &Path, store: StoreId) -> Result<(), NodeError> {
    let (from, to) = (state.join(state::AUDIT), to.join(state::AUDIT));
    let now = from.metadata().map_err(|e| NodeError::file(&from, "read the audit log", &e))?.len();
    files::copy(&from, &to, now)?;
    let verified = audit_log::verify(&to, &store.to_string()).map_err(|broken| {
        NodeError::text(format!(
            "{}: {broken}; stop the node, move the file away and keep it, and find out who changed it; a start begins \
             a new log",
            from.display()
        ))
    })?;
    // A line that is just being written is of a request that is not answered yet, or not in strict mode.
    let cut = std::fs::OpenOptions::new().write(true).open(&to).and_then(|log| {
        log.set_len(verified.bytes)?;
        log.sync_all()
    });
    cut.map_err(|e| NodeError::file(&to, "take off an unfinished line", &e))
}
