//! Links of a resource to what governs it: what `acpi`, `macp` and `daci` of a request name (TS-0001 9.6.1.3.2).

use csf_api::{Address, Status, Value};
use csf_tree::schema::{ACCESS_CONTROL_POLICY, DYNAMIC_AUTHORIZATION_CONSULTATION, Schema};

use super::{MAX_LINKED_CONSULTATIONS, MAX_LINKED_POLICIES};
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::resources::must_have_access_management;
use crate::target;

/// What is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Policies.
    Policies,
    /// Consultations.
    Consultations,
}

impl Link {
    const fn schema(self) -> &'static Schema {
        match self {
            Self::Policies => &ACCESS_CONTROL_POLICY,
            Self::Consultations => &DYNAMIC_AUTHORIZATION_CONSULTATION,
        }
    }

    const fn most(self) -> usize {
        match self {
            Self::Policies => MAX_LINKED_POLICIES,
            Self::Consultations => MAX_LINKED_CONSULTATIONS,
        }
    }
}

/// What a request links, as resource identifiers. Each must be there.
pub(crate) async fn links<O: Outside>(
    call: &Call<'_, O>,
    attribute: &str,
    link: Link,
    value: &Value,
) -> Result<Value, Refusal> {
    must_have_access_management(&call.context.settings)?;
    let (schema, most) = (link.schema(), link.most());
    let list = value.as_list().unwrap_or_default();
    if list.is_empty() || list.len() > most {
        return Err(Refusal::bad_request(format!("{attribute} holds 1 to {most} identifiers")));
    }
    let missing =
        || Refusal::bad_request(format!("{attribute} names a resource that is no {} here", schema.name));
    let mut ids = Vec::with_capacity(list.len());
    for address in list {
        let address = address.as_text().and_then(|text| Address::parse(text).ok()).ok_or_else(missing)?;
        let found = target::find(call.asking, &call.context.settings, &address)
            .await
            .map_err(|refusal| if refusal.status == Status::NotFound { missing() } else { refusal })?;
        if *found.resource.schema != *schema {
            return Err(missing());
        }
        let id = Value::text(found.resource.id.as_str());
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Value::List(ids))
}
