//! A small file that is there whole or not at all, whenever the power goes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What the name of a file ends with until it is whole.
const UNFINISHED: &str = ".new";

/// Makes a file of these bytes, for its owner alone, which is on the disk when this returns. One that is there already is
/// never replaced.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = unfinished(path);
    // What an interrupted start left, and whatever else somebody put there.
    remove(&unfinished)?;
    let made = write(&unfinished, bytes).and_then(|()| match fs::hard_link(&unfinished, path) {
        // A file system without links: there it may be left half-written, and is refused then.
        Err(why) if matches!(why.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            write(path, bytes).inspect_err(|why| {
                if why.kind() != ErrorKind::AlreadyExists {
                    drop(fs::remove_file(path));
                }
            })
        }
        linked => linked,
    });
    let gone = remove(&unfinished);
    made.and(gone)?;
    sync_directory(path).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Removes what is left where the power went between the two names of a file, if that can be.
pub(super) fn tidy(path: &Path) {
    drop(fs::remove_file(unfinished(path)));
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    name.into()
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

/// Syncs the directory that a path lies in. Only then does the new name survive a loss of power.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_an_interrupted_start_left_a_file_is_made_whole_and_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("f");
        let bytes = b"csf-root-1:and so on";
        for length in 0..=bytes.len() {
            fs::write(unfinished(&path), &bytes[..length]).unwrap();
            create(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes, "{length}");
            assert!(!unfinished(&path).exists(), "{length}");
            assert_eq!(create(&path, b"other").unwrap_err().kind(), ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&path).unwrap(), bytes, "it is never replaced");
            assert!(!unfinished(&path).exists(), "{length}");
            fs::remove_file(&path).unwrap();
        }
        // The power went between the two names.
        create(&path, bytes).unwrap();
        fs::hard_link(&path, unfinished(&path)).unwrap();
        tidy(&path);
        assert!(path.exists() && !unfinished(&path).exists());
        tidy(&path);
    }
}
