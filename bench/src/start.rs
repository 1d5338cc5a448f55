//! How long a node takes from the start of its process to its first answer.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use csf_api::{Object, ResourceType, Status, Value};

use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::node::{Home, Node, create};
use crate::workload::{AUDIT_LINES, CONTAINERS, MOST_START_MILLIS, STARTS};

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "start",
    what: "csf-asn, from the start of the process to the first answer on the administrator's socket",
    long: false,
    run,
};

/// How often it is tried to ask; with a pause the trying takes little from the node.
const PAUSE: Duration = Duration::from_micros(200);
/// No node takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let mut empty = Vec::new();
    for _ in 0..STARTS {
        let home = Home::new()?;
        let (node, took) = first_answer(nodes, "csf-asn", &home)?;
        empty.push(took);
        node.stop()?;
    }
    let home = Home::new()?;
    furnish(nodes, &home)?;
    let mut existing = Vec::new();
    for _ in 0..STARTS {
        let (node, took) = first_answer(nodes, "csf-asn", &home)?;
        existing.push(took);
        node.stop()?;
    }
    let target = Target::AtMost(MOST_START_MILLIS);
    let name = format!("with a state ({CONTAINERS} containers, {AUDIT_LINES} audit lines)");
    Ok(vec![
        Figure::median("without a state", Unit::Millis, &empty).target(target),
        Figure::median(name, Unit::Millis, &existing).target(target),
    ])
}

/// Starts a node and asks until it answers; how long that took, in milliseconds.
pub(crate) fn first_answer(nodes: &Path, program: &str, home: &Home) -> Result<(Node, f64), Failure> {
    let begin = Instant::now();
    let node = Node::spawn(nodes, program, home)?;
    let mut admin = loop {
        match node.admin() {
            Ok(client) => break client,
            Err(failure) if begin.elapsed() > PATIENCE => return Err(failure),
            Err(_) => sleep(PAUSE),
        }
    };
    let response = admin.retrieve("-")?;
    let took = begin.elapsed().as_secs_f64() * 1e3;
    match response.status {
        Status::Ok => Ok((node, took)),
        other => Err(Failure::subject(format!("the first answer is {other:?}"))),
    }
}

/// A state as a node has it that was used: resources, and an audit log to verify.
fn furnish(nodes: &Path, home: &Home) -> Result<(), Failure> {
    let mut node = Node::spawn(nodes, "csf-asn", home)?;
    node.wait_until_ready()?;
    let mut admin = node.admin()?;
    for n in 0..CONTAINERS {
        let container = Object::new().with("rn", Value::text(&format!("readings-{n}")));
        create(&mut admin, "cse-asn", ResourceType::CONTAINER, "m2m:cnt", container)?;
    }
    let mut stranger = node.register("Cstranger")?;
    for _ in 0..AUDIT_LINES {
        // Nobody permits it: each leaves a line.
        let response = stranger.retrieve("cse-asn/readings-0")?;
        if response.status != Status::OriginatorHasNoPrivilege {
            return Err(Failure::subject("a stranger reads what nobody lets it read"));
        }
    }
    drop((admin, stranger));
    node.stop()
}
