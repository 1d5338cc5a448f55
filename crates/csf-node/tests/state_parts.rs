//! A state directory of which a part was lost: the node says which and makes none in its place.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::path::{Path, PathBuf};

use csf_api::{ResourceType, Status};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeBuilder, NodeProcess};
use tempfile::TempDir;

const STORAGE: &str = "-/security/data/storage-soft";
/// In the order in which a first start makes them.
const PARTS: [&str; 4] = ["store-id", "soft.sqlite", "csf.sqlite", "audit.log"];

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

fn content(body: &str) -> csf_api::Content {
    content_from_json(body.as_bytes()).expect("a content")
}

fn make_key(client: &mut Client) {
    let body = r#"{"csf:keyObject":{"rn":"k","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]}}"#;
    let made = client.create(STORAGE, ResourceType::FLEX_CONTAINER, content(body)).expect("an answer");
    assert_eq!(made.status, Status::Created);
}

fn signs(client: &mut Client) -> Status {
    let input =
        format!(r#"{{"csf:signature":{{"Salg":"ALG_ECDSA_SHA_256","kInf":"{STORAGE}/k","msg":"AQID"}}}}"#);
    client.invoke("-/security/data/function-signature", content(&input)).expect("an answer").status
}

/// The names in the state directory and their lengths, but for locks, which are empty.
fn parts(home: &Path) -> Vec<(PathBuf, u64)> {
    let entries = std::fs::read_dir(home.join("state")).expect("a state directory").flatten();
    let sized = entries.map(|entry| (entry.path(), entry.metadata().expect("a size").len()));
    let mut parts: Vec<_> = sized.filter(|(path, _)| !path.to_string_lossy().ends_with("lock")).collect();
    parts.sort();
    parts
}

/// A node that lived, had a key, and ended.
fn lived() -> TempDir {
    let node = mn().start();
    make_key(&mut node.register("Cmeter"));
    node.stop()
}

// Shows ARC-4: nothing is taken for a first start that is none, and nothing is lost by the attempt.
#[test]
fn a_part_that_is_missing_or_empty_is_named_and_not_made_anew() {
    let mut home = lived();
    for (lost, there) in [(0, 1), (1, 2), (2, 3)] {
        let path = home.path().join("state").join(PARTS[lost]);
        let whole = std::fs::read(&path).expect("a part");
        for is_empty in [false, true] {
            std::fs::remove_file(&path).expect("a part");
            if is_empty {
                std::fs::write(&path, b"").expect("an empty file");
            }
            let before = parts(home.path());
            let (status, said, left) = mn().home(home).start_refused_on();
            home = left;
            assert_eq!(status.code(), Some(1), "{said}");
            let named =
                format!("{}: is missing or empty, although {} is there", path.display(), PARTS[there]);
            assert!(said.contains(&named) && said.contains("restore a backup"), "{said}");
            assert_eq!(parts(home.path()), before, "{} was made", PARTS[lost]);
            std::fs::write(&path, &whole).expect("the part again");
        }
    }
    let node = mn().home(home).start();
    assert_eq!(signs(&mut node.as_originator("Cmeter")), Status::Updated);
    assert_eq!(signs(&mut node.register("Cguest")), Status::OriginatorHasNoPrivilege);
}

// Shows ARC-4: keys of somebody are never left to a store that does not know whose they are.
#[test]
fn beside_keys_no_new_store_is_begun() {
    let home = lived();
    let lost = home.path().join("lost");
    std::fs::create_dir(&lost).expect("a directory");
    for name in &PARTS[2..] {
        std::fs::rename(home.path().join("state").join(name), lost.join(name)).expect("another place");
    }
    let (status, said, home) = mn().home(home).start_refused_on();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(
        said.contains("csf.sqlite: is missing or empty, although the secure environment holds keys"),
        "{said}"
    );
    for name in &PARTS[2..] {
        std::fs::rename(lost.join(name), home.path().join("state").join(name)).expect("its place");
    }
    let node = mn().home(home).start();
    assert_eq!(signs(&mut node.as_originator("Cmeter")), Status::Updated);
}

// The twin: a first start that was interrupted goes on, after whichever part.
#[test]
fn an_interrupted_first_start_is_begun_again() {
    // Of the last part, the log, the store knows the end.
    for kept in 0..PARTS.len() - 1 {
        let home = mn().start().stop();
        for name in &PARTS[kept..] {
            std::fs::remove_file(home.path().join("state").join(name)).expect("a part");
        }
        // The name of the store was chosen before its key file was.
        if kept == 0 {
            std::fs::remove_dir_all(home.path().join("data")).expect("the key file");
        }
        let node = mn().home(home).start();
        make_key(&mut node.register("Cmeter"));
        assert_eq!(signs(&mut node.as_originator("Cmeter")), Status::Updated, "after {kept} parts");
    }
}

// Shows ARC-4: what a first start had written in part when the power went stops no later one.
#[test]
fn half_a_name_and_half_a_key_file_are_made_anew() {
    let name = "0123456789abcdef0123456789abcdef\n";
    let root = format!("csf-root-1:{}:{}\n", name.trim_end(), "9b".repeat(32));
    for half in [0, 1, 20] {
        let home = tempfile::Builder::new().prefix("csf-").tempdir().expect("a directory");
        let (state, keys) = (home.path().join("state"), home.path().join("data/csf"));
        for directory in [&state, &keys] {
            std::fs::create_dir_all(directory).expect("a directory");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            std::fs::set_permissions(directory, mode).expect("a mode");
        }
        std::fs::write(state.join("store-id.new"), &name[..half]).expect("half a name");
        // The name was whole where the key file was begun.
        if half > 0 {
            std::fs::write(state.join("store-id"), name).expect("a name");
        }
        let unfinished = keys.join(format!("{}.key.new", name.trim_end()));
        std::fs::write(&unfinished, &root[..half]).expect("half a key file");
        let node = mn().home(home).start();
        make_key(&mut node.register("Cmeter"));
        let home = node.stop();
        let left = std::fs::read_dir(home.path().join("data/csf")).expect("a directory").flatten();
        let left: Vec<_> = left
            .map(|entry| entry.file_name())
            .filter(|name| half > 0 || name != unfinished.file_name().expect("a name"))
            .collect();
        assert_eq!(left.len(), 1, "{left:?}");
        let node = mn().home(home).start();
        assert_eq!(signs(&mut node.as_originator("Cmeter")), Status::Updated);
    }
}
