//! Why a message is no request that this node can carry out, and the answer that it gets all the same.

use std::borrow::Cow;
use std::fmt;

use csf_api::{Release, RequestId, Response, Status};

use crate::serialization::Serialization;

/// A refusal by the binding: status and text for the answer, with whatever identifies the request.
///
/// ```
/// use csf_api::{Response, Status};
/// use proto_primitive::{RequestHead, decode_request};
///
/// let head = RequestHead { method: "PATCH", target: "/cse-mn", headers: [("X-M2M-RI", &b"r1"[..])] };
/// let answer = Response::from(decode_request(head, b"").unwrap_err());
/// assert_eq!(answer.request_id.as_str(), "r1");
/// assert_eq!(answer.status, Status::ReleaseVersionNotSupported);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Malformed {
    /// The response status code.
    pub status: Status,
    /// What is wrong, for people; it never repeats a value.
    pub text: Cow<'static, str>,
    /// The identifier of the request, if it could be read.
    pub request_id: Option<RequestId>,
    /// The release of the request, if it could be read.
    pub release: Option<Release>,
    /// How the answer shall be written: as the request asked, as far as that could be read.
    pub serialization: Serialization,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.text)
    }
}

impl std::error::Error for Malformed {}

impl From<Malformed> for Response {
    fn from(malformed: Malformed) -> Self {
        let request_id = malformed.request_id.unwrap_or_else(RequestId::unknown);
        Self::new(malformed.status, request_id, malformed.release).with_text(&malformed.text)
    }
}

/// A refusal before it is known which request it answers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) status: Status,
    pub(super) text: Cow<'static, str>,
}

impl Fault {
    pub(super) fn new(status: Status, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into() }
    }

    /// 4000: the message breaks a rule.
    pub(super) fn bad(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::BadRequest, text)
    }

    /// 5001: the message asks for something that this node does not do.
    pub(super) fn unsupported(what: &str) -> Self {
        Self::new(Status::NotImplemented, format!("{what} is not supported"))
    }
}
