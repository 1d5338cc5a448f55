//! The wall where access management is not built in: nobody is told what others may do.

use csf_api::{Request, UtcTime};
use csf_store::Version;
use csf_tree::Resource;
use csf_tree::schema::Schema;

use crate::authentication::Caller;
use crate::call::Call;
use crate::outside::{Outside, RequestNumber};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::Found;

/// No decision is kept, for nobody would explain it.
#[derive(Default)]
pub(crate) struct Recent;

impl Recent {
    /// Keeps nothing.
    #[expect(clippy::unused_self, reason = "of the same face as what is kept")]
    pub(crate) const fn note(
        &self,
        _: (Option<RequestNumber>, UtcTime),
        _: &Caller,
        _: &Request,
        _: (&Resource, bool),
        _: (bool, Option<Version>),
    ) {
    }
}

/// Nothing is a question.
pub(crate) const fn is_question<O>(_: &Call<'_, O>, _: &Found) -> bool {
    false
}

/// Nobody explains what nobody decides.
pub(crate) const fn wants_explanation(_: &Schema, _: &Request) -> bool {
    false
}

/// Refused.
pub(crate) async fn explain<O: Outside>(_: &Call<'_, O>) -> Result<Reply, Refusal> {
    Err(Refusal::denied())
}

/// Refused.
pub(crate) async fn answer<O: Outside>(_: &Call<'_, O>, _: &Found) -> Result<Reply, Refusal> {
    Err(Refusal::denied())
}
