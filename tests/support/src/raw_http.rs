//! Bytes on a node's listeners, for what no well-behaved client sends.
//!
//! ```no_run
//! use support::{NodeProcess, RawRequest, Wire};
//!
//! let node = NodeProcess::start();
//! let answer = Wire::tcp(&node).exchange(&RawRequest::new("GET", "/cse-mn").without("X-M2M-RVI").bytes());
//! assert_eq!(answer.and_then(|a| a.rsc()), Some(4001));
//! ```

#![expect(clippy::expect_used, clippy::panic, reason = "a test without an answer has nothing to show")]

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::NodeProcess;

/// How long a node may keep a test waiting: far more than anything takes, so that a hang is a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request in pieces, so that a test can leave out, repeat or falsify any of them.
#[derive(Clone)]
pub struct RawRequest {
    line: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl RawRequest {
    /// A request that is right: from `Cmeter`, release 3, without a body.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        let headers = [
            ("Host", "localhost"),
            ("X-M2M-Origin", "Cmeter"),
            ("X-M2M-RI", "r1"),
            ("X-M2M-RVI", "3"),
            ("Accept", "application/json"),
        ];
        Self {
            line: format!("{method} {target} HTTP/1.1"),
            headers: headers.into_iter().map(|(n, v)| (n.into(), v.into())).collect(),
            body: Vec::new(),
        }
    }

    /// A CREATE of this type below the target.
    #[must_use]
    pub fn create(target: &str, ty: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", target).body(&format!("application/json;ty={ty}"), body)
    }

    /// An UPDATE of the target.
    #[must_use]
    pub fn update(target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("PUT", target).body("application/json", body)
    }

    /// Another request line.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        self.line = line.into();
        self
    }

    /// One more header line.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Without any header line of this name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self
    }

    /// This header line instead of those of its name.
    #[must_use]
    pub fn set(self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.without(name).with(name, value)
    }

    /// This body, with its type and its length.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let length = body.len().to_string();
        Self { body, ..self.set("Content-Type", content_type).set("Content-Length", length) }
    }

    /// These bytes after the head, whatever the head says of them.
    #[must_use]
    pub fn then(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// The whole request as it travels.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.line.clone().into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
        }
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// A response in pieces.
#[derive(Debug)]
pub struct RawResponse {
    /// The HTTP status code.
    pub status: u16,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawResponse {
    /// The value of the first header line of this name, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The response status code of oneM2M, where there is one.
    #[must_use]
    pub fn rsc(&self) -> Option<u16> {
        self.header("x-m2m-rsc").and_then(|text| text.parse().ok())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One connection.
pub struct Wire {
    stream: Stream,
    received: Vec<u8>,
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Wire {
    /// A connection to the HTTP listener.
    ///
    /// # Panics
    ///
    /// When the node does not take it.
    #[must_use]
    pub fn tcp(node: &NodeProcess) -> Self {
        Self::to(node.http())
    }

    /// A connection to the management listener.
    ///
    /// # Panics
    ///
    /// When the node does not take it.
    #[must_use]
    pub fn management(node: &NodeProcess) -> Self {
        Self::to(node.management())
    }

    fn to(address: std::net::SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        Self { stream: Stream::Tcp(stream), received: Vec::new() }
    }

    /// A connection to the local socket.
    ///
    /// # Panics
    ///
    /// When the node does not take it.
    #[must_use]
    pub fn local(node: &NodeProcess) -> Self {
        Self::unix(&node.socket())
    }

    /// A connection to the administration socket.
    ///
    /// # Panics
    ///
    /// When the node does not take it.
    #[must_use]
    pub fn administration(node: &NodeProcess) -> Self {
        Self::unix(node.ready("admin").expect("a socket").as_ref())
    }

    fn unix(path: &std::path::Path) -> Self {
        let stream = UnixStream::connect(path).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        Self { stream: Stream::Unix(stream), received: Vec::new() }
    }

    /// Sends bytes. A node that refuses without reading on may have closed already, so failures are left
    /// to be seen when the answer is read.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = match &mut self.stream {
            Stream::Tcp(stream) => stream.write_all(bytes),
            Stream::Unix(stream) => stream.write_all(bytes),
        };
    }

    /// Says that nothing more will be sent.
    pub fn finish(&mut self) {
        let _ = match &self.stream {
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Stream::Unix(stream) => stream.shutdown(Shutdown::Write),
        };
    }

    /// Sends bytes and reads the answer to them.
    pub fn exchange(&mut self, bytes: &[u8]) -> Option<RawResponse> {
        self.send(bytes);
        self.response()
    }

    /// The next response; `None` when the node closes instead.
    pub fn response(&mut self) -> Option<RawResponse> {
        let mut response = self.head()?;
        let length = response.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        while self.received.len() < length {
            assert!(self.read(), "the body of the response is cut short");
        }
        response.body = self.received.drain(..length).collect();
        Some(response)
    }

    /// The head of the next response, which has no body: an interim one, or the answer to HEAD.
    ///
    /// # Panics
    ///
    /// When what comes is no HTTP.
    pub fn head(&mut self) -> Option<RawResponse> {
        let end = loop {
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if !self.read() {
                assert!(self.received.is_empty(), "the head of the response is cut short");
                return None;
            }
        };
        let head: Vec<u8> = self.received.drain(..end.saturating_add(4)).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default();
        let Some(status) = line.split(' ').nth(1).and_then(|code| code.parse().ok()) else {
            panic!("no status line: {line}");
        };
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned())).collect();
        Some(RawResponse { status, headers, body: Vec::new() })
    }

    /// Whether the node has nothing more to say and closes.
    pub fn is_closed(&mut self) -> bool {
        self.received.is_empty() && !self.read()
    }

    /// Whether the node says nothing for this long.
    pub fn says_nothing_for(&mut self, time: Duration) -> bool {
        self.set_patience(time);
        let mut one = [0];
        let silent = match &mut self.stream {
            Stream::Tcp(stream) => stream.read(&mut one),
            Stream::Unix(stream) => stream.read(&mut one),
        };
        self.set_patience(PATIENCE);
        matches!(silent, Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }

    fn set_patience(&self, time: Duration) {
        let set = match &self.stream {
            Stream::Tcp(stream) => stream.set_read_timeout(Some(time)),
            Stream::Unix(stream) => stream.set_read_timeout(Some(time)),
        };
        set.expect("a timeout");
    }

    /// Reads some more; `false` at the end.
    fn read(&mut self) -> bool {
        let mut some = [0; 4096];
        let read = match &mut self.stream {
            Stream::Tcp(stream) => stream.read(&mut some),
            Stream::Unix(stream) => stream.read(&mut some),
        };
        match read {
            Ok(0) => false,
            Ok(bytes) => {
                self.received.extend_from_slice(some.get(..bytes).unwrap_or_default());
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("no answer: {error}"),
        }
    }
}
