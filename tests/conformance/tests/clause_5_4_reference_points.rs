//! Clause 5.4: each kind of node at its reference points, and other local CSFs of the same CSE (6.1.5).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test without its surroundings has nothing to show"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use conformance::{ALL, RETRIEVE, Reading, Speaker, changes, container, instance, policy, rule};
use nix::unistd::{User, geteuid};
use support::{NodeProcess, program_for_all};

/// The most that an AE on the node's own host does over Mca, with a neighbour who may read and one who may not.
fn serves_applications_over_mca(profile: &str, cse_type: i64) {
    let node = NodeProcess::with().profile(profile).start();
    let [mut meter, mut reader, mut stranger] =
        ["Cmeter", "Creader", "Cstranger"].map(|stem| Speaker::registered(&node, stem));
    let base = meter.retrieve("-");
    assert_eq!((base.code(), base.number("cst")), (2000, cse_type));
    assert_eq!((base.text("csi"), base.text("rn")), (&*format!("/id-{profile}"), &*node.base()));
    assert_eq!(meter.retrieve(&format!("{}/security", node.base())).text("prf"), profile);

    let rules =
        policy("readers", [rule(["Cmeter"], ALL), rule(["Creader"], RETRIEVE)], [rule(["Cmeter"], ALL)]);
    assert_eq!(meter.create("-/Cmeter", rules).code(), 2001);
    assert_eq!(meter.create("-/Cmeter", container("log").with("acpi", ["-/Cmeter/readers"])).code(), 2001);
    assert_eq!(meter.create("-/Cmeter/log", instance("21.5")).code(), 2001);
    assert_eq!(reader.retrieve("-/Cmeter/log/la").text("con"), "21.5");
    assert_eq!(reader.create("-/Cmeter/log", instance("99")).code(), 4103);
    assert_eq!(stranger.retrieve("-/Cmeter/log/la").code(), 4103);
    let random = meter.update("-/security/data/function-random", changes("csf:random").with("Dsz", 8));
    assert_eq!(random.code(), 2004);
}

// Shows ARC-7.
#[test]
fn an_asn_serves_applications_of_its_host_over_mca() {
    serves_applications_over_mca("asn", 3);
}

// Shows ARC-8.
#[test]
fn an_mn_serves_applications_of_its_host_over_mca() {
    serves_applications_over_mca("mn", 2);
}

// Shows ARC-9.
#[test]
fn an_in_serves_applications_of_its_host_over_mca() {
    serves_applications_over_mca("in", 1);
}

/// A user other than the one who runs this test.
fn somebody_else() -> User {
    User::from_name("nobody").unwrap().expect("the user nobody")
}

fn own_user() -> String {
    User::from_uid(geteuid()).unwrap().expect("a user name").name
}

// Shows ARC-10.
#[test]
fn a_local_csf_in_another_process_calls_functions_over_a_unix_socket() {
    let node = NodeProcess::with().set(&format!("local.csf.billing={}", own_user())).start();
    let mut billing = Speaker::claiming(&node, "local:billing");
    assert_eq!(billing.retrieve("-/security/data").code(), 2000);
    let input = changes("csf:random").with("Dsz", 8);
    assert_eq!(billing.update("-/security/data/function-random", input.clone()).code(), 2004);
    // It is under access control like everybody: what nobody gave it, it does not get.
    assert_eq!(billing.retrieve("-/security/administration").code(), 4103);
    // Names that no configuration gives are nobody's.
    for stranger in ["local:other", "local:"] {
        let answer =
            Speaker::claiming(&node, stranger).update("-/security/data/function-random", input.clone());
        assert!(matches!(answer.code(), 4106 | 4000), "{stranger}: {}", answer.code());
    }
}

// Shows ARC-10. Run by root, it speaks as a second user; otherwise it shows only that the first cannot.
#[test]
fn over_the_local_socket_a_caller_is_who_the_kernel_says() {
    let other = somebody_else();
    let place = tempfile::Builder::new().prefix("csf-").tempdir().unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let socket = place.path().join("csf.sock");
    let node = NodeProcess::with()
        .set(&format!("local.socket={}", socket.display()))
        .set(&format!("local.csf.mine={}", own_user()))
        .set("local.csf.theirs=nobody")
        .set("local.users.nobody=Ctheirs")
        .start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.retrieve("-/Cmeter").code(), 2000);
    let answer = |from: &str| Speaker::on(&socket, from).retrieve("-/security").code();
    assert_eq!(answer("local:mine"), 2000);
    for claimed in ["local:theirs", "Ctheirs"] {
        assert_eq!(answer(claimed), 4106, "{claimed} belongs to another user");
    }
    if !geteuid().is_root() {
        return;
    }
    // The other user runs the project's tool, from where it can be reached.
    let tool = program_for_all("csf", place.path());
    for (from, address, permitted) in [
        ("local:theirs", "-/security", true),
        ("Ctheirs", "-/security", true),
        ("local:mine", "-/security", false),
        ("Cmeter", "-/security", false),
        ("Cmeter", "-/Cmeter", false),
        ("CAdmin", "-/security", false),
    ] {
        let output = get_as(&other, &tool, &socket, from, address);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), permitted, "{from}: {said}");
        assert!(permitted || said.contains("4106"), "{from}: {said}");
    }
    // And the administration socket is not for them at all.
    let admin = node.ready("admin").expect("the administration socket").to_owned();
    let output = get_as(&other, &tool, Path::new(&admin), "CAdmin", "-/security");
    assert!(!output.status.success());
    // What the other user registers is the other user's.
    let mut command = as_user(&other, &tool, &socket, "Cforeign");
    assert!(command.args(["create", "-", "ae", "rn=Cforeign"]).output().unwrap().status.success());
    assert!(get_as(&other, &tool, &socket, "Cforeign", "-/Cforeign").status.success());
    assert_eq!(answer("Cforeign"), 4106);
}

fn get_as(user: &User, tool: &Path, socket: &Path, from: &str, address: &str) -> Output {
    as_user(user, tool, socket, from).args(["get", address]).output().unwrap()
}

/// The tool, run by this user.
fn as_user(user: &User, tool: &Path, socket: &Path, from: &str) -> Command {
    let mut command = Command::new(tool);
    command.env_clear().env("HOME", "/nonexistent").current_dir("/");
    command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    command.arg("--as").arg(from).arg("--socket").arg(socket);
    command
}
