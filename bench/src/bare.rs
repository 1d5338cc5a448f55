//! What a node is compared with: bare axum handlers that do the same input and output and nothing else.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use axum::serve::ListenerExt;
use hyper::ext::ReasonPhrase;
use tokio::net::{TcpListener, UnixListener};
use tokio::runtime::Builder;

use crate::failure::Failure;
use crate::keep_alive::Reply;
use crate::workload::WORKERS;

/// Which bare server to be.
pub(crate) enum Role {
    /// Answers a GET of this path, on a loopback port of its own, with the response on its standard input.
    Page { path: String },
    /// Answers a PUT on this Unix socket with the body of the request.
    Echo { socket: PathBuf },
}

/// Serves until the process is ended.
pub(crate) fn serve(role: &Role) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.map_err(|e| Failure::machine("a runtime", e))?;
    let served = match role {
        Role::Page { path } => {
            let page = Page::read()?;
            runtime.block_on(serve_page(path, page))
        }
        Role::Echo { socket } => runtime.block_on(serve_echo(socket)),
    };
    served.map_err(|e| Failure::machine("a bare server", e))
}

async fn serve_page(path: &str, page: Page) -> std::io::Result<()> {
    let router = Router::new().route(path, get(show)).with_state(Arc::new(page));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    ready(&listener.local_addr()?.to_string())?;
    let listener = listener.tap_io(|stream| {
        // As a node does; without it the responses would still be sent, at worst a little later.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await
}

async fn show(State(page): State<Arc<Page>>) -> Response {
    as_a_node_does((page.headers.clone(), page.body.clone()))
}

/// Without a reason phrase.
fn as_a_node_does(answer: (HeaderMap, Bytes)) -> Response {
    let mut response = answer.into_response();
    response.extensions_mut().insert(ReasonPhrase::from_static(b""));
    response
}

async fn serve_echo(socket: &PathBuf) -> std::io::Result<()> {
    let router = Router::new().route("/{*path}", put(echo));
    let listener = UnixListener::bind(socket)?;
    ready("")?;
    axum::serve(listener, router).await
}

/// With what the client wants of every response: a code, its own identifier, the release.
async fn echo(request: HeaderMap, body: Bytes) -> Response {
    let id = request.get("x-m2m-ri").cloned().unwrap_or(HeaderValue::from_static(""));
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert("x-m2m-rsc", HeaderValue::from_static("2004"));
    headers.insert("x-m2m-ri", id);
    headers.insert("x-m2m-rvi", HeaderValue::from_static("3"));
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    as_a_node_does((headers, body))
}

/// A response to give again and again.
struct Page {
    headers: HeaderMap,
    body: Bytes,
}

impl Page {
    fn read() -> Result<Self, Failure> {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|e| Failure::machine("standard input", e))?;
        let reply = Reply::read(&bytes)?;
        let mut headers = HeaderMap::new();
        for (name, value) in reply.headers() {
            // The server says these by itself.
            if matches!(name, "content-length" | "date") {
                continue;
            }
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                headers.append(name, value);
            }
        }
        Ok(Self { headers, body: Bytes::copy_from_slice(reply.body()) })
    }
}

fn ready(at: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready {at}")?;
    out.flush()
}
