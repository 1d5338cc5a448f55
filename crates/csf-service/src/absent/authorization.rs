//! The wall where access management is not built in: nobody is told what others may do.

use csf_api::Request;
use csf_tree::schema::Schema;

use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::Found;

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
