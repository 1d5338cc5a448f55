//! What a node costs when nobody asks: processor time, and how often it wakes.

use std::path::Path;
use std::thread::sleep;

use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::node::{Home, Node};
use crate::process::Cost;
use crate::workload::{IDLE, MOST_IDLE_TICKS, SETTLE};

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "idle",
    what: "a node with an open connection on which nothing comes, 3 seconds",
    long: false,
    run,
};

/// Requests before it is left alone, so that everything that begins with the first of them has begun.
const WARM_UP_REQUESTS: usize = 1000;

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    node.wait_until_ready()?;
    let mut client = node.register("Cbench")?;
    for _ in 0..WARM_UP_REQUESTS {
        client.retrieve("cse-mn/Cbench")?;
    }
    sleep(SETTLE);
    let before = Cost::of(node.pid())?;
    sleep(IDLE);
    let cost = Cost::of(node.pid())?.since(&before);
    let (ticks, wakes) = (cost.ticks as f64, cost.wakes as f64);
    Ok(vec![
        Figure::single("processor time", Unit::Ticks, ticks).target(Target::AtMost(MOST_IDLE_TICKS)),
        Figure::single("threads woken", Unit::Times, wakes),
    ])
}
