//! The members of a group that a rule names (TS-0001 9.6.2.1).

use std::sync::Arc;

use csf_access::{Fact, Members};
use csf_api::{Address, EntityId, Value};
use csf_tree::schema::GROUP;

use crate::gate::Gate;
use crate::outside::Outside;
use crate::resources::cse_of_id;
use crate::target;

/// The AEs and CSEs among the members of the group at this address.
///
/// A group that is not here, or not now, is unavailable: the entry that names it matches nobody.
pub(super) async fn members<O: Outside>(gate: &Gate<'_, O>, group: &Address) -> Fact<Arc<Members>> {
    let Ok(found) = target::find(gate.asking, gate.settings, group).await else { return Fact::Unavailable };
    if *found.resource.schema != GROUP {
        return Fact::Unavailable;
    }
    let list = found.resource.attributes.get("mid").and_then(Value::as_list).unwrap_or_default();
    let home = &gate.settings.home;
    // Members are kept by the identifiers of their resources, which say whom the resource registers. Sub-groups are
    // no members in this sense.
    let entity = |id: &str| {
        let cse = cse_of_id(id);
        EntityId::parse(cse.as_deref().unwrap_or(id), home).ok()
    };
    Fact::Known(Arc::new(list.iter().filter_map(Value::as_text).filter_map(entity).collect()))
}
