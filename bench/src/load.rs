//! The load over HTTP: several keep-alive connections, each in a thread, each with one request after another.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::keep_alive::KeepAlive;
use crate::series::Round;
use crate::workload::CONNECTIONS;

/// Connections to one server, and what they ask.
pub(crate) struct Load {
    connections: Vec<KeepAlive>,
    requests: Vec<Vec<u8>>,
    /// How many requests were begun.
    begun: AtomicUsize,
    asked: usize,
    /// How the status line of each answer begins, where it is not that of a success.
    expected: Option<&'static [u8]>,
}

/// The requests are gone through in steps of this prime number, so that neighbours are not asked for together.
const STEP: usize = 7919;

impl Load {
    pub(crate) fn open(address: SocketAddr, request: Vec<u8>) -> Result<Self, Failure> {
        Self::over(CONNECTIONS, address, request)
    }

    /// Over so many connections.
    pub(crate) fn over(count: usize, address: SocketAddr, request: Vec<u8>) -> Result<Self, Failure> {
        Self::of_many(count, address, vec![request])
    }

    /// Over so many connections, one of these requests after another.
    pub(crate) fn of_many(
        count: usize,
        address: SocketAddr,
        requests: Vec<Vec<u8>>,
    ) -> Result<Self, Failure> {
        let connections = (0..count).map(|_| KeepAlive::open(address)).collect::<Result<_, _>>()?;
        Ok(Self { connections, requests, begun: AtomicUsize::new(0), asked: 0, expected: None })
    }

    /// The same, of requests that are answered so.
    pub(crate) fn expecting(self, status_line: &'static [u8]) -> Self {
        Self { expected: Some(status_line), ..self }
    }

    /// How many requests were answered so far.
    pub(crate) const fn asked(&self) -> usize {
        self.asked
    }

    /// Asks for so long, over all connections at once.
    pub(crate) fn round(&mut self, time: Duration) -> Result<Round, Failure> {
        let (requests, begun, expected) = (&self.requests, &self.begun, self.expected);
        let begin = Instant::now();
        let until = begin + time;
        let took = std::thread::scope(|scope| {
            let threads: Vec<_> = (self.connections.iter_mut())
                .map(|connection| scope.spawn(move || ask(connection, requests, begun, expected, until)))
                .collect();
            let mut all = Vec::new();
            for thread in threads {
                let took = thread.join().map_err(|_| Failure::subject("a thread of the load panicked"))?;
                all.extend(took?);
            }
            Ok::<_, Failure>(all)
        })?;
        self.asked += took.len();
        Ok(Round::new(begin.elapsed(), took))
    }
}

fn ask(
    connection: &mut KeepAlive,
    requests: &[Vec<u8>],
    begun: &AtomicUsize,
    expected: Option<&[u8]>,
    until: Instant,
) -> Result<Vec<u64>, Failure> {
    let mut took = Vec::with_capacity(1 << 17);
    let mut before = Instant::now();
    while before < until {
        let at = begun.fetch_add(1, Ordering::Relaxed).wrapping_mul(STEP).checked_rem(requests.len());
        let request = at.and_then(|at| requests.get(at));
        let request = request.ok_or_else(|| Failure::subject("a load without requests"))?;
        let reply = connection.exchange(request)?;
        if !expected.map_or_else(|| reply.is_ok(), |line| reply.bytes.starts_with(line)) {
            return Err(Failure::subject("a request of the load was answered otherwise"));
        }
        let now = Instant::now();
        took.push(u64::try_from((now - before).as_nanos()).unwrap_or(u64::MAX));
        before = now;
    }
    Ok(took)
}
