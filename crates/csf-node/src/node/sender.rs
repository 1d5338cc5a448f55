//! Requests that the node sends: over a socket on this machine, to the user that the hop names and to nobody else.
//!
//! A connection is made for one request. Who listens is known before a byte is written, and what comes back is bounded
//! in size and time.

use std::time::Instant;

use csf_api::{Request, Response};
use csf_service::{Hop, SendError};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use proto_primitive::{HttpRequest, MAX_HEADERS, decode_response, encode_request};
use tokio::net::UnixStream;
use tokio::time::timeout_at;

/// The longest body of a response, in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// The most bytes of a response's head, and of what is read ahead.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// HTTP wants a name of whoever is asked; a socket has none.
const HOST: &str = "localhost";

/// Sends a request and has its response, at the latest by the given moment and within the time of the hop.
pub(super) async fn send(hop: &Hop, request: &Request, by: Instant) -> Result<Response, SendError> {
    let by = Instant::now().checked_add(hop.within()).map_or(by, |within| within.min(by));
    let sent = timeout_at(by.into(), exchange(hop, request)).await.unwrap_or(Err(SendError::Late));
    if let Err(error) = sent {
        // Paths of sockets are the operator's, not an entity's.
        tracing::warn!(socket = %hop.socket().display(), user = hop.user(), %error, "a server gave no answer");
    }
    sent
}

async fn exchange(hop: &Hop, request: &Request) -> Result<Response, SendError> {
    let unreachable = |_| SendError::Unreachable;
    let stream = UnixStream::connect(hop.socket()).await.map_err(unreachable)?;
    let peer = stream.peer_cred().map_err(|_| SendError::NotProven)?;
    if peer.uid() != hop.user() {
        return Err(SendError::NotProven);
    }
    let http = encode_request(request, HOST).map_err(|_| SendError::NoResponse)?;
    let http = framed(&http).ok_or(SendError::NoResponse)?;
    let mut builder = Builder::new();
    builder.max_headers(MAX_HEADERS).max_buf_size(MAX_HEAD_BYTES);
    let handshake = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| SendError::Unreachable)?;
    let mut answer = std::pin::pin!(async move {
        let response = sender
            .send_request(http)
            .await
            .map_err(|error| if error.is_parse() { SendError::NoResponse } else { SendError::Unreachable })?;
        read(response).await
    });
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // A connection that ended has given all that it will.
        _ = connection => answer.await,
    }
}

fn framed(http: &HttpRequest<'_>) -> Option<hyper::Request<Full<Bytes>>> {
    let mut builder = hyper::Request::builder().method(http.method).uri(&http.target);
    for (name, value) in &http.headers {
        builder = builder.header(*name, value.as_bytes());
    }
    builder.body(Full::new(Bytes::copy_from_slice(&http.body))).ok()
}

async fn read(response: hyper::Response<Incoming>) -> Result<Response, SendError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await.map_err(|_| SendError::NoResponse)?;
    let headers = head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    decode_response(head.status.as_u16(), headers, &body.to_bytes()).map_err(|_| SendError::NoResponse)
}
