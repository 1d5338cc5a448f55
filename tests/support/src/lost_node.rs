//! A node that was lost, and the backups of it that are left.

#![expect(clippy::expect_used, reason = "a test without a backup has nothing to show")]

use std::path::Path;

use tempfile::TempDir;

use crate::node_process::{NodeProcess, csf};

/// A node that ended, with a backup of it in `backup` and a later one in `later`; its state directory is lost.
///
/// # Panics
///
/// When it does not come so far.
#[must_use]
pub fn lost() -> TempDir {
    // Strict, so that the audit log has something when the backup is made.
    let node = NodeProcess::with().profile("mn").set("audit.strict=true").start();
    drop(node.register("Cmeter"));
    back_up(node.directory(), "backup");
    drop(node.register("Cguest"));
    back_up(node.directory(), "later");
    let home = node.stop();
    std::fs::remove_dir_all(home.path().join("state")).expect("a state directory");
    home
}

/// Makes a backup of this name beside the state directory.
///
/// # Panics
///
/// When the tool makes none.
pub fn back_up(home: &Path, name: &str) {
    let output = csf(home, &["backup", home.join(name).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}

/// Restores the backup of this name.
///
/// # Panics
///
/// When the tool refuses.
pub fn restore(home: &Path, name: &str) {
    let output = csf(home, &["restore", home.join(name).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}
