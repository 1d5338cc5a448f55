//! A real node as a process: in a temporary directory, on free ports, ended and cleaned up when dropped.
//!
//! ```no_run
//! let node = support::NodeProcess::start();
//! let mut ae = node.register("Cmeter");
//! assert_eq!(ae.retrieve("cse-mn")?.status, csf_api::Status::Ok);
//! # Ok::<(), csf_client::ClientError>(())
//! ```

#![expect(clippy::expect_used, clippy::panic, reason = "a test that has no node has nothing to show")]

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

use csf_api::{Content, Object, Operation, ResourceType, Status, Value};
use csf_client::Client;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The profile under test: `asn`, `mn` or `in`, by the environment; `mn` by default.
#[must_use]
pub fn profile() -> String {
    std::env::var("CSF_TEST_PROFILE").unwrap_or_else(|_| "mn".into())
}

/// How a node is to be started.
pub struct NodeBuilder {
    profile: String,
    program: Option<PathBuf>,
    settings: Vec<String>,
    under: Vec<String>,
    state: PathBuf,
    home: tempfile::TempDir,
}

impl NodeBuilder {
    /// One more setting, `key=value`.
    #[must_use]
    pub fn set(mut self, assignment: &str) -> Self {
        self.settings.push(assignment.into());
        self
    }

    /// This profile instead of the one under test.
    #[must_use]
    pub fn profile(mut self, profile: &str) -> Self {
        self.profile = profile.into();
        self
    }

    /// This program instead of the one of the profile, which it must be a build of.
    #[must_use]
    pub fn program(mut self, path: &Path) -> Self {
        self.program = Some(path.into());
        self
    }

    /// Starts the node under another program, which is to become the node: `sh -c 'exec "$0" "$@"'`.
    #[must_use]
    pub fn under(mut self, words: &[&str]) -> Self {
        self.under = words.iter().copied().map(Into::into).collect();
        self
    }

    /// The directories of an earlier node, with what it left there.
    #[must_use]
    pub fn home(mut self, home: tempfile::TempDir) -> Self {
        self.state = home.path().join("state");
        self.home = home;
        self
    }

    /// The state directory of a node that still runs.
    #[must_use]
    pub fn beside(mut self, node: &NodeProcess) -> Self {
        self.state = node.state();
        self
    }

    /// Starts the node and waits for its ready line.
    #[must_use]
    pub fn start(self) -> NodeProcess {
        let log = std::fs::File::create(self.home.path().join("stderr")).expect("a log");
        let mut child =
            self.command().stdout(Stdio::piped()).stderr(log).spawn().expect("the node's program");
        let mut ready = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut ready).expect("the ready line");
        let (child, home, profile) = (Some(child), Some(self.home), self.profile);
        let node = NodeProcess { child, home, profile, ready, stdout };
        assert!(node.ready.starts_with("ready "), "no ready line; standard error: {}", node.stderr());
        node
    }

    /// Starts a node that is expected to refuse; its exit status and what it said.
    #[must_use]
    pub fn start_refused(self) -> (ExitStatus, String) {
        let (status, said, _) = self.start_refused_on();
        (status, said)
    }

    /// The same, with the directories as the refused start left them.
    #[must_use]
    pub fn start_refused_on(self) -> (ExitStatus, String, tempfile::TempDir) {
        let output = self.command().output().expect("the node's program");
        (output.status, String::from_utf8_lossy(&output.stderr).into_owned(), self.home)
    }

    fn command(&self) -> Command {
        let home = self.home.path();
        let node = self.program.clone().unwrap_or_else(|| program(&format!("csf-{}", self.profile)));
        let mut command = match self.under.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(node);
                command
            }
            None => Command::new(node),
        };
        command.env_clear().env("HOME", home).env("XDG_DATA_HOME", home.join("data"));
        command.arg("--state").arg(&self.state);
        command.arg("--set").arg(format!("local.socket={}", home.join("run/csf.sock").display()));
        command.args(["--set", "http.listen=127.0.0.1:0", "--set", "management.listen=127.0.0.1:0"]);
        for assignment in &self.settings {
            command.arg("--set").arg(assignment);
        }
        command
    }
}

/// A running node.
pub struct NodeProcess {
    child: Option<Child>,
    home: Option<tempfile::TempDir>,
    profile: String,
    ready: String,
    stdout: BufReader<ChildStdout>,
}

impl NodeProcess {
    /// A node of the profile under test, with nothing set but its places.
    #[must_use]
    pub fn start() -> Self {
        Self::with().start()
    }

    /// A node that is to be started with more settings.
    #[must_use]
    pub fn with() -> NodeBuilder {
        let home = tempfile::Builder::new().prefix("csf-").tempdir().expect("a temporary directory");
        let state = home.path().join("state");
        let (settings, under) = (Vec::new(), Vec::new());
        NodeBuilder { profile: profile(), program: None, settings, under, state, home }
    }

    /// The name of its CSEBase.
    #[must_use]
    pub fn base(&self) -> String {
        format!("cse-{}", self.profile)
    }

    /// What the ready line says of this listener: `http`, `admin` or `socket`.
    #[must_use]
    pub fn ready(&self, listener: &str) -> Option<&str> {
        self.ready.split_whitespace().find_map(|word| word.strip_prefix(listener)?.strip_prefix('='))
    }

    /// The ready line as it came, with its end.
    #[must_use]
    pub fn ready_line(&self) -> &str {
        &self.ready
    }

    /// Where it serves HTTP.
    #[must_use]
    pub fn http(&self) -> SocketAddr {
        self.ready("http").and_then(|text| text.parse().ok()).expect("an HTTP listener")
    }

    /// Where it serves health and metrics.
    #[must_use]
    pub fn management(&self) -> SocketAddr {
        self.ready("management").and_then(|text| text.parse().ok()).expect("a management listener")
    }

    /// The local socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.ready("socket").expect("a local socket").into()
    }

    /// Everything that it keeps: `state`, `data`, `run`, and `stderr`.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.home.as_ref().expect("a home").path()
    }

    /// The state directory.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.directory().join("state")
    }

    /// The number of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("a process").id()
    }

    /// What it said so far on standard error.
    #[must_use]
    pub fn stderr(&self) -> String {
        std::fs::read_to_string(self.directory().join("stderr")).unwrap_or_default()
    }

    /// The administrator, on the administration socket.
    #[must_use]
    pub fn admin(&self) -> Client {
        Client::connect(Path::new(self.ready("admin").expect("a socket")), "CAdmin").expect("a connection")
    }

    /// Somebody on the local socket who claims this identity.
    #[must_use]
    pub fn as_originator(&self, from: &str) -> Client {
        Client::connect(&self.socket(), from).expect("a connection")
    }

    /// An AE, registered here and now over the local socket; its resource has the name of its identity.
    #[must_use]
    pub fn register(&self, stem: &str) -> Client {
        let mut client = self.as_originator(stem);
        let body = Object::new()
            .with("rn", Value::text(stem))
            .with("api", Value::text("Ntest"))
            .with("rr", Value::Bool(false))
            .with("srv", Value::texts(["3"]));
        let mut request = client.request(Operation::Create, "-").expect("an address");
        request.resource_type = Some(ResourceType::AE);
        request.content = Some(Content::new("m2m:ae", Value::Object(body)));
        let response = client.send(&request).expect("an answer");
        assert_eq!(response.status, Status::Created, "{response:?}");
        client
    }

    /// Ends it in an orderly way; what it leaves, for a next one.
    #[must_use]
    pub fn stop(self) -> tempfile::TempDir {
        self.stop_with(Signal::SIGTERM).0
    }

    /// Ends it in an orderly way by this signal; what it leaves, and what it wrote to standard output after
    /// the ready line.
    ///
    /// # Panics
    ///
    /// When the node does not end with success.
    #[must_use]
    pub fn stop_with(mut self, signal: Signal) -> (tempfile::TempDir, String) {
        let status = self.end(signal).expect("a process");
        assert!(status.success(), "{status}; standard error: {}", self.stderr());
        let mut output = String::new();
        self.stdout.read_to_string(&mut output).expect("standard output");
        (self.home.take().expect("a home"), output)
    }

    /// Ends it at once, as a power cut would; what it leaves, for a next one.
    #[must_use]
    pub fn crash(mut self) -> tempfile::TempDir {
        self.end(Signal::SIGKILL);
        self.home.take().expect("a home")
    }

    fn end(&mut self, signal: Signal) -> Option<ExitStatus> {
        let mut child = self.child.take()?;
        let pid = i32::try_from(child.id()).expect("a process number");
        // It may have ended by itself.
        let _ = kill(Pid::from_raw(pid), signal);
        child.wait().ok()
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        self.end(Signal::SIGKILL);
    }
}

/// A program of this project: as the test runner names it, or beside the test itself.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(format!("CARGO_BIN_EXE_{name}")) {
        return path.into();
    }
    let test = std::env::current_exe().expect("the test's own program");
    let beside = test.parent().and_then(Path::parent).map(|folder| folder.join(name));
    match beside.filter(|path| path.exists()) {
        Some(path) => path,
        None => {
            panic!("there is no program {name} beside the tests; run: cargo build --profile ci -p csf-node")
        }
    }
}

/// Runs the tool `csf` with these words and the places of a node that keeps everything in this directory, whether
/// one runs there or not.
///
/// # Panics
///
/// When there is no such program.
#[must_use]
pub fn csf(home: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program("csf"));
    command.env_clear().env("HOME", home).env("XDG_DATA_HOME", home.join("data"));
    command.args(words).arg("--state").arg(home.join("state")).output().expect("the tool")
}

/// A copy of a program of this project that other users can run, in this directory.
///
/// Another process makes the copy: a file that this one had open for writing could still be held open by a
/// child that a parallel test has just forked, and the system runs no file that is open for writing.
///
/// # Panics
///
/// When it cannot be copied.
#[must_use]
pub fn program_for_all(name: &str, directory: &Path) -> PathBuf {
    let copy = directory.join(name);
    let copied = Command::new("install").arg("--mode=0755").args([&program(name), &copy]).status();
    assert!(copied.expect("install").success(), "no copy of {name}");
    copy
}
