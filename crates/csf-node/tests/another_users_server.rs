//! An authorization server that runs as another user of the machine: believed where the configuration says so, and told
//! nothing where it says another (ACC-8, ACC-9).
//!
//! To act as another user takes root; without it these tests show nothing, and say so.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use csf_api::ResourceType;
use csf_client::Client;
use support::lab::{Draft, container, draft, policy, rule};
use support::{DasServer, Manner, NodeProcess};

/// A user that need not be in any file.
const ALICE: u32 = 61_001;
/// Says to a copy of this test where it is to be the server.
const PLACE: &str = "CSF_TEST_DAS_DIRECTORY";
const LISTENING: &str = "the server listens";
const FOR_READER: &str = r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]},"pl":"3600000"}"#;

/// The server's half: it serves until whoever started it is gone. Run as a test of its own it does nothing.
#[test]
fn serve_as_another_user() {
    let Some(place) = std::env::var_os(PLACE) else { return };
    let server = DasServer::start(Path::new(&place), Manner::Grants(FOR_READER.into()));
    writeln!(std::io::stdout(), "\n{LISTENING}").expect("standard output");
    std::io::stdin().read_to_end(&mut Vec::new()).expect("standard input");
    drop(server);
}

/// A server that runs as `ALICE`.
struct Server {
    child: Child,
    point: String,
    _place: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        // Another process makes the copy: see `program_for_all`.
        let copy: PathBuf = place.path().join("server");
        let own = std::env::current_exe().expect("this test");
        let copied = Command::new("install").arg("--mode=0755").args([&own, &copy]).status();
        assert!(copied.expect("install").success());
        std::fs::set_permissions(place.path(), PermissionsExt::from_mode(0o755)).expect("permissions");
        let directory = place.path().join("run");
        std::fs::create_dir(&directory).expect("a directory");
        chown(&directory, Some(ALICE), Some(ALICE)).expect("another owner");
        let mut child = Command::new(copy)
            .args(["--exact", "serve_as_another_user", "--nocapture"])
            .env(PLACE, &directory)
            .current_dir("/")
            .uid(ALICE)
            .gid(ALICE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server");
        let mut said = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        assert!(said.any(|line| line.is_ok_and(|line| line == LISTENING)), "the server did not start");
        Self { child, point: format!("unix:{}", directory.join("das.sock").display()), _place: place }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn create(client: &mut Client, ty: ResourceType, draft: Draft) {
    let response = client.create("-/Cmeter", ty, draft.content()).expect("an answer");
    assert_eq!(response.status.code(), 2001, "{response:?}");
}

/// What `Creader` and `Cother` get where the configuration says that this user is the server.
fn read_where_it_is(user: u32, server: &Server) -> (u16, u16) {
    let setting = format!("consultation.servers.{}={user},/id-das/das", server.point);
    let node = NodeProcess::with().set(&setting).start();
    let mut meter = node.register("Cmeter");
    let own = || rule(["Cmeter"], 63);
    create(&mut meter, ResourceType::ACCESS_CONTROL_POLICY, policy("own", [own()], [own()]));
    let ty = ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION;
    let ask = draft(ty, "m2m:dac").with("rn", "ask").with("dae", true).with("dap", [&*server.point]);
    create(&mut meter, ty, ask);
    let readings = container("readings").with("acpi", ["-/Cmeter/own"]).with("daci", ["-/Cmeter/ask"]);
    create(&mut meter, ResourceType::CONTAINER, readings);
    let read = |stem| {
        let answer = node.register(stem).retrieve("-/Cmeter/readings");
        answer.expect("an answer").status.code()
    };
    (read("Creader"), read("Cother"))
}

// Shows ACC-8 and ACC-9.
#[test]
fn a_server_of_another_user_counts_where_it_is_configured_and_nowhere_else() {
    if !nix::unistd::geteuid().is_root() {
        // Past the test runner, which keeps to itself what passing tests say.
        let said =
            writeln!(std::io::stderr(), "another_users_server SKIPPED: only root can act as another user");
        said.expect("standard error");
        return;
    }
    let server = Server::start();
    assert_eq!(read_where_it_is(ALICE, &server), (2000, 4103));
    // Root runs the node, and is somebody else all the same.
    assert_eq!(read_where_it_is(0, &server), (4103, 4103));
    assert_eq!(read_where_it_is(ALICE.wrapping_add(1), &server), (4103, 4103));
}
