//! Backups and restores of real nodes, with the tool as a person at a shell runs it.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::mpsc::{Sender, channel};

use csf_api::{ResourceType, Response, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeProcess, csf};
use tempfile::TempDir;

const STORAGE: &str = "-/security/data/storage-soft";
const SIGNATURE: &str = "-/security/data/function-signature";
/// Writers of instances in the test under load; one more makes keys.
const WRITERS: usize = 2;
/// Writes that are acknowledged before the backup under load begins, and at least as many while it is made.
const WRITES: usize = 60;
/// More keys than are made meanwhile.
const MOST_KEYS: u32 = 1000;
/// How far identifiers and epochs of a restored store lie at least ahead.
const STEP: u64 = 1 << 32;

fn mn() -> support::NodeBuilder {
    NodeProcess::with().profile("mn")
}

fn backup(home: &Path, to: &Path) -> Output {
    csf(home, &["backup", to.to_str().expect("a path")])
}

fn restore(home: &Path, from: &Path) -> Output {
    csf(home, &["restore", from.to_str().expect("a path")])
}

fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it said when it refused, which it must have.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The state directory is lost: it goes out of the way.
fn lose(home: &TempDir, as_name: &str) -> PathBuf {
    let lost = home.path().join(as_name);
    std::fs::rename(home.path().join("state"), &lost).expect("another name");
    lost
}

fn create(client: &mut Client, to: &str, ty: ResourceType, body: &str) -> Response {
    let content = content_from_json(body.as_bytes()).expect("a content");
    client.create(to, ty, content).expect("an answer")
}

/// A container of the meter; its identifier as a number.
fn container(client: &mut Client, name: &str) -> u64 {
    let body = format!(r#"{{"m2m:cnt":{{"rn":"{name}"}}}}"#);
    let response = create(client, "-/Cmeter", ResourceType::CONTAINER, &body);
    assert_eq!(response.status, Status::Created, "{response:?}");
    let id = text(&response, "ri");
    u64::from_str_radix(id.strip_prefix("cnt-").expect("a container"), 16).expect("a number")
}

fn key(client: &mut Client, name: &str) {
    let attributes = r#""cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]"#;
    let body = format!(r#"{{"csf:keyObject":{{"rn":"{name}",{attributes}}}}}"#);
    let response = create(client, STORAGE, ResourceType::FLEX_CONTAINER, &body);
    assert_eq!(response.status, Status::Created, "{response:?}");
}

fn sign(client: &mut Client, name: &str) -> Status {
    let input = format!(
        r#"{{"csf:signature":{{"Salg":"ALG_ECDSA_SHA_256","kInf":"{STORAGE}/{name}","msg":"AQID"}}}}"#
    );
    let input = content_from_json(input.as_bytes()).expect("an input");
    client.invoke(SIGNATURE, input).expect("an answer").status
}

fn data(client: &mut Client, name: &str) -> Status {
    let body =
        format!(r#"{{"csf:dataObject":{{"rn":"{name}","cnd":"csf:dataObject","msg":"UElOIDQ3MTE="}}}}"#);
    create(client, STORAGE, ResourceType::FLEX_CONTAINER, &body).status
}

fn text(response: &Response, name: &str) -> String {
    let object = response.content.as_ref().and_then(|content| content.value.as_object());
    let value = object.and_then(|object| object.get(name)).and_then(Value::as_text);
    value.map(str::to_owned).unwrap_or_default()
}

fn see(client: &mut Client, to: &str) -> Response {
    client.retrieve(to).expect("an answer")
}

/// The epoch of the store, as its identity on the disk says.
fn epoch(state: &Path) -> u64 {
    let store = rusqlite::Connection::open(state.join("csf.sqlite")).expect("a store");
    let identity: Vec<u8> = store
        .query_row("SELECT value FROM record WHERE key = CAST('meta/identity' AS BLOB)", [], |row| row.get(0))
        .expect("an identity");
    let (_, rest) = identity.split_at_checked(17).expect("format and name");
    u64::from_be_bytes(*rest.first_chunk().expect("an epoch"))
}

fn audit(state: &Path) -> String {
    std::fs::read_to_string(state.join("audit.log")).expect("an audit log")
}

// Shows ARC-4.
#[test]
fn a_restored_node_serves_what_was_backed_up_in_a_later_epoch_and_gives_no_identifier_twice() {
    let node = mn().start();
    let [mut meter, mut guest] = ["Cmeter", "Cguest"].map(|stem| node.register(stem));
    container(&mut meter, "before");
    key(&mut meter, "k");
    assert_eq!(data(&mut meter, "pin"), Status::Created);
    let there = node.directory().join("backup");
    let said = done(&backup(node.directory(), &there));
    assert!(said.contains("needed for a restore: the root key ") && said.contains(".key"), "{said}");

    let after = container(&mut meter, "after");
    assert_eq!(meter.delete("-/Cmeter/before").expect("an answer").status, Status::Deleted);
    assert_eq!(data(&mut guest, "late"), Status::Created);
    drop((meter, guest));
    let home = node.stop();
    let lost = lose(&home, "lost");
    let said = done(&restore(home.path(), &there));
    assert!(said.contains("must never run again"), "{said}");

    let node = mn().home(home).start();
    assert!(epoch(&node.state()) >= epoch(&lost) + STEP);
    let [mut meter, mut guest] = ["Cmeter", "Cguest"].map(|stem| node.as_originator(stem));
    assert_eq!(see(&mut meter, "-/Cmeter/before").status, Status::Ok);
    assert_eq!(see(&mut meter, "-/Cmeter/after").status, Status::NotFound);
    assert_eq!(text(&see(&mut meter, &format!("{STORAGE}/pin")), "msg"), "UElOIDQ3MTE=");
    assert_eq!(see(&mut guest, &format!("{STORAGE}/pin")).status, Status::OriginatorHasNoPrivilege);
    assert_eq!(see(&mut guest, &format!("{STORAGE}/late")).status, Status::NotFound);
    assert_eq!(sign(&mut meter, "k"), Status::Updated);
    assert_eq!(sign(&mut guest, "k"), Status::OriginatorHasNoPrivilege);
    assert!(container(&mut meter, "new") >= after + STEP);
    let restored = audit(&node.state());
    let record = restored.lines().find(|line| line.contains(r#""k":"restore""#)).expect("a record of it");
    assert!(record.contains("restored from the backup of "), "{record}");

    // The jump is for good, even when nothing is left of what was made since.
    assert_eq!(meter.delete("-/Cmeter/new").expect("an answer").status, Status::Deleted);
    drop((meter, guest));
    let node = mn().home(node.stop()).start();
    assert!(container(&mut node.as_originator("Cmeter"), "new") >= after + STEP);
}

#[test]
fn two_restores_from_one_backup_share_neither_epoch_nor_identifiers() {
    let node = mn().start();
    let mut meter = node.register("Cmeter");
    let before = container(&mut meter, "before");
    let there = node.directory().join("backup");
    done(&backup(node.directory(), &there));
    drop(meter);
    let home = node.stop();
    lose(&home, "lost");

    done(&restore(home.path(), &there));
    let node = mn().home(home).start();
    let first = (epoch(&node.state()), container(&mut node.as_originator("Cmeter"), "new"));
    let home = node.stop();
    lose(&home, "lost again");
    done(&restore(home.path(), &there));
    let node = mn().home(home).start();
    let second = (epoch(&node.state()), container(&mut node.as_originator("Cmeter"), "new"));
    assert!(first.1 > before, "{first:?}");
    assert!(second.0 > first.0 && second.1 > first.1, "{first:?} {second:?}");
}

/// Writes until the node is gone; tells of each write that was acknowledged.
fn write(mut client: Client, writer: usize, acknowledged: &Sender<String>) {
    for n in 0_u32.. {
        let name = format!("w{writer}-{n}");
        let (to, ty, body) = if writer == WRITERS {
            let body = format!(
                r#"{{"csf:keyObject":{{"rn":"{name}","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]}}}}"#
            );
            (STORAGE, ResourceType::FLEX_CONTAINER, body)
        } else {
            ("-/Cmeter", ResourceType::CONTAINER, format!(r#"{{"m2m:cnt":{{"rn":"{name}"}}}}"#))
        };
        let content = content_from_json(body.as_bytes()).expect("a content");
        match client.create(to, ty, content) {
            Ok(response) => assert_eq!(response.status, Status::Created, "{response:?}"),
            Err(_) => return,
        }
        // Every other key is destroyed again, so that a backup also cuts through that.
        if writer == WRITERS && n % 2 == 0 {
            if client.delete(&format!("{to}/{name}")).is_err() {
                return;
            }
        } else if acknowledged.send(format!("{to}/{name}")).is_err() {
            return;
        }
    }
}

// Shows ARC-4.
#[test]
fn a_backup_under_write_load_has_every_write_that_was_acknowledged_before_it() {
    let node = mn().start();
    drop(node.register("Cmeter"));
    let there = node.directory().join("backup");
    let (sender, receiver) = channel();
    let (before, home) = std::thread::scope(|scope| {
        for writer in 0..=WRITERS {
            let (client, sender) = (node.as_originator("Cmeter"), sender.clone());
            scope.spawn(move || write(client, writer, &sender));
        }
        drop(sender);
        let mut before: Vec<String> = receiver.iter().take(WRITES).collect();
        before.extend(receiver.try_iter());
        done(&backup(node.directory(), &there));
        assert!(receiver.try_iter().count() > 0, "nobody wrote while the backup was made");
        assert_eq!(receiver.iter().take(WRITES).count(), WRITES, "the node went on");
        (before, node.crash())
    });
    lose(&home, "lost");
    done(&restore(home.path(), &there));
    let node = mn().home(home).start();
    let mut meter = node.as_originator("Cmeter");
    for to in &before {
        assert_eq!(see(&mut meter, to).status, Status::Ok, "{to}");
    }
    assert!(before.iter().any(|to| to.starts_with(STORAGE)), "no key among them");
    // Whatever key object is there says rightly whether it has its key, also where the backup cut through.
    let (mut active, mut missing) = (0, 0);
    for n in 0..MOST_KEYS {
        let name = format!("w{WRITERS}-{n}");
        let shown = see(&mut meter, &format!("{STORAGE}/{name}"));
        let signed = (text(&shown, "stt"), sign(&mut meter, &name));
        match (signed.0.as_str(), signed.1) {
            ("active", Status::Updated) => active += 1,
            ("missing", Status::NotAcceptable) => missing += 1,
            ("", Status::NotFound) => {}
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(active > 0, "no key was there");
    let compared = format!("after a restore: {missing} key objects without a key (missing)");
    assert!(audit(&node.state()).contains(&compared), "{compared}: {}", audit(&node.state()));
}

#[test]
fn a_backup_is_for_its_owner_alone_holds_no_root_and_overwrites_nothing() {
    use std::os::unix::fs::MetadataExt;
    let node = mn().start();
    let there = node.directory().join("backup");
    done(&backup(node.directory(), &there));
    assert_eq!(there.metadata().expect("a directory").mode() & 0o777, 0o700);
    let keys = node.directory().join("data/csf");
    let root = std::fs::read_dir(keys).expect("keys").next().expect("a key file").expect("an entry").path();
    let root = std::fs::read_to_string(root).expect("a root");
    let root = root.trim_end().rsplit(':').next().expect("digits");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&there).expect("a backup") {
        let entry = entry.expect("an entry");
        assert_eq!(entry.metadata().expect("a file").mode() & 0o777, 0o600, "{entry:?}");
        let content = std::fs::read(entry.path()).expect("a file");
        assert!(!content.windows(root.len()).any(|part| part == root.as_bytes()), "{entry:?}");
        names.push(entry.file_name().into_string().expect("a name"));
    }
    names.sort();
    assert_eq!(names, ["audit.log", "csf.sqlite", "manifest", "soft.sqlite", "store-id"]);

    let said = refused(&backup(node.directory(), &there));
    assert!(said.contains("nothing is overwritten"), "{said}");
    let said = refused(&backup(node.directory(), &node.state().join("backup")));
    assert!(said.contains("is inside the state directory"), "{said}");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let said = refused(&backup(elsewhere.path(), &elsewhere.path().join("backup")));
    assert!(said.contains("no node keeps its state there"), "{said}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).expect("a directory").count(), 0, "nothing was made");

    // A backup that nobody could restore must not be missed only when it is needed.
    let keys = node.directory().join("data/csf");
    let aside = node.directory().join("data/aside");
    std::fs::rename(&keys, &aside).expect("another name");
    let other = node.directory().join("other");
    let said = refused(&backup(node.directory(), &other));
    assert!(said.contains("the key file") && said.contains("is missing, and without it"), "{said}");
    assert!(!other.exists() && !keys.exists(), "nothing was made");
    std::fs::rename(&aside, &keys).expect("the name before");
    done(&backup(node.directory(), &other));
}
