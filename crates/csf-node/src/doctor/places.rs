//! The state directory with its files, and the sockets.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::Finding;
use crate::config::Config;
use crate::node::state::{RESTORING, lost_part};

const STATE: &str = "state directory";
const SOCKETS: &str = "sockets";
/// The most files that are looked at.
const MAX_FILES: usize = 1000;
/// Permission bits that others than the owner have.
const OTHERS: u32 = 0o077;

/// The state directory is its user's alone, with everything in it.
pub(super) fn state(config: &Config) -> Vec<Finding> {
    let path = &config.state;
    let found = match path.metadata() {
        Ok(found) => found,
        Err(why) if why.kind() == ErrorKind::NotFound => {
            let says = format!("{} is not there yet", path.display());
            return vec![Finding::note(STATE, says, "the first start of the node makes it")];
        }
        Err(why) => {
            let says = format!("{} cannot be looked at: {why}", path.display());
            return vec![Finding::ill(STATE, says, "run this as the user of the node")];
        }
    };
    if !found.is_dir() {
        let says = format!("{} is no directory", path.display());
        return vec![Finding::ill(STATE, says, "name another with --state DIR")];
    }
    let mut findings = Vec::new();
    findings.extend(exposed(path, &found, 0o700));
    let own = nix::unistd::geteuid().as_raw();
    if found.uid() != own {
        let says = format!("{} belongs to user {}, and this is user {own}", path.display(), found.uid());
        findings.push(Finding::note(STATE, says, "the node must run as that user; so should this"));
    }
    if path.join(RESTORING).exists() {
        let says = format!("{}: a restore was interrupted", path.join(RESTORING).display());
        let remedy = format!("remove everything in {} but csf.toml, and restore again", path.display());
        findings.push(Finding::ill(STATE, says, remedy));
    }
    if let Some((lost, there)) = lost_part(path) {
        let says = format!("{} is missing or empty, although {there} is there", lost.display());
        findings.push(Finding::ill(STATE, says, "put it back, or restore a backup into an empty directory"));
    }
    findings.extend(files(path));
    if findings.is_empty() {
        findings.push(Finding::well(STATE, format!("{} is its user's alone", path.display())));
    }
    findings
}

fn files(directory: &Path) -> Vec<Finding> {
    let entries = match directory.read_dir() {
        Ok(entries) => entries,
        Err(why) => {
            let says = format!("{} cannot be read: {why}", directory.display());
            return vec![Finding::ill(STATE, says, "run this as the user of the node")];
        }
    };
    let look = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.ok()?.path();
        // What others may read of the configuration is for its owner to say: it holds no secrets.
        let is_configuration = path.extension().is_some_and(|extension| extension == "toml");
        let found = path.symlink_metadata().ok().filter(|_| !is_configuration)?;
        let wanted = if found.is_dir() { 0o700 } else { 0o600 };
        if found.is_symlink() { None } else { exposed(&path, &found, wanted) }
    };
    entries.take(MAX_FILES).filter_map(look).collect()
}

fn exposed(path: &Path, found: &Metadata, wanted: u32) -> Option<Finding> {
    let mode = found.mode() & 0o7777;
    (mode & OTHERS != 0).then(|| {
        let says = format!("others than its owner can reach {} (mode {mode:04o})", path.display());
        Finding::ill(STATE, says, format!("chmod {wanted:o} {}", path.display()))
    })
}

/// The sockets are where they can be trusted, and nobody else has them.
pub(super) fn sockets(config: &Config, runs: bool) -> Vec<Finding> {
    let admin = config.admin_socket();
    let mut findings = Vec::new();
    for path in [Some(&admin), config.local_socket.as_ref()].into_iter().flatten() {
        findings.extend(socket(path, runs));
    }
    if findings.is_empty() {
        let says = if runs { "they are there" } else { "nothing stands in their way" };
        findings.push(Finding::well(SOCKETS, says));
    }
    findings
}

fn socket(path: &Path, runs: bool) -> Option<Finding> {
    let told = path.display();
    match path.symlink_metadata() {
        Ok(found) if !found.file_type().is_socket() => {
            Some(Finding::ill(SOCKETS, format!("{told} is there and is no socket"), "move it away"))
        }
        Ok(_) => match (UnixStream::connect(path), runs) {
            (Ok(_), true) => None,
            (Ok(_), false) => {
                let remedy = "end what listens there, or set local.socket to another place";
                Some(Finding::ill(SOCKETS, format!("{told}: somebody else listens there"), remedy))
            }
            (Err(why), true) => {
                let says = format!("{told}: the node runs and does not answer here: {why}");
                Some(Finding::ill(SOCKETS, says, "restart the node"))
            }
            (Err(_), false) => {
                let says = format!("{told} was left by a node that did not end in an orderly way");
                Some(Finding::note(SOCKETS, says, "nothing; the next start replaces it"))
            }
        },
        Err(_) if runs => {
            Some(Finding::ill(SOCKETS, format!("{told} is gone, and the node runs"), "restart the node"))
        }
        Err(_) => foreign(path.parent()?),
    }
}

/// A directory in which somebody else could put a socket of that name.
fn foreign(directory: &Path) -> Option<Finding> {
    let found = directory.metadata().ok()?;
    let trusted = found.uid() == nix::unistd::geteuid().as_raw() || found.uid() == 0;
    let sticky = found.mode() & 0o1000 != 0;
    (!trusted || (found.mode() & 0o022 != 0 && !sticky)).then(|| {
        let says = format!("{}: another user could put a socket there", directory.display());
        Finding::ill(SOCKETS, says, "set local.socket to another place")
    })
}
