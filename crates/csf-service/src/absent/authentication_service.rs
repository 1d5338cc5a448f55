//! The wall where access management is not built in: nobody is authenticated for others.

use csf_api::{Object, Request};
use csf_transport::Description;
use csf_tree::Resource;
use csf_tree::schema::Schema;

use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::Found;

/// None.
#[derive(Default)]
pub(crate) struct Challenges(());

/// Never: the resource is not found.
pub(crate) const fn is_request(_: &Schema, _: &Request) -> bool {
    false
}

/// Refused.
pub(crate) async fn serve<O: Outside>(_: &Call<'_, O>) -> Result<Reply, Refusal> {
    Err(Refusal::not_found())
}

/// Refused.
pub(crate) async fn register<O: Outside>(_: &Call<'_, O>, _: &Found) -> Result<Reply, Refusal> {
    Err(Refusal::not_found())
}

/// Refused.
pub(crate) async fn change<O: Outside>(_: &Call<'_, O>, _: &mut Resource, _: &Object) -> Result<(), Refusal> {
    Err(Refusal::not_found())
}

/// Nothing.
pub(crate) fn described(_: &[Description]) -> Object {
    Object::new()
}
