//! Whatever is done to the files of an audit log is found, and where; and what a crash leaves is no tampering.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests report by panicking"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use csf_api::Status;
use csf_service::Chain;
use serde_json::Value;
use support::{NodeBuilder, NodeProcess, csf};
use tempfile::TempDir;

const CURRENT: &str = "audit.log";

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn").set("audit.file_bytes=4096")
}

/// A node's home with a log of several files, after an orderly stop.
fn lived() -> TempDir {
    let node = mn().set("audit.strict=true").start();
    drop(node.register("Cmeter"));
    let mut stranger = node.register("Cother");
    for _ in 0..40 {
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    }
    node.stop()
}

/// The same once more, to be tampered with.
fn copied(home: &TempDir) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let from = home.path().join(".");
    let done = Command::new("cp").arg("-a").args([&from, copy.path()]).status();
    assert!(done.expect("cp").success());
    copy
}

/// The files of a log, each with its lines.
struct Log(BTreeMap<String, Vec<String>>);

impl Log {
    fn read(home: &Path) -> Self {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(home.join("state")).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("audit") && name.ends_with(".log") {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                files.insert(name, text.lines().map(str::to_owned).collect());
            }
        }
        Self(files)
    }

    fn write(&self, home: &Path) {
        for name in Self::read(home).0.keys().filter(|name| !self.0.contains_key(*name)) {
            std::fs::remove_file(home.join("state").join(name)).unwrap();
        }
        for (name, lines) in &self.0 {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            std::fs::write(home.join("state").join(name), text).unwrap();
        }
    }

    /// The name of a full file, by its place.
    fn full(&self, n: usize) -> String {
        self.0.keys().filter(|name| *name != CURRENT).nth(n).unwrap().clone()
    }

    fn lines(&mut self, name: &str) -> &mut Vec<String> {
        self.0.get_mut(name).unwrap()
    }

    /// Makes the chain good again from this line of this file on, as somebody can who has no key.
    fn chain_anew(&mut self, name: &str, from: usize) {
        let lines = self.lines(name);
        let hash_of = |line: &str| -> [u8; 32] {
            let digits = &line[line.len() - 66..line.len() - 2];
            std::array::from_fn(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).unwrap())
        };
        let number = serde_json::from_str::<Value>(&lines[from]).unwrap()["n"].as_u64().unwrap();
        let mut chain = Chain::resume(number - 1, hash_of(&lines[from - 1]));
        for line in &mut lines[from..] {
            let body = line[..line.rfind(",\"h\":\"").unwrap()].to_owned();
            let hash: String = chain.link(&body).iter().map(|byte| format!("{byte:02x}")).collect();
            *line = format!("{body},\"h\":\"{hash}\"}}");
        }
    }
}

/// What a check of the whole log says.
fn verify(home: &Path, more: &[&str]) -> (i32, Value) {
    let words = [&["audit", "verify", "--json"], more].concat();
    let output = csf(home, &words);
    let text = String::from_utf8_lossy(&output.stdout);
    let said = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), said)
}

/// What is done to the lines of a file.
type Change = fn(&mut Vec<String>);
/// What is done, how, and what is found: in which way, in which file, in which line.
type Tampering<'a> = (&'static str, Box<dyn Fn(&mut Log) + 'a>, &'static str, String, Option<u64>);

// Shows ARC-4 in part: the log is guarded by what the secure environment guards.
#[test]
fn each_tampering_is_found_at_its_place() {
    let (home, other) = (lived(), lived());
    let whole = Log::read(home.path());
    let foreign = Log::read(other.path());
    assert!(whole.0.len() >= 4, "{:?}", whole.0.keys());
    let [f0, f1, f2] = [0, 1, 2].map(|n| whole.full(n));
    let at = |line: u64| Some(line);
    let current = || CURRENT.to_owned();
    let last = u64::try_from(whole.0[CURRENT].len()).unwrap();
    let table: Vec<Tampering<'_>> = vec![
        (
            "a word is edited",
            Box::new(|log| {
                let line = &mut log.lines(&f1)[3];
                *line = line.replacen("denied", "permit", 1);
            }),
            "edited",
            f1.clone(),
            at(4),
        ),
        ("a line is emptied", Box::new(|log| log.lines(&f1)[3].clear()), "edited", f1.clone(), at(4)),
        (
            "a line is no text",
            Box::new(|log| log.lines(&f1)[3].insert(0, '\u{0}')),
            "edited",
            f1.clone(),
            at(4),
        ),
        ("a line is taken out", Box::new(|log| drop(log.lines(&f1).remove(3))), "removed", f1.clone(), at(4)),
        ("two lines change places", Box::new(|log| log.lines(&f1).swap(2, 3)), "moved", f1.clone(), at(3)),
        (
            "a line stands twice",
            Box::new(|log| {
                let line = log.lines(&f1)[2].clone();
                log.lines(&f1).insert(3, line);
            }),
            "moved",
            f1.clone(),
            at(4),
        ),
        (
            "the end of a full file is cut off",
            Box::new(|log| log.lines(&f1).truncate(4)),
            "truncated",
            f1.clone(),
            None,
        ),
        (
            "a file in the middle is removed",
            Box::new(|log| drop(log.0.remove(&f1))),
            "missing",
            f2.clone(),
            None,
        ),
        ("the first file is removed", Box::new(|log| drop(log.0.remove(&f0))), "missing", f1.clone(), None),
        ("the last file is removed", Box::new(|log| drop(log.0.remove(CURRENT))), "missing", current(), None),
        ("all files are removed", Box::new(|log| log.0.clear()), "missing", current(), None),
        (
            "the last line is cut off",
            Box::new(|log| drop(log.lines(CURRENT).pop())),
            "truncated",
            current(),
            None,
        ),
        (
            "a file is one of another node",
            Box::new(|log| *log.lines(&f1) = foreign.0[&foreign.full(1)].clone()),
            "foreign",
            f1.clone(),
            None,
        ),
        (
            "two files change names",
            Box::new(|log| {
                let (one, two) = (log.0[&f1].clone(), log.0[&f2].clone());
                (*log.lines(&f1), *log.lines(&f2)) = (two, one);
            }),
            "moved",
            f1.clone(),
            None,
        ),
        (
            "a line is edited and everything after it chained anew",
            Box::new(|log| {
                let line = &mut log.lines(CURRENT)[1];
                *line = line.replacen("\"g\":\"", "\"g\":\"harmless: ", 1);
                log.chain_anew(CURRENT, 1);
            }),
            "unsealed",
            current(),
            at(2),
        ),
        (
            "a line is added with a good chain",
            Box::new(|log| {
                let lines = log.lines(CURRENT);
                let (n, line) = (lines.len(), lines.last().unwrap().clone());
                let number = serde_json::from_str::<Value>(&line).unwrap()["n"].as_u64().unwrap();
                lines.push(line.replacen(
                    &format!("{{\"n\":{number}"),
                    &format!("{{\"n\":{}", number + 1),
                    1,
                ));
                log.chain_anew(CURRENT, n);
            }),
            "unsealed",
            current(),
            at(last + 1),
        ),
    ];
    for (what, tamper, wrong, file, line) in table {
        let copy = copied(&home);
        let mut log = Log::read(copy.path());
        tamper(&mut log);
        log.write(copy.path());
        let (code, said) = verify(copy.path(), &[]);
        assert_eq!((code, &said["ok"]), (1, &Value::Bool(false)), "{what}: {said}");
        let found = said["findings"].as_array().unwrap().iter().any(|finding| {
            finding["wrong"] == wrong && finding["file"] == file.as_str() && finding["line"].as_u64() == line
        });
        assert!(found, "{what}: expected {wrong} in {file}, line {line:?}: {said}");
        // Without the key the chain alone finds all but what takes the key or the checkpoint.
        let (code, said) = verify(copy.path(), &["--chain-only"]);
        let takes_more = ["unsealed", "truncated"].contains(&wrong) && file == CURRENT
            || what.starts_with("the last file")
            || what.starts_with("all files");
        assert_eq!(code, i32::from(!takes_more), "{what}: {said}");
    }
    // The twin: what nobody touched is good.
    let (code, said) = verify(home.path(), &[]);
    assert_eq!((code, &said["ok"], &said["seals"]), (0, &true.into(), &true.into()), "{said}");
    assert_eq!(said["checkpoint"], said["upto"], "an orderly stop makes a checkpoint");
}

#[test]
fn a_node_does_not_go_on_with_a_log_whose_end_somebody_changed() {
    let home = lived();
    let table: [(&str, Change, &str); 4] = [
        ("cut", |lines| drop(lines.pop()), "truncated"),
        (
            "edited",
            |lines| {
                let last = lines.len() - 1;
                lines[last] = lines[last].replacen("stop", "step", 1)
            },
            "edited",
        ),
        ("begun anew", |lines| lines.clear(), "missing"),
        (
            "gone on by somebody else",
            |lines| {
                let line = lines[1].clone();
                lines.push(line)
            },
            "moved",
        ),
    ];
    for (what, tamper, wrong) in table {
        let copy = copied(&home);
        let mut log = Log::read(copy.path());
        tamper(log.lines(CURRENT));
        log.write(copy.path());
        let (status, said) = mn().home(copy).start_refused();
        assert_eq!(status.code(), Some(1), "{what}: {said}");
        assert!(
            said.contains("audit") && said.contains(wrong) && said.contains("csf audit renew"),
            "{what}: {said}"
        );
    }
    // A start looks no further back than the checkpoint: what is before it is for `csf audit verify`.
    let mut log = Log::read(home.path());
    let first = log.full(0);
    log.lines(&first)[2] = "{}".to_owned();
    log.write(home.path());
    let home = mn().home(home).start().stop();
    assert_eq!(verify(home.path(), &[]).0, 1);
}

#[test]
fn half_a_line_after_a_crash_is_taken_off_with_a_record_of_it_and_is_no_tampering() {
    let home = lived();
    let path = home.path().join("state").join(CURRENT);
    let before = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{before}{{\"n\":99,\"t\":\"2026")).unwrap();
    let (code, said) = verify(home.path(), &[]);
    assert_eq!((code, &said["unfinished"]), (0, &17.into()), "{said}");
    // With room in the file, so that it goes on.
    let home = NodeProcess::with().profile("mn").home(home).start().stop();
    let after = std::fs::read_to_string(&path).unwrap();
    assert!(after.starts_with(&before));
    let next = after[before.len()..].lines().next().unwrap();
    assert!(next.contains(r#""k":"repair""#) && next.contains("line of 17 bytes"), "{next}");
    assert_eq!(verify(home.path(), &[]).0, 0);
}

#[test]
fn a_crash_before_the_checkpoint_loses_nothing_and_is_no_tampering() {
    let node = mn().set("audit.strict=true").start();
    drop(node.register("Cmeter"));
    let mut stranger = node.register("Cother");
    for _ in 0..20 {
        assert_eq!(stranger.retrieve("-/Cmeter").unwrap().status, Status::OriginatorHasNoPrivilege);
    }
    let home = node.crash();
    let (code, said) = verify(home.path(), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said["checkpoint"].as_u64() < said["upto"].as_u64(), "{said}");
    let home = mn().home(home).start().stop();
    assert_eq!(verify(home.path(), &[]).0, 0);
}

// Shows ADM-1 in part: an operator goes on after a log was changed, and that stays to be seen.
#[test]
fn a_changed_log_is_put_aside_and_the_new_one_says_what_is_lost() {
    let home = lived();
    let mut log = Log::read(home.path());
    let lines = log.lines(CURRENT);
    drop(lines.pop());
    log.write(home.path());
    assert_eq!(verify(home.path(), &[]).0, 1);
    let output = csf(home.path(), &["audit", "renew"]);
    assert!(output.status.success(), "{output:?}");
    let (code, said) = verify(home.path(), &[]);
    assert_eq!(
        (code, &said["absent"][0]["why"], &said["absent"][0]["from"]),
        (0, &"lost".into(), &1.into()),
        "{said}"
    );
    let aside = std::fs::read_dir(home.path().join("state")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(aside.into_iter().any(|name| name.to_string_lossy().starts_with("audit-aside-")));
    let home = mn().home(home).start().stop();
    let (code, said) = verify(home.path(), &[]);
    assert_eq!((code, &said["absent"][0]["why"]), (0, &"lost".into()), "{said}");
    // That a log was begun anew cannot be taken out again.
    let mut log = Log::read(home.path());
    log.lines(CURRENT).remove(1);
    log.write(home.path());
    assert_eq!(verify(home.path(), &[]).0, 1);
}
