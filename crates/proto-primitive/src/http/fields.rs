//! The header lines of a request: each known one at most once, each unsupported one noticed (TS-0009 6.4).

use csf_api::{MAX_ENTITY_ID_BYTES, Moment, Operation, Release, RequestId, Status, UtcTime};

use super::accept::Accept;
use super::credentials;
use super::etag::{self, MAX_LIST_BYTES};
use super::fault::Fault;
use super::media::{ContentType, number};
use super::request::Silence;
use super::{MAX_HEADERS, name};
use crate::serialization::Serialization;

/// Lines whose parameters would change what the request means, and which this node does not know how to obey.
///
/// `X-M2M-OT` and `X-M2M-VSI` are not among them: they inform, and change nothing. `If-Unmodified-Since` is: a
/// precondition that is dropped would let through the write that it should stop.
const UNSUPPORTED: [&str; 7] = [
    name::EXECUTION_TIME,
    name::RESPONSE_TARGETS,
    name::EVENT_CATEGORY,
    name::GROUP_REQUEST_ID,
    name::PROXY_AUTHORIZATION,
    name::AUTHORIZATION_SIGNATURES,
    name::IF_UNMODIFIED_SINCE,
];

/// A line that may stand once.
#[derive(Clone, Copy, Default)]
enum Line<'a> {
    #[default]
    Absent,
    Once(&'a [u8]),
    Repeated,
}

impl<'a> Line<'a> {
    fn value(self, name: &'static str) -> Result<Option<&'a [u8]>, Fault> {
        match self {
            Self::Absent => Ok(None),
            Self::Once(value) => Ok(Some(value)),
            Self::Repeated => Err(Fault::bad(format!("the header line {name} is given twice"))),
        }
    }
}

/// What the header lines say; collected first, judged when asked.
#[derive(Default)]
pub(super) struct Fields<'a> {
    request_id: Line<'a>,
    release: Line<'a>,
    origin: Line<'a>,
    content_type: Line<'a>,
    content_length: Line<'a>,
    content_encoding: Line<'a>,
    host: Line<'a>,
    authorization: Line<'a>,
    originating_time: Line<'a>,
    request_expiration: Line<'a>,
    result_expiration: Line<'a>,
    accept: Accept,
    /// Every `If-None-Match` line: together they are one list.
    if_none_match: Vec<&'a [u8]>,
    /// Every `If-Match` line, likewise.
    if_match: Vec<&'a [u8]>,
    unsupported: Option<&'static str>,
    too_many: bool,
}

impl<'a> Fields<'a> {
    /// Collects the lines; unknown ones are ignored.
    pub(super) fn collect(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut fields = Self::default();
        for (n, (name, value)) in headers.into_iter().enumerate() {
            if n >= MAX_HEADERS {
                fields.too_many = true;
                break;
            }
            fields.take(name, value.trim_ascii());
        }
        fields
    }

    fn take(&mut self, name: &str, value: &'a [u8]) {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let line = if is(name::REQUEST_ID) {
            &mut self.request_id
        } else if is(name::RELEASE) {
            &mut self.release
        } else if is(name::ORIGIN) {
            &mut self.origin
        } else if is(name::CONTENT_TYPE) {
            &mut self.content_type
        } else if is(name::CONTENT_LENGTH) {
            &mut self.content_length
        } else if is(name::CONTENT_ENCODING) {
            &mut self.content_encoding
        } else if is(name::HOST) {
            &mut self.host
        } else if is(name::AUTHORIZATION) {
            &mut self.authorization
        } else if is(name::ORIGINATING_TIME) {
            &mut self.originating_time
        } else if is(name::REQUEST_EXPIRATION) {
            &mut self.request_expiration
        } else if is(name::RESULT_EXPIRATION) {
            &mut self.result_expiration
        } else if is(name::ACCEPT) {
            self.accept.take(value);
            return;
        } else if is(name::IF_NONE_MATCH) {
            self.if_none_match.push(value);
            return;
        } else if is(name::IF_MATCH) {
            self.if_match.push(value);
            return;
        } else {
            let known = UNSUPPORTED.iter().find(|known| is(known)).copied();
            self.unsupported = self.unsupported.or(known);
            return;
        };
        *line = match line {
            Line::Absent => Line::Once(value),
            Line::Once(_) | Line::Repeated => Line::Repeated,
        };
    }

    /// The identifier of the request.
    pub(super) fn request_id(&self) -> Result<RequestId, Fault> {
        let value = self.request_id.value(name::REQUEST_ID)?;
        let text = value.ok_or_else(|| Fault::bad("the header line X-M2M-RI is missing"))?;
        let text = str::from_utf8(text).unwrap_or_default();
        RequestId::parse(text).map_err(|e| Fault::bad(e.to_string()))
    }

    /// The release of the request; one that says none is of release 1.
    pub(super) fn release(&self, silence: Silence) -> Result<Release, Fault> {
        let not_supported = |text| Fault::new(Status::ReleaseVersionNotSupported, text);
        let text = match (self.release.value(name::RELEASE)?, silence) {
            (Some(text), _) => text,
            (None, Silence::IsRelease1) => return Ok(Release::R1),
            (None, Silence::IsRefused) => {
                return Err(not_supported("the header line X-M2M-RVI is missing"));
            }
        };
        str::from_utf8(text)
            .ok()
            .and_then(Release::parse)
            .ok_or_else(|| not_supported("X-M2M-RVI must be one of 2a, 3, 4, 5"))
    }

    /// Who claims to ask.
    pub(super) fn origin(&self) -> Result<Option<&'a str>, Fault> {
        // A line that names nobody is as good as none.
        let Some(value) = self.origin.value(name::ORIGIN)?.filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let visible = value.iter().all(u8::is_ascii_graphic);
        match str::from_utf8(value) {
            Ok(text) if visible && text.len() <= MAX_ENTITY_ID_BYTES => Ok(Some(text)),
            _ => Err(Fault::bad(format!("X-M2M-Origin has 1 to {MAX_ENTITY_ID_BYTES} visible characters"))),
        }
    }

    /// When the request was made. It changes nothing, so what cannot be read is as good as none.
    pub(super) fn originated(&self) -> Option<UtcTime> {
        let Line::Once(value) = self.originating_time else { return None };
        str::from_utf8(value).ok().and_then(|text| UtcTime::parse(text).ok())
    }

    /// When nobody wants the request carried out any more, and when nobody wants its result.
    pub(super) fn expirations(&self) -> Result<[Option<Moment>; 2], Fault> {
        let read = |line: Line<'a>, name| {
            let Some(value) = line.value(name)? else { return Ok(None) };
            let moment = str::from_utf8(value).ok().and_then(Moment::parse);
            moment
                .map(Some)
                .ok_or_else(|| Fault::bad(format!("{name} is neither a timestamp nor milliseconds")))
        };
        Ok([
            read(self.request_expiration, name::REQUEST_EXPIRATION)?,
            read(self.result_expiration, name::RESULT_EXPIRATION)?,
        ])
    }

    /// The tokens; whoever is authorised by something else asks for what is not supported.
    pub(super) fn tokens(&self) -> Result<Vec<Box<str>>, Fault> {
        let Some(value) = self.authorization.value(name::AUTHORIZATION)? else { return Ok(Vec::new()) };
        credentials::tokens(value)?
            .ok_or_else(|| Fault::unsupported(&format!("what the header line {} holds", name::AUTHORIZATION)))
    }

    /// What the body is said to be.
    pub(super) fn content_type(&self) -> Result<ContentType, Fault> {
        match self.content_type.value(name::CONTENT_TYPE)? {
            Some(value) => ContentType::parse(value),
            None => Ok(ContentType::default()),
        }
    }

    /// Refuses a head that is too long or ambiguous, or that does not describe this body.
    pub(super) fn check_framing(&self, body: &[u8]) -> Result<(), Fault> {
        if self.too_many {
            return Err(Fault::bad(format!("a request has at most {MAX_HEADERS} header lines")));
        }
        self.host.value(name::HOST)?;
        if let Some(length) = self.content_length.value(name::CONTENT_LENGTH)? {
            let length = str::from_utf8(length).ok().and_then(number::<usize>);
            if length != Some(body.len()) {
                return Err(Fault::bad("Content-Length is not the length of the body"));
            }
        }
        match self.content_encoding.value(name::CONTENT_ENCODING)? {
            Some(coding) if !coding.eq_ignore_ascii_case(b"identity") => {
                Err(Fault::new(Status::UnsupportedMediaType, "a body must not be compressed"))
            }
            _ => Ok(()),
        }
    }

    /// How a refusal shall be written: as accepted, else as the request is written, else in JSON.
    pub(super) fn serialization(&self) -> Serialization {
        let of_request = self.content_type().unwrap_or_default().serialization.unwrap_or_default();
        self.accept.best(of_request).unwrap_or(of_request)
    }

    /// How the answer shall be written; refuses a request that accepts nothing that could be.
    pub(super) fn accepted(&self, of_request: ContentType) -> Result<Serialization, Fault> {
        let text = "answers are application/json or application/cbor";
        self.accept
            .best(of_request.serialization.unwrap_or_default())
            .ok_or_else(|| Fault::new(Status::NotAcceptable, text))
    }

    /// The validators of representations that the originator has already.
    pub(super) fn if_none_match(&self) -> &[&'a [u8]] {
        &self.if_none_match
    }

    /// The lists of validators of which the target must have one.
    pub(super) fn if_match(&self, operation: Operation) -> Result<&[&'a [u8]], Fault> {
        let lists = self.if_match.as_slice();
        if !lists.is_empty() && matches!(operation, Operation::Create | Operation::Notify) {
            // The target is not what changes: it is a parent or a receiver.
            return Err(Fault::unsupported(&format!("the header line {} here", name::IF_MATCH)));
        }
        if !etag::are_short(lists) {
            return Err(Fault::bad(format!("If-Match has at most {MAX_LIST_BYTES} bytes")));
        }
        Ok(lists)
    }

    /// The name of the first line whose parameter is not supported.
    pub(super) const fn unsupported(&self) -> Option<&'static str> {
        self.unsupported
    }
}
