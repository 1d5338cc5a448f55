//! Sweeping: the node itself removes what has ended, a bounded part at a time (TS-0001 9.6.1.3).
//!
//! What ends stands in an index, sorted by the moment. So nothing is searched for, and nothing happens before
//! the first entry is due. The node passes the gate like everybody else.

use std::time::Instant;

use csf_api::{AccessOperation, Address, Operation, Request, RequestId, Status, UtcTime};
use csf_store::{Batch, Expect, RecordKey, Version};
use csf_tree::schema::{ACCESS_CONTROL_POLICY, AE, DATA_OBJECT, KEY_OBJECT};
use csf_tree::{Resource, end_key, end_of, end_range, resource_key};

use crate::asked::Asked;
use crate::audit::{AuditKind, AuditRecord};
use crate::authentication::Caller;
use crate::call::Call;
use crate::door::Service;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::target::{Found, MAX_DEPTH};
use crate::{data, keys, resources};

/// The most entries of the index that one round looks at.
const MAX_ENTRIES: usize = 64;
/// The most resources that one round removes, give or take what lies below the last one.
pub(crate) const MAX_REMOVED: usize = 1000;
/// How long something waits that could not be removed, such as a key in an absent environment.
const POSTPONED_SECONDS: i64 = 3600;
/// How long a round waits after the store failed.
const RETRY_SECONDS: i64 = 60;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many resources were removed.
    pub removed: usize,
    /// Whether there is more to remove at once.
    pub more: bool,
}

impl Service {
    /// When something ends next: before then there is nothing to sweep. It can move forward whenever a request
    /// was handled.
    #[must_use]
    pub fn next_end(&self) -> Option<UtcTime> {
        self.context.next_end()
    }

    /// Removes some of what has ended, with everything below it.
    pub async fn sweep<O: Outside>(&self, outside: &O, by: Instant) -> Swept {
        let asking = Asking { outside, by, names: &self.context.names };
        let mut swept = Swept::default();
        let next = match self.round(&asking, &mut swept).await {
            Ok(next) if !swept.more => next,
            Ok(_) => Some(asking.now()),
            Err(_) => {
                swept.more = false;
                Some(asking.now().plus_seconds(RETRY_SECONDS))
            }
        };
        self.context.note_end(next);
        swept
    }

    /// Finds out what ends first.
    pub(crate) async fn note_next_end<O: Outside>(&self, asking: &Asking<'_, O>) -> Result<(), Refusal> {
        let first = asking.scan(&end_range(1)).await?;
        self.context.note_end(first.first().and_then(|(key, _)| end_of(key)).map(|(at, _)| at));
        Ok(())
    }

    /// One round; the moment at which the next is due, unless there is more at once.
    async fn round<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        swept: &mut Swept,
    ) -> Result<Option<UtcTime>, Refusal> {
        self.context.forget_end();
        let entries = asking.scan(&end_range(MAX_ENTRIES)).await?;
        let is_full = entries.len() >= MAX_ENTRIES;
        for (key, entry) in entries {
            let at = end_of(&key).map_or(UtcTime::MIN, |(at, _)| at);
            if at > asking.now() {
                return Ok(Some(at));
            }
            if swept.removed >= MAX_REMOVED {
                swept.more = true;
                return Ok(None);
            }
            match self.sweep_entry(asking, &key, entry.version(), swept).await {
                Ok(()) => {}
                // Decided on what changed meanwhile: the next round sees it as it is.
                Err(refusal) if refusal.stale => swept.more = true,
                Err(_) => self.context.note_end(Some(postpone(asking, &key).await?)),
            }
        }
        swept.more |= is_full;
        Ok(None)
    }

    /// Removes what an entry of the index is about, or the entry where there is no such thing any more.
    async fn sweep_entry<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        key: &RecordKey,
        version: Version,
        swept: &mut Swept,
    ) -> Result<(), Refusal> {
        let Some((at, id)) = end_of(key) else { return forget(asking, key, version).await };
        let Some(record) = asking.load_one(resource_key(&id)).await? else {
            return forget(asking, key, version).await;
        };
        let resource = Resource::decode_as(&id, record.bytes())?;
        if !resource.is_expired(asking.now()) {
            return forget(asking, key, version).await;
        }
        let was_postponed = resource.expires != Some(at);
        let found = topmost(asking, Found { resource, version: record.version() }).await?;
        let caller = Caller::internal();
        let gate = self.context.gate(asking);
        let grant = gate.admit(&caller, Asked::whole(AccessOperation::Delete), &found.resource).await?;
        let to = Address::parse(found.resource.id.as_str()).map_err(|_| Refusal::internal())?;
        let request = Request::new(Operation::Delete, to, None, RequestId::unknown());
        let call = Call { context: &self.context, asking, caller: &caller, grant: &grant, request: &request };
        let whole = if *found.resource.schema == KEY_OBJECT {
            keys::destroy(&call, &found).await?;
            swept.removed = swept.removed.saturating_add(1);
            true
        } else if *found.resource.schema == DATA_OBJECT {
            data::remove(&call, &found).await?;
            swept.removed = swept.removed.saturating_add(1);
            true
        } else {
            let (removed, whole) = resources::remove_part(&call, &found, MAX_REMOVED).await?;
            swept.removed = swept.removed.saturating_add(removed);
            whole
        };
        if !whole {
            swept.more = true;
            return Ok(());
        }
        if was_postponed {
            forget(asking, key, version).await?;
        }
        note(asking, &found.resource, grant.basis().to_string()).await
    }
}

/// The highest resource above this one that has ended, or the resource itself.
async fn topmost<O: Outside>(asking: &Asking<'_, O>, found: Found) -> Result<Found, Refusal> {
    let mut above = found.resource.parent.clone();
    let mut highest = found;
    for _ in 0..MAX_DEPTH {
        let Some(id) = above.take() else { break };
        let Some(record) = asking.load_one(resource_key(&id)).await? else { break };
        let resource = Resource::decode_as(&id, record.bytes())?;
        above.clone_from(&resource.parent);
        if resource.is_expired(asking.now()) {
            highest = Found { resource, version: record.version() };
        }
    }
    Ok(highest)
}

/// Removes an entry of the index that is about nothing, unless it was written again.
async fn forget<O: Outside>(
    asking: &Asking<'_, O>,
    key: &RecordKey,
    version: Version,
) -> Result<(), Refusal> {
    let mut batch = Batch::new();
    batch.delete(key.clone(), Expect::Version(version));
    Ok(asking.commit(batch).await?)
}

/// Has an entry wait, so that it does not stand in the way of the others; until when.
async fn postpone<O: Outside>(asking: &Asking<'_, O>, key: &RecordKey) -> Result<UtcTime, Refusal> {
    let later = asking.now().plus_seconds(POSTPONED_SECONDS);
    let mut batch = Batch::new();
    batch.delete(key.clone(), Expect::Any);
    if let Some((_, id)) = end_of(key) {
        batch.put(end_key(later, &id), Expect::Any, Vec::new());
    }
    asking.commit(batch).await?;
    Ok(later)
}

/// Records the end of what decisions depend on.
async fn note<O: Outside>(
    asking: &Asking<'_, O>,
    resource: &Resource,
    ground: String,
) -> Result<(), Refusal> {
    let kind = match *resource.schema {
        ref schema if *schema == AE => AuditKind::Registration,
        ref schema if *schema == ACCESS_CONTROL_POLICY => AuditKind::Administration,
        ref schema if *schema == KEY_OBJECT => AuditKind::KeyUse,
        ref schema if *schema == DATA_OBJECT => AuditKind::DataUse,
        _ => return Ok(()),
    };
    let record = AuditRecord {
        time: asking.now(),
        kind,
        originator: None,
        operation: Some(Operation::Delete),
        target: Some(resource.id.as_str().into()),
        status: Some(Status::Deleted),
        ground: format!("{ground}: it has ended").into(),
    };
    asking.audit(record).await.map_err(|_| Refusal::internal())
}
