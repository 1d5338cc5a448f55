//! A keep-alive HTTP connection that sends the same bytes again and again and reads what comes back.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::failure::Failure;

/// Room for a whole response.
const BUFFER_BYTES: usize = 64 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

/// An open connection.
pub(crate) struct KeepAlive {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl KeepAlive {
    pub(crate) fn open(address: SocketAddr) -> Result<Self, Failure> {
        let open = || {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(TIMEOUT))?;
            Ok::<_, std::io::Error>(stream)
        };
        let stream = open().map_err(|e| Failure::machine("a connection for the load", e))?;
        Ok(Self { stream, buffer: vec![0; BUFFER_BYTES] })
    }

    /// Sends the request and reads the response: its status line, head and body as they came.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<Reply<'_>, Failure> {
        let broken = |e| Failure::subject(format!("the connection of the load broke: {e}"));
        self.stream.write_all(request).map_err(broken)?;
        let mut filled = 0;
        loop {
            let room = self.buffer.get_mut(filled..).filter(|room| !room.is_empty());
            let room = room.ok_or_else(|| Failure::subject("a response is longer than expected"))?;
            match self.stream.read(room).map_err(broken)? {
                0 => return Err(Failure::subject("the connection of the load was closed")),
                read => filled += read,
            }
            if let Some(head) = head_bytes(self.buffer.get(..filled).unwrap_or_default()) {
                let total = head + content_length(self.buffer.get(..head).unwrap_or_default())?;
                if filled >= total {
                    let bytes = self.buffer.get(..total).unwrap_or_default();
                    return Ok(Reply { bytes, head });
                }
            }
        }
    }
}

/// A response as it came.
pub(crate) struct Reply<'a> {
    pub(crate) bytes: &'a [u8],
    head: usize,
}

impl<'a> Reply<'a> {
    pub(crate) fn is_ok(&self) -> bool {
        [b"HTTP/1.1 200 ", b"HTTP/1.1 201 "].iter().any(|line| self.bytes.starts_with(*line))
    }

    /// The header lines, names as they came.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let head = str::from_utf8(self.bytes.get(..self.head).unwrap_or_default()).unwrap_or_default();
        head.split("\r\n").skip(1).filter_map(|line| line.split_once(": "))
    }

    pub(crate) fn body(&self) -> &'a [u8] {
        self.bytes.get(self.head..).unwrap_or_default()
    }

    /// Reads a whole response that was kept.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Failure> {
        let head = head_bytes(bytes).ok_or_else(|| Failure::subject("no head of a response"))?;
        Ok(Self { bytes, head })
    }
}

/// How many bytes the head has, if it is complete.
fn head_bytes(received: &[u8]) -> Option<usize> {
    received.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(head: &[u8]) -> Result<usize, Failure> {
    const NAME: &[u8] = b"content-length:";
    let line = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)));
    let value = line.and_then(|line| str::from_utf8(line.get(NAME.len()..)?).ok()?.trim().parse().ok());
    value.ok_or_else(|| Failure::subject("a response without Content-Length"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_falls_into_status_headers_and_body() {
        let reply =
            Reply::read(b"HTTP/1.1 200 OK\r\nx-m2m-rsc: 2000\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        assert!(reply.is_ok());
        assert_eq!(reply.headers().collect::<Vec<_>>(), [("x-m2m-rsc", "2000"), ("Content-Length", "2")]);
        assert_eq!(reply.body(), b"{}");
        assert!(!Reply::read(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap().is_ok());
    }

    #[test]
    fn content_length_is_found_in_any_case_and_missed_when_missing() {
        assert_eq!(content_length(b"HTTP/1.1 200 OK\r\nCONTENT-length: 17\r\n\r\n").unwrap(), 17);
        assert!(content_length(b"HTTP/1.1 200 OK\r\nx-content-length: 17\r\n\r\n").is_err());
    }

    #[test]
    fn an_unfinished_head_is_no_head() {
        assert_eq!(head_bytes(b"HTTP/1.1 200 OK\r\n"), None);
        assert!(Reply::read(b"HTTP/1.1 200 OK\r\n").is_err());
    }
}
