//! Listeners: which sockets there are, who may open them, what they prove, and what becomes of them.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;

use csf_api::Status;
use csf_client::Client;
use nix::sys::signal::Signal;
use support::{NodeBuilder, NodeProcess, RawRequest, RawResponse, Wire};

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("a file").permissions().mode() & 0o7777
}

#[track_caller]
fn answered(answer: Option<RawResponse>, rsc: u16) {
    assert_eq!(answer.as_ref().and_then(RawResponse::rsc), Some(rsc), "{answer:?}");
}

fn get(target: &str) -> RawRequest {
    RawRequest::new("GET", target)
}

const AE: &str = r#"{"m2m:ae":{"rn":"Cmeter","api":"Ntest","rr":false,"srv":["3"]}}"#;

#[test]
fn sockets_have_the_modes_that_keep_others_out_and_let_applications_in() {
    let node = mn().start();
    let admin = node.state().join("admin.sock");
    assert_eq!((mode(&admin), mode(&node.state())), (0o600, 0o700));
    assert_eq!((mode(&node.socket()), mode(node.socket().parent().unwrap())), (0o666, 0o755));
    for file in ["csf.sqlite", "soft.sqlite", "audit.log", "store-id", "lock"] {
        assert_eq!(mode(&node.state().join(file)) & 0o077, 0, "{file}");
    }
}

#[test]
fn the_ready_line_is_exact_and_the_only_output() {
    let node = mn().start();
    let (state, run) = (node.state(), node.socket());
    let expected = format!(
        "ready http={} admin={}/admin.sock socket={} management={}\n",
        node.http(),
        state.display(),
        run.display(),
        node.management()
    );
    assert_eq!(node.ready_line(), expected);
    assert!(node.http().ip().is_loopback() && node.http().port() != 0);
    drop(node.register("Cmeter"));
    assert_eq!(node.stop_with(Signal::SIGTERM).1, "");
}

#[test]
fn a_listener_that_is_off_is_absent() {
    let node = mn().set("http.listen=off").set("local.socket=off").set("management.listen=off").start();
    assert_eq!(node.ready_line(), format!("ready admin={}/admin.sock\n", node.state().display()));
    assert!(!node.directory().join("run").exists());
    assert_eq!(node.admin().retrieve("-").unwrap().status, Status::Ok);
}

// Shows ACC-2.
#[test]
fn the_administration_socket_speaks_for_the_administrator_only() {
    let node = mn().start();
    let admin = node.state().join("admin.sock");
    for from in ["Cmeter", "/id-mn", "/id-other", "local:billing", "CAdmin2"] {
        let status = Client::connect(&admin, from).unwrap().retrieve("-").unwrap().status;
        assert_eq!(status, Status::OriginatorNotAuthenticated, "{from}");
    }
    // Twins: the same socket with the right name, in each of its forms; the same name on the other socket.
    for from in ["CAdmin", "/id-mn/CAdmin", "//csf.example/id-mn/CAdmin"] {
        assert_eq!(
            Client::connect(&admin, from).unwrap().retrieve("-").unwrap().status,
            Status::Ok,
            "{from}"
        );
    }
    let status = node.as_originator("CAdmin").retrieve("-").unwrap().status;
    assert_eq!(status, Status::OriginatorNotAuthenticated);
}

#[test]
fn sockets_are_gone_after_an_orderly_stop_and_replaced_after_a_crash() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let node = mn().start();
        let (admin, socket) = (node.state().join("admin.sock"), node.socket());
        let (home, _) = node.stop_with(signal);
        assert!(!admin.exists() && !socket.exists());
        let home = mn().home(home).start().crash();
        for left in [&admin, &socket] {
            assert!(left.symlink_metadata().unwrap().file_type().is_socket());
        }
        let node = mn().home(home).start();
        assert_eq!(node.admin().retrieve("-").unwrap().status, Status::Ok);
        drop(node.register("Cmeter"));
    }
}

#[test]
fn a_second_node_gets_neither_the_state_nor_the_socket_of_the_first() {
    let first = mn().start();
    let (status, said) = mn().beside(&first).start_refused();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("another node uses this state directory"), "{said}");
    let (status, said) = mn().set(&format!("local.socket={}", first.socket().display())).start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("another node listens here"), "{said}");
    let taken = [("http.listen", first.http()), ("management.listen", first.management())];
    for (key, address) in taken {
        let (status, said) = mn().set(&format!("{key}={address}")).start_refused();
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("--set: {key}: cannot listen on {address}")), "{said}");
        assert!(said.contains(&format!("--set {key}=127.0.0.1:0")), "{said}");
    }
    // The first did not notice.
    assert_eq!(first.admin().retrieve("-").unwrap().status, Status::Ok);
    drop(first.register("Cmeter"));
}

#[test]
fn a_file_that_is_no_socket_stays_where_it_is() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("precious");
    std::fs::write(&path, "data").unwrap();
    let (status, said) = mn().set(&format!("local.socket={}", path.display())).start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("is no socket"), "{said}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "data");
}

#[test]
fn a_socket_where_another_could_exchange_it_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let open = place.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, PermissionsExt::from_mode(0o777)).unwrap();
    let setting = format!("local.socket={}", open.join("csf.sock").display());
    let (status, said) = mn().set(&setting).start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("another user could exchange the socket"), "{said}");
}

#[test]
fn a_state_directory_that_others_can_enter_is_refused() {
    let home = mn().start().stop();
    let state = home.path().join("state");
    std::fs::set_permissions(&state, PermissionsExt::from_mode(0o755)).unwrap();
    let (status, said) = mn().home(home).start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("chmod 700"), "{said}");
}

// Shows ACC-2, ACC-7: on plain HTTP a name proves nothing.
#[test]
fn on_plain_http_nobody_is_who_they_say() {
    let node = mn().start();
    drop(node.register("Cmeter"));
    let ask = |from: &str, request: RawRequest| {
        Wire::tcp(&node).exchange(&request.set("X-M2M-Origin", from).bytes())
    };
    for from in ["Cmeter", "CAdmin", "Cnobody"] {
        for target in ["/cse-mn", "/cse-mn/Cmeter", "/cse-mn/security", "/cse-mn/security/administration"] {
            answered(ask(from, get(target)), 4103);
        }
        answered(ask(from, RawRequest::new("DELETE", "/cse-mn/Cmeter")), 4103);
        answered(ask(from, RawRequest::create("/cse-mn", 2, AE)), 4107);
    }
    for from in ["/id-other", "/id-mn"] {
        answered(ask(from, get("/cse-mn")), 4107);
    }
    answered(ask("local:billing", get("/cse-mn")), 4106);
}

#[test]
fn plain_http_is_for_loopback_only() {
    for address in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0"] {
        let (status, said) = mn().set(&format!("http.listen={address}")).start_refused();
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(said.contains("loopback") && said.contains("http.listen"), "{said}");
    }
}

#[test]
fn in_the_laboratory_originators_are_believed_but_not_the_administrator() {
    let node = mn().set("http.believe_originators=true").start();
    assert!(node.stderr().contains("WARNING   laboratory switch http.believe_originators is on"));
    let ask = |request: RawRequest| Wire::tcp(&node).exchange(&request.bytes());
    answered(ask(RawRequest::create("/cse-mn", 2, AE)), 2001);
    answered(ask(get("/cse-mn/Cmeter")), 2000);
    answered(ask(get("/cse-mn/Cmeter").set("X-M2M-Origin", "Cother")), 4103);
    answered(ask(get("/cse-mn").set("X-M2M-Origin", "CAdmin")), 4106);
    answered(ask(get("/cse-mn").set("X-M2M-Origin", "local:billing")), 4106);
    // What was believed is not proven: the local socket does not know this AE.
    let status = node.as_originator("Cmeter").retrieve("-/Cmeter").unwrap().status;
    assert_eq!(status, Status::OriginatorNotAuthenticated);
    let key = r#"{"csf:keyObject":{"cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]}}"#;
    answered(ask(RawRequest::create("/cse-mn/security/data/storage-soft", 28, key)), 4103);
}

#[test]
fn the_administrator_comes_over_http_only_with_both_switches() {
    let node = mn().set("http.believe_originators=true").set("lab.administrator=true").start();
    assert!(node.stderr().contains("laboratory switch lab.administrator is on"));
    answered(Wire::tcp(&node).exchange(&get("/cse-mn").set("X-M2M-Origin", "CAdmin").bytes()), 2000);
    let (status, said) = mn().set("lab.administrator=true").start_refused();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("http.believe_originators"), "{said}");
}

#[test]
fn in_the_laboratory_a_foreign_host_name_is_refused() {
    let node = mn().set("http.believe_originators=true").start();
    drop(node.register("Cmeter"));
    let port = node.http().port();
    let named = |host: &str| get("/cse-mn/Cmeter").set("Host", host);
    for host in ["localhost", "127.0.0.1", "[::1]", "localhost:99"] {
        answered(Wire::tcp(&node).exchange(&named(host).bytes()), 2000);
    }
    answered(Wire::tcp(&node).exchange(&named(&format!("127.0.0.1:{port}")).bytes()), 2000);
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "10.0.0.1",
        "[::2]",
        "a@localhost",
    ] {
        let mut wire = Wire::tcp(&node);
        let answer = wire.exchange(&named(host).bytes());
        assert_eq!(answer.as_ref().map(|a| a.status), Some(403), "{host}: {answer:?}");
        answered(answer, 4103);
        assert!(wire.is_closed(), "{host}");
    }
    let without = get("/cse-mn/Cmeter").without("Host");
    answered(Wire::tcp(&node).exchange(&without.bytes()), 4103);
    // The local socket proves its callers, whatever name the node has for them.
    answered(Wire::local(&node).exchange(&named("evil.example").bytes()), 2000);
}
