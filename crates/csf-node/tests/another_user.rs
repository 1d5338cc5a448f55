//! Other users of the machine: what the kernel says of them decides who they are.
//!
//! To act as another user takes root; without it these tests show nothing, and say so.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use csf_api::Status;
use support::{NodeProcess, program_for_all};

/// Two users that need not be in any file.
const ALICE: u32 = 61_001;
const BOB: u32 = 61_002;

/// A node whose local socket others can reach, and a tool that they can run.
struct Machine {
    node: NodeProcess,
    tool: PathBuf,
}

/// `None` without the right to become somebody else.
fn machine(settings: &[&str]) -> Option<Machine> {
    if !nix::unistd::geteuid().is_root() {
        // Past the test runner, which keeps to itself what passing tests say.
        let said = writeln!(std::io::stderr(), "another_user SKIPPED: only root can act as another user");
        said.expect("standard error");
        return None;
    }
    let mut builder = NodeProcess::with().profile("mn");
    for setting in settings {
        builder = builder.set(setting);
    }
    let node = builder.start();
    let tool = program_for_all("csf", node.directory());
    std::fs::set_permissions(node.directory(), PermissionsExt::from_mode(0o755)).expect("permissions");
    Some(Machine { node, tool })
}

impl Machine {
    fn run(&self, user: u32, socket: &Path, words: &[&str]) -> Output {
        let mut command = Command::new(&self.tool);
        command.env_clear().env("HOME", "/nonexistent").current_dir("/").uid(user).gid(user);
        command.arg("--state").arg("/nonexistent/csf").arg("--socket").arg(socket).args(words);
        command.output().expect("the tool")
    }

    fn local(&self, user: u32, words: &[&str]) -> Output {
        self.run(user, &self.node.socket(), words)
    }
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[track_caller]
fn refused(output: &Output, code: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains(code), "{:?} {said}", output.status);
}

// Shows ACC-2, ACC-7, ARC-10: a registration belongs to the user that made it.
#[test]
fn a_registration_belongs_to_its_user_and_to_nobody_else() {
    let Some(machine) = machine(&[]) else { return };
    succeeds(&machine.local(ALICE, &["--as", "Calice", "create", "-", "ae", "rn=alice"]));
    let own = ["--as", "Calice", "get", "-/alice"];
    succeeds(&machine.local(ALICE, &own));
    refused(&machine.local(BOB, &own), "(4106)");
    refused(&machine.local(BOB, &["--as", "Calice", "delete", "-/alice"]), "(4106)");
    refused(&machine.local(BOB, &["--as", "Calice", "create", "-", "ae", "rn=again"]), "(4117)");
    // Not even root, which runs the node, speaks for an application of another user.
    let status = machine.node.as_originator("Calice").retrieve("-/alice").expect("an answer").status;
    assert_eq!(status, Status::OriginatorNotAuthenticated);
    // Bob with a name of his own may ask, and is told that nothing permits it.
    succeeds(&machine.local(BOB, &["--as", "Cbob", "create", "-", "ae", "rn=bob"]));
    refused(&machine.local(BOB, &["--as", "Cbob", "get", "-/alice"]), "(4103)");
}

// Shows ACC-2.
#[test]
fn the_administration_socket_is_closed_to_other_users() {
    let Some(machine) = machine(&["audit.strict=true"]) else { return };
    let admin = machine.node.state().join("admin.sock");
    let status = ["--as", "CAdmin", "get", "-"];
    assert_eq!(machine.run(ALICE, &admin, &status).status.code(), Some(1));
    // Even where somebody opened the way by mistake, the kernel tells who comes.
    for (path, mode) in [(machine.node.state(), 0o755), (admin.clone(), 0o666)] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("permissions");
    }
    let output = machine.run(ALICE, &admin, &status);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let node = &machine.node;
    assert_eq!(node.admin().retrieve("-").expect("an answer").status, Status::Ok);
    succeeds(&machine.run(0, &admin, &status));
    refused(&machine.local(ALICE, &status), "(4106)");
    let log = std::fs::read_to_string(node.state().join("audit.log")).expect("a log");
    assert!(log.contains("the administration socket is not for other users"), "{log}");
}

// Shows ACC-2, ARC-10: what configuration gives to a user.
#[test]
fn configured_originators_belong_to_the_configured_user() {
    let users = format!("local.users.{ALICE}=Cgateway");
    let csf = format!("local.csf.billing={ALICE}");
    let Some(machine) = machine(&[&users, &csf]) else { return };
    for from in ["Cgateway", "local:billing"] {
        succeeds(&machine.local(ALICE, &["--as", from, "get", "-"]));
        refused(&machine.local(BOB, &["--as", from, "get", "-"]), "(4106)");
    }
    refused(&machine.local(BOB, &["--as", "Cgateway", "create", "-", "ae", "rn=g"]), "(4106)");
}

// Shows ACC-2: the user at the socket, and nothing in the request, says which CSE forwards it.
#[test]
fn a_cse_forwards_for_its_aes_over_the_socket_of_its_own_user_alone() {
    let users = [format!("local.users.{ALICE}=/id-gw"), format!("local.users.{BOB}=/id-other")];
    let Some(machine) = machine(&[&users[0], &users[1]]) else { return };
    let remote = |cse: &str| format!(r#"{{"m2m:csr":{{"cb":"{cse}/-","rr":true,"srv":["3"]}}}}"#);
    for (user, cse) in [(ALICE, "/id-gw"), (BOB, "/id-other")] {
        succeeds(&machine.local(user, &["--as", cse, "create", "-", "csr", "-d", &remote(cse)]));
    }
    // Only what a policy gives to it by name: what refuses it is the policy, and not authentication.
    let asked = ["--as", "/id-gw/Csensor", "get", "-"];
    refused(&machine.local(ALICE, &asked), "(4103)");
    refused(&machine.local(BOB, &asked), "(4106)");
    refused(&machine.local(0, &asked), "(4106)");
    refused(&machine.local(BOB, &["--as", "/id-gw", "get", "-"]), "(4106)");
}
