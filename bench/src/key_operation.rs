//! What an AE has done with its key through the local socket, against an echo of the same request and the bare
//! operation in process.

use std::path::Path;
use std::time::Duration;

use csf_api::{Content, Object, ResourceType, Value};
use csf_client::Client;

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::node::{Home, Node, create};
use crate::peer::Peer;
use crate::round_trips::{Invocation, timed};
use crate::series::{Round, quotients, sums};
use crate::workload::{LEAST_CLIENTS_GAIN, MOST_OPERATION_ECHOES, PIPELINED_CLIENTS};

const STORAGE: &str = "cse-mn/security/data/storage-soft";

/// An operation with a key.
pub(crate) struct KeyOperation<'a> {
    /// In figures.
    pub(crate) name: &'a str,
    /// The algorithm and the use of the key.
    pub(crate) key: (&'a str, &'a str),
    /// The function, and what it is given beside the key.
    pub(crate) function: &'a str,
    pub(crate) input: Object,
    /// What its answer holds.
    pub(crate) result: &'a str,
    /// The same without a node.
    pub(crate) bare: &'a dyn Fn() -> Result<(), Failure>,
}

impl KeyOperation<'_> {
    /// One client, one request after another, against the echo and the bare operation.
    pub(crate) fn alone(&self, nodes: &Path) -> Result<Vec<Figure>, Failure> {
        let home = Home::new()?;
        let (_node, mut client, invocation) = self.ready(nodes, &home)?;
        let socket = home.join("echo.sock");
        let _peer = Peer::echo(&socket)?;
        let mut echo_client = Client::connect(&socket, "Cbench")?;
        let [subject, echo, bare] = alternate([
            &mut |time| invocation.round(&mut client, time),
            &mut |time| invocation.round(&mut echo_client, time),
            &mut |time| timed(time, || (self.bare)()),
        ])?;
        let means = quotients(&subject.means(), &sums(&echo.means(), &bare.means()));
        let medians = quotients(&subject.medians(), &sums(&echo.medians(), &bare.medians()));
        let target = Target::AtMost(MOST_OPERATION_ECHOES);
        let name = self.name;
        let mut figures = Vec::from(subject.times("node"));
        figures.extend(echo.times("echo"));
        figures.extend(bare.times(&format!("bare {name}")));
        figures.push(Figure::median(format!("node / (echo + bare {name}), means"), Unit::Ratio, &means));
        let p50 = format!("node / (echo + bare {name}), p50");
        figures.push(Figure::median(p50, Unit::Ratio, &medians).target(target));
        Ok(figures)
    }

    /// Several clients at once against one.
    pub(crate) fn together(&self, nodes: &Path) -> Result<Vec<Figure>, Failure> {
        let home = Home::new()?;
        let (node, mut client, invocation) = self.ready(nodes, &home)?;
        let mut clients = Vec::new();
        for _ in 0..PIPELINED_CLIENTS {
            clients.push(node.again("Cbench")?);
        }
        let [several, one] =
            alternate([&mut |time| all_at_once(&invocation, &mut clients, time), &mut |time| {
                invocation.round(&mut client, time)
            }])?;
        let gain = quotients(&several.rates(), &one.rates());
        let target = Target::AtLeast(LEAST_CLIENTS_GAIN);
        Ok(vec![
            Figure::median(format!("rate of {PIPELINED_CLIENTS} clients"), Unit::PerSecond, &several.rates()),
            Figure::median("rate of one client", Unit::PerSecond, &one.rates()),
            Figure::median("rate of several / rate of one", Unit::Ratio, &gain).target(target),
        ])
    }

    /// A node with the key, its owner, and the invocation, done once.
    fn ready(&self, nodes: &Path, home: &Home) -> Result<(Node, Client, Invocation), Failure> {
        let mut node = Node::spawn(nodes, "csf-mn", home)?;
        node.wait_until_ready()?;
        let mut client = node.register("Cbench")?;
        let (algorithm, usage) = self.key;
        let key = Object::new()
            .with("rn", Value::text("benched"))
            .with("cnd", Value::text("csf:keyObject"))
            .with("kAl", Value::text(algorithm))
            .with("kUs", Value::texts([usage]));
        create(&mut client, STORAGE, ResourceType::FLEX_CONTAINER, "csf:keyObject", key)?;
        let input = self.input.clone().with("kInf", Value::text(&format!("{STORAGE}/benched")));
        let invocation = Invocation {
            function: format!("cse-mn/security/data/function-{}", self.function),
            input: Content::new(&format!("csf:{}", self.function), Value::Object(input)),
        };
        let response = invocation.once(&mut client)?;
        let content = response.content.as_ref().and_then(|content| content.value.as_object());
        match content.and_then(|content| content.get(self.result)) {
            Some(_) => Ok((node, client, invocation)),
            None => Err(Failure::subject("the node's answer holds no result")),
        }
    }
}

/// Each client in a thread of its own.
fn all_at_once(invocation: &Invocation, clients: &mut [Client], time: Duration) -> Result<Round, Failure> {
    let begin = std::time::Instant::now();
    let rounds = std::thread::scope(|scope| {
        let threads: Vec<_> =
            clients.iter_mut().map(|client| scope.spawn(|| invocation.round(client, time))).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|round| round.map_err(|_| Failure::subject("a client panicked"))?)
            .collect::<Result<Vec<_>, _>>()
    })?;
    Ok(Round::joined(begin.elapsed(), rounds))
}
