//! Unix sockets in the file system: made where nobody else can put one, removed when the node ends.

use std::fs::{DirBuilder, Permissions, set_permissions};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use crate::error::NodeError;

/// A bound socket, whose file is removed when this is dropped.
pub(crate) struct Socket {
    path: PathBuf,
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Binds a socket with this mode. A socket that a dead node left is replaced; a living one is not.
pub(crate) fn bind(path: &Path, directory_mode: u32, mode: u32) -> Result<(UnixListener, Socket), NodeError> {
    if let Some(directory) = path.parent() {
        make_directory(directory, directory_mode)?;
    }
    if let Ok(metadata) = path.symlink_metadata() {
        if !metadata.file_type().is_socket() {
            return Err(NodeError::text(format!(
                "{}: is there and is no socket; move it away",
                path.display()
            )));
        }
        if UnixStream::connect(path).is_ok() {
            return Err(NodeError::text(format!(
                "{}: another node listens here; end it, or choose another place",
                path.display()
            )));
        }
        std::fs::remove_file(path).map_err(|e| NodeError::file(path, "remove the old socket", &e))?;
    }
    let listener = UnixListener::bind(path).map_err(|e| NodeError::file(path, "listen on the socket", &e))?;
    let socket = Socket { path: path.to_owned() };
    set_permissions(path, Permissions::from_mode(mode))
        .map_err(|e| NodeError::file(path, "set the permissions of the socket", &e))?;
    Ok((listener, socket))
}

/// Makes the directories that are missing, and refuses one in which somebody else could exchange the socket.
fn make_directory(directory: &Path, mode: u32) -> Result<(), NodeError> {
    let above = directory.parent().filter(|above| !above.exists());
    for missing in above.into_iter().chain([directory]) {
        if missing.exists() {
            continue;
        }
        let made = DirBuilder::new().recursive(true).mode(mode).create(missing);
        made.map_err(|e| NodeError::file(missing, "make the directory of the socket", &e))?;
        // The umask may have taken rights that other users need to reach the socket.
        set_permissions(missing, Permissions::from_mode(mode))
            .map_err(|e| NodeError::file(missing, "set the permissions of the directory", &e))?;
    }
    for checked in [Some(directory), directory.parent()].into_iter().flatten() {
        let metadata = checked.metadata().map_err(|e| NodeError::file(checked, "read the directory", &e))?;
        let trusted = metadata.uid() == nix::unistd::geteuid().as_raw() || metadata.uid() == 0;
        let sticky = metadata.mode() & 0o1000 != 0;
        if !trusted || (metadata.mode() & 0o022 != 0 && !sticky) {
            let text = format!(
                "{}: another user could exchange the socket; choose another place",
                checked.display()
            );
            return Err(NodeError::text(text));
        }
    }
    Ok(())
}
