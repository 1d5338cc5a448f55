//! The children of a resource that a caller may see.

use csf_api::{Object, ResourceId, ResourceName, ResourceType, Status, Value};
use csf_tree::{Child, child_range};

use super::container;
use crate::asked::Asked;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::{self, Found};

/// How many children are read from the list at once.
pub(super) const PAGE: usize = 256;
/// The most resources that one request looks at.
pub(super) const MAX_VISITED: usize = 20_000;

/// How many resources a request may still look at.
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        // One more than may be visited, so that what is visited to the last is not taken for cut.
        Self(MAX_VISITED.saturating_add(1))
    }
}

impl Budget {
    /// Takes one; `false` if there is none left.
    pub(super) const fn take(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }

    /// Whether there was one too few.
    pub(super) const fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// The next entries of the list of children.
pub(super) async fn page<O: Outside>(
    call: &Call<'_, O>,
    parent: &ResourceId,
    after: Option<&str>,
) -> Result<Vec<Child>, Refusal> {
    let entries = call.asking.scan(&child_range(parent, "", after, PAGE, false)).await?;
    entries.iter().map(|(_, record)| Child::decode(record.bytes()).map_err(Refusal::from)).collect()
}

/// The child itself, if the caller has this privilege on it and its parent gives it out.
pub(super) async fn permitted<O: Outside>(
    call: &Call<'_, O>,
    child: &Child,
    asked: Asked<'_>,
) -> Result<Option<Found>, Refusal> {
    let found = match target::load(call.asking, &call.context.settings, &child.id).await {
        Ok(found) => found,
        // It ended or was deleted since the list was read.
        Err(refusal) if refusal.status == Status::NotFound => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    if container::is_withheld(call, &found.resource).await? {
        return Ok(None);
    }
    match call.context.gate(call.asking).admit(call.caller, asked, &found.resource).await {
        Ok(_) => Ok(Some(found)),
        Err(denial) if denial.refusal.status == Status::OriginatorHasNoPrivilege => Ok(None),
        Err(denial) => Err(denial.refusal),
    }
}

/// A reference to a child (TS-0004 `childResourceRef`).
pub(super) fn reference(name: &ResourceName, kind: ResourceType, address: &str) -> Value {
    let object = Object::new()
        .with("nm", Value::text(name.as_str()))
        .with("typ", Value::Integer(i64::from(kind.number())))
        .with("val", Value::text(address));
    Value::Object(object)
}
