//! What a component gives back.

use csf_api::{Content, Partial, Request, Response, Status};

use crate::audit::AuditKind;

/// What a component gives back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: Status,
    pub(crate) content: Option<Content>,
    pub(crate) location: Option<Box<str>>,
    pub(crate) partial: Option<Partial>,
    pub(crate) audit: Option<AuditKind>,
}

impl Reply {
    pub(crate) const fn new(status: Status) -> Self {
        Self { status, content: None, location: None, partial: None, audit: None }
    }

    pub(crate) fn with(mut self, content: Content) -> Self {
        self.content = Some(content);
        self
    }

    pub(crate) const fn audited(mut self, kind: AuditKind) -> Self {
        self.audit = Some(kind);
        self
    }

    pub(crate) fn into_response(self, request: &Request) -> Response {
        let mut response = Response::new(self.status, request.request_id.clone(), Some(request.release));
        response.content = self.content;
        response.location = self.location;
        response.partial = self.partial;
        response
    }
}
