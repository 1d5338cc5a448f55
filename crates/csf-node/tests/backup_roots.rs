//! Backup and restore of a node by where its root comes from: a key file in its place or elsewhere, a credential of the
//! service manager, a passphrase. Neither the root nor what gives it is ever in a backup.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use csf_api::{ResourceType, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeBuilder, NodeProcess, program};
use tempfile::TempDir;

const STORAGE: &str = "-/security/data/storage-soft";
const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "correct horse battery stable";
const CREDENTIAL: [u8; 48] = [0x5a; 48];
/// How far the epoch of a restored store lies at least ahead.
const STEP: u64 = 1 << 32;

/// Where a root comes from, and how a node and the tool are told.
struct Root {
    name: &'static str,
    set: Vec<String>,
    variable: Option<String>,
    input: Option<&'static str>,
    /// What must not be in a backup.
    secret: Vec<u8>,
    /// What is said where it is another one.
    refusal: &'static str,
}

impl Root {
    fn new(name: &'static str, refusal: &'static str, set: &[String]) -> Self {
        let (variable, input, secret) = (None, None, Vec::new());
        Self { name, set: set.to_vec(), variable, input, secret, refusal }
    }

    fn key_file(place: Option<&Path>) -> Self {
        let set: Vec<String> =
            place.map(|path| format!("soft.root_key={}", path.display())).into_iter().collect();
        Self::new(if place.is_some() { "key file elsewhere" } else { "key file" }, "does not open", &set)
    }

    fn credential(directory: &Path) -> Self {
        let set = ["soft.root_credential=csf-root", "soft.root_credential_encrypted=true"];
        let variable = Some(format!("CREDENTIALS_DIRECTORY={}", directory.display()));
        let root = Self::new("credential", "the credential csf-root does not open", &set.map(str::to_owned));
        Self { variable, secret: CREDENTIAL.to_vec(), ..root }
    }

    fn passphrase(input: &'static str) -> Self {
        let set = ["soft.root_passphrase_from=fd:0", "soft.root_passphrase_guarded=true"];
        let root = Self::new("passphrase", "the passphrase does not open", &set.map(str::to_owned));
        Self { input: Some(input), secret: input.into(), ..root }
    }

    fn node(&self) -> NodeBuilder {
        let node = self.set.iter().fold(NodeProcess::with().profile("mn"), |node, set| node.set(set));
        if let Some(variable) = &self.variable {
            return node.under(&["env", variable]);
        }
        match self.input {
            Some(line) => {
                let script = format!("exec \"$0\" \"$@\" <<'END'\n{line}\nEND\n");
                node.under(&["sh", "-c", &script])
            }
            None => node,
        }
    }

    fn tool(&self, home: &Path, words: &[&str]) -> Output {
        let mut command = Command::new(program("csf"));
        command.env_clear().env("HOME", home).env("XDG_DATA_HOME", home.join("data"));
        if let Some((name, value)) = self.variable.as_ref().and_then(|variable| variable.split_once('=')) {
            command.env(name, value);
        }
        for set in &self.set {
            command.args(["--set", set]);
        }
        command.args(words).arg("--state").arg(home.join("state"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the tool");
        let line = self.input.map(|line| format!("{line}\n")).unwrap_or_default();
        // Whoever asks for none may have closed it already.
        drop(child.stdin.take().expect("its input").write_all(line.as_bytes()));
        child.wait_with_output().expect("its output")
    }
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn make(client: &mut Client, to: &str, ty: ResourceType, body: &str) -> Status {
    let content = content_from_json(body.as_bytes()).expect("a content");
    client.create(to, ty, content).expect("an answer").status
}

/// A resource, a key and a content of the meter.
fn fill(node: &NodeProcess) {
    let [mut meter, _] = ["Cmeter", "Cguest"].map(|stem| node.register(stem));
    let flex = ResourceType::FLEX_CONTAINER;
    for (to, ty, body) in [
        ("-/Cmeter", ResourceType::CONTAINER, r#"{"m2m:cnt":{"rn":"c"}}"#),
        (
            STORAGE,
            flex,
            r#"{"csf:keyObject":{"rn":"k","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]}}"#,
        ),
        (STORAGE, flex, r#"{"csf:dataObject":{"rn":"d","cnd":"csf:dataObject","msg":"UElOIDQ3MTE="}}"#),
    ] {
        assert_eq!(make(&mut meter, to, ty, body), Status::Created, "{body}");
    }
}

/// All of it works for the meter, and nothing for the guest.
fn use_all(node: &NodeProcess) {
    let [mut meter, mut guest] = ["Cmeter", "Cguest"].map(|stem| node.as_originator(stem));
    let sign = |client: &mut Client| {
        let input = format!(
            r#"{{"csf:signature":{{"Salg":"ALG_ECDSA_SHA_256","kInf":"{STORAGE}/k","msg":"AQID"}}}}"#
        );
        let input = content_from_json(input.as_bytes()).expect("an input");
        client.invoke("-/security/data/function-signature", input).expect("an answer").status
    };
    assert_eq!((sign(&mut meter), sign(&mut guest)), (Status::Updated, Status::OriginatorHasNoPrivilege));
    for to in ["-/Cmeter/c", &format!("{STORAGE}/d")] {
        assert_eq!(meter.retrieve(to).expect("an answer").status, Status::Ok, "{to}");
        assert_eq!(guest.retrieve(to).expect("an answer").status, Status::OriginatorHasNoPrivilege, "{to}");
    }
    let read = meter.retrieve(&format!("{STORAGE}/d")).expect("an answer").content.expect("a content");
    let msg = read.value.as_object().and_then(|object| object.get("msg")).and_then(Value::as_text);
    assert_eq!(msg, Some("UElOIDQ3MTE="));
}

/// The epoch of a store, as its identity on the disk says.
fn epoch(state: &Path, file: &str) -> u64 {
    let store = rusqlite::Connection::open(state.join(file)).expect("a store");
    let identity: Vec<u8> = store
        .query_row("SELECT value FROM record WHERE key = CAST('meta/identity' AS BLOB)", [], |row| row.get(0))
        .expect("an identity");
    let (_, rest) = identity.split_at_checked(17).expect("format and name");
    u64::from_be_bytes(*rest.first_chunk().expect("an epoch"))
}

fn holds(directory: &Path, part: &[u8]) -> bool {
    std::fs::read_dir(directory).expect("a directory").any(|entry| {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
    })
}

fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

/// From a node that runs to one that runs again, on a state directory that was empty; `other` is another root, or makes
/// it one.
fn there_and_back(root: &Root, other: &Root, exchange: &dyn Fn(&Path, bool)) -> TempDir {
    let node = root.node().start();
    fill(&node);
    let there = node.directory().join("backup");
    let path = there.to_str().expect("a path").to_owned();
    // Whoever has another root makes no backup, which would be worth nothing.
    exchange(node.directory(), true);
    let said = refused(&other.tool(node.directory(), &["backup", &path]));
    assert!(said.contains(other.refusal) && !there.exists(), "{}: {said}", root.name);
    exchange(node.directory(), false);
    let said = done(&root.tool(node.directory(), &["backup", &path]));
    assert!(said.contains("needed for a restore"), "{said}");
    assert!(!holds(&there, &root.secret), "{}", root.name);
    let home = node.stop();
    let before = ["csf.sqlite", "soft.sqlite"].map(|file| epoch(&home.path().join("state"), file));
    std::fs::rename(home.path().join("state"), home.path().join("lost")).expect("another name");

    exchange(home.path(), true);
    let said = refused(&other.tool(home.path(), &["restore", &path]));
    assert!(said.contains("cannot be restored with this root"), "{}: {said}", root.name);
    assert!(said.contains(other.refusal) && said.contains(&path), "{}: {said}", root.name);
    assert!(!home.path().join("state").exists(), "{}: something was touched", root.name);
    exchange(home.path(), false);
    done(&root.tool(home.path(), &["restore", &path]));
    let after = ["csf.sqlite", "soft.sqlite"].map(|file| epoch(&home.path().join("state"), file));
    for (before, after) in before.into_iter().zip(after) {
        assert!(after >= before.saturating_add(STEP), "{}: {before}, {after}", root.name);
    }
    let node = root.node().home(home).start();
    use_all(&node);
    node.stop()
}

// Shows ARC-4.
#[test]
fn a_node_with_a_key_file_in_its_place_or_elsewhere_comes_back() {
    let keys = tempfile::tempdir().expect("a directory");
    let elsewhere = keys.path().join("root.key");
    for (root, file) in
        [(Root::key_file(None), None), (Root::key_file(Some(&elsewhere)), Some(elsewhere.clone()))]
    {
        let file = |home: &Path| -> PathBuf {
            file.clone().unwrap_or_else(|| {
                let directory = home.join("data/csf");
                directory.join(names(&directory).into_iter().find(|n| n.ends_with(".key")).expect("a key"))
            })
        };
        let aside = keys.path().join("aside");
        there_and_back(&root, &root, &|home, away| {
            let file = file(home);
            if away {
                std::fs::copy(&file, &aside).expect("a copy");
                let right = std::fs::read_to_string(&file).expect("a root");
                let (name, _) = right.rsplit_once(':').expect("a root");
                std::fs::write(&file, format!("{name}:{}\n", "7a".repeat(32))).expect("another root");
            } else {
                std::fs::copy(&aside, &file).expect("the root");
            }
        });
    }
}

// Shows ARC-4.
#[test]
fn a_node_with_a_credential_comes_back() {
    let [right, wrong] = [CREDENTIAL, [0x5b; 48]].map(|credential| {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("csf-root"), credential).expect("a credential");
        directory
    });
    let (root, other) = (Root::credential(right.path()), Root::credential(wrong.path()));
    let home = there_and_back(&root, &other, &|_, _| {});
    assert!(!names(&home.path().join("backup")).iter().any(|name| name == "soft.passphrase"));
}

// Shows ARC-4.
#[test]
fn a_node_with_a_passphrase_comes_back_and_is_asked_for_it_as_at_a_start() {
    let (root, other) = (Root::passphrase(RIGHT), Root::passphrase(WRONG));
    let home = there_and_back(&root, &other, &|_, _| {});
    let there = home.path().join("backup");
    assert!(names(&there).iter().any(|name| name == "soft.passphrase"), "{:?}", names(&there));
    let path = there.to_str().expect("a path").to_owned();
    std::fs::rename(home.path().join("state"), home.path().join("lost again")).expect("another name");
    // Where nobody asks for one, that is said.
    let said = refused(&Root::key_file(None).tool(home.path(), &["restore", &path]));
    assert!(said.contains("its root comes from a passphrase"), "{said}");
    // What says how the root comes from it is as much a part of the backup as all else.
    let recipe = std::fs::read_to_string(there.join("soft.passphrase")).expect("a recipe");
    std::fs::write(there.join("soft.passphrase"), recipe.replace(":3:4:", ":2:4:")).expect("another");
    let said = refused(&root.tool(home.path(), &["restore", &path]));
    assert!(said.contains("soft.passphrase: is not the file that the manifest names"), "{said}");
    std::fs::remove_file(there.join("soft.passphrase")).expect("a file");
    let said = refused(&root.tool(home.path(), &["restore", &path]));
    assert!(said.contains("soft.passphrase") && said.contains("use another backup"), "{said}");
    assert!(!home.path().join("state").exists());
    std::fs::write(there.join("soft.passphrase"), recipe).expect("the recipe");
    // From a file as well, which is its first line.
    let file = home.path().join("passphrase");
    std::fs::write(&file, format!("{RIGHT}\n")).expect("a file");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    let set = [format!("soft.root_passphrase_from={}", file.display())];
    let from_file = Root::new("passphrase in a file", "", &set);
    done(&from_file.tool(home.path(), &["restore", &path]));
    use_all(&from_file.node().home(home).start());
}

/// A passphrase that was changed since opens no backup from before, and the one before opens no backup from after.
// Shows ARC-4.
#[test]
fn a_backup_opens_with_the_passphrase_of_its_time() {
    let home = {
        let node = Root::passphrase(RIGHT).node().start();
        fill(&node);
        let there = node.directory().join("before");
        done(&Root::passphrase(RIGHT).tool(node.directory(), &["backup", there.to_str().expect("a path")]));
        node.stop()
    };
    let script = format!("exec \"$0\" \"$@\" --new-passphrase <<'END'\n{RIGHT}\n{WRONG}\nEND\n");
    let change = NodeProcess::with().profile("mn").under(&["sh", "-c", &script]);
    let home = change.set("soft.root_passphrase_from=fd:0").home(home).start().stop();
    let after = home.path().join("after");
    done(&Root::passphrase(WRONG).tool(home.path(), &["backup", after.to_str().expect("a path")]));
    std::fs::rename(home.path().join("state"), home.path().join("lost")).expect("another name");
    let restore = |root: &str, from: &str| {
        let root = Root::passphrase(if root == "first" { RIGHT } else { WRONG });
        root.tool(home.path(), &["restore", home.path().join(from).to_str().expect("a path")])
    };
    for (root, from) in [("second", "before"), ("first", "after")] {
        assert!(refused(&restore(root, from)).contains("the passphrase does not open"), "{from}");
    }
    done(&restore("second", "after"));
    use_all(&Root::passphrase(WRONG).node().home(home).start());
}
