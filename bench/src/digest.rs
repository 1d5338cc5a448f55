//! SHA-256 through the local socket, against an echo of the same request.

use std::path::Path;

use csf_api::{Content, Object, Value};
use csf_client::Client;

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::node::{Home, Node};
use crate::payload;
use crate::peer::Peer;
use crate::round_trips::Invocation;
use crate::series::quotients;
use crate::workload::{DIGEST_BYTES, MOST_DIGEST_ECHOES};

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "digest",
    what: "SHA-256 of 1 KiB for an AE through the local socket, one request after another",
    long: false,
    run,
};

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    node.wait_until_ready()?;
    let mut client = node.register("Cbench")?;
    let socket = home.join("echo.sock");
    let _peer = Peer::echo(&socket)?;
    let mut echo_client = Client::connect(&socket, "Cbench")?;
    let digest = invocation();
    check(&digest, &mut client)?;
    let [subject, echo] = alternate([&mut |time| digest.round(&mut client, time), &mut |time| {
        digest.round(&mut echo_client, time)
    }])?;
    let means = quotients(&subject.means(), &echo.means());
    let medians = quotients(&subject.medians(), &echo.medians());
    let target = Target::AtMost(MOST_DIGEST_ECHOES);
    let mut figures = Vec::from(subject.times("node"));
    figures.extend(echo.times("echo"));
    figures.push(Figure::median("node / echo, means", Unit::Ratio, &means));
    figures.push(Figure::median("node / echo, p50", Unit::Ratio, &medians).target(target));
    Ok(figures)
}

fn invocation() -> Invocation {
    let message = payload::base64(&payload::octets(DIGEST_BYTES));
    let input = Object::new().with("Halg", Value::text("SHA-256")).with("msg", Value::text(&message));
    Invocation {
        function: "cse-mn/security/data/function-digest".into(),
        input: Content::new("csf:digest", Value::Object(input)),
    }
}

/// The node gives a digest; otherwise there is nothing to measure.
fn check(digest: &Invocation, client: &mut Client) -> Result<(), Failure> {
    let response = digest.once(client)?;
    let value = response.content.as_ref().and_then(|c| c.value.as_object()).and_then(|o| o.get("Hv"));
    value.map(drop).ok_or_else(|| Failure::subject("the node's answer holds no digest"))
}
