//! Why a request is not carried out: a status code and a sentence for people that gives nothing away.

use std::borrow::Cow;

use csf_api::Status;
use csf_store::StoreError;
use csf_transport::{Refusal as KeyRefusal, SeError};
use csf_tree::DecodeError;
use csf_tree::schema::AttributeError;

/// A refusal on its way to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: Status,
    pub(crate) text: Cow<'static, str>,
    /// A record changed between reading and writing: worth deciding again.
    pub(crate) stale: bool,
    /// The target is not in the state that the request demanded.
    pub(crate) unmet: bool,
}

impl Refusal {
    pub(crate) fn new(status: Status, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into(), stale: false, unmet: false }
    }

    pub(crate) fn bad_request(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::BadRequest, text)
    }

    /// No status code of oneM2M says that a precondition was not met; the binding is told beside it.
    pub(crate) fn unmet() -> Self {
        let text = "the target is not in the state that If-Match demands";
        Self { unmet: true, ..Self::bad_request(text) }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(Status::NotFound, "there is no such resource")
    }

    pub(crate) fn denied() -> Self {
        Self::new(Status::OriginatorHasNoPrivilege, "no access control rule permits this")
    }

    /// What was decided on changed meanwhile: worth deciding again.
    pub(crate) fn stale() -> Self {
        Self { stale: true, ..Self::internal() }
    }

    /// What would have to be recorded, and cannot be.
    pub(crate) fn unrecorded() -> Self {
        Self::new(
            Status::InternalServerError,
            "the audit log cannot be written, and this node does nothing that it cannot record",
        )
    }

    /// The node's own fault. Details go to the log of the part that failed, never to the caller.
    pub(crate) fn internal() -> Self {
        Self::new(Status::InternalServerError, "the node could not carry out the request")
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::stale(),
            StoreError::TooLarge(_) => Self::new(Status::NotAcceptable, "the resource is too large"),
            _ => Self::internal(),
        }
    }
}

impl From<DecodeError> for Refusal {
    fn from(_: DecodeError) -> Self {
        Self::internal()
    }
}

impl From<AttributeError> for Refusal {
    fn from(error: AttributeError) -> Self {
        Self::new(error.status(), error.to_string())
    }
}

impl From<SeError> for Refusal {
    fn from(error: SeError) -> Self {
        let status = match error {
            SeError::NotSupported => Status::NotImplemented,
            SeError::NoSuchKey | SeError::NoSuchGeneration | SeError::NoSuchStream => Status::NotFound,
            SeError::KeyExists => Status::Conflict,
            SeError::Refused(KeyRefusal::Owner) => Status::OriginatorHasNoPrivilege,
            SeError::Refused(_) | SeError::InvalidInput | SeError::NotAuthentic => Status::BadRequest,
            SeError::Full | SeError::Exhausted => Status::NotAcceptable,
            SeError::Unavailable | SeError::OutcomeUnknown => Status::TargetNotReachable,
            SeError::Expired => Status::RequestTimeout,
            _ => return Self::internal(),
        };
        Self::new(status, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exhausted_key_is_told_from_others_and_the_way_out_is_named() {
        let refusal = Refusal::from(SeError::Exhausted);
        assert_eq!(refusal.status, Status::NotAcceptable);
        assert!(refusal.text.contains("rotate it"));
        assert_ne!(refusal, Refusal::from(SeError::Full));
    }
}
