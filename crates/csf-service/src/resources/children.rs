//! The children of a resource that a caller may see.

use csf_api::{AccessOperation, Status};
use csf_store::Version;
use csf_tree::{Child, Resource, child_range};

use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::{self, Found};

/// The most direct children that one representation shows.
const MAX_SHOWN: usize = 1000;
/// How many children are read from the list at once.
const PAGE: usize = 256;

/// A child that the caller may see.
pub(super) struct Seen {
    pub(super) resource: Resource,
    #[expect(dead_code, reason = "kept beside the resource, as everywhere a resource is found")]
    pub(super) version: Version,
}

/// The direct children on which the caller has this privilege, at most [`MAX_SHOWN`].
pub(super) async fn seen<O: Outside>(
    call: &Call<'_, O>,
    parent: &Resource,
    operation: AccessOperation,
) -> Result<Vec<Seen>, Refusal> {
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = page(call, parent, after.as_deref()).await?;
        let Some(last) = page.last() else { return Ok(seen) };
        after = Some(last.id.as_str().to_owned());
        for child in page {
            let Some(Found { resource, version }) = permitted(call, &child, operation).await? else {
                continue;
            };
            if seen.len() >= MAX_SHOWN {
                return Ok(seen);
            }
            seen.push(Seen { resource, version });
        }
    }
}

/// The next entries of the list of children.
pub(super) async fn page<O: Outside>(
    call: &Call<'_, O>,
    parent: &Resource,
    after: Option<&str>,
) -> Result<Vec<Child>, Refusal> {
    let entries = call.asking.scan(&child_range(&parent.id, "", after, PAGE, false)).await?;
    entries.iter().map(|(_, record)| Child::decode(record.bytes()).map_err(Refusal::from)).collect()
}

/// The child itself, if the caller has this privilege on it.
pub(super) async fn permitted<O: Outside>(
    call: &Call<'_, O>,
    child: &Child,
    operation: AccessOperation,
) -> Result<Option<Found>, Refusal> {
    let found = match target::load(call.asking, &call.context.settings, &child.id).await {
        Ok(found) => found,
        // It ended or was deleted since the list was read.
        Err(refusal) if refusal.status == Status::NotFound => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    match call.context.gate(call.asking).admit(call.caller, operation, &found.resource).await {
        Ok(_) => Ok(Some(found)),
        Err(denial) if denial.refusal.status == Status::OriginatorHasNoPrivilege => Ok(None),
        Err(denial) => Err(denial.refusal),
    }
}
