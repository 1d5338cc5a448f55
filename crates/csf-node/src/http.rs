//! The HTTP binding on a connection: bytes to a request, a response to bytes, within bounds.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use csf_api::{Release, RequestId, Response, Status};
use csf_service::{Channel, Evidence};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::ext::ReasonPhrase;
use hyper::header::{ALLOW, CONNECTION, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use proto_primitive::{AnswerForm, Dialect, RequestHead, Silence, decode_request_where, encode_response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::associations::Listed;
use crate::node::Node;
use crate::request::RequestNumber;
use crate::workers::attention;

/// The most header lines of a request.
const MAX_HEADERS: usize = 64;
/// The most bytes of a request's head, and of what is read ahead.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// How long the head of a request may take, which is also how long a connection may stay idle.
const HEAD_TIME: Duration = Duration::from_secs(60);

/// The methods of the binding (TS-0009 6.2.1).
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// What all connections share.
pub(crate) struct Face {
    pub(crate) node: Arc<Node>,
    /// Requests being worked on at once.
    pub(crate) requests: Semaphore,
    /// Originators are believed, so a browser led here under another name must not be able to speak.
    pub(crate) loopback_hosts_only: bool,
    /// What is taken beyond the rules, except on the administration socket.
    pub(crate) dialect: Dialect,
}

/// Serves one connection until it ends, and counts its requests where it is an association.
pub(crate) async fn serve<S>(face: Arc<Face>, stream: S, evidence: Evidence, association: Option<Listed>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = attention::Connection::next();
    let service = service_fn(|request| {
        let face = Arc::clone(&face);
        let number = RequestNumber::next();
        if let Some(association) = &association {
            association.count();
        }
        // In a box: what serves a request has a state of many kilobytes, and hyper moves what it is given.
        number.scope(Box::pin(face.serve(evidence, connection, request)))
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

impl Face {
    async fn serve(
        self: Arc<Self>,
        evidence: Evidence,
        connection: attention::Connection,
        request: hyper::Request<Incoming>,
    ) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
        attention::begin(connection);
        let (head, body) = request.into_parts();
        let mut answer = match self.decoded(&evidence, &head, body).await {
            Ok((response, form)) => write(&response, &form, false),
            Err(Refused { response, form, close }) => {
                self.node.metrics().answered(None, &response);
                write(&response, &form, close)
            }
        };
        if answer.status() == hyper::StatusCode::METHOD_NOT_ALLOWED {
            answer.headers_mut().insert(ALLOW, methods_but(head.method.as_str()));
        }
        attention::end(connection);
        Ok(answer)
    }

    async fn decoded<'h>(
        &self,
        evidence: &Evidence,
        head: &'h Parts,
        body: Incoming,
    ) -> Result<(Response, AnswerForm<'h>), Refused<'h>> {
        if self.loopback_hosts_only
            && evidence.channel == Channel::Network
            && !is_loopback_host(&head.headers)
        {
            let text = "with laboratory switches on, Host must be a loopback name";
            self.node.note_turned_away(text).await;
            let response = Response::new(
                Status::OriginatorHasNoPrivilege,
                RequestId::unknown(),
                self.release(evidence, head),
            );
            return Err(Refused::before_reading(head, response.with_text(text)));
        }
        let refused =
            |status, text: &str| Refused::before_reading(head, self.named(evidence, head, status, text));
        let most = self.node.body_bytes();
        // What says of itself that it is too long is not read at all.
        if usize::try_from(body.size_hint().lower()).map_or(true, |bytes| bytes > most) {
            return Err(refused(Status::BadRequest, &too_long(most)));
        }
        let collected = timeout(self.node.request_time(), Limited::new(body, most).collect()).await;
        let body = match collected {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return Err(refused(Status::BadRequest, &too_long(most)));
            }
            Ok(Err(_)) => return Err(refused(Status::BadRequest, "the body ends early")),
            Err(_) => return Err(refused(Status::RequestTimeout, "the body takes too long")),
        };
        // Only now: whoever is slow to send takes nobody's turn.
        let _permit = match timeout(self.node.request_time(), self.requests.acquire()).await {
            Ok(Ok(permit)) => permit,
            _ => {
                let refused = refused(Status::RequestTimeout, "too many requests wait");
                return Err(Refused { close: false, ..refused });
            }
        };
        let _working = self.node.metrics().working.hold();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let request = RequestHead { method: head.method.as_str(), target, headers: header_lines(head) };
        match decode_request_where(self.dialect(evidence), request, &body) {
            Ok((request, form)) => Ok((self.node.handle(evidence, &request).await, form)),
            Err(malformed) => {
                let form = malformed.serialization.into();
                Err(Refused { response: malformed.into(), form, close: false })
            }
        }
    }

    /// A refusal of a request whose body could not be had, under its identifier if it has one.
    fn named(&self, evidence: &Evidence, head: &Parts, status: Status, text: &str) -> Response {
        let id = head.headers.get("x-m2m-ri").and_then(|value| value.to_str().ok());
        let id = id.and_then(|text| RequestId::parse(text).ok());
        let release = self.release(evidence, head);
        Response::new(status, id.unwrap_or_else(RequestId::unknown), release).with_text(text)
    }

    /// The administration socket is for the tools of this node, which keep the rules.
    fn dialect(&self, evidence: &Evidence) -> Dialect {
        if evidence.channel == Channel::Administration { Dialect::default() } else { self.dialect }
    }

    /// The release of a request of which no more than the head was read.
    fn release(&self, evidence: &Evidence, head: &Parts) -> Option<Release> {
        match head.headers.get("x-m2m-rvi") {
            Some(value) => value.to_str().ok().and_then(Release::parse),
            None => (self.dialect(evidence).silence == Silence::IsRelease1).then_some(Release::R1),
        }
    }
}

/// What such an answer must say (RFC 9110 15.5.6): the methods of the binding, without the one that was refused.
fn methods_but(refused: &str) -> HeaderValue {
    let others: Vec<&str> = METHODS.into_iter().filter(|method| *method != refused).collect();
    HeaderValue::from_str(&others.join(", ")).unwrap_or(HeaderValue::from_static(""))
}

fn too_long(most: usize) -> String {
    format!("the body has more than {most} bytes")
}

/// An answer that the binding gives itself: nothing behind it has heard of the request.
struct Refused<'h> {
    response: Response,
    form: AnswerForm<'h>,
    /// Whether the connection ends with it.
    close: bool,
}

impl<'h> Refused<'h> {
    /// A refusal while the body has not been read, which leaves the connection of no use.
    fn before_reading(head: &'h Parts, response: Response) -> Self {
        Self { response, form: AnswerForm::of_headers(header_lines(head)), close: true }
    }
}

fn header_lines(head: &Parts) -> impl Iterator<Item = (&str, &[u8])> {
    head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

/// Whether the request names this machine by a loopback name, so that no browser was led here under another.
pub(crate) fn is_loopback_host(headers: &HeaderMap) -> bool {
    let host = headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    matches!(name, "localhost" | "127.0.0.1" | "::1")
}

fn write(response: &Response, form: &AnswerForm<'_>, close: bool) -> hyper::Response<Full<Bytes>> {
    let encoded = encode_response(response, form);
    let mut http = hyper::Response::new(Full::new(Bytes::from(encoded.body)));
    *http.status_mut() =
        hyper::StatusCode::from_u16(encoded.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    // A reason phrase is left out in oneM2M (TS-0009 6.3.3).
    http.extensions_mut().insert(ReasonPhrase::from_static(b""));
    for (name, value) in encoded.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            http.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    if close {
        http.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    http
}
