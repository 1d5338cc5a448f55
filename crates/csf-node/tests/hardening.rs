//! What the system lets others see of a node's process: no core dumps, and nothing secret in its surroundings.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use csf_api::{Status, Value};
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
    for name in ["mem", "maps", "environ", "auxv", "stack"] {
        assert!(!somebody_reads(node.pid(), name), "/proc/PID/{name}");
    }
    // The twin: what is for everybody is read.
    assert!(somebody_reads(node.pid(), "cmdline"));
}

/// Whether somebody can read the first byte there.
fn somebody_reads(pid: u32, name: &str) -> bool {
    let mut command = Command::new("head");
    command.args(["-c", "1", &format!("/proc/{pid}/{name}")]).env_clear().current_dir("/");
    command.uid(SOMEBODY).gid(SOMEBODY).output().expect("head").status.success()
}

// Shows ARC-4: what runs as the same user, without being the node, has no part in its memory either.
#[test]
fn another_process_of_its_own_user_cannot_look_into_the_memory_of_a_node() {
    if !nix::unistd::geteuid().is_root() {
        let said = writeln!(std::io::stderr(), "hardening SKIPPED: only root can act as another user");
        said.expect("standard error");
        return;
    }
    let home = tempfile::Builder::new().prefix("csf-").tempdir().expect("a directory");
    let program = support::program_for_all(&format!("csf-{}", support::profile()), home.path());
    std::os::unix::fs::chown(home.path(), Some(SOMEBODY), Some(SOMEBODY)).expect("another owner");
    let [user, group] = ["reuid", "regid"].map(|word| format!("--{word}={SOMEBODY}"));
    let become_somebody = ["setpriv", &user, &group, "--clear-groups"];
    let node = NodeProcess::with().home(home).program(&program).under(&become_somebody).start();
    let mut twin = Command::new("sleep").arg("600").uid(SOMEBODY).gid(SOMEBODY).spawn().expect("sleep");
    let names = ["maps", "environ", "auxv", "mem"];
    let readable = names.map(|name| (somebody_reads(twin.id(), name), somebody_reads(node.pid(), name)));
    twin.kill().and_then(|()| twin.wait()).expect("an end");
    assert_eq!(readable[..3], [(true, false); 3], "of the twin, and of the node: {names:?}");
    assert!(!readable[3].1, "/proc/PID/mem");
}

// Shows ARC-4: a key on its way to the node lies in the memory of the tool too.
#[test]
fn the_tool_leaves_no_core_dump_of_what_it_is_given() {
    const READS: usize = 1_000_000;
    let unlimited = ["prlimit", "--core=unlimited:unlimited"];
    if !is_possible(&unlimited) {
        let said = writeln!(std::io::stderr(), "hardening SKIPPED: nobody here can leave a core dump");
        said.expect("standard error");
        return;
    }
    let node = NodeProcess::start();
    let (state, socket) = (node.state(), node.socket());
    let (state, socket) = (state.to_str().expect("a path"), socket.to_str().expect("a path"));
    let mut child = Command::new(unlimited[0])
        .arg(unlimited[1])
        .arg(support::program("csf"))
        .args(["--state", state, "--socket", socket, "create", "-/security/data/storage-soft", "key", "rn=k"])
        .args(["kAl=HMAC_SHA_256", "kUs=[\"mac\"]", "--octets", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool");
    let limits = || std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap_or_default();
    let dumps = |limits: &str| {
        let line = limits.lines().find(|line| line.starts_with("Max core file size"));
        !line.is_some_and(|line| line.split_whitespace().skip(4).take(2).eq(["0", "0"]))
    };
    // It waits for the key meanwhile, which it reads no earlier than this.
    let closed = (0..READS).any(|_| !dumps(&limits()));
    drop(child.stdin.take());
    child.wait().expect("an end");
    assert!(closed, "it would have left one");
    // The twin: the limit is seen where it is not set.
    let mut sleeper = Command::new(unlimited[0]).args([unlimited[1], "sleep", "600"]).spawn().expect("sleep");
    let of_sleeper = || std::fs::read_to_string(format!("/proc/{}/limits", sleeper.id())).expect("limits");
    let open = (0..READS).any(|_| dumps(&of_sleeper()));
    sleeper.kill().and_then(|()| sleeper.wait()).expect("an end");
    assert!(open, "the limit is seen");
}

/// What the system says of the locked memory of the process, in KiB.
fn locked_kib(node: &NodeProcess) -> u64 {
    let status = String::from_utf8(seen(node, "status").expect("a status")).expect("text");
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// What `csf status` would say of the memory.
fn memory(node: &NodeProcess) -> String {
    let answer = node.admin().retrieve("-/security/administration").expect("an answer");
    let content = answer.content.expect("a content");
    let state = content.value.as_object().and_then(|object| object.get("mem")).and_then(Value::as_text);
    state.expect("a state").to_owned()
}

/// Whether a program can be started with these words before it.
fn is_possible(words: &[&str]) -> bool {
    let (first, rest) = words.split_first().expect("a program");
    Command::new(first).args(rest).arg("true").output().is_ok_and(|output| output.status.success())
}

// Shows ARC-4.
#[test]
fn memory_is_locked_where_the_system_allows_it() {
    // Without a limit, or above limits as root often is.
    let without: &[&str] = &["prlimit", "--memlock=unlimited:unlimited"];
    let above: &[&str] = &["prlimit", "--memlock=65536:65536", "setpriv", "--inh-caps=+ipc_lock"];
    // A capability that holds within a container of its own users alone lifts no limit.
    let users = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let counts = users.split_whitespace().eq(["0", "0", "4294967295"]);
    let mut ways = vec![without];
    ways.extend(counts.then_some(above));
    ways.retain(|words| is_possible(words));
    if ways.is_empty() {
        let said = writeln!(std::io::stderr(), "hardening SKIPPED: the system lets this user lock no memory");
        said.expect("standard error");
        return;
    }
    for words in ways {
        let node = NodeProcess::with().under(words).start();
        assert!(locked_kib(&node) > 0, "{words:?}");
        assert_eq!(memory(&node), "locked: no secret is written to the swap");
        assert!(!node.stderr().contains("not locked"), "{}", node.stderr());
        // What comes later is locked too, and no limit refuses it.
        drop(node.register("Cmeter"));
        // Nobody but root may look there.
        if nix::unistd::geteuid().is_root() {
            let (locked, open) = areas(&node);
            assert!(locked > 0 && open == 0, "{words:?}: {locked} locked, {open} not");
        }
    }
}

/// How many areas of memory that can be swapped are locked, and how many are not.
fn areas(node: &NodeProcess) -> (usize, usize) {
    let maps = String::from_utf8(seen(node, "smaps").expect("the areas of memory")).expect("text");
    let flags = maps.lines().filter_map(|line| line.strip_prefix("VmFlags:"));
    // Those of the kernel itself, and guards that nothing can be written to, hold nothing.
    let written = flags.filter(|flags| flags.contains(" wr") && !flags.contains(" io"));
    let (locked, open): (Vec<_>, Vec<_>) = written.partition(|flags| flags.contains(" lo"));
    (locked.len(), open.len())
}

// Shows ARC-4.
#[test]
fn a_node_that_may_not_lock_its_memory_says_so_and_serves() {
    let limited = ["prlimit", "--memlock=65536:65536"];
    let stripped = [&limited[..], &["setpriv", "--bounding-set=-ipc_lock"]].concat();
    let under = if nix::unistd::geteuid().is_root() { &stripped[..] } else { &limited };
    let node = NodeProcess::with().under(under).start();
    assert_eq!(locked_kib(&node), 0);
    assert!(memory(&node).starts_with("not locked: the system may write secrets to the swap"));
    assert_eq!(node.stderr().matches("memory is not locked").count(), 1, "{}", node.stderr());
    // The limit is as it was, and far more than it is taken without harm.
    let limits = String::from_utf8(seen(&node, "limits").expect("limits")).expect("text");
    let line = limits.lines().find(|line| line.starts_with("Max locked memory")).expect("a line");
    assert_eq!(line.split_whitespace().skip(3).take(2).collect::<Vec<_>>(), ["65536", "65536"], "{line}");
    let mut meter = node.register("Cmeter");
    assert_eq!(meter.retrieve("-/Cmeter").expect("an answer").status, Status::Ok);
}
