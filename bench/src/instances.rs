//! CREATE of instances over HTTP, each on the disk before it is acknowledged: many connections against one, into
//! the same container.

use std::net::SocketAddr;
use std::path::Path;

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::load::Load;
use crate::measurement::Measurement;
use crate::node::{Home, Node};
use crate::retrieve::furnish;
use crate::series::quotients;
use crate::workload::{LEAST_WRITERS_GAIN, WRITERS};

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "instances",
    what: "CREATE of instances in one container over HTTP with durable commit, 32 connections against one",
    long: false,
    run,
};

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    let http = node.wait_until_ready()?;
    furnish(&node)?;
    let mut many = Load::over(WRITERS, http, request(http))?;
    let mut one = Load::over(1, http, request(http))?;
    let [rounds, alone] = alternate([&mut |time| many.round(time), &mut |time| one.round(time)])?;
    let gain = quotients(&rounds.rates(), &alone.rates());
    let mut figures = vec![
        Figure::median("rate of 32 connections", Unit::PerSecond, &rounds.rates()),
        Figure::median("rate of one connection", Unit::PerSecond, &alone.rates()),
    ];
    figures.extend(rounds.times("32 connections"));
    figures.extend(alone.times("one connection"));
    let target = Target::AtLeast(LEAST_WRITERS_GAIN);
    figures.push(Figure::median("rate of 32 / rate of one", Unit::Ratio, &gain).target(target));
    Ok(figures)
}

fn request(host: SocketAddr) -> Vec<u8> {
    let body = r#"{"m2m:cin":{"con":"21.5"}}"#;
    format!(
        "POST /cse-mn/readings HTTP/1.1\r\nHost: {host}\r\nX-M2M-Origin: Cvisitor\r\nX-M2M-RI: bench-1\r\n\
         X-M2M-RVI: 3\r\nContent-Type: application/json;ty=4\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
