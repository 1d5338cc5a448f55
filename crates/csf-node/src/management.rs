//! The management listener: whether the node is well, whether it is ready, and what it has counted.
//!
//! It has a thread of its own and waits for nothing that a request could hold, so it answers when the node has
//! trouble. It is on loopback, tells no identities, and changes nothing.

use std::convert::Infallible;
use std::net::TcpListener as BoundListener;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::error::NodeError;
use crate::http::is_loopback_host;
use crate::metrics::CONTENT_TYPE as METRICS_TYPE;
use crate::node::Node;
use crate::workers::Workers;

/// Connections at once.
const CONNECTIONS: usize = 32;
/// How long the head of a request may take, which is also how long a connection may stay idle.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// The most header lines of a request.
const MAX_HEADERS: usize = 32;
/// The most bytes of a request's head.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// What there is to ask for.
const PATHS: &str = "there are /health, /ready and /metrics\n";

/// The listener while it serves; dropping it ends it.
pub(crate) struct Management {
    _worker: Workers,
}

impl Management {
    /// Serves on a listener that is bound already.
    pub(crate) fn start(listener: BoundListener, node: Arc<Node>) -> Result<Self, NodeError> {
        let worker = Workers::of(1, "csf-management")?;
        worker.serve(async move {
            match TcpListener::from_std(listener) {
                Ok(listener) => accept(listener, node).await,
                Err(error) => tracing::error!(%error, "the management listener cannot be used"),
            }
        });
        Ok(Self { _worker: worker })
    }
}

async fn accept(listener: TcpListener, node: Arc<Node>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) if peer.ip().to_canonical().is_loopback() => {
                let node = Arc::clone(&node);
                tokio::spawn(async move {
                    serve(stream, node).await;
                    drop(permit);
                });
            }
            Ok(_) => {}
            Err(error) => crate::listen::report(&error).await,
        }
    }
}

async fn serve(stream: TcpStream, node: Arc<Node>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| {
        let response = answer(&node, &request);
        async move { Ok::<_, Infallible>(response) }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a management connection ended early");
    }
}

fn answer(node: &Node, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    // A browser that was led here under another name is not to read anything.
    if !is_loopback_host(request.headers()) {
        let text = "Host must be a loopback name: localhost, 127.0.0.1 or [::1]\n";
        return text_of(StatusCode::FORBIDDEN, text.into());
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut refused = text_of(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n".into());
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    let state = |good| if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    match request.uri().path() {
        "/health" => {
            let health = node.vitals().health();
            typed(state(health.is_well()), "application/json", health.json())
        }
        "/ready" => {
            let health = node.vitals().health();
            let mut text = String::from(if health.is_ready() { "ready\n" } else { "not ready\n" });
            if !health.started {
                text.push_str("the node is starting\n");
            }
            for complaint in health.complaints() {
                text.push_str(&format!("{complaint}\n"));
            }
            text_of(state(health.is_ready()), text)
        }
        "/metrics" => typed(StatusCode::OK, METRICS_TYPE, node.vitals().page()),
        _ => text_of(StatusCode::NOT_FOUND, PATHS.into()),
    }
}

fn text_of(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    typed(status, "text/plain; charset=utf-8", text)
}

fn typed(status: StatusCode, kind: &'static str, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let nosniff = HeaderName::from_static("x-content-type-options");
    for (name, value) in [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store"), (nosniff, "nosniff")] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
