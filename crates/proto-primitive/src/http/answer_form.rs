//! What a request says about its answer: how it shall be written, and whether it is wanted again.

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
    /// The lists of validators that a RETRIEVE brings; `None` for any other operation, whose answers have none.
    if_none_match: Option<Vec<&'a [u8]>>,
}

impl<'a> AnswerForm<'a> {
    /// What these header lines say of an answer, for a refusal before the request could be read.
    #[must_use]
    pub fn of_headers(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Fields::collect(headers).serialization().into()
    }

    pub(super) fn of_retrieve(serialization: Serialization, if_none_match: &[&'a [u8]]) -> Self {
        Self { serialization, if_none_match: Some(if_none_match.to_vec()) }
    }

    /// The serialisation.
    #[must_use]
    pub const fn serialization(&self) -> Serialization {
        self.serialization
    }

    /// The validator to send with this body, and whether the originator has the body already.
    pub(super) fn validate(&self, body: &[u8]) -> Option<(String, bool)> {
        let lists = self.if_none_match.as_ref()?;
        let tag = etag::of(body);
        let has_it = etag::names(lists, &tag);
        Some((tag, has_it))
    }
}

impl From<Serialization> for AnswerForm<'_> {
    fn from(serialization: Serialization) -> Self {
        Self { serialization, if_none_match: None }
    }
}
