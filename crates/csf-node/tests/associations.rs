//! Associations of a running node: who is connected over the Unix sockets now, for the administrator.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::time::{Duration, Instant};

use csf_api::{Object, Status, Value};
use csf_client::Client;
use support::{NodeProcess, RawRequest, Wire, csf};

const REGISTRY: &str = "-/security/administration/registry";
/// How long a node may take to notice that a connection has ended.
const PATIENCE: Duration = Duration::from_secs(10);

fn mn() -> NodeProcess {
    NodeProcess::with().profile("mn").start()
}

/// The associations as the administrator on this connection sees them.
fn listed(admin: &mut Client) -> Vec<Object> {
    let seen = admin.retrieve(REGISTRY).expect("an answer");
    assert_eq!(seen.status, Status::Ok);
    let content = seen.content.expect("a content");
    let all = content.value.as_object().expect("an object").get("ass").expect("associations");
    all.as_list().expect("a list").iter().map(|entry| entry.as_object().expect("an entry").clone()).collect()
}

fn number(entry: &Object, name: &str) -> i64 {
    entry.get(name).and_then(Value::as_integer).expect("a number")
}

fn kinds(all: &[Object]) -> Vec<&str> {
    all.iter().map(|entry| entry.get("akd").and_then(Value::as_text).expect("a kind")).collect()
}

// Shows ARC-14.
#[test]
fn open_connections_are_listed_with_their_user_and_requests_and_closed_ones_are_not() {
    let node = mn();
    let own = i64::from(nix::unistd::geteuid().as_raw());
    let mut admin = node.admin();
    assert_eq!(kinds(&listed(&mut admin)), ["administration"]);
    let mut meter = node.register("Cmeter");
    for _ in 0..3 {
        assert_eq!(meter.retrieve("-/Cmeter").expect("an answer").status, Status::Ok);
    }
    let all = listed(&mut admin);
    assert_eq!(kinds(&all), ["administration", "local"]);
    assert!(all.iter().all(|entry| number(entry, "usr") == own), "{all:?}");
    // Itself included.
    assert_eq!((number(&all[0], "rqC"), number(&all[1], "rqC")), (2, 4));
    assert_eq!(all[0].get("ori"), Some(&Value::texts(["CAdmin"])));
    assert_eq!(all[1].get("ori"), Some(&Value::texts(["Cmeter"])));
    // Nothing is proven over TCP, so that is no association.
    let mut wire = Wire::tcp(&node);
    assert!(wire.exchange(&RawRequest::new("GET", "/-").bytes()).is_some());
    assert_eq!(listed(&mut admin).len(), 2);
    drop(meter);
    let by = Instant::now() + PATIENCE;
    while listed(&mut admin).len() > 1 {
        assert!(Instant::now() < by, "a closed connection stays listed");
    }
}

// Shows ARC-14.
#[test]
fn the_tool_shows_them_to_the_administrator_and_to_nobody_else() {
    let node = mn();
    let meter = node.register("Cmeter");
    let said = csf(node.directory(), &["registry"]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(text.contains("Associations: 2\n") && text.contains("Entities: 1\n"), "{text}");
    let said = csf(node.directory(), &["registry", "--json"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains(r#""akd":"local""#));
    let socket = node.socket();
    let socket = socket.to_str().expect("a path");
    let refused = csf(node.directory(), &["registry", "--as", "Cmeter", "--socket", socket]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stdout.is_empty() && String::from_utf8_lossy(&refused.stderr).contains("(4103)"));
    drop(meter);
}
