//! The HTTP binding (TS-0009): request and response messages to and from primitives.

mod accept;
mod answer_form;
mod client_request;
mod client_response;
mod credentials;
mod etag;
mod fault;
mod fields;
mod filter;
mod media;
mod path;
mod percent;
mod query;
mod release_1;
mod request;
mod response;
mod status;

pub use answer_form::AnswerForm;
pub use client_request::{EncodeError, HttpRequest, encode_request};
pub use client_response::{ResponseError, decode_response};
pub use fault::Malformed;
pub use request::{Dialect, RequestHead, Silence, decode_request, decode_request_where};
pub use response::{HttpResponse, encode_response};
pub use status::http_status;

/// The most header lines of one message.
pub const MAX_HEADERS: usize = 64;
/// The longest request target (path and query), in bytes.
pub const MAX_TARGET_BYTES: usize = 8192;
/// The most parameters in a query.
pub const MAX_QUERY_PARAMETERS: usize = 64;
/// The most entries of one list in a query: attributes, labels or resource types.
pub const MAX_LIST_ENTRIES: usize = 64;

/// Names of header lines, in the lower case that HTTP/2 and `hyper` want; HTTP/1.1 takes any case.
mod name {
    pub(super) const ACCEPT: &str = "accept";
    pub(super) const ASSIGNED_TOKEN_IDS: &str = "x-m2m-ati";
    pub(super) const AUTHORIZATION: &str = "authorization";
    pub(super) const CONTENT_ENCODING: &str = "content-encoding";
    pub(super) const CONTENT_LENGTH: &str = "content-length";
    pub(super) const CONTENT_LOCATION: &str = "content-location";
    pub(super) const CONTENT_OFFSET: &str = "x-m2m-cto";
    pub(super) const CONTENT_STATUS: &str = "x-m2m-cts";
    pub(super) const CONTENT_TYPE: &str = "content-type";
    pub(super) const ETAG: &str = "etag";
    pub(super) const HOST: &str = "host";
    pub(super) const IF_MATCH: &str = "if-match";
    pub(super) const IF_NONE_MATCH: &str = "if-none-match";
    pub(super) const IF_UNMODIFIED_SINCE: &str = "if-unmodified-since";
    pub(super) const PROXY_AUTHORIZATION: &str = "proxy-authorization";
    pub(super) const AUTHORIZATION_SIGNATURES: &str = "x-m2m-as";
    pub(super) const EVENT_CATEGORY: &str = "x-m2m-ec";
    pub(super) const EXECUTION_TIME: &str = "x-m2m-oet";
    pub(super) const GROUP_REQUEST_ID: &str = "x-m2m-gid";
    pub(super) const ORIGIN: &str = "x-m2m-origin";
    pub(super) const ORIGINATING_TIME: &str = "x-m2m-ot";
    pub(super) const RELEASE: &str = "x-m2m-rvi";
    pub(super) const REQUEST_EXPIRATION: &str = "x-m2m-ret";
    pub(super) const REQUEST_ID: &str = "x-m2m-ri";
    pub(super) const RESPONSE_CODE: &str = "x-m2m-rsc";
    pub(super) const RESPONSE_TARGETS: &str = "x-m2m-rtu";
    pub(super) const RESULT_EXPIRATION: &str = "x-m2m-rst";
}
