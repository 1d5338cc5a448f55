//! A node that is lost, and what the tool makes of its backups.

use std::path::{Path, PathBuf};

use support::{NodeProcess, csf};
use tempfile::TempDir;

/// A node that ended, with a backup of it in `backup` and a later one in `later`; its state directory is lost.
pub(crate) fn lost() -> TempDir {
    // Strict, so that the audit log has something when the backup is made.
    let node = NodeProcess::with().profile("mn").set("audit.strict=true").start();
    drop(node.register("Cmeter"));
    make(node.directory(), "backup");
    drop(node.register("Cguest"));
    make(node.directory(), "later");
    let home = node.stop();
    std::fs::remove_dir_all(home.path().join("state")).expect("a state directory");
    home
}

pub(crate) fn make(home: &Path, name: &str) {
    let output = csf(home, &["backup", home.join(name).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}

/// What the tool says when it refuses to restore this backup; the state directory is as it was.
pub(crate) fn refused(home: &Path, backup: &str, words: &[&str]) -> String {
    let state = home.join("state");
    let before = names(&state);
    let backup = home.join(backup);
    let output = csf(home, &[&["restore", backup.to_str().expect("a path")], words].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(names(&state), before, "something was left behind");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn restore(home: &Path, backup: &str) {
    let output = csf(home, &["restore", home.join(backup).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}

/// What is in a directory, but for an empty lock; none where it is not there.
pub(crate) fn names(directory: &Path) -> Option<Vec<PathBuf>> {
    let entries = std::fs::read_dir(directory).ok()?;
    let paths = entries.map(|entry| entry.expect("an entry").path());
    Some(paths.filter(|path| !path.ends_with("lock")).collect())
}
