//! RETRIEVE over HTTP: a bare caller whom an `all` rule lets read a container, against a bare handler that
//! gives the same bytes without a question.

use std::net::SocketAddr;
use std::path::Path;

use csf_api::{Object, ResourceType, Value};
use csf_client::Client;

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::keep_alive::KeepAlive;
use crate::load::Load;
use crate::measurement::Measurement;
use crate::node::{Home, Node, create};
use crate::peer::Peer;
use crate::process::{Cost, TICKS_PER_SECOND};
use crate::series::quotients;
use crate::workload::LEAST_RETRIEVE_SHARE;

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "retrieve",
    what: "RETRIEVE of a container over HTTP by a bare caller, 4 keep-alive connections",
    long: false,
    run,
};

pub(crate) const PATH: &str = "/cse-mn/readings";

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    let http = node.wait_until_ready()?;
    furnish(&node)?;
    let page = sample(http)?;
    let peer = Peer::page(PATH, &page)?;
    if sample(peer.address()?)?.len() != page.len() {
        return Err(Failure::subject("the bare handler's response is not as long as the node's"));
    }
    let mut subject = Load::open(http, request(http))?;
    let mut bare = Load::open(peer.address()?, request(peer.address()?))?;
    let before = (Cost::of(node.pid())?, Cost::of(peer.pid())?);
    let [rounds, bare_rounds] = alternate([&mut |time| subject.round(time), &mut |time| bare.round(time)])?;
    let cost = per_request(&Cost::of(node.pid())?.since(&before.0), &subject);
    let bare_cost = per_request(&Cost::of(peer.pid())?.since(&before.1), &bare);
    let share = quotients(&rounds.rates(), &bare_rounds.rates());
    let mut figures = vec![
        Figure::median("node rate", Unit::PerSecond, &rounds.rates()),
        Figure::median("bare handler rate", Unit::PerSecond, &bare_rounds.rates()),
    ];
    figures.extend(rounds.times("node"));
    figures.extend(bare_rounds.times("bare handler"));
    figures.push(Figure::single("node processor time per request", Unit::Micros, cost));
    figures.push(Figure::single("bare handler processor time per request", Unit::Micros, bare_cost));
    let target = Target::AtLeast(LEAST_RETRIEVE_SHARE);
    figures.push(Figure::median("node rate / bare handler rate", Unit::Ratio, &share).target(target));
    Ok(figures)
}

/// Processor time in microseconds.
pub(crate) fn per_request(cost: &Cost, load: &Load) -> f64 {
    cost.ticks as f64 * 1e6 / TICKS_PER_SECOND / load.asked() as f64
}

/// The policy `open`, under which anybody may do these operations.
pub(crate) fn open_policy(admin: &mut Client, operations: i64) -> Result<(), Failure> {
    let rules = |originator: &str, operations: i64| {
        let rule =
            Object::new().with("acor", Value::texts([originator])).with("acop", Value::Integer(operations));
        Value::Object(Object::new().with("acr", Value::List(vec![Value::Object(rule)])))
    };
    let policy = Object::new()
        .with("rn", Value::text("open"))
        .with("pv", rules("all", operations))
        .with("pvs", rules("CAdmin", 63));
    create(admin, "cse-mn", ResourceType::ACCESS_CONTROL_POLICY, "m2m:acp", policy)
}

/// A container that anybody may read, and add instances to.
pub(crate) fn furnish(node: &Node) -> Result<(), Failure> {
    let mut admin = node.admin()?;
    open_policy(&mut admin, 3)?;
    let container = Object::new()
        .with("rn", Value::text("readings"))
        .with("lbl", Value::texts(["kind:temperature", "room:12"]))
        .with("acpi", Value::texts(["cse-mn/open"]));
    create(&mut admin, "cse-mn", ResourceType::CONTAINER, "m2m:cnt", container)
}

/// The response of a server, byte for byte.
fn sample(server: SocketAddr) -> Result<Vec<u8>, Failure> {
    let mut connection = KeepAlive::open(server)?;
    let reply = connection.exchange(&request(server))?;
    if !reply.is_ok() || !reply.body().starts_with(b"{\"m2m:cnt\"") {
        return Err(Failure::subject("a bare caller does not get the container"));
    }
    Ok(reply.bytes.to_vec())
}

/// A RETRIEVE of the container.
pub(crate) fn request(host: SocketAddr) -> Vec<u8> {
    format!(
        "GET {PATH} HTTP/1.1\r\nHost: {host}\r\nX-M2M-Origin: Cvisitor\r\nX-M2M-RI: bench-1\r\n\
         X-M2M-RVI: 3\r\nAccept: application/json\r\n\r\n"
    )
    .into_bytes()
}
