//! The client against a scripted node: what it sends, what it makes of answers, and when it sends again.
#![expect(clippy::unwrap_used, reason = "the scripted node may stop at the first surprise")]

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use csf_api::{Content, FilterCriteria, Object, Operation, ResourceType, Status, Value};
use csf_client::{Client, ClientFault, MAX_HEAD_BYTES};
use proto_primitive::{MAX_BODY_BYTES, ResponseError};

/// What the node does with one request: writes these pieces, in which `{RI}` is the request's identifier.
type Answer = Vec<&'static str>;

const OK: &str =
    "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nX-M2M-RVI: 3\r\nContent-Length: 0\r\n\r\n";

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
    let fault = node.client().retrieve("cse-mn").map(|r| r.status).unwrap_err().into_fault();
    assert_eq!(node.finish().len(), 1, "a request that the node read is not sent again");
    fault
}

#[test]
fn each_call_is_the_request_that_its_name_says() {
    let node = Node::start(vec![vec![vec![OK]; 8]]);
    let mut client = node.client();
    let content = |root: &str| Content::new(root, Value::Object(Object::new().with("rn", Value::text("a"))));
    let filter = FilterCriteria { resource_types: vec![ResourceType::AE], ..FilterCriteria::default() };
    assert_eq!(client.retrieve("cse-mn/a#rn").unwrap().status, Status::Ok);
    client.create("cse-mn", ResourceType::CONTAINER, content("m2m:cnt")).unwrap();
    client.update("/id-mn/cse-mn/a", content("m2m:cnt")).unwrap();
    client.delete("cse-mn/a").unwrap();
    client.children("cse-mn").unwrap();
    client.discover("cse-mn", filter).unwrap();
    client.invoke("cse-mn/security/data/function-sign", content("csf:sign")).unwrap();
    let own = client.request(Operation::Notify, "cse-mn").unwrap();
    client.send(&csf_api::Request { content: Some(content("m2m:sgn")), ..own }).unwrap();
    drop(client);
    let requests = node.finish();
    let lines: Vec<&str> = requests.iter().map(|r| r.lines().next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "GET /cse-mn/a?atrl=rn HTTP/1.1",
            "POST /cse-mn HTTP/1.1",
            "PUT /~/id-mn/cse-mn/a HTTP/1.1",
            "DELETE /cse-mn/a HTTP/1.1",
            "GET /cse-mn?rcn=6&fu=2&lvl=1 HTTP/1.1",
            "GET /cse-mn?fu=1&ty=2 HTTP/1.1",
            "PUT /cse-mn/security/data/function-sign HTTP/1.1",
            "POST /cse-mn HTTP/1.1",
        ]
    );
    let mut ids: Vec<&str> = requests.iter().map(|r| header(r, "x-m2m-ri")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), requests.len(), "every request has an identifier of its own");
    assert!(requests.iter().all(|r| header(r, "x-m2m-origin") == "Cmeter" && header(r, "x-m2m-rvi") == "3"));
    assert_eq!(header(&requests[1], "content-type"), "application/json;ty=3");
    assert!(requests[1].ends_with("\r\n\r\n{\"m2m:cnt\":{\"rn\":\"a\"}}"));
}

#[test]
fn two_clients_never_share_an_identifier() {
    let node = Node::start(vec![vec![], vec![]]);
    let (mut one, mut two) = (node.client(), node.client());
    let id = |client: &mut Client| client.request(Operation::Retrieve, "a").unwrap().request_id;
    assert_ne!(id(&mut one), id(&mut two));
    node.finish();
}

#[test]
fn a_response_in_pieces_is_put_together() {
    let node = Node::start(vec![vec![vec![
        "HTTP/1.1 403",
        " Forbidden\r\nX-M2M-RSC: 41",
        "03\r\nX-M2M-RI: {RI}\r\ncontent-type: application/json\r",
        "\ncontent-length: 21\r\n\r\n{\"m2m:dbg\"",
        ":\"no such\"}",
    ]]]);
    let response = node.client().retrieve("cse-mn").unwrap();
    assert_eq!(response.status, Status::OriginatorHasNoPrivilege);
    assert_eq!(response.content, Some(Content::new("m2m:dbg", Value::text("no such"))));
    node.finish();
}

#[test]
fn a_connection_that_was_closed_while_idle_is_opened_again() {
    let node = Node::start(vec![vec![vec![OK]], vec![vec![OK], vec![OK]]]);
    let mut client = node.client();
    client.retrieve("one").unwrap();
    node.closed.recv().unwrap();
    client.retrieve("two").unwrap();
    client.retrieve("three").unwrap();
    drop(client);
    assert_eq!(node.finish().len(), 3, "each request was read once");
}

#[test]
fn an_answer_that_closes_the_connection_is_taken_at_its_word() {
    let close = "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let node = Node::start(vec![vec![vec![close]], vec![vec![OK]]]);
    let mut client = node.client();
    client.retrieve("one").unwrap();
    client.retrieve("two").unwrap();
    drop(client);
    assert_eq!(node.finish().len(), 2);
}

#[test]
fn a_request_that_was_read_and_not_answered_is_not_sent_again() {
    let node = Node::start(vec![vec![vec![OK], vec![]]]);
    let mut client = node.client();
    client.retrieve("one").unwrap();
    let fault = client.delete("two").unwrap_err().into_fault();
    assert!(matches!(fault, ClientFault::Closed), "{fault}");
    assert_eq!(node.finish().len(), 2);
}

#[test]
fn after_a_failure_the_next_request_has_a_connection_of_its_own() {
    let wrong = "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: other\r\nContent-Length: 0\r\n\r\n";
    let node = Node::start(vec![vec![vec![wrong]], vec![vec![OK]]]);
    let mut client = node.client();
    let fault = client.retrieve("one").unwrap_err().into_fault();
    assert!(matches!(fault, ClientFault::WrongRequest), "{fault}");
    client.retrieve("two").unwrap();
    drop(client);
    node.finish();
}

#[test]
fn a_node_that_does_not_answer_in_time_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("csf.sock");
    let _silent = UnixListener::bind(&socket).unwrap();
    let mut client = Client::connect(&socket, "Cmeter").unwrap();
    assert!(client.set_timeout(Duration::ZERO).is_err());
    client.set_timeout(Duration::from_millis(20)).unwrap();
    let error = client.retrieve("cse-mn").unwrap_err();
    assert!(
        error.to_string().ends_with("no answer within 20ms; whether the request took effect is not known")
    );
    assert_eq!(error.socket(), socket);
}

#[test]
fn what_is_no_onem2m_response_is_an_error() {
    let no_code = fault_of(vec!["HTTP/1.1 502 Bad\r\nX-M2M-RI: {RI}\r\nContent-Length: 0\r\n\r\n"]);
    assert!(matches!(no_code, ClientFault::NotAResponse(ResponseError::NotAPrimitive(502))), "{no_code}");
    let no_id = fault_of(vec!["HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nContent-Length: 0\r\n\r\n"]);
    assert!(matches!(no_id, ClientFault::NotAResponse(ResponseError::RequestId)), "{no_id}");
    let cut =
        fault_of(vec!["HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nContent-Length: 9\r\n\r\n{}"]);
    assert!(matches!(cut, ClientFault::Closed), "{cut}");
    for (what, answer) in [
        ("no HTTP", "SSH-2.0-OpenSSH_9.9\r\n"),
        ("no length", "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\n\r\n"),
        ("no number", "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nContent-Length: +0\r\n\r\n"),
        (
            "two lengths",
            "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            "chunked",
            "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "more",
            "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 ",
        ),
    ] {
        let fault = fault_of(vec![answer]);
        assert!(matches!(fault, ClientFault::NotHttp(_)), "{what}: {fault}");
    }
}

#[test]
fn an_oversized_response_is_not_read_to_its_end() {
    let endless: &'static str =
        Box::leak(format!("X-Fill: {}\r\n", "x".repeat(MAX_HEAD_BYTES)).into_boxed_str());
    let fault = fault_of(vec!["HTTP/1.1 200 \r\n", endless]);
    assert!(matches!(fault, ClientFault::TooLong), "{fault}");
    let declared = format!("HTTP/1.1 200 \r\nContent-Length: {}\r\n\r\n", MAX_BODY_BYTES + 1);
    let fault = fault_of(vec![Box::leak(declared.into_boxed_str())]);
    assert!(matches!(fault, ClientFault::TooLong), "{fault}");
}

#[test]
fn a_long_response_within_bounds_is_read() {
    let body = format!("{{\"m2m:dbg\":\"{}\"}}", "x".repeat(MAX_BODY_BYTES - 14));
    assert_eq!(body.len(), MAX_BODY_BYTES);
    let head = "HTTP/1.1 200 \r\nX-M2M-RSC: 2000\r\nX-M2M-RI: {RI}\r\nContent-Type: application/json\r\n";
    let length = format!("Content-Length: {MAX_BODY_BYTES}\r\n\r\n");
    let answer: Answer = vec![head, Box::leak(length.into_boxed_str()), Box::leak(body.into_boxed_str())];
    let node = Node::start(vec![vec![answer, vec![OK]]]);
    let mut client = node.client();
    assert!(client.retrieve("cse-mn").unwrap().content.is_some());
    assert!(client.retrieve("cse-mn").unwrap().content.is_none(), "nothing of the last response is left");
    drop(client);
    node.finish();
}

#[test]
fn what_cannot_be_sent_is_not_sent() {
    let node = Node::start(vec![vec![]]);
    let mut client = Client::connect(&node.socket, "C\r\nX-M2M-Origin: CAdmin").unwrap();
    let fault = client.retrieve("cse-mn").unwrap_err().into_fault();
    assert!(matches!(fault, ClientFault::Request(_)), "{fault}");
    let fault = client.retrieve("cse-mn/../x").unwrap_err().into_fault();
    assert!(matches!(fault, ClientFault::Address(_)), "{fault}");
    assert!(node.finish().is_empty());
}

#[test]
fn a_socket_that_is_not_there_or_not_served_is_named_with_the_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("csf.sock");
    let error = Client::connect(&socket, "Cmeter").unwrap_err();
    assert!(matches!(error.fault(), ClientFault::NoSocket));
    assert!(error.to_string().contains("csf.sock: there is no such socket; is the node running"));
    drop(UnixListener::bind(&socket).unwrap());
    let error = Client::connect(&socket, "Cmeter").unwrap_err();
    assert!(matches!(error.fault(), ClientFault::NobodyListens));
    assert!(error.to_string().contains("is the node still running?"));
}
