//! Backups that somebody changed or put together so that every digest matches: the root does not vouch for them.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::path::Path;

use sha2::{Digest, Sha256};
use support::{NodeProcess, csf};
use tempfile::TempDir;

/// A node that ended, with a backup of it in `backup` and a later one in `later`; its state directory is lost.
fn lost() -> TempDir {
    let node = NodeProcess::with().profile("mn").set("audit.strict=true").start();
    drop(node.register("Cmeter"));
    make(node.directory(), "backup");
    drop(node.register("Cguest"));
    make(node.directory(), "later");
    let home = node.stop();
    std::fs::remove_dir_all(home.path().join("state")).expect("a state directory");
    home
}

fn make(home: &Path, name: &str) {
    let output = csf(home, &["backup", home.join(name).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}

/// What the tool says when it refuses to restore this backup; there is no state directory, as before.
fn refused(home: &Path, backup: &str) -> String {
    let backup = home.join(backup);
    let output = csf(home, &["restore", backup.to_str().expect("a path")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(!home.join("state").exists(), "something was left behind");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn restore(home: &Path, backup: &str) {
    let output = csf(home, &["restore", home.join(backup).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Has the manifest name the files as they are, with a digest of its own that fits; the code stays.
fn spell_digests(backup: &Path) {
    let path = backup.join("manifest");
    let text = std::fs::read_to_string(&path).expect("a manifest");
    let spelled: Vec<String> = text
        .lines()
        .map(|line| match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["file", name, ..] => {
                let bytes = std::fs::read(backup.join(name)).expect("a file");
                format!("file {name} {} {}", bytes.len(), hex(&bytes))
            }
            _ => line.to_owned(),
        })
        .collect();
    std::fs::write(&path, format!("{}\n", spelled.join("\n"))).expect("a manifest");
    spell_end(backup);
}

/// Has the digest of the manifest fit what stands above.
fn spell_end(backup: &Path) {
    let path = backup.join("manifest");
    let text = std::fs::read_to_string(&path).expect("a manifest");
    let at = text.find("\nend ").expect("an end");
    let (above, below) = text.split_at(at.saturating_add(1));
    let (_, code) = below.split_once('\n').expect("a code");
    std::fs::write(&path, format!("{above}end {}\n{code}", hex(above.as_bytes()))).expect("a manifest");
}

// Shows ARC-4: what nobody can find out by digests, the root says.
#[test]
fn a_backup_that_somebody_changed_or_mixed_with_digests_to_match_is_refused() {
    let home = lost();
    let backup = home.path().join("backup");
    let manifest = std::fs::read(backup.join("manifest")).expect("a manifest");
    let whole = |name: &str| std::fs::read(backup.join(name)).expect("a file");
    let (store, audit) = (whole("csf.sqlite"), whole("audit.log"));
    let rest = |name: &str, bytes: &[u8]| std::fs::write(backup.join(name), bytes).expect("a file");

    // An ordinary resource, which lies open: no seal would find it.
    {
        let store = rusqlite::Connection::open(backup.join("csf.sqlite")).expect("a store");
        store.pragma_update(None, "journal_mode", "delete").expect("one file");

        store
            .execute("INSERT INTO record VALUES (CAST('open/of-nobody' AS BLOB), 1, x'00')", [])
            .expect("a record");
    }
    spell_digests(&backup);
    let named = backup.join("manifest");
    let said = refused(home.path(), "backup");
    assert!(
        said.contains(named.to_str().expect("a path")) && said.contains("was not made with this root"),
        "{said}"
    );
    rest("csf.sqlite", &store);

    // A file of another genuine backup of the same node.
    for name in ["csf.sqlite", "audit.log"] {
        std::fs::copy(home.path().join("later").join(name), backup.join(name)).expect("a copy");
        rest("manifest", &manifest);
        spell_digests(&backup);
        let said = refused(home.path(), "backup");
        assert!(said.contains("manifest: was not made with this root"), "{name}: {said}");
        rest(name, if name == "audit.log" { &audit } else { &store });
    }

    // The code of the other backup, and none.
    let other = std::fs::read_to_string(home.path().join("later/manifest")).expect("a manifest");
    let mine = String::from_utf8(manifest.clone()).expect("a text");
    let (lines, _) = mine.trim_end().rsplit_once('\n').expect("lines");
    let (_, code) = other.trim_end().rsplit_once('\n').expect("lines");
    for (text, why) in [
        (format!("{lines}\n{code}\n"), "was not made with this root"),
        (format!("{lines}\nroot {}\n", "00".repeat(32)), "was not made with this root"),
        (format!("{lines}\n"), "was cut or changed"),
        (mine.replacen("csf-backup 2", "csf-backup 1", 1), "is of another format"),
    ] {
        rest("manifest", text.as_bytes());
        let said = refused(home.path(), "backup");
        assert!(said.contains(why), "{said}");
    }
    // Lines in another order, with a digest that fits.
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.swap(5, 6);
    rest("manifest", format!("{}\n{code}\n", lines.join("\n")).as_bytes());
    spell_end(&backup);
    let said = refused(home.path(), "backup");
    assert!(said.contains("manifest: was cut or changed"), "{said}");

    rest("manifest", &manifest);
    restore(home.path(), "backup");
}

// Shows ARC-4.
#[test]
fn keys_of_another_node_in_a_backup_are_refused() {
    let other = NodeProcess::with().profile("mn").start().stop();
    let home = NodeProcess::with().profile("mn").start().stop();
    let soft = "state/soft.sqlite";
    for end in ["-wal", "-shm"] {
        // Nothing is left to write back after an orderly end, whatever lies there.
        drop(std::fs::remove_file(home.path().join(format!("{soft}{end}"))));
    }
    make(other.path(), "clean");
    make(home.path(), "mixed");
    std::fs::copy(other.path().join("clean/soft.sqlite"), home.path().join(soft)).expect("a copy");
    // Not even a backup is made of what its root does not open.
    let there = home.path().join("worthless");
    let output = csf(home.path(), &["backup", there.to_str().expect("a path")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("does not open") && said.contains("state/soft.sqlite"), "{said}");
    assert!(output.status.code() == Some(1) && !there.exists(), "{output:?}");
    // Nor is one restored that somebody put together, with digests to match.
    let mixed = home.path().join("mixed");
    std::fs::copy(other.path().join("clean/soft.sqlite"), mixed.join("soft.sqlite")).expect("a copy");
    spell_digests(&mixed);
    std::fs::remove_dir_all(home.path().join("state")).expect("a state directory");
    let said = refused(home.path(), "mixed");
    assert!(said.contains("cannot be restored with this root") && said.contains("soft.sqlite"), "{said}");
}
