//! The configuration of a running node: what changes live, and what leaves everything as it was.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use csf_api::{Content, Object, Operation, Status, Value};
use csf_client::Client;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::{NodeBuilder, NodeProcess, RawRequest, Wire};

const CONFIGURATION: &str = "-/security/administration/configuration";
/// How long a busy machine may take to write a line of the log.
const SAYING: Duration = Duration::from_secs(20);

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

/// A node whose file says this at its start.
fn with_file(text: &str) -> NodeProcess {
    let home = tempfile::Builder::new().prefix("csf-").tempdir().expect("a directory");
    std::fs::DirBuilder::new().mode(0o700).create(home.path().join("state")).expect("a state directory");
    write(home.path(), text);
    mn().home(home).start()
}

fn write(home: &Path, text: &str) {
    std::fs::write(home.join("state/csf.toml"), text).expect("the file is written");
}

/// How often a change was applied, and how often one was refused.
fn changes(node: &NodeProcess) -> (u64, u64) {
    let request = RawRequest::new("GET", "/metrics").bytes();
    let page = Wire::management(node).exchange(&request).expect("metrics").text();
    let value = |outcome: &str| {
        let name = format!("csf_configuration_changes_total{{outcome=\"{outcome}\"}} ");
        page.lines().find_map(|line| line.strip_prefix(&name)?.parse().ok()).expect("a number")
    };
    (value("applied"), value("refused"))
}

/// Has the node read its files again, and waits until it has.
fn hang_up(node: &NodeProcess) {
    let before = changes(node);
    kill(Pid::from_raw(i32::try_from(node.pid()).expect("a number")), Signal::SIGHUP).expect("a signal");
    while changes(node) == before {}
}

/// The line with this text that the node says after so many bytes: what it counts it says a moment later.
fn said_since(node: &NodeProcess, bytes: usize, text: &str) -> String {
    let begin = Instant::now();
    loop {
        let new = node.stderr().split_off(bytes);
        let mut lines = new.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        if let Some(line) = lines.find(|line| line.contains(text)) {
            return line.to_owned();
        }
        assert!(begin.elapsed() < SAYING, "it does not say {text}: {new}");
    }
}

/// The value of a key, and who set it.
fn effective(node: &NodeProcess, key: &str) -> Option<(String, String)> {
    let seen = node.admin().retrieve(CONFIGURATION).expect("an answer");
    assert_eq!(seen.status, Status::Ok);
    let content = seen.content?;
    let entry = content.value.as_object()?.get("eff")?.as_object()?.get(key)?.as_object()?;
    let text = |name: &str| entry.get(name).and_then(Value::as_text).map(str::to_owned);
    Some((text("val")?, text("org")?))
}

fn set(client: &mut Client, key: &str, value: Value) -> (Status, String) {
    let change = Object::new().with("set", Value::Object(Object::new().with(key, value)));
    send(client, change)
}

fn send(client: &mut Client, change: Object) -> (Status, String) {
    let mut request = client.request(Operation::Update, CONFIGURATION).expect("an address");
    request.content = Some(Content::new("csf:configurationChange", Value::Object(change)));
    let answer = client.send(&request).expect("an answer");
    let text = answer.content.as_ref().and_then(|content| content.value.as_text()).unwrap_or_default();
    (answer.status, text.to_owned())
}

/// What the audit log says of changes, once it is on the disk.
fn audited(node: NodeProcess) -> Vec<String> {
    let home = node.stop();
    let log = std::fs::read_to_string(home.path().join("state/audit.log")).expect("a log");
    log.lines().filter(|line| line.contains("\"configuration ")).map(str::to_owned).collect()
}

// Shows ARC-12 and ADM-1.
#[test]
fn the_administrator_changes_a_limit_and_live_sessions_go_on() {
    let node = mn().start();
    let mut meter = node.register("Cmeter");
    assert_eq!(set(&mut node.admin(), "limits.body_bytes", Value::text("1 KiB")).0, Status::Updated);
    assert_eq!(effective(&node, "limits.body_bytes"), Some(("1024".into(), "administration".into())));
    // The connection from before is still there, and the limit holds for it.
    assert_eq!(meter.retrieve("cse-mn/Cmeter").expect("an answer").status, Status::Ok);
    let large = RawRequest::create("/cse-mn", 3, vec![b'x'; 2000]);
    assert_eq!(Wire::tcp(&node).exchange(&large.bytes()).and_then(|answer| answer.rsc()), Some(4000));
    // Taken away again, the one from before is back.
    assert_eq!(set(&mut node.admin(), "limits.body_bytes", Value::Null).0, Status::Updated);
    assert_eq!(effective(&node, "limits.body_bytes"), Some(("262144".into(), "built in".into())));
    let lines = audited(node);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("configuration limits.body_bytes: 262144 -> 1024"), "{}", lines[0]);
    // Who did it stands there as a pseudonym.
    assert!(lines[0].contains("\"o\":\"~") && !lines[0].contains("CAdmin"), "{}", lines[0]);
    assert!(lines[0].contains("\"k\":\"administration\""), "{}", lines[0]);
    assert!(lines[1].contains("configuration limits.body_bytes: 1024 -> 262144"), "{}", lines[1]);
}

// Shows ADM-1.
#[test]
fn nobody_else_reads_or_changes_the_configuration() {
    let node = mn().set("http.believe_originators=true").start();
    let mut meter = node.register("Cmeter");
    assert_eq!(meter.retrieve(CONFIGURATION).expect("an answer").status, Status::OriginatorHasNoPrivilege);
    let refused = set(&mut meter, "limits.depth", Value::Integer(9));
    assert_eq!(refused.0, Status::OriginatorHasNoPrivilege);
    let vouched = RawRequest::new("GET", "/cse-mn/security/administration/configuration");
    let vouched = vouched.set("X-M2M-Origin", "CAdmin");
    assert_eq!(Wire::tcp(&node).exchange(&vouched.bytes()).and_then(|answer| answer.rsc()), Some(4106));
    assert_eq!((changes(&node), effective(&node, "limits.depth").expect("a value").0), ((0, 0), "32".into()));
}

// Shows ADM-1 in part: which components there are is told, and takes a start to change.
#[test]
fn components_are_listed_to_the_administrator_and_take_a_start() {
    let node = mn().set("components=secure-storage,security-transport,security-administration").start();
    let (components, _) = effective(&node, "components").expect("a value");
    assert!(
        components.contains("secure-storage") && !components.contains("access-management"),
        "{components}"
    );
    let (status, why) = set(&mut node.admin(), "components", Value::texts(["secure-storage"]));
    assert!(status == Status::BadRequest && why.contains("components"), "{status:?} {why}");
    let mut meter = node.register("Cmeter");
    assert_eq!(meter.retrieve(CONFIGURATION).expect("an answer").status, Status::OriginatorHasNoPrivilege);
    assert_eq!(effective(&node, "components").expect("a value").0, components);
}

// Shows ARC-12.
#[test]
fn a_hang_up_reads_the_file_again_and_keeps_what_administration_set() {
    let node = with_file("[limits]\ndepth = 10\n");
    assert_eq!(set(&mut node.admin(), "limits.discovery_results", Value::Integer(7)).0, Status::Updated);
    write(node.directory(), "[limits]\ndepth = 11\n[log]\nlevel = \"debug\"\n");
    hang_up(&node);
    let (depth, origin) = effective(&node, "limits.depth").expect("a value");
    assert!(depth == "11" && origin.ends_with("state/csf.toml:2"), "{depth} {origin}");
    assert_eq!(effective(&node, "limits.discovery_results").expect("a value").0, "7");
    // The level is in force: from now on every request has a line.
    assert_eq!(node.admin().retrieve("-").expect("an answer").status, Status::Ok);
    said_since(&node, 0, "\"level\":\"debug\",\"request\"");
    said_since(&node, 0, "\"keys\":\"limits.depth log.level\"");
    let lines = audited(node);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains("configuration limits.depth: 10 -> 11") && !lines[1].contains("\"o\""));
}

// Shows ADM-1: who speaks as whom is in the audit log under pseudonyms, before and after, and administrators resolve them.
#[test]
fn a_change_of_users_names_nobody_in_the_audit_log() {
    let uid = nix::unistd::geteuid();
    let node = with_file(&format!("[local.users]\n{uid} = [\"Cfixed\"]\n[local.csf]\nbilling = \"{uid}\"\n"));
    let next =
        format!("[local.users]\n{uid} = [\"Cfixed\", \"Cadded\"]\n[local.csf]\nmeasuring = \"{uid}\"\n");
    write(node.directory(), &next);
    hang_up(&node);
    let names = ["Cfixed", "Cadded", "billing", "measuring"];
    let output = support::csf(node.directory(), &["audit", "list", "--kind", "administration", "--resolve"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for change in [
        &*format!(
            "configuration local.users {uid} : //csf.example/id-mn/Cfixed -> //csf.example/id-mn/Cfixed \
             //csf.example/id-mn/Cadded"
        ),
        &*format!("configuration local.csf local:billing : {uid} -> none"),
        &*format!("configuration local.csf local:measuring : none -> {uid}"),
    ] {
        assert!(told.contains(change), "{change}: {told}");
    }
    let lines = audited(node);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for name in names {
        assert!(lines.iter().all(|line| !line.contains(name)), "{name}: {lines:?}");
    }
}

// Shows ARC-12: who may speak as whom changes with the next request, also on a connection that is open.
#[test]
fn a_user_loses_an_originator_at_once() {
    let uid = nix::unistd::geteuid();
    let node = with_file(&format!("[local.users]\n{uid} = [\"Cfixed\"]\n"));
    let mut fixed = node.as_originator("Cfixed");
    assert_eq!(fixed.retrieve("-/security").expect("an answer").status, Status::Ok);
    write(node.directory(), "");
    hang_up(&node);
    let refused = fixed.retrieve("-/security").expect("an answer").status;
    assert_eq!(refused, Status::OriginatorNotAuthenticated);
    // And gets it back, this time by administration.
    let key = format!("local.users.{uid}");
    assert_eq!(set(&mut node.admin(), &key, Value::texts(["Cfixed"])).0, Status::Updated);
    assert_eq!(fixed.retrieve("-/security").expect("an answer").status, Status::Ok);
}

// Shows ARC-12: laboratory switches go off live, and never on.
#[test]
fn a_laboratory_switch_is_turned_off_while_the_node_runs_and_not_on() {
    let node = mn().set("http.believe_originators=true").start();
    drop(node.register("Cmeter"));
    let vouched = || {
        let request = RawRequest::new("GET", "/cse-mn/Cmeter");
        Wire::tcp(&node).exchange(&request.bytes()).and_then(|answer| answer.rsc())
    };
    assert_eq!(vouched(), Some(2000));
    let mut admin = node.admin();
    assert_eq!(set(&mut admin, "http.believe_originators", Value::Bool(false)).0, Status::Updated);
    assert_eq!(vouched(), Some(4103));
    for value in [Value::Bool(true), Value::Null] {
        let (status, text) = set(&mut admin, "http.believe_originators", value);
        assert_eq!(status, Status::BadRequest);
        assert!(
            text.contains("http.believe_originators: a laboratory switch is turned on by a start"),
            "{text}"
        );
    }
    assert_eq!(vouched(), Some(4103));
}

#[test]
fn the_tool_sets_takes_away_and_reads_again() {
    let node = with_file("[limits]\ndepth = 10\n");
    let csf = |words: &[&str]| {
        let output = support::csf(node.directory(), &[&["config"], words].concat());
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code(), said.concat())
    };
    let (code, said) = csf(&["set", "limits.depth=20", "log.level=warn"]);
    assert_eq!((code, said.lines().count()), (Some(0), 2), "{said}");
    assert!(said.contains("limits.depth = 20   # administration\n"), "{said}");
    let (_, said) = csf(&["running"]);
    assert!(said.contains("http.listen = \"127.0.0.1:0\"") && said.contains("needs a restart"), "{said}");
    let (code, said) = csf(&["set", "limits.depth=21", "http.listen=off"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("http.listen: a change of this key needs a restart"), "{said}");
    assert_eq!(effective(&node, "limits.depth").expect("a value").0, "20");
    write(node.directory(), "[limits]\ndepth = 11\n");
    assert_eq!(csf(&["unset", "log.level"]).0, Some(0));
    assert_eq!(csf(&["reload"]).0, Some(0));
    assert_eq!(effective(&node, "limits.depth").expect("a value").0, "20");
    let (code, said) = csf(&["unset", "limits.depth"]);
    assert_eq!((code, said.starts_with("# nothing is set by administration")), (Some(0), true), "{said}");
    assert_eq!(effective(&node, "limits.depth").expect("a value").0, "11");
}

#[test]
fn what_cannot_be_is_refused_as_a_whole_with_its_name() {
    let node = mn().start();
    let mut admin = node.admin();
    for (key, value, part) in [
        (
            "http.listen",
            Value::text("off"),
            "administration: http.listen: a change of this key needs a restart",
        ),
        ("audit.strict", Value::Bool(true), "audit.strict: a change of this key needs a restart"),
        (
            "store.cache_records",
            Value::Integer(7),
            "store.cache_records: a change of this key needs a restart",
        ),
        ("limits.dept", Value::Integer(7), "there is no key 'limits.dept'; did you mean 'limits.depth'?"),
        ("limits.depth", Value::text("deep"), "limits.depth"),
        ("limits.depth", Value::Integer(1), "out of range"),
        ("log.level", Value::text("loud"), "log.level: 'loud' is none of its words"),
        ("local.users.nobody-there", Value::texts(["Cx"]), "there is no user 'nobody-there'"),
        ("local.users.0", Value::texts(["C x"]), "'C x' is no originator"),
    ] {
        let both = Object::new().with("limits.content_bytes", Value::Integer(5)).with(key, value);
        let (status, text) = send(&mut admin, Object::new().with("set", Value::Object(both)));
        assert_eq!(status, Status::BadRequest, "{key}");
        assert!(text.contains(part), "{text}");
        assert_eq!(effective(&node, "limits.content_bytes").expect("a value").0, "262144", "{key}");
    }
    assert_eq!(changes(&node).0, 0);
    assert!(audited(node).is_empty());
}

/// Configurations that cannot be, each with what is said of it.
fn bad() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        (
            "[http]\nlisen = \"off\"\n",
            vec!["csf.toml:2", "no key 'http.lisen'", "did you mean 'http.listen'?"],
        ),
        ("[limits]\n\ndepth = \"deep\"\n", vec!["csf.toml:3", "limits.depth", "write for example 1000"]),
        (
            "[limits]\nrequest_seconds = \"3 parsecs\"\n",
            vec!["csf.toml:2", "limits.request_seconds", "write"],
        ),
        ("[limits]\ndepth = 999999\n", vec!["csf.toml:2", "limits.depth", "out of range", "write"]),
        ("[limits\n", vec!["csf.toml:1", "not TOML"]),
        ("[http]\nlisten = \"0.0.0.0:80\"\n", vec!["csf.toml:2", "http.listen", "loopback", "127.0.0.1"]),
        ("[management]\nlisten = \"10.0.0.1:80\"\n", vec!["csf.toml:2", "management.listen", "loopback"]),
        (
            "[soft]\nroot_key = \"root.key\"\n",
            vec!["csf.toml:2", "soft.root_key", "inside the state directory"],
        ),
        (
            "[soft]\nroot_credential = \"root\"\n",
            vec!["csf.toml:2", "soft.root_credential", "gave no credentials", "LoadCredential"],
        ),
        (
            "[local.users]\nnobody-there = [\"Cx\"]\n",
            vec!["csf.toml:2", "local.users.nobody-there", "create it"],
        ),
        ("[lab]\nadministrator = true\n", vec!["csf.toml:2", "lab.administrator", "leave both off"]),
    ]
}

// Shows ARC-12: at a start, one message with its place and what to do; exit code 2.
#[test]
fn a_start_with_a_bad_configuration_says_where_and_what_to_do() {
    for (text, parts) in bad() {
        let home = tempfile::tempdir().expect("a directory");
        std::fs::DirBuilder::new().mode(0o700).create(home.path().join("state")).expect("a directory");
        write(home.path(), text);
        let (status, said) = mn().home(home).start_refused();
        assert_eq!(status.code(), Some(2), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}

// Shows ARC-12: what the configuration names and the system does not give is a fault of the configuration too.
#[test]
fn a_start_with_places_that_cannot_be_used_says_which_key_named_them() {
    let place = tempfile::tempdir().expect("a directory");
    let file = |name: &str, mode: u32| {
        let path = place.path().join(name);
        std::fs::write(&path, "x").expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
        path.display().to_string()
    };
    let (open, plain) = (file("open.key", 0o644), file("plain", 0o600));
    let credentials = format!("CREDENTIALS_DIRECTORY={}", place.path().display());
    for (key, value, parts) in [
        ("root_key", open, vec!["soft.root_key", "chmod 600"]),
        ("root_key", format!("{plain}/x.key"), vec!["soft.root_key", "x.key", "directory"]),
        (
            "root_passphrase_from",
            format!("{plain}/p"),
            vec!["soft.root_passphrase_from", "cannot read", "name what"],
        ),
        ("root_credential", "missing".into(), vec!["soft.root_credential", "missing", "LoadCredential"]),
    ] {
        let home = tempfile::tempdir().expect("a directory");
        std::fs::DirBuilder::new().mode(0o700).create(home.path().join("state")).expect("a directory");
        write(home.path(), &format!("[soft]\n{key} = \"{value}\"\n"));
        let (status, said) = mn().home(home).under(&["env", &credentials]).start_refused();
        assert_eq!(status.code(), Some(2), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("state/csf.toml:2: "), "{said}");
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
    // A port that somebody else has.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let (status, said) = mn().set(&format!("management.listen={address}")).start_refused();
    assert_eq!((status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(
        said.contains("--set: management.listen: cannot listen on") && said.contains("choose another"),
        "{said}"
    );
}

// Shows ARC-12: the same while the node runs leaves it as it was.
#[test]
fn a_reload_of_a_bad_configuration_leaves_the_running_node_as_it_was() {
    let node = with_file("[limits]\ndepth = 10\n");
    let mut meter = node.register("Cmeter");
    let all = |node: &NodeProcess| node.admin().retrieve(CONFIGURATION).expect("an answer").content;
    let before = all(&node);
    for (text, parts) in bad() {
        write(node.directory(), text);
        let said = node.stderr().len();
        hang_up(&node);
        let line = said_since(&node, said, "the configuration is as it was");
        for part in parts {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert_eq!(all(&node), before, "{text}");
    }
    // A file that cannot be read is no empty file.
    std::fs::remove_file(node.state().join("csf.toml")).expect("a file");
    std::fs::create_dir(node.state().join("csf.toml")).expect("a directory in its place");
    hang_up(&node);
    assert_eq!(all(&node), before);
    assert_eq!(meter.retrieve("cse-mn/Cmeter").expect("an answer").status, Status::Ok);
    assert_eq!(changes(&node).0, 0);
    // The twin: a good one is taken.
    std::fs::remove_dir(node.state().join("csf.toml")).expect("a directory");
    write(node.directory(), "[limits]\ndepth = 12\n");
    hang_up(&node);
    assert_eq!(effective(&node, "limits.depth").expect("a value").0, "12");
    assert!(audited(node).iter().all(|line| line.contains("10 -> 12")));
}
