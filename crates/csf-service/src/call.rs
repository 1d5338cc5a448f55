//! What a component works with.

use csf_api::Request;

use crate::authentication::Caller;
use crate::context::Context;
use crate::gate::Grant;
use crate::outside::Asking;

/// Who asks for what, on what ground, and the way outside. There is no call without a grant.
pub(crate) struct Call<'a, O> {
    pub(crate) context: &'a Context,
    pub(crate) asking: &'a Asking<'a, O>,
    pub(crate) caller: &'a Caller,
    pub(crate) grant: &'a Grant,
    pub(crate) request: &'a Request,
}
