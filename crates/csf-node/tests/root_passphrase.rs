//! A node whose root comes from a passphrase: nothing of it lies on the disk, and a wrong one changes nothing.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use csf_api::{Status, Value};
use nix::pty::{OpenptyResult, openpty};
use support::{NodeBuilder, NodeProcess};

const RIGHT: &str = "correct horse battery staple";
const OTHER: &str = "correct horse battery stable";
const SHORT: &str = "twelve chars";

/// A node that reads this passphrase from a pipe, its descriptor 3.
fn with(passphrase: &str, guarded: bool) -> NodeBuilder {
    let script = format!("exec \"$0\" \"$@\" 3<<'END'\n{passphrase}\nEND\n");
    NodeProcess::with()
        .under(&["sh", "-c", &script])
        .set("soft.root_passphrase_from=fd:3")
        .set(&format!("soft.root_passphrase_guarded={guarded}"))
}

/// The level of its software environment, and why.
fn level(node: &NodeProcess) -> (i64, String) {
    let environment = format!("{}/security/environment-soft", node.base());
    let content = node.admin().retrieve(&environment).expect("an answer").content.expect("a content");
    let object = content.value.as_object().expect("an object");
    let level = object.get("seL").and_then(Value::as_integer).expect("a level");
    (level, object.get("lvR").and_then(Value::as_text).expect("a reason").to_owned())
}

/// Every file below the directory, with what is in it.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).expect("a directory").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
        if kind.is_dir() {
            found.extend(files(&path));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).expect("a file");
            found.insert(path, bytes);
        }
    }
    found
}

fn holds(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

// Shows ARC-4.
#[test]
fn a_node_with_a_passphrase_keeps_neither_root_nor_passphrase() {
    let node = with(RIGHT, true).start();
    let mut meter = node.register("Cmeter");
    let (found, why) = level(&node);
    assert_eq!(found, 1, "{why}");
    assert!(why.contains("a passphrase in descriptor 3, which the operator says is kept guarded"), "{why}");
    for name in ["cmdline", "environ"] {
        // A process that cannot be dumped hides some of them from its own user.
        let seen = std::fs::read(format!("/proc/{}/{name}", node.pid())).unwrap_or_default();
        assert!(!holds(&seen, RIGHT), "/proc/PID/{name}");
    }
    assert_eq!(meter.retrieve("-/Cmeter").expect("an answer").status, Status::Ok);
    let home = node.stop();
    let kept = files(home.path());
    assert!(kept.keys().any(|path| path.ends_with("state/soft.passphrase")), "{:?}", kept.keys());
    for (path, bytes) in &kept {
        assert!(!holds(bytes, RIGHT), "{}", path.display());
        assert_ne!(path.extension().and_then(|e| e.to_str()), Some("key"), "{}", path.display());
    }

    // The same passphrase, of which nobody says how it is kept.
    let node = with(RIGHT, false).home(home).start();
    let (found, why) = level(&node);
    assert!(found == 0 && why.contains("nobody said that it is kept guarded"), "{found}: {why}");
    assert_eq!(node.as_originator("Cmeter").retrieve("-/Cmeter").expect("an answer").status, Status::Ok);
}

// Shows ARC-4.
#[test]
fn a_wrong_passphrase_or_a_key_file_opens_nothing_and_changes_nothing() {
    let node = with(RIGHT, true).start();
    drop(node.register("Cmeter"));
    let home = node.stop();
    let before = files(home.path());
    let (status, said, home) = with(OTHER, true).home(home).start_refused_on();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("the passphrase does not open") && !said.contains(OTHER), "{said}");
    let (status, said, home) = with("", true).home(home).start_refused_on();
    assert!(status.code() == Some(1) && said.contains("this is no passphrase"), "{said}");
    let (status, said, home) = NodeProcess::with().home(home).start_refused_on();
    assert!(status.code() == Some(1) && said.contains("is missing, and without it"), "{said}");
    let (status, said, home) =
        NodeProcess::with().set("soft.root_passphrase_from=fd:9").home(home).start_refused_on();
    assert!(status.code() == Some(2) && said.contains("without a descriptor 9"), "{said}");
    let after = files(home.path());
    // The index of the write-ahead log is made anew by whoever opens the store; it holds no content.
    for (path, bytes) in before.iter().filter(|(path, _)| !path.to_string_lossy().ends_with("-shm")) {
        assert!(Some(bytes) == after.get(path), "{}", path.display());
    }
    // The twin: the right one does.
    let node = with(RIGHT, true).home(home).start();
    assert_eq!(node.as_originator("Cmeter").retrieve("-/Cmeter").expect("an answer").status, Status::Ok);
}

// Shows ARC-4.
#[test]
fn a_weak_passphrase_is_refused_or_worth_level_0() {
    let (status, said, home) = with("password", true).start_refused_on();
    assert!(status.code() == Some(1) && said.contains("too easy to guess"), "{said}");
    let made = files(home.path());
    assert!(!made.keys().any(|path| path.to_string_lossy().contains("soft.")), "{:?}", made.keys());
    // It may be chosen better then.
    let node = with(SHORT, true).home(home).start();
    let (found, why) = level(&node);
    assert!(found == 0 && why.contains("a weak passphrase"), "{found}: {why}");
}

// Shows ARC-4.
#[test]
fn after_a_change_the_new_passphrase_opens_and_the_old_one_does_not() {
    const NEXT: &str = "entirely other words for it";
    let change = |present: &str, next: &str| {
        let script = format!("exec \"$0\" \"$@\" --new-passphrase 3<<'END'\n{present}\n{next}\nEND\n");
        NodeProcess::with().under(&["sh", "-c", &script]).set("soft.root_passphrase_from=fd:3")
    };
    let (status, said, home) = change(RIGHT, NEXT).start_refused_on();
    assert!(status.code() == Some(1) && said.contains("no passphrase to change"), "{said}");
    let node = with(RIGHT, true).home(home).start();
    drop(node.register("Cmeter"));
    let mut home = node.stop();
    // Neither by who does not know the present one, nor to one that is easy to guess, nor to none.
    for (present, next, why) in [
        (OTHER, NEXT, "does not open"),
        (RIGHT, "password", "too easy to guess"),
        (RIGHT, "", "this is no passphrase"),
    ] {
        let (status, said, same) = change(present, next).home(home).start_refused_on();
        assert!(status.code() == Some(1) && said.contains(why), "{said}");
        home = with(RIGHT, true).home(same).start().stop();
    }
    let home = change(RIGHT, NEXT).home(home).start().stop();
    let (status, said, home) = with(RIGHT, true).home(home).start_refused_on();
    assert!(status.code() == Some(1) && said.contains("the passphrase does not open"), "{said}");
    let node = with(NEXT, true).home(home).start();
    assert_eq!(node.as_originator("Cmeter").retrieve("-/Cmeter").expect("an answer").status, Status::Ok);
    // A node with a key file has none to change.
    let other = NodeProcess::with().under(&["sh", "-c", "exec \"$0\" \"$@\" --new-passphrase"]);
    let (status, said) = other.start_refused();
    assert!(status.code() == Some(2) && said.contains("this node has no passphrase"), "{said}");
}

#[test]
fn a_store_with_a_key_file_is_not_given_a_passphrase() {
    let home = NodeProcess::start().stop();
    let (status, said, home) = with(RIGHT, true).home(home).start_refused_on();
    assert!(status.code() == Some(1) && said.contains("soft.passphrase is missing"), "{said}");
    drop(NodeProcess::with().home(home).start());
}

#[test]
fn what_was_written_in_place_of_the_source_is_not_repeated() {
    let set = format!("soft.root_passphrase_from={RIGHT}");
    let (status, said) = NodeProcess::with().set(&set).start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("never the passphrase") && !said.contains(RIGHT), "{said}");
}

/// A terminal: what is typed, each line after its question, and then everything that it showed.
fn type_in(
    terminal: OpenptyResult,
    answers: &'static [(&'static str, &'static str)],
) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let OpenptyResult { master, slave } = terminal;
        let mut keyboard = File::from(master);
        let (mut shown, mut from, mut octets) = (String::new(), 0, [0; 256]);
        for (question, answer) in answers {
            while !shown.get(from..).is_some_and(|shown| shown.contains(question)) {
                let read = keyboard.read(&mut octets).expect("what the terminal shows");
                shown.push_str(&String::from_utf8_lossy(octets.get(..read).expect("octets")));
            }
            from = shown.len();
            keyboard.write_all(answer.as_bytes()).expect("a keyboard");
        }
        // What the node shows after the last answer ends with a new line.
        while !shown.get(from..).is_some_and(|shown| shown.contains('\n')) {
            let read = keyboard.read(&mut octets).expect("what the terminal shows");
            shown.push_str(&String::from_utf8_lossy(octets.get(..read).expect("octets")));
        }
        drop(slave);
        shown
    })
}

fn on_terminal(terminal: &OpenptyResult) -> NodeBuilder {
    let device = nix::unistd::ttyname(&terminal.slave).expect("the name of a terminal");
    let script = format!("exec setsid -c \"$0\" \"$@\" <{}", device.display());
    NodeProcess::with().under(&["sh", "-c", &script]).set("soft.root_passphrase_from=terminal")
}

// Shows ARC-4.
#[test]
fn a_passphrase_is_typed_twice_at_first_and_once_later_and_never_shown() {
    let terminal = openpty(None, None).expect("a terminal");
    let builder = on_terminal(&terminal);
    let typing = type_in(
        terminal,
        &[
            ("New passphrase: ", "correct horse battery staple\n"),
            ("Once more: ", "correct horse battery stable\n"),
            ("New passphrase: ", "correct horse battery staple\n"),
            ("Once more: ", "correct horse battery stablX\x7f\x7f\x7fple\n"),
        ],
    );
    let node = builder.start();
    let shown = typing.join().expect("a typist");
    assert!(shown.contains("The two are not the same") && !shown.contains("horse"), "{shown}");
    let (found, why) = level(&node);
    assert!(found == 1 && why.contains("typed at each start and kept nowhere"), "{found}: {why}");
    let home = node.stop();

    let terminal = openpty(None, None).expect("a terminal");
    let builder = on_terminal(&terminal).home(home);
    let typing = type_in(terminal, &[("Passphrase of this node: ", "correct horse battery staple\r")]);
    let home = builder.start().stop();
    assert!(!typing.join().expect("a typist").contains("horse"));

    // Whoever gives up leaves everything as it was.
    let terminal = openpty(None, None).expect("a terminal");
    let builder = on_terminal(&terminal).home(home);
    let typing = type_in(terminal, &[("Passphrase of this node: ", "correct\x03")]);
    let (status, said) = builder.start_refused();
    assert!(status.code() == Some(1) && said.contains("no passphrase was given"), "{said}");
    assert!(!typing.join().expect("a typist").contains("correct"));
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let (status, said) = NodeProcess::with()
        .under(&["setsid", "-w"])
        .set("soft.root_passphrase_from=terminal")
        .start_refused();
    assert!(status.code() == Some(1) && said.contains("there is no terminal to ask"), "{said}");
}

/// Runs the tool on a terminal where this is typed; what the terminal showed, and how the tool ended.
fn tool_on_terminal(
    home: &Path,
    words: &[&str],
    answers: &'static [(&'static str, &'static str)],
) -> (std::process::Output, String) {
    let terminal = openpty(None, None).expect("a terminal");
    let device = nix::unistd::ttyname(&terminal.slave).expect("the name of a terminal");
    let script = format!("exec setsid -c -w \"$0\" \"$@\" <{}", device.display());
    let typing = type_in(terminal, answers);
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .arg(support::program("csf"))
        .args(["--set", "soft.root_passphrase_from=terminal"])
        .args(words)
        .arg("--state")
        .arg(home.join("state"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .output()
        .expect("the tool");
    (output, typing.join().expect("a typist"))
}

// Shows ARC-4.
#[test]
fn a_backup_and_a_restore_ask_on_the_terminal_as_a_start_does() {
    let home = with(RIGHT, true).start().stop();
    let there = home.path().join("backup");
    let path = there.to_str().expect("a path");
    let (output, shown) = tool_on_terminal(
        home.path(),
        &["backup", path],
        &[("Passphrase of this node: ", "correct horse battery stable\n")],
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("the passphrase does not open"), "{said}");
    assert!(!there.exists() && !shown.contains("horse"), "{shown}");
    let right: &[(&str, &str)] = &[("Passphrase of this node: ", "correct horse battery staple\n")];
    let (output, shown) = tool_on_terminal(home.path(), &["backup", path], right);
    assert!(output.status.success() && !shown.contains("horse"), "{output:?} {shown}");
    std::fs::rename(home.path().join("state"), home.path().join("lost")).expect("another name");
    let (output, shown) = tool_on_terminal(home.path(), &["restore", path], right);
    assert!(output.status.success() && !shown.contains("horse"), "{output:?} {shown}");
    drop(with(RIGHT, true).home(home).start());
}
