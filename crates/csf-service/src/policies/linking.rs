//! Links to policies: what `acpi` and `macp` of a request name (TS-0001 9.6.1.3.2).

use csf_api::{Address, ResourceType, Status, Value};

use super::MAX_LINKED_POLICIES;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::resources::must_have_access_management;
use crate::target;

/// The policies that a request links, as resource identifiers. Each must be there.
pub(crate) async fn links<O: Outside>(call: &Call<'_, O>, value: &Value) -> Result<Value, Refusal> {
    must_have_access_management(&call.context.settings)?;
    let list = value.as_list().unwrap_or_default();
    if list.is_empty() || list.len() > MAX_LINKED_POLICIES {
        return Err(Refusal::bad_request(format!("acpi holds 1 to {MAX_LINKED_POLICIES} policies")));
    }
    let missing = || Refusal::bad_request("acpi names a resource that is no accessControlPolicy here");
    let mut ids = Vec::with_capacity(list.len());
    for address in list {
        let address = address.as_text().and_then(|text| Address::parse(text).ok()).ok_or_else(missing)?;
        let found = target::find(call.asking, &call.context.settings, &address)
            .await
            .map_err(|refusal| if refusal.status == Status::NotFound { missing() } else { refusal })?;
        if found.resource.resource_type() != ResourceType::ACCESS_CONTROL_POLICY {
            return Err(missing());
        }
        let id = Value::text(found.resource.id.as_str());
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Value::List(ids))
}
