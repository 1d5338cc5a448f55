//! How much an owner has in a storage: counted in the batch that changes it, so the count is never another.

use csf_api::{ResourceId, Status};
use csf_store::{Batch, Expect, RecordKey, Space};
use csf_transport::Owner;

use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

const USAGE: Space = Space::sealed("usage");

fn usage_key(storage: &ResourceId, owner: &Owner) -> RecordKey {
    USAGE.key(&format!("{storage}/{}", owner.as_str()))
}

/// Objects and bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Usage {
    objects: u64,
    bytes: u64,
}

impl Usage {
    fn decode(bytes: &[u8]) -> Option<Self> {
        let (objects, bytes) = bytes.split_first_chunk()?;
        let bytes = bytes.try_into().ok()?;
        Some(Self { objects: u64::from_be_bytes(*objects), bytes: u64::from_be_bytes(bytes) })
    }

    fn encode(self) -> Vec<u8> {
        [self.objects.to_be_bytes(), self.bytes.to_be_bytes()].concat()
    }

    const fn plus(self, size: Option<u64>) -> Self {
        let Some(size) = size else { return self };
        Self { objects: self.objects.saturating_add(1), bytes: self.bytes.saturating_add(size) }
    }

    const fn minus(self, size: Option<u64>) -> Self {
        let Some(size) = size else { return self };
        Self { objects: self.objects.saturating_sub(1), bytes: self.bytes.saturating_sub(size) }
    }
}

/// Adds to a batch that an object of this size goes, comes, or both. What comes must have room.
pub(super) async fn count<O: Outside>(
    call: &Call<'_, O>,
    batch: &mut Batch,
    (storage, owner): (&ResourceId, &Owner),
    goes: Option<u64>,
    comes: Option<u64>,
) -> Result<(), Refusal> {
    let key = usage_key(storage, owner);
    let record = call.asking.load_one(key.clone()).await?;
    let before = record.as_ref().map(|r| Usage::decode(r.bytes()).ok_or_else(Refusal::internal));
    let before = before.transpose()?.unwrap_or_default();
    let after = before.minus(goes).plus(comes);
    let limits = &call.context.settings.limits;
    // A limit that was lowered takes nothing away; it only lets nothing grow.
    for (name, before, after, most) in [
        ("limits.data_objects_per_owner", before.objects, after.objects, limits.data_objects_per_owner),
        ("limits.data_bytes_per_owner", before.bytes, after.bytes, limits.data_bytes_per_owner),
    ] {
        if after > before && after > most {
            let text = format!("an owner has at most {most} in one storage ({name})");
            return Err(Refusal::new(Status::NotAcceptable, text));
        }
    }
    // Whoever counts at the same moment counts on the same record, and one of the two is decided again.
    let expect = record.map_or(Expect::Absent, |record| Expect::Version(record.version()));
    if after == Usage::default() {
        batch.delete(key, expect);
    } else {
        batch.put(key, expect, after.encode());
    }
    Ok(())
}
