//! Response primitives to HTTP responses (TS-0009 6.3 and 6.4).

use std::borrow::Cow;
use std::fmt;

use csf_api::Response;

use super::{name, status};
use crate::json::content_to_json;

/// The content status of a part.
pub(super) const PARTIAL: &str = "1";
/// The content status of a whole.
pub(super) const FULL: &str = "2";

/// An HTTP response, ready to be framed: the transport adds `Content-Length` and what else is its own.
pub struct HttpResponse<'a> {
    /// The HTTP status code.
    pub status: u16,
    /// Header lines; the names are in lower case.
    pub headers: Vec<(&'static str, Cow<'a, str>)>,
    /// The body; empty where there is no content.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpResponse<'_> {
    /// Shows how long the body is, not what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &self.body.len())
            .finish()
    }
}

/// Writes a response.
///
/// A location that could not stand in a header line is left out; the body carries it too.
#[must_use]
pub fn encode_response(response: &Response) -> HttpResponse<'_> {
    let (status, code) = status::on_the_wire(response.status);
    let mut headers = Vec::with_capacity(5);
    headers.push((name::RESPONSE_CODE, code));
    headers.push((name::REQUEST_ID, Cow::Borrowed(response.request_id.as_str())));
    if let Some(release) = response.release {
        headers.push((name::RELEASE, Cow::Borrowed(release.as_str())));
    }
    if let Some(location) = response.location.as_deref()
        && location.bytes().all(|b| b.is_ascii_graphic())
    {
        headers.push((name::CONTENT_LOCATION, Cow::Borrowed(location)));
    }
    if let Some(partial) = response.partial {
        headers.push((name::CONTENT_STATUS, Cow::Borrowed(PARTIAL)));
        if let Some(next) = partial.next {
            headers.push((name::CONTENT_OFFSET, Cow::Owned(next.to_string())));
        }
    }
    let body = match &response.content {
        Some(content) => {
            headers.push((name::CONTENT_TYPE, Cow::Borrowed("application/json")));
            content_to_json(content)
        }
        None => Vec::new(),
    };
    HttpResponse { status, headers, body }
}
