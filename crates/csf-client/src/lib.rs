//! A blocking client for the node's Unix sockets.
//!
//! It speaks the HTTP binding of oneM2M over a local socket: the administrator's (`admin.sock`) or the one
//! for local users. One client is one originator on one connection, which stays open between requests.
//!
//! ```text
//!   retrieve("cse-mn/a") ─▶ Request ─ proto-primitive ─▶ one write ═══ socket ═══▶ node
//!              Response ◀─ proto-primitive ◀─ one read, usually ═══════ socket ═══ node
//! ```
//!
//! ```no_run
//! use std::path::Path;
//!
//! use csf_api::{Content, Object, ResourceType, Status, Value};
//! use csf_client::Client;
//!
//! let mut client = Client::connect(Path::new("/run/csf/csf.sock"), "Cmeter")?;
//! let readings = Content::new("m2m:cnt", Value::Object(Object::new().with("rn", Value::text("readings"))));
//! let response = client.create("cse-mn/meter", ResourceType::CONTAINER, readings)?;
//! assert_eq!(response.status, Status::Created);
//! # Ok::<(), csf_client::ClientError>(())
//! ```
//!
//! A refusal by the node is a [`Response`](csf_api::Response) like any other; a [`ClientError`] means that
//! there was no response, and names the socket and, where there is one, the remedy.
//!
//! A request is sent again in one case only: the node had closed the idle connection before it could have
//! read the request. Whether a request took effect that got no answer, only the node knows.
//!
//! What it refuses to be: a place for decisions, retries, caches or secrets.

mod client;
mod error;
mod wire;

pub use client::{Client, DEFAULT_TIMEOUT};
pub use error::{ClientError, ClientFault};
pub use wire::MAX_HEAD_BYTES;
