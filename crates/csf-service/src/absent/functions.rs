//! The wall where the component for sensitive functions is not built in: there are none, and no way to invoke one.
//!
//! A node without the component finds no function resource (4004), so that nothing here is ever asked.

use csf_api::{Object, Request};
use csf_transport::Description;
use csf_tree::Resource;

use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;

/// None.
pub(crate) fn offered(_: &[Description]) -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

/// Nothing.
pub(crate) fn described(_: &[Description], _: &Resource) -> Object {
    Object::new()
}

/// Never: an UPDATE of what is no function is no invocation.
pub(crate) const fn is_invocation(_: &Request) -> bool {
    false
}

/// Refused.
pub(crate) async fn invoke<O: Outside>(_: &Call<'_, O>, _: &Resource) -> Result<Reply, Refusal> {
    Err(Refusal::not_found())
}

/// Never.
pub(crate) const fn uses_key(_: &Resource) -> bool {
    false
}
