//! What the system lets others see of a node's process: no core dumps, and nothing secret in its surroundings.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::NodeProcess;

/// A user that need not be in any file.
const SOMEBODY: u32 = 61_001;

/// What other processes of this machine may look into.
const SURROUNDINGS: [&str; 5] = ["environ", "cmdline", "comm", "status", "limits"];

fn seen(node: &NodeProcess, name: &str) -> std::io::Result<Vec<u8>> {
    std::fs::read(format!("/proc/{}/{name}", node.pid()))
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The key file of the software secure environment, which the node made where its data goes.
fn root_key(node: &NodeProcess) -> PathBuf {
    let keys = node.directory().join("data/csf");
    let mut files = std::fs::read_dir(keys).expect("a directory of keys").flatten().map(|entry| entry.path());
    files.find(|path| path.extension().is_some_and(|ending| ending == "key")).expect("a key file")
}

/// The secret part of the key file, however its lines are written: every long word of it.
fn secrets(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).expect("a key file");
    let store = path.file_stem().and_then(|stem| stem.to_str()).expect("the name of the store").as_bytes();
    let words = bytes.split(|b| b.is_ascii_whitespace() || b"=:\"".contains(b));
    words.filter(|word| word.len() >= 16 && *word != store).map(<[u8]>::to_vec).collect()
}

// Shows ARC-4.
#[test]
fn a_node_leaves_no_core_dump() {
    let node = NodeProcess::start();
    let limits = String::from_utf8(seen(&node, "limits").expect("limits")).expect("text");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a line");
    let values: Vec<_> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(values, ["0", "0"], "{core}");
    // The twin: a limit that the node does not set is not zero.
    assert!(
        limits.lines().any(|line| line.starts_with("Max open files") && !line.contains(" 0 ")),
        "{limits}"
    );
}

// Shows ARC-4.
#[test]
fn what_others_see_of_a_node_holds_nothing_of_its_root_key() {
    let node = NodeProcess::start();
    let secrets = secrets(&root_key(&node));
    assert!(!secrets.is_empty(), "the key file has a secret");
    let mut read = 0;
    for name in SURROUNDINGS {
        // A process that cannot be dumped hides some of them from its own user.
        let Ok(bytes) = seen(&node, name) else { continue };
        read += 1;
        for secret in &secrets {
            assert!(!holds(&bytes, secret), "/proc/PID/{name}");
        }
    }
    assert!(read >= 3, "something was looked at");
    // The twin: what is there is found.
    assert!(holds(&seen(&node, "cmdline").expect("a command line"), b"--state"));
}

// Shows ARC-4.
#[test]
fn the_files_of_a_node_are_its_users_only() {
    use std::os::unix::fs::PermissionsExt;
    let node = NodeProcess::start();
    drop(node.register("Cmeter"));
    let mut files = vec![root_key(&node)];
    let state = std::fs::read_dir(node.state()).expect("a state directory").flatten().map(|e| e.path());
    files.extend(state.filter(|path| path.is_file()));
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", file.display());
    }
}

// Shows ARC-4.
#[test]
fn other_users_cannot_look_into_the_memory_of_a_node() {
    if !nix::unistd::geteuid().is_root() {
        // Past the test runner, which keeps to itself what passing tests say.
        let said = writeln!(std::io::stderr(), "hardening SKIPPED: only root can act as another user");
        said.expect("standard error");
        return;
    }
    let node = NodeProcess::start();
    let reads = |name: &str| {
        let mut command = Command::new("head");
        command.args(["-c", "1", &format!("/proc/{}/{name}", node.pid())]).env_clear().current_dir("/");
        command.uid(SOMEBODY).gid(SOMEBODY).output().expect("head").status.success()
    };
    for name in ["mem", "maps", "environ", "auxv", "stack"] {
        assert!(!reads(name), "/proc/PID/{name}");
    }
    // The twin: what is for everybody is read.
    assert!(reads("cmdline"));
}
