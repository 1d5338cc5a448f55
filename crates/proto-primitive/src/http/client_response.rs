//! HTTP responses to response primitives, as an originator reads them (TS-0009 6.3 and 6.4).

use std::fmt;

use csf_api::{Moment, Partial, Release, RequestId, Response, Status, UtcTime};

use super::media::{ContentType, number};
use super::response::{FULL, PARTIAL, PRECONDITION_FAILED};
use super::{MAX_HEADERS, credentials, name};
use crate::serialization::BodyError;

/// Why a message is no response primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseError {
    /// It has no `X-M2M-RSC`: whoever answered, with this HTTP status, does not speak oneM2M.
    NotAPrimitive(u16),
    /// It has more than [`MAX_HEADERS`] header lines.
    TooManyHeaders,
    /// This header line is given twice.
    Repeated(&'static str),
    /// `X-M2M-RSC` is no number, or one that the project does not know.
    ResponseCode(Option<u16>),
    /// `X-M2M-RI` is missing or malformed.
    RequestId,
    /// `X-M2M-RVI` is of an unknown release.
    Release,
    /// `Content-Location` is not visible ASCII.
    Location,
    /// `X-M2M-CTS` or `X-M2M-CTO` holds what it cannot hold.
    ContentStatus,
    /// There is a body, and it is not said to be JSON in UTF-8 or CBOR.
    MediaType,
    /// The body is no content.
    Body(BodyError),
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPrimitive(status) => {
                write!(f, "HTTP status {status} without X-M2M-RSC: this is no oneM2M response")
            }
            Self::TooManyHeaders => write!(f, "the response has more than {MAX_HEADERS} header lines"),
            Self::Repeated(name) => write!(f, "the response gives the header line {name} twice"),
            Self::ResponseCode(None) => f.write_str("the X-M2M-RSC of the response is no number"),
            Self::ResponseCode(Some(code)) => write!(f, "the X-M2M-RSC of the response, {code}, is unknown"),
            Self::RequestId => f.write_str("the X-M2M-RI of the response is missing or malformed"),
            Self::Release => f.write_str("the X-M2M-RVI of the response is of an unknown release"),
            Self::Location => f.write_str("the Content-Location of the response is malformed"),
            Self::ContentStatus => f.write_str("the X-M2M-CTS or X-M2M-CTO of the response is malformed"),
            Self::MediaType => f.write_str("the body of the response is neither JSON in UTF-8 nor CBOR"),
            Self::Body(error) => write!(f, "the body of the response: {error}"),
        }
    }
}

impl std::error::Error for ResponseError {}

/// Reads a response. `X-M2M-RSC` says what became of the request; the HTTP status is for people, but for 412, which alone
/// says that a precondition was not met.
///
/// # Errors
///
/// Says what keeps the message from being a response primitive.
pub fn decode_response<'a, H>(status: u16, headers: H, body: &[u8]) -> Result<Response, ResponseError>
where
    H: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let lines = Lines::collect(headers)?;
    let code = lines.code.ok_or(ResponseError::NotAPrimitive(status))?;
    let code = text(code).and_then(number::<u16>).ok_or(ResponseError::ResponseCode(None))?;
    let mut response = Response::new(
        Status::from_code(code).ok_or(ResponseError::ResponseCode(Some(code)))?,
        lines
            .request_id
            .and_then(text)
            .and_then(|id| RequestId::parse(id).ok())
            .ok_or(ResponseError::RequestId)?,
        match lines.release {
            None => None,
            Some(release) => Some(text(release).and_then(Release::parse).ok_or(ResponseError::Release)?),
        },
    );
    if let Some(location) = lines.location {
        let visible = location.iter().all(u8::is_ascii_graphic);
        let location = text(location).filter(|_| visible).ok_or(ResponseError::Location)?;
        response.location = Some(location.into());
    }
    response.partial = partial(&lines)?;
    // These spare or tell the originator something and change nothing, so what cannot be read is not there.
    let assigned = lines.assigned.and_then(text).and_then(credentials::read_assigned);
    response.assigned_token_ids = assigned.unwrap_or_default();
    response.originated = lines.originated.and_then(text).and_then(|time| UtcTime::parse(time).ok());
    response.result_expires = lines.result_expires.and_then(text).and_then(Moment::parse);
    response.is_unmet = status == PRECONDITION_FAILED && !response.status.is_success();
    if !body.is_empty() {
        let content_type = ContentType::parse(lines.content_type.unwrap_or_default()).unwrap_or_default();
        let serialization = content_type.serialization.ok_or(ResponseError::MediaType)?;
        response.content = Some(serialization.decode(body).map_err(ResponseError::Body)?);
    }
    Ok(response)
}

/// What the response says of the rest of a result; an offset without the status of a part says nothing.
fn partial(lines: &Lines<'_>) -> Result<Option<Partial>, ResponseError> {
    let offset = lines.content_offset.map(|offset| text(offset).and_then(number::<u32>));
    let next = offset.map(|offset| offset.ok_or(ResponseError::ContentStatus)).transpose()?;
    match lines.content_status.map(text) {
        None | Some(Some(FULL)) => Ok(None),
        Some(Some(PARTIAL)) => Ok(Some(Partial { next })),
        Some(_) => Err(ResponseError::ContentStatus),
    }
}

/// The lines that matter, each at most once.
#[derive(Default)]
struct Lines<'a> {
    code: Option<&'a [u8]>,
    request_id: Option<&'a [u8]>,
    release: Option<&'a [u8]>,
    location: Option<&'a [u8]>,
    content_type: Option<&'a [u8]>,
    content_status: Option<&'a [u8]>,
    content_offset: Option<&'a [u8]>,
    assigned: Option<&'a [u8]>,
    originated: Option<&'a [u8]>,
    result_expires: Option<&'a [u8]>,
}

impl<'a> Lines<'a> {
    fn collect(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, ResponseError> {
        let mut lines = Self::default();
        for (n, (name, value)) in headers.into_iter().enumerate() {
            if n >= MAX_HEADERS {
                return Err(ResponseError::TooManyHeaders);
            }
            lines.take(name, value.trim_ascii())?;
        }
        Ok(lines)
    }

    fn take(&mut self, name: &str, value: &'a [u8]) -> Result<(), ResponseError> {
        let slots = [
            (name::RESPONSE_CODE, &mut self.code),
            (name::REQUEST_ID, &mut self.request_id),
            (name::RELEASE, &mut self.release),
            (name::CONTENT_LOCATION, &mut self.location),
            (name::CONTENT_TYPE, &mut self.content_type),
            (name::CONTENT_STATUS, &mut self.content_status),
            (name::CONTENT_OFFSET, &mut self.content_offset),
            (name::ASSIGNED_TOKEN_IDS, &mut self.assigned),
            (name::ORIGINATING_TIME, &mut self.originated),
            (name::RESULT_EXPIRATION, &mut self.result_expires),
        ];
        for (known, slot) in slots {
            if known.eq_ignore_ascii_case(name) {
                return match slot.replace(value) {
                    None => Ok(()),
                    Some(_) => Err(ResponseError::Repeated(known)),
                };
            }
        }
        Ok(())
    }
}

fn text(value: &[u8]) -> Option<&str> {
    str::from_utf8(value).ok()
}
