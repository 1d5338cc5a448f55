//! Clause 5.1: what is sensitive is held by a secure environment, and by nothing else that a node leaves.

#![expect(clippy::unwrap_used, reason = "files that a node just wrote can be read")]

use std::fs;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use conformance::{ALL, Reading, Speaker, changes, container, hmac_key, instance, policy, rule};
use csf_api::Value;
use support::NodeProcess;

const STORAGE: &str = "-/security/data/storage-soft";
const KEY: &str = "-/security/data/storage-soft/k";
const MAC: &str = "-/security/data/function-mac";

/// Every file below a directory, with its bytes.
fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push((entry.path(), fs::read(entry.path()).unwrap()));
        }
    }
    found
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The file that holds the root of the software environment.
fn root_key(home: &Path) -> PathBuf {
    let keys = files(&home.join("data"));
    assert_eq!(keys.len(), 1, "one key file");
    keys.into_iter().next().unwrap().0
}

fn mac_of(speaker: &mut Speaker, key: &str, message: &str) -> String {
    let input = changes("csf:mac").with("Salg", "ALG_HMAC_SHA_256").with("kInf", key).with("msg", message);
    let answer = speaker.update(MAC, input);
    assert_eq!(answer.code(), 2004, "{:?}", answer.content);
    answer.text("Sgn").to_owned()
}

// Shows ARC-4.
#[test]
fn a_copy_of_the_store_without_its_secure_environment_opens_to_nothing() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
    let mac = mac_of(&mut meter, KEY, "bWVzc2FnZQ==");
    drop(meter);
    let home = node.crash();
    let key_file = root_key(home.path());
    let root = fs::read(&key_file).unwrap();

    // Without the root: nothing, and no new beginning either.
    fs::remove_file(&key_file).unwrap();
    let copy = copied(home.path());
    let (status, said) = NodeProcess::with().home(copy).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains(".key"), "it says what is missing: {said}");

    // With the root of another environment: nothing.
    let other = NodeProcess::start().crash();
    fs::copy(root_key(other.path()), &key_file).unwrap();
    let copy = copied(home.path());
    let (status, said) = NodeProcess::with().home(copy).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");

    // With its own: everything.
    fs::write(&key_file, root).unwrap();
    let node = NodeProcess::with().home(home).start();
    let mut meter = Speaker::claiming(&node, "Cmeter");
    assert_eq!(mac_of(&mut meter, KEY, "bWVzc2FnZQ=="), mac);
}

/// A copy of all directories of a node, with the permissions of its files.
fn copied(home: &Path) -> tempfile::TempDir {
    let copy = tempfile::Builder::new().prefix("csf-").tempdir().unwrap();
    copy_below(home, copy.path());
    copy
}

fn copy_below(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (kind, target) = (entry.file_type().unwrap(), to.join(entry.file_name()));
        if kind.is_dir() {
            fs::create_dir(&target).unwrap();
            fs::set_permissions(&target, entry.metadata().unwrap().permissions()).unwrap();
            copy_below(&entry.path(), &target);
        } else if kind.is_file() {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

// Shows ARC-4.
#[test]
fn no_file_or_log_of_a_node_holds_a_secret_that_passed_through_it() {
    for orderly in [true, false] {
        let node = NodeProcess::with().set("log.level=trace").start();
        let mut meter = Speaker::registered(&node, "Cmeter");
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
        let (input, known) = (b"what only the meter knows", b"what everybody may know");
        let input_text = Base64::encode_string(input);
        let mac = mac_of(&mut meter, KEY, &input_text);
        let digest = changes("csf:digest").with("Halg", "SHA-256").with("msg", input_text.as_str());
        assert_eq!(meter.update("-/security/data/function-digest", digest).code(), 2004);
        let random = meter.update("-/security/data/function-random", changes("csf:random").with("Dsz", 32));
        let random = random.text("rndD").to_owned();
        let friend = rule(["Csecretfriend"], ALL);
        assert_eq!(meter.create("-/Cmeter", policy("p", [friend.clone()], [friend])).code(), 2001);
        assert_eq!(meter.create("-/Cmeter", container("c")).code(), 2001);
        let plain = Value::text(std::str::from_utf8(known).unwrap());
        assert_eq!(meter.create("-/Cmeter/c", instance(plain)).code(), 2001);
        drop(meter);
        // After a power cut there is more on disk than after an orderly end.
        let home = if orderly { node.stop() } else { node.crash() };
        let key_file = root_key(home.path());
        let root = fs::read(&key_file).unwrap();
        let root = root.trim_ascii();
        assert!(root.len() >= 32, "a root");

        let secrets: [(&str, Vec<u8>); 8] = [
            ("input of a function", input.to_vec()),
            ("input of a function, as it was sent", input_text.clone().into()),
            ("random bytes", Base64::decode_vec(&random).unwrap()),
            ("random bytes, as they were sent", random.clone().into()),
            ("a code", Base64::decode_vec(&mac).unwrap()),
            ("a code, as it was sent", mac.clone().into()),
            ("whom a policy names", b"Csecretfriend".to_vec()),
            ("the root", root.to_vec()),
        ];
        let left = files(home.path());
        for (path, bytes) in left.iter().filter(|(path, _)| *path != key_file) {
            for (what, secret) in &secrets {
                assert!(!holds(bytes, secret), "{} holds {what}", path.display());
            }
        }
        // The search finds what lies open: the content of an ordinary resource, and that the log talks.
        assert!(left.iter().any(|(_, bytes)| holds(bytes, known)), "the search finds nothing at all");
        let log = left.iter().find(|(path, _)| path.ends_with("stderr")).map(|(_, bytes)| bytes.len());
        assert!(log.is_some_and(|length| length > 0), "there is no log");
    }
}
