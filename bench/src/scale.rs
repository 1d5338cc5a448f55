//! A node with a million resources against one with a thousand: RETRIEVE by name and by identifier, a discovery in
//! a container of a hundred thousand, and the next start.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use csf_api::{Object, ResourceType, Value};

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::keep_alive::KeepAlive;
use crate::load::Load;
use crate::measurement::Measurement;
use crate::node::{Home, Node, create};
use crate::process::Cost;
use crate::retrieve::{open_policy, per_request};
use crate::series::quotients;
use crate::start::first_answer;
use crate::workload::{
    CONNECTIONS, DISCOVERED, FEW, LEAST_SCALE_SHARE, MANY, MANY_CONTAINERS, MOST_DISCOVERY_TIMES,
    MOST_START_MILLIS, SAMPLES, WRITERS,
};

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "scale",
    what: "a node with 1,000,000 instances against one with 1,000; filling it takes minutes",
    long: true,
    run,
};

const PROGRAM: &str = "csf-mn";

/// A node with instances, and some of them.
struct Filled {
    home: Home,
    node: Node,
    http: SocketAddr,
    /// The container with the most instances.
    largest: String,
    paths: Vec<String>,
    identifiers: Vec<String>,
}

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let small = fill(nodes, &[("c000".to_owned(), FEW)], 1)?;
    let tenth = MANY / 10;
    let rest = (MANY - tenth) / (MANY_CONTAINERS - 1);
    let counts = |n| (format!("c{n:03}"), if n == 0 { tenth } else { rest });
    let large = fill(nodes, &(0..MANY_CONTAINERS).map(counts).collect::<Vec<_>>(), MANY / SAMPLES)?;

    let mut figures = Vec::new();
    let target = Some(Target::AtLeast(LEAST_SCALE_SHARE));
    for (what, most, target) in [("a thousand", FEW, target), ("a hundred thousand", SAMPLES, None)] {
        let by_name =
            |of: &Filled| -> Requests { some(&of.paths, most).map(|path| retrieve(of.http, path)).collect() };
        let by_id = |of: &Filled| -> Requests {
            some(&of.identifiers, most).map(|id| retrieve(of.http, &format!("/{id}"))).collect()
        };
        figures.extend(compared(&format!("{what} by name"), [&large, &small], by_name, target)?);
        figures.extend(compared(&format!("{what} by identifier"), [&large, &small], by_id, target)?);
    }
    figures.extend(discoveries(&large, &small)?);

    let Filled { home, node, .. } = large;
    node.stop()?;
    let (node, took) = first_answer(nodes, PROGRAM, &home)?;
    let target = Target::AtMost(MOST_START_MILLIS);
    figures.push(Figure::single("start with 1,000,000 instances", Unit::Millis, took).target(target));
    node.stop()?;
    Ok(figures)
}

type Requests = Vec<Vec<u8>>;

/// At most so many of them, spread evenly over all.
fn some(all: &[String], most: usize) -> impl Iterator<Item = &String> {
    all.iter().step_by(all.len().div_ceil(most).max(1))
}

/// Asks the large node for some of its instances, and the small one for its own, in turns.
fn compared(
    what: &str,
    [large, small]: [&Filled; 2],
    requests: impl Fn(&Filled) -> Requests,
    target: Option<Target>,
) -> Result<Vec<Figure>, Failure> {
    let mut of_large = Load::of_many(CONNECTIONS, large.http, requests(large))?;
    let mut of_small = Load::of_many(CONNECTIONS, small.http, requests(small))?;
    let before = (Cost::of(large.node.pid())?, Cost::of(small.node.pid())?);
    let [many, few] = alternate([&mut |time| of_large.round(time), &mut |time| of_small.round(time)])?;
    let cost_of_large = per_request(&Cost::of(large.node.pid())?.since(&before.0), &of_large);
    let cost_of_small = per_request(&Cost::of(small.node.pid())?.since(&before.1), &of_small);
    let share = quotients(&many.rates(), &few.rates());
    let share = Figure::median(format!("{what}: rate of the large / of the small"), Unit::Ratio, &share);
    Ok(vec![
        Figure::median(format!("{what} of 1,000,000, rate"), Unit::PerSecond, &many.rates()),
        Figure::median(format!("{what} of 1,000, rate"), Unit::PerSecond, &few.rates()),
        Figure::single(format!("{what} of 1,000,000, processor time"), Unit::Micros, cost_of_large),
        Figure::single(format!("{what} of 1,000, processor time"), Unit::Micros, cost_of_small),
        match target {
            Some(target) => share.target(target),
            None => share,
        },
    ])
}

/// The first results of a container with a hundred thousand instances, and of one with a thousand.
fn discoveries(large: &Filled, small: &Filled) -> Result<Vec<Figure>, Failure> {
    let request = |of: &Filled| retrieve(of.http, &format!("{}?fu=1&lim={DISCOVERED}", of.largest));
    let mut of_large = Load::over(CONNECTIONS, large.http, request(large))?;
    let mut of_small = Load::over(CONNECTIONS, small.http, request(small))?;
    let [many, few] = alternate([&mut |time| of_large.round(time), &mut |time| of_small.round(time)])?;
    let times = quotients(&many.medians(), &few.medians());
    let target = Target::AtMost(MOST_DISCOVERY_TIMES);
    Ok(vec![
        Figure::median("discovery with lim=100, 100,000 children, p50", Unit::Micros, &many.medians()),
        Figure::median("discovery with lim=100, 1,000 children, p50", Unit::Micros, &few.medians()),
        Figure::median("discovery: time with 100,000 / time with 1,000", Unit::Times, &times).target(target),
    ])
}

/// A node with these containers, so many instances in each, of which one in so many is remembered.
fn fill(nodes: &Path, containers: &[(String, usize)], one_in: usize) -> Result<Filled, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, PROGRAM, &home)?;
    let http = node.wait_until_ready()?;
    furnish(&node, containers)?;
    let mut connections: Vec<KeepAlive> =
        (0..WRITERS).map(|_| KeepAlive::open(http)).collect::<Result<_, _>>()?;
    let (mut paths, mut identifiers) = (Vec::new(), Vec::new());
    let (begin, mut done) = (Instant::now(), 0);
    for (container, count) in containers {
        let next = AtomicUsize::new(0);
        let remembered = std::thread::scope(|scope| {
            let threads: Vec<_> = (connections.iter_mut())
                .map(|connection| scope.spawn(|| add(connection, http, container, *count, &next, one_in)))
                .collect();
            let mut all = Vec::new();
            for thread in threads {
                let some =
                    thread.join().map_err(|_| Failure::subject("a thread that fills a node panicked"))?;
                all.extend(some?);
            }
            Ok::<_, Failure>(all)
        })?;
        for (path, identifier) in remembered {
            paths.push(path);
            identifiers.push(identifier);
        }
        done += count;
        eprintln!("  {done} instances after {} s", begin.elapsed().as_secs());
    }
    let largest = containers.first().map(|(name, _)| format!("/cse-mn/{name}")).unwrap_or_default();
    Ok(Filled { home, node, http, largest, paths, identifiers })
}

/// Containers in which anybody may read, add and discover.
fn furnish(node: &Node, containers: &[(String, usize)]) -> Result<(), Failure> {
    let mut admin = node.admin()?;
    open_policy(&mut admin, 35)?;
    for (name, _) in containers {
        let container =
            Object::new().with("rn", Value::text(name)).with("acpi", Value::texts(["cse-mn/open"]));
        create(&mut admin, "cse-mn", ResourceType::CONTAINER, "m2m:cnt", container)?;
    }
    Ok(())
}

/// Adds instances until there are enough; name and identifier of those that are remembered.
fn add(
    connection: &mut KeepAlive,
    host: SocketAddr,
    container: &str,
    count: usize,
    next: &AtomicUsize,
    one_in: usize,
) -> Result<Vec<(String, String)>, Failure> {
    let mut remembered = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            return Ok(remembered);
        }
        let reply = connection.exchange(&instance(host, container, number))?;
        if !reply.is_ok() {
            let said = String::from_utf8_lossy(reply.bytes).into_owned();
            return Err(Failure::subject(format!("an instance was refused: {said}")));
        }
        if number.is_multiple_of(one_in) {
            let body = str::from_utf8(reply.body()).unwrap_or_default();
            let identifier = body.split_once("\"ri\":\"").and_then(|(_, rest)| rest.split_once('"'));
            let (identifier, _) =
                identifier.ok_or_else(|| Failure::subject("an instance without an identifier"))?;
            remembered.push((format!("/cse-mn/{container}/i{number:06}"), identifier.to_owned()));
        }
    }
}

fn instance(host: SocketAddr, container: &str, number: usize) -> Vec<u8> {
    let body = format!(r#"{{"m2m:cin":{{"rn":"i{number:06}","con":"21.5"}}}}"#);
    format!(
        "POST /cse-mn/{container} HTTP/1.1\r\nHost: {host}\r\nX-M2M-Origin: Cvisitor\r\nX-M2M-RI: bench-1\r\n\
         X-M2M-RVI: 3\r\nContent-Type: application/json;ty=4\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn retrieve(host: SocketAddr, path: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-M2M-Origin: Cvisitor\r\nX-M2M-RI: bench-1\r\n\
         X-M2M-RVI: 3\r\nAccept: application/json\r\n\r\n"
    )
    .into_bytes()
}
