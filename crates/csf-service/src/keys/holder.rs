//! Who stands behind an owner: an identity can be registered again, by another user, and keys do not go with it.

use csf_api::{EntityId, ResourceId};
use csf_tree::schema::AE;
use csf_tree::{Registrant, Resource, resource_key};

use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// Who registered the calling AE. Nobody did where configuration says who the caller is.
pub(super) async fn registrant_of_caller<O: Outside>(
    call: &Call<'_, O>,
) -> Result<Option<Registrant>, Refusal> {
    let Some(caller) = call.caller.originator() else { return Ok(None) };
    let Some(id) = caller.stem().and_then(|stem| ResourceId::parse(stem).ok()) else { return Ok(None) };
    // A stem of another CSE is another entity.
    if EntityId::parse(id.as_str(), &call.context.settings.home).as_ref() != Ok(caller) {
        return Ok(None);
    }
    let Some(record) = call.asking.load_one(resource_key(&id)).await? else { return Ok(None) };
    let resource = Resource::decode(record.bytes())?;
    Ok(if *resource.schema == AE { resource.registrant } else { None })
}
