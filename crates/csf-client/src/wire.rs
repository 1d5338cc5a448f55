//! HTTP/1.1 messages on a stream: a request in one write, a response framed by `Content-Length`.

use std::io::{self, Read, Write};

use csf_api::Response;
use httparse::Status::{Complete, Partial};
use proto_primitive::{HttpRequest, MAX_BODY_BYTES, MAX_HEADERS, decode_response};

use crate::ClientFault;

/// The longest head of a response, in bytes.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Room for a usual response, so that one read takes it whole.
const USUAL_BYTES: usize = 8 * 1024;

/// Why an exchange gave no response.
pub(crate) enum Failure {
    /// The peer closed the connection before it had read the whole request: nothing happened.
    Unread,
    /// Anything else; the request may have taken effect.
    Fault(ClientFault),
}

impl From<ClientFault> for Failure {
    fn from(fault: ClientFault) -> Self {
        Self::Fault(fault)
    }
}

/// Writes the request into the buffer, replacing what was there.
pub(crate) fn frame(request: &HttpRequest<'_>, out: &mut Vec<u8>) {
    out.clear();
    for part in [request.method, " ", &request.target, " HTTP/1.1\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    for (name, value) in &request.headers {
        for part in [name, ": ", value, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    if !request.body.is_empty() {
        out.extend_from_slice(format!("content-length: {}\r\n", request.body.len()).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&request.body);
}

/// Sends the framed request and reads its response, with whether the connection can be used again.
pub(crate) fn exchange<S: Read + Write>(
    stream: &mut S,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(Response, bool), Failure> {
    stream.write_all(request).map_err(|e| of_stream(e, true))?;
    if buffer.is_empty() {
        buffer.resize(USUAL_BYTES, 0);
    }
    let mut filled: usize = 0;
    let mut wanted: usize = 1;
    loop {
        if filled >= buffer.len() {
            // A usual response never comes here; a long one grows the buffer for good.
            buffer.resize(wanted.max(filled.saturating_mul(2)), 0);
        }
        let room = buffer.get_mut(filled..).unwrap_or_default();
        match stream.read(room) {
            Ok(0) => return Err(ClientFault::Closed.into()),
            Ok(read) => filled = filled.saturating_add(read),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(of_stream(e, filled == 0)),
        }
        if filled >= wanted {
            match parse(buffer.get(..filled).unwrap_or_default())? {
                Progress::Done(response, reusable) => return Ok((response, reusable)),
                Progress::Wants(total) => wanted = total,
            }
        }
    }
}

/// A Unix socket reports a broken pipe or a reset only where the peer left bytes unread.
fn of_stream(error: io::Error, nothing_read: bool) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset if nothing_read => Failure::Unread,
        _ => ClientFault::Broken(error).into(),
    }
}

/// What the bytes so far amount to.
enum Progress {
    Done(Response, bool),
    /// The message is not complete before it has this many bytes.
    Wants(usize),
}

fn parse(received: &[u8]) -> Result<Progress, ClientFault> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Response::new(&mut slots);
    let head_bytes = match head.parse(received) {
        Ok(Complete(bytes)) if bytes <= MAX_HEAD_BYTES => bytes,
        Ok(Partial) if received.len() < MAX_HEAD_BYTES => {
            return Ok(Progress::Wants(received.len().saturating_add(1)));
        }
        Ok(_) => return Err(ClientFault::TooLong),
        Err(_) => return Err(ClientFault::NotHttp("the head is malformed")),
    };
    let Framing { body_bytes, reusable } = Framing::of(&head)?;
    let total = head_bytes.saturating_add(body_bytes);
    if received.len() > total {
        return Err(ClientFault::NotHttp("bytes follow the response"));
    }
    if received.len() < total {
        return Ok(Progress::Wants(total));
    }
    let headers = head.headers.iter().map(|line| (line.name, line.value));
    let body = received.get(head_bytes..).unwrap_or_default();
    let response = decode_response(head.code.unwrap_or_default(), headers, body);
    Ok(Progress::Done(response.map_err(ClientFault::NotAResponse)?, reusable))
}

/// How long the body is, and whether the connection stays open after it.
struct Framing {
    body_bytes: usize,
    reusable: bool,
}

impl Framing {
    fn of(head: &httparse::Response<'_, '_>) -> Result<Self, ClientFault> {
        let mut length = None;
        let mut reusable = head.version == Some(1);
        for line in &*head.headers {
            if line.name.eq_ignore_ascii_case("content-length") {
                let digits =
                    str::from_utf8(line.value).ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
                let bytes = digits.and_then(|text| text.parse::<usize>().ok());
                let bytes = bytes.ok_or(ClientFault::NotHttp("Content-Length is no number"))?;
                if length.replace(bytes).is_some() {
                    return Err(ClientFault::NotHttp("Content-Length is given twice"));
                }
            } else if line.name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(ClientFault::NotHttp("the body is not framed by Content-Length"));
            } else if line.name.eq_ignore_ascii_case("connection") {
                reusable &= !line.value.eq_ignore_ascii_case(b"close");
            }
        }
        match length {
            Some(bytes) if bytes > MAX_BODY_BYTES => Err(ClientFault::TooLong),
            Some(body_bytes) => Ok(Self { body_bytes, reusable }),
            None => Err(ClientFault::NotHttp("Content-Length is missing")),
        }
    }
}
