//! The client against a scripted node: what it sends, what it makes of answers, and when it sends again.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "the scripted node may stop at the first surprise"
)]

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use csf_api::{Content, FilterCriteria, Object, Operation, ResourceType, Status, Value};
use csf_client::{Client, ClientError, ClientFault, MAX_HEAD_BYTES};
use proto_primitive::{MAX_BODY_BYTES, ResponseError};

/// What the node does with one request: writes these pieces, in which `{RI}` is the request's identifier.
type Answer = Vec<&'static str>;

const OK: &str = "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nX-M2M-RVI: 3\r\nContent-Length: 0\r\n\r\n";

/// A node that answers connection by connection and closes each after its last answer.
struct Node {
    _dir: tempfile::TempDir,
    socket: PathBuf,
    /// Says each time that a connection was closed.
    closed: Receiver<()>,
    /// What the node read, and its listener.
    thread: JoinHandle<(Vec<String>, UnixListener)>,
}

impl Node {
    fn start(connections: Vec<Vec<Answer>>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("csf.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let (closing, closed) = channel();
        let thread = std::thread::spawn(move || {
            let mut requests = Vec::new();
            for answers in connections {
                let (mut stream, _) = listener.accept().unwrap();
                for answer in answers {
                    let request = read_request(&mut stream);
                    let ri = header(&request, "x-m2m-ri").to_owned();
                    requests.push(request);
                    for piece in answer {
                        // A client that has seen enough may have gone.
                        let _ = stream.write_all(piece.replace("{RI}", &ri).as_bytes());
                    }
                }
                drop(stream);
                let _ = closing.send(());
            }
            (requests, listener)
        });
        Self { _dir: dir, socket, closed, thread }
    }

    fn client(&self) -> Client {
        Client::connect(&self.socket, "Cmeter").unwrap()
    }

    /// The requests that the node read; nobody else may be knocking.
    fn finish(self) -> Vec<String> {
        let (requests, listener) = self.thread.join().unwrap();
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().map(|_| ()).unwrap_err().kind(), ErrorKind::WouldBlock);
        requests
    }
}

fn read_request(stream: &mut UnixStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).unwrap();
    let mut body = vec![0; header(&head, "content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let mut lines = message.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(n, _)| *n == name).map(|(_, value)| value).unwrap_or_default()
}

/// The fault of a client whose node answers the one request with these pieces.
fn fault_of(answer: Answer) -> ClientFault {
    let node = Node::start(vec![vec![answer]]);
    let fault = match node.client().retrieve("cse-mn") {
        Err(error) => into_fault(error),
        Ok(response) => panic!("{response:?}"),
    };
    assert_eq!(node.finish().len(), 1, "a request that got an answer is not sent again");
    fault
}

/// `ClientError` lends its fault only; its text is enough to keep apart what the tests compare.
fn into_fault(error: ClientError) -> ClientFault {
    match error.fault() {
        ClientFault::NoSocket => ClientFault::NoSocket,
        ClientFault::NobodyListens => ClientFault::NobodyListens,
        ClientFault::Closed => ClientFault::Closed,
        ClientFault::TooLong => ClientFault::TooLong,
        ClientFault::NotHttp(what) => ClientFault::NotHttp(what),
        ClientFault::NotAResponse(e) => ClientFault::NotAResponse(*e),
        ClientFault::WrongRequest => ClientFault::WrongRequest,
        other => panic!("{other}"),
    }
}
