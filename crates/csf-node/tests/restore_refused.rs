//! Restores that are refused: each names the file and the remedy, and leaves nothing behind.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::path::{Path, PathBuf};

use csf_api::{ResourceType, Status};
use proto_primitive::content_from_json;
use support::{NodeProcess, csf};
use tempfile::TempDir;

const FILES: [&str; 5] = ["manifest", "store-id", "csf.sqlite", "soft.sqlite", "audit.log"];

/// A node that ended, with a backup of it in `backup` and a later one in `later`; its state directory is lost.
fn lost() -> TempDir {
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

fn make(home: &Path, name: &str) {
    let output = csf(home, &["backup", home.join(name).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}

/// What the tool says when it refuses to restore this backup; the state directory is as it was.
fn refused(home: &Path, backup: &str, words: &[&str]) -> String {
    let state = home.join("state");
    let before = names(&state);
    let backup = home.join(backup);
    let output = csf(home, &[&["restore", backup.to_str().expect("a path")], words].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(names(&state), before, "something was left behind");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn restore(home: &Path, backup: &str) {
    let output = csf(home, &["restore", home.join(backup).to_str().expect("a path")]);
    assert!(output.status.success(), "{output:?}");
}

/// What is in a directory, but for an empty lock; none where it is not there.
fn names(directory: &Path) -> Option<Vec<PathBuf>> {
    let entries = std::fs::read_dir(directory).ok()?;
    let paths = entries.map(|entry| entry.expect("an entry").path());
    Some(paths.filter(|path| !path.ends_with("lock")).collect())
}

/// The one key file of the node.
fn root(home: &Path) -> PathBuf {
    names(&home.join("data/csf")).and_then(|keys| keys.into_iter().next()).expect("a key file")
}

// Shows ARC-4.
#[test]
fn a_damaged_cut_missing_or_swapped_file_is_named_and_nothing_is_restored() {
    let home = lost();
    for name in FILES {
        let path = home.path().join("backup").join(name);
        let good = std::fs::read(&path).expect("a file");
        let mut changed = good.clone();
        *changed.get_mut(good.len() / 2).expect("a byte") ^= 1;
        let swapped = std::fs::read(home.path().join("later").join(name)).expect("a file");
        let cut = good.split_last().map(|(_, rest)| rest.to_vec()).expect("a byte");
        for bad in [Some(changed), Some(swapped), Some(cut), Some(Vec::new()), None] {
            // The name of the store is the same in both.
            if bad.as_ref() == Some(&good) {
                continue;
            }
            match bad {
                Some(bad) => std::fs::write(&path, bad),
                None => std::fs::remove_file(&path),
            }
            .expect("a worse file");
            let said = refused(home.path(), "backup", &[]);
            // Which of the others is not its own, a manifest cannot know: it names the first.
            let named = if name == "manifest" { home.path().join("backup") } else { path.clone() };
            assert!(said.contains(named.to_str().expect("a path")), "{name}: {said}");
            assert!(said.contains("use another backup") || said.contains("is no backup"), "{name}: {said}");
        }
        std::fs::write(&path, good).expect("the good file");
    }
    restore(home.path(), "backup");
}

// Shows ARC-4.
#[test]
fn without_the_root_of_its_node_a_backup_is_not_restored() {
    let home = lost();
    let key_file = root(home.path());
    let path = key_file.to_str().expect("a path");
    let good = std::fs::read_to_string(&key_file).expect("a root");

    std::fs::remove_file(&key_file).expect("a key file");
    let said = refused(home.path(), "backup", &[]);
    assert!(said.contains(path) && said.contains("put it back from where you keep it"), "{said}");
    assert!(!key_file.exists(), "a root was made");

    let (names, _) = good.rsplit_once(':').expect("a root");
    std::fs::write(&key_file, format!("{names}:{}\n", "7a".repeat(32))).expect("another root");
    std::fs::set_permissions(&key_file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    let said = refused(home.path(), "backup", &[]);
    assert!(said.contains(path) && said.contains("cannot be restored with this root"), "{said}");

    // That of another node, where the operator names it, and where it is looked for.
    let other = lost();
    let theirs = root(other.path());
    let set = format!("soft.root_key={}", theirs.display());
    let said = refused(home.path(), "backup", &["--set", &set]);
    assert!(said.contains("belongs to the store"), "{said}");
    std::fs::rename(other.path().join("backup"), home.path().join("theirs")).expect("a backup");
    let said = refused(home.path(), "theirs", &[]);
    let expected = home.path().join("data/csf").join(theirs.file_name().expect("a name"));
    assert!(said.contains(expected.to_str().expect("a path")), "{said}");

    std::fs::write(&key_file, good).expect("the root");
    restore(home.path(), "backup");
}

#[test]
fn nothing_is_restored_over_a_state_directory_and_an_interrupted_restore_is_no_state() {
    let home = lost();
    let state = home.path().join("state");
    let said = refused(home.path(), "nowhere", &[]);
    assert!(said.contains("is no backup"), "{said}");

    std::fs::create_dir(&state).expect("a directory");
    std::fs::set_permissions(&state, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("a mode");
    std::fs::write(state.join("csf.toml"), "audit.strict = true\n").expect("a configuration");
    std::fs::write(state.join("precious"), "data").expect("a file");
    let said = refused(home.path(), "backup", &[]);
    assert!(said.contains("is not empty (precious is in it)"), "{said}");
    std::fs::remove_file(state.join("precious")).expect("a file");

    // As a restore leaves it that was killed.
    std::fs::create_dir(state.join("restoring")).expect("a directory");
    let said = refused(home.path(), "backup", &[]);
    assert!(said.contains("restoring is in it"), "{said}");
    let (status, said, home) = NodeProcess::with().profile("mn").home(home).start_refused_on();
    assert!(!status.success() && said.contains("restoring: a restore"), "{said}");
    std::fs::remove_dir(state.join("restoring")).expect("a directory");

    restore(home.path(), "backup");
    let configuration = std::fs::read_to_string(state.join("csf.toml")).expect("a configuration");
    assert_eq!(configuration, "audit.strict = true\n");
    let node = NodeProcess::with().profile("mn").home(home).start();
    assert_eq!(node.as_originator("Cmeter").retrieve("-/Cmeter").expect("an answer").status, Status::Ok);
    let said = refused(node.directory(), "backup", &[]);
    assert!(said.contains("another node uses this state directory"), "{said}");
}

/// Whether the identity on the disk keeps the key of an epoch before.
fn changes_its_key(state: &Path) -> bool {
    let store = rusqlite::Connection::open(state.join("csf.sqlite")).expect("a store");
    let identity: Vec<u8> = store
        .query_row("SELECT value FROM record WHERE key = CAST('meta/identity' AS BLOB)", [], |row| row.get(0))
        .expect("an identity");
    // Format, name, epoch; then the sealed key with its length before it, and a digest.
    let (length, rest) = identity.get(25..).and_then(|rest| rest.split_first_chunk::<2>()).expect("a length");
    rest.len() > usize::from(u16::from_be_bytes(*length)) + 32
}

#[test]
fn a_backup_made_in_the_middle_of_a_change_of_key_is_restored() {
    let mut home = NodeProcess::with().profile("mn").start().stop();
    {
        let node = NodeProcess::with().profile("mn").home(home).start();
        let mut meter = node.register("Cmeter");
        for number in 0..300 {
            let body = format!(r#"{{"m2m:cnt":{{"rn":"c{number}"}}}}"#);
            let body = content_from_json(body.as_bytes()).expect("a content");
            let made = meter.create("-/Cmeter", ResourceType::CONTAINER, body).expect("an answer");
            assert_eq!(made.status, Status::Created);
        }
        drop(meter);
        home = node.stop();
    }
    // Killed once it serves: as a rule before it is through.
    for _ in 0..20 {
        let node = NodeProcess::with().profile("mn").home(home);
        home = node.under(&["sh", "-c", r#"exec "$0" "$@" --new-store-key"#]).start().crash();
        if changes_its_key(&home.path().join("state")) {
            break;
        }
    }
    assert!(changes_its_key(&home.path().join("state")), "it was through each time");
    make(home.path(), "backup");
    std::fs::remove_dir_all(home.path().join("state")).expect("a state directory");
    restore(home.path(), "backup");
    let node = NodeProcess::with().profile("mn").home(home).start();
    let mut meter = node.as_originator("Cmeter");
    for number in 0..300 {
        let seen = meter.retrieve(&format!("-/Cmeter/c{number}")).expect("an answer");
        assert_eq!(seen.status, Status::Ok, "c{number}");
    }
}
