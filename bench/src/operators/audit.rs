//! What the audit log costs over HTTP.
//!
//! The log cannot be switched off, so a node is its own comparison: a permitted RETRIEVE leaves no record of its own but
//! one addition to a counter, a refused one leaves a record each. That is more than the log costs a permitted one, and
//! it is not the same work otherwise: a refusal represents no resource, and its decision finds no rule.

use std::net::SocketAddr;
use std::path::Path;

use csf_api::{Object, ResourceType, Value};

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::load::Load;
use crate::node::{Home, Node, create};
use crate::retrieve::{furnish, request};
use crate::series::quotients;
use crate::workload::LEAST_AUDITED_SHARE;

/// Who asks for it is denied.
const CLOSED: &str = "/cse-mn/closed";

pub(super) fn measure(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    let http = node.wait_until_ready()?;
    furnish(&node)?;
    let closed = Object::new().with("rn", Value::text("closed"));
    create(&mut node.admin()?, "cse-mn", ResourceType::CONTAINER, "m2m:cnt", closed)?;
    let mut permitted = Load::open(http, request(http))?;
    let mut refused = Load::open(http, refusal(http))?.expecting(b"HTTP/1.1 403 ");
    let [permitted, refused] =
        alternate([&mut |time| permitted.round(time), &mut |time| refused.round(time)])?;
    let share = quotients(&refused.rates(), &permitted.rates());
    let target = Target::AtLeast(LEAST_AUDITED_SHARE);
    Ok(vec![
        Figure::median("RETRIEVE, permitted: counted, no record", Unit::PerSecond, &permitted.rates()),
        Figure::median("RETRIEVE, refused: an audit record each", Unit::PerSecond, &refused.rates()),
        Figure::median("rate with a record each / without", Unit::Ratio, &share).target(target),
    ])
}

fn refusal(host: SocketAddr) -> Vec<u8> {
    format!(
        "GET {CLOSED} HTTP/1.1\r\nHost: {host}\r\nX-M2M-Origin: Cvisitor\r\nX-M2M-RI: bench-1\r\n\
         X-M2M-RVI: 3\r\nAccept: application/json\r\n\r\n"
    )
    .into_bytes()
}
