//! The health of a node, asked while every connection of the load asks as fast as it can.

use std::net::SocketAddr;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target};
use crate::keep_alive::KeepAlive;
use crate::load::Load;
use crate::node::{Home, Node};
use crate::retrieve::{furnish, request};
use crate::series::Round;
use crate::workload::{HEALTH_PAUSE, MOST_HEALTH_MICROS};

pub(super) fn measure(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    let (http, management) = node.wait_for_listeners()?;
    furnish(&node)?;
    let mut load = Load::open(http, request(http))?;
    let [series] = alternate([&mut |time| {
        std::thread::scope(|scope| {
            let loaded = scope.spawn(|| load.round(time).map(drop));
            let looked = look(management, time);
            loaded.join().map_err(|_| Failure::subject("the load panicked"))??;
            looked
        })
    }])?;
    let [p50, p99, mean] = series.times("/health under full load");
    Ok(vec![p50, p99.target(Target::AtMost(MOST_HEALTH_MICROS)), mean])
}

/// Asks again and again, over a connection of its own each time, as somebody does who watches.
fn look(management: SocketAddr, time: Duration) -> Result<Round, Failure> {
    let request = format!("GET /health HTTP/1.1\r\nHost: {management}\r\n\r\n").into_bytes();
    let begin = Instant::now();
    let mut took = Vec::new();
    while begin.elapsed() < time {
        let before = Instant::now();
        if !KeepAlive::open(management)?.exchange(&request)?.is_ok() {
            return Err(Failure::subject("a node under load says that it is ill"));
        }
        took.push(u64::try_from(before.elapsed().as_nanos()).unwrap_or(u64::MAX));
        sleep(HEALTH_PAUSE);
    }
    Ok(Round::new(begin.elapsed(), took))
}
