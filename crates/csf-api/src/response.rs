//! Response primitives (TS-0004 6.4.2).

use crate::{AssignedTokenId, Content, Moment, Release, RequestId, Status, UtcTime, Value};

/// A response primitive.
///
/// `to` and `from` are left to the binding: the HTTP binding carries neither, and those that do know both
/// from the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// What became of the request (`rsc`).
    pub status: Status,
    /// The identifier of the request, repeated (`rqi`).
    pub request_id: RequestId,
    /// The release of the request, repeated (`rvi`); `None` where the request had none that could be read.
    pub release: Option<Release>,
    /// The result or the error text (`pc`).
    pub content: Option<Content>,
    /// The address of a created resource, where the result content asks for it.
    pub location: Option<Box<str>>,
    /// Where the content is only a part of the result (`cnst` 1): why, and where the rest begins.
    pub partial: Option<Partial>,
    /// Whether the target was not in the state that the request demanded (`if_match`). No response status code says
    /// that, so the binding does.
    pub is_unmet: bool,
    /// Local names of the tokens of the request, by which the originator may bring them again (`ati`).
    pub assigned_token_ids: Vec<AssignedTokenId>,
    /// When it was made (`ot`), where the request said the same of itself.
    pub originated: Option<UtcTime>,
    /// When nobody wants the result any more (`rset`), as the request said.
    pub result_expires: Option<Moment>,
}

/// What is known of the rest of a result that was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partial {
    /// The offset (`ofst`) with which the same request gives what comes next (`cnot`), where there is one.
    pub next: Option<u32>,
}

impl Response {
    /// A response to the request with this identifier and release, with no content yet.
    #[must_use]
    pub fn new(status: Status, request_id: RequestId, release: Option<Release>) -> Self {
        Self {
            status,
            request_id,
            release,
            content: None,
            location: None,
            partial: None,
            is_unmet: false,
            assigned_token_ids: Vec::new(),
            originated: None,
            result_expires: None,
        }
    }

    /// The same response with this content.
    #[must_use]
    pub fn with_content(mut self, content: Content) -> Self {
        self.content = Some(content);
        self
    }

    /// The same response with an error text for people, as `m2m:dbg`.
    ///
    /// The text must say nothing that the caller may not know.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        self.with_content(Content::new("m2m:dbg", Value::text(text)))
    }
}
