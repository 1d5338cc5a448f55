//! A copy of a store as of one moment, beside whatever process writes to it.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{file, read, unavailable};
use crate::error::StoreError;
use crate::identity::Identity;

impl super::SqliteStore {
    /// Copies the store in the file `from` into the new file `to`, readable and writable by its owner alone, and
    /// on the disk when this returns. Every batch that was acknowledged before the call is in it, none by half.
    /// The process that has the store open goes on reading and writing. What was deleted leaves no trace in the
    /// copy: pages are written anew, and freed ones stay behind.
    ///
    /// Nothing is opened or decrypted; what is sealed stays sealed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] when the file is no store of this layout, or one without an identity;
    /// [`StoreError::Unavailable`] when it cannot be read, or the copy cannot be written.
    pub fn copy(from: &Path, to: &Path) -> Result<Identity, StoreError> {
        let absolute = |path: &Path| std::path::absolute(path).map_err(|why| unavailable(path, &why));
        let (from, to) = (absolute(from)?, absolute(to)?);
        let source = file::open_reader(&from).map_err(|why| unavailable(&from, &why))?;
        file::recognise(&source, &from)?;
        // SQLite would make it with the process's umask; it takes an empty file for none.
        let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&to);
        let new = new.map_err(|why| unavailable(&to, &why))?;
        let name = to.to_str().ok_or_else(|| {
            StoreError::Unavailable(format!("{}: the name of the copy is not UTF-8", to.display()))
        })?;
        source.execute("VACUUM INTO ?1", [name]).map_err(|why| unavailable(&from, &why))?;
        // SQLite leaves this to whoever wants the copy to last.
        new.sync_all().map_err(|why| unavailable(&to, &why))?;
        identity_in(&to)?
            .ok_or_else(|| StoreError::Foreign(format!("{} was never made ready by a node", from.display())))
    }

    /// The identity of a copy, which is read and not changed: nothing is locked, made or moved beside it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] when the file is no store of this layout, or has no identity of this form;
    /// [`StoreError::Unavailable`] when it cannot be read.
    pub fn identity_of_copy(path: &Path) -> Result<Identity, StoreError> {
        let path = std::path::absolute(path).map_err(|why| unavailable(path, &why))?;
        file::recognise(&file::open_reader(&path).map_err(|why| unavailable(&path, &why))?, &path)?;
        identity_in(&path)?
            .ok_or_else(|| StoreError::Foreign(format!("{} was never made ready by a node", path.display())))
    }
}

fn identity_in(path: &Path) -> Result<Option<Identity>, StoreError> {
    let failed = |why: &dyn std::error::Error| unavailable(path, why);
    let copy = file::open_reader(path).map_err(|why| failed(&why))?;
    let found = read::load(&copy, &[Identity::key()]).map_err(|why| failed(&why))?;
    Identity::of(found, || read::is_empty(&copy).map_err(|why| failed(&why)))
}
