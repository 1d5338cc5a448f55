//! What a request says about its answer: how it shall be written, and whether it is wanted again.

use csf_api::{Content, Release, Response, Status};

use super::etag;
use super::fields::Fields;
use crate::serialization::Serialization;

/// How the answer to a request shall be written.
///
/// [`decode_request`](crate::decode_request) gives it beside the request, and
/// [`encode_response`](crate::encode_response) obeys it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerForm<'a> {
    serialization: Serialization,
    /// What a RETRIEVE brings; `None` for any other operation, whose answers have no validators.
    lists: Option<Lists<'a>>,
}

/// The lists of validators that a RETRIEVE brings.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lists<'a> {
    if_match: Vec<&'a [u8]>,
    if_none_match: Vec<&'a [u8]>,
}

impl<'a> AnswerForm<'a> {
    /// What these header lines say of an answer, for a refusal before the request could be read.
    #[must_use]
    pub fn of_headers(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Fields::collect(headers).serialization().into()
    }

    pub(super) fn of_retrieve(
        serialization: Serialization,
        if_match: &[&'a [u8]],
        if_none_match: &[&'a [u8]],
    ) -> Self {
        let lists = Lists { if_match: if_match.to_vec(), if_none_match: if_none_match.to_vec() };
        Self { serialization, lists: Some(lists) }
    }

    /// The serialisation.
    #[must_use]
    pub const fn serialization(&self) -> Serialization {
        self.serialization
    }

    /// The validator to send with what is written of this content for this release, and whether the originator has
    /// that already.
    pub(super) fn validate(&self, content: &Content, release: Option<Release>) -> Option<(String, bool)> {
        let lists = self.lists.as_ref()?;
        let tag = etag::of(content, self.serialization, release);
        let has_it = etag::names(&lists.if_none_match, &tag);
        Some((tag, has_it))
    }

    /// Whether this is a result, and not the one that the originator demands to see.
    pub(super) fn is_unmet_by(&self, response: &Response) -> bool {
        let demanded = self.lists.as_ref().map(|lists| &lists.if_match).filter(|lists| !lists.is_empty());
        let shown = response.content.as_ref().filter(|_| response.status == Status::Ok);
        demanded.zip(shown).is_some_and(|(lists, content)| {
            !etag::demand_this(lists, &etag::of(content, self.serialization, response.release))
        })
    }
}

impl From<Serialization> for AnswerForm<'_> {
    fn from(serialization: Serialization) -> Self {
        Self { serialization, lists: None }
    }
}
