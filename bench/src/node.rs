//! A node as a process: in a directory of its own, on free ports, ended when dropped.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use csf_api::{Content, Object, Operation, ResourceType, Status, Value};
use csf_client::Client;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::failure::Failure;

/// The administrator, as the nodes name it.
const ADMINISTRATOR: &str = "CAdmin";

/// The directories of a node: its state, its key and its socket.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Result<Self, Failure> {
        let made = tempfile::Builder::new().prefix("csf-bench-").tempdir();
        made.map(Self).map_err(|e| Failure::machine("a temporary directory", e))
    }

    /// A place of this name in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Says to a program where this node is.
    pub(crate) fn place(&self, command: &mut Command) {
        command.env_clear().env("HOME", self.join("")).env("XDG_DATA_HOME", self.join("data"));
        command.arg("--state").arg(self.join("state"));
        command.arg("--set").arg(format!("local.socket={}", self.join("run/csf.sock").display()));
    }

    fn admin_socket(&self) -> PathBuf {
        self.join("state/admin.sock")
    }
}

/// A running node.
pub(crate) struct Node {
    child: Child,
    admin: PathBuf,
    socket: PathBuf,
    // What it says there it says once; but a closed pipe would be an error to it.
    stdout: Option<BufReader<ChildStdout>>,
}

impl Node {
    /// Starts a node, with everything but its places left as it is by default.
    pub(crate) fn spawn(nodes: &Path, program: &str, home: &Home) -> Result<Self, Failure> {
        let log = home.join("stderr");
        let log = File::create(&log).map_err(|e| Failure::file(&log, &e))?;
        let program = nodes.join(program);
        let socket = home.join("run/csf.sock");
        let mut command = Command::new(&program);
        home.place(&mut command);
        command.args(["--set", "http.listen=127.0.0.1:0", "--set", "management.listen=127.0.0.1:0"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().map_err(|e| Failure::file(&program, &e))?;
        let stdout = child.stdout.take().map(BufReader::new);
        Ok(Self { child, admin: home.admin_socket(), socket, stdout })
    }

    /// Waits for the line that says that it serves; the address of its HTTP listener.
    pub(crate) fn wait_until_ready(&mut self) -> Result<SocketAddr, Failure> {
        self.wait_for_listeners().map(|(http, _)| http)
    }

    /// Waits for that line; the addresses of its HTTP and management listeners.
    pub(crate) fn wait_for_listeners(&mut self) -> Result<(SocketAddr, SocketAddr), Failure> {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_line(&mut line).map_err(|e| Failure::machine("the output of a node", e))?;
        }
        let address = |name| {
            let text = line.split_whitespace().find_map(|word| word.strip_prefix(name));
            let address = text.and_then(|text| text.parse().ok());
            address.ok_or_else(|| Failure::subject("a node did not become ready"))
        };
        Ok((address("http=")?, address("management=")?))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Somebody on the administrator's socket.
    pub(crate) fn admin(&self) -> Result<Client, Failure> {
        Ok(Client::connect(&self.admin, ADMINISTRATOR)?)
    }

    /// An AE, registered over the local socket.
    pub(crate) fn register(&self, name: &str) -> Result<Client, Failure> {
        let mut client = Client::connect(&self.socket, name)?;
        let body = Object::new()
            .with("rn", Value::text(name))
            .with("api", Value::text("Nbench"))
            .with("rr", Value::Bool(false))
            .with("srv", Value::texts(["3"]));
        let mut request = client.request(Operation::Create, "-")?;
        request.resource_type = Some(ResourceType::AE);
        request.content = Some(Content::new("m2m:ae", Value::Object(body)));
        let response = client.send(&request)?;
        created(response.status, name)?;
        Ok(client)
    }

    /// An AE that is registered, over another connection.
    pub(crate) fn again(&self, name: &str) -> Result<Client, Failure> {
        Ok(Client::connect(&self.socket, name)?)
    }

    /// Ends it in an orderly way.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        let pid = i32::try_from(self.child.id()).map_err(|e| Failure::machine("a process number", e))?;
        kill(Pid::from_raw(pid), Signal::SIGTERM).map_err(|e| Failure::machine("ending a node", e))?;
        self.child.wait().map(drop).map_err(|e| Failure::machine("the end of a node", e))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Creates a resource that a measurement needs.
pub(crate) fn create(
    client: &mut Client,
    to: &str,
    ty: ResourceType,
    root: &str,
    body: Object,
) -> Result<(), Failure> {
    let response = client.create(to, ty, Content::new(root, Value::Object(body)))?;
    created(response.status, to)
}

fn created(status: Status, what: &str) -> Result<(), Failure> {
    match status {
        Status::Created => Ok(()),
        other => Err(Failure::subject(format!("{what}: a CREATE answers {other:?}"))),
    }
}
