//! Response primitives to HTTP responses (TS-0009 6.3 and 6.4).

use std::borrow::Cow;
use std::fmt;

use csf_api::{Release, Response, Status};

use super::answer_form::AnswerForm;
use super::{credentials, name, release_1, status};

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

/// The HTTP status code of an answer whose body the originator has already (RFC 9110 15.4.5).
const NOT_MODIFIED: u16 = 304;
/// The HTTP status code of an answer to a request whose precondition was not met (RFC 9110 15.5.13).
pub(super) const PRECONDITION_FAILED: u16 = 412;
/// What a RETRIEVE is told whose result it did not demand.
const UNMET: &str = "the result is not one that If-Match names";

/// Writes a response in this form.
///
/// The result of a RETRIEVE has an `ETag`. Where the request names that one in `If-None-Match`, the answer is
/// the HTTP status 304 without a body; `X-M2M-RSC` remains that of the result.
///
/// Where the target was not in the state that the request demanded, the HTTP status is 412, whatever the status says.
/// So it is where the result of a RETRIEVE is not one that its `If-Match` names; that result is then not shown.
///
/// A location that could not stand in a header line is left out; the body carries it too. The answer to a
/// request of release 1 says only what release 1 knows.
#[must_use]
pub fn encode_response<'a>(response: &'a Response, form: &AnswerForm<'_>) -> HttpResponse<'a> {
    if form.is_unmet_by(response) {
        let refused = Response::new(Status::BadRequest, response.request_id.clone(), response.release);
        let refused = Response {
            is_unmet: true,
            originated: response.originated,
            result_expires: response.result_expires,
            ..refused.with_text(UNMET)
        };
        let HttpResponse { status, headers, body } = encode_response(&refused, &form.serialization().into());
        let headers = headers.into_iter().map(|(name, value)| (name, Cow::Owned(value.into_owned())));
        return HttpResponse { status, headers: headers.collect(), body };
    }
    let old = response.release == Some(Release::R1);
    let told = if old { response.status.in_release_1() } else { response.status };
    let (mut status, code) = status::on_the_wire(told);
    if response.is_unmet {
        status = PRECONDITION_FAILED;
    }
    let mut headers = Vec::with_capacity(6);
    headers.push((name::RESPONSE_CODE, code));
    headers.push((name::REQUEST_ID, Cow::Borrowed(response.request_id.as_str())));
    if let Some(release) = response.release.and_then(Release::on_the_wire) {
        headers.push((name::RELEASE, Cow::Borrowed(release)));
    }
    if let Some(location) = response.location.as_deref()
        && location.bytes().all(|b| b.is_ascii_graphic())
    {
        headers.push((name::CONTENT_LOCATION, Cow::Borrowed(location)));
    }
    if !response.assigned_token_ids.is_empty() {
        headers.push((
            name::ASSIGNED_TOKEN_IDS,
            Cow::Owned(credentials::assigned(&response.assigned_token_ids)),
        ));
    }
    // Release 1 has both as well.
    if let Some(originated) = response.originated {
        headers.push((name::ORIGINATING_TIME, Cow::Owned(originated.precise())));
    }
    if let Some(expires) = response.result_expires {
        headers.push((name::RESULT_EXPIRATION, Cow::Owned(expires.to_string())));
    }
    if let Some(partial) = response.partial {
        headers.push((name::CONTENT_STATUS, Cow::Borrowed(PARTIAL)));
        if let Some(next) = partial.next {
            headers.push((name::CONTENT_OFFSET, Cow::Owned(next.to_string())));
        }
    }
    let older = response.content.as_ref().filter(|_| old).map(release_1::content);
    let content = older.as_ref().map_or(response.content.as_ref(), Option::as_ref);
    let Some(content) = content else { return HttpResponse { status, headers, body: Vec::new() } };
    let serialization = form.serialization();
    let mut body = serialization.encode(content);
    if response.status == Status::Ok
        && let Some(whole) = &response.content
        && let Some((tag, has_it)) = form.validate(whole, response.release)
    {
        headers.push((name::ETAG, Cow::Owned(tag)));
        if has_it {
            status = NOT_MODIFIED;
            body.clear();
        }
    }
    if !body.is_empty() {
        headers.push((name::CONTENT_TYPE, Cow::Borrowed(serialization.media_type())));
    }
    HttpResponse { status, headers, body }
}
