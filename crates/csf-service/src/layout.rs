//! The layout of the records of the resource tree. A start on another one ends with one sentence, before
//! anything is read that has another form.

use csf_api::ResourceId;
use csf_store::{Batch, Expect, Range, Record, RecordKey};
use csf_tree::{resource_key, spaces};

use crate::gate::{STATE, epoch_key};
use crate::outside::{Asking, Outside};
use crate::start::StartError;

/// The layout that this software reads and writes. It goes up with every change of a record's form or meaning.
pub(crate) const LAYOUT: u64 = 3;
/// The layout of the stores from before there was a record of it.
const UNRECORDED: u64 = 1;

/// The number of the layout, big-endian. This record alone keeps its form in every layout.
fn layout_key() -> RecordKey {
    STATE.key("layout")
}

/// Adds to the batch of the first resources in which layout they are.
pub(crate) fn note(batch: &mut Batch) {
    batch.put(layout_key(), Expect::Absent, LAYOUT.to_be_bytes().to_vec());
}

/// Whether there is a tree, with its base and its epoch, in the layout that is known here; refuses every other.
pub(crate) async fn is_there<O: Outside>(
    asking: &Asking<'_, O>,
    base: &ResourceId,
) -> Result<bool, StartError> {
    let existing = asking.load(&[resource_key(base), epoch_key(), layout_key()]).await?;
    match existing.as_slice() {
        [root, epoch, Some(layout)] => match (number(layout), root, epoch) {
            (Some(LAYOUT), Some(_), Some(_)) => Ok(true),
            (Some(LAYOUT), ..) => Err(StartError::Foreign),
            (found, ..) => Err(StartError::Layout { found }),
        },
        [None, None, None] if is_empty(asking).await? => Ok(false),
        _ => Err(StartError::Layout { found: Some(UNRECORDED) }),
    }
}

fn number(layout: &Record) -> Option<u64> {
    layout.bytes().try_into().ok().map(u64::from_be_bytes)
}

/// Whether there are no resources, of whatever CSE.
async fn is_empty<O: Outside>(asking: &Asking<'_, O>) -> Result<bool, StartError> {
    for space in [spaces::SEALED, spaces::ORDINARY] {
        let first = Range { space, prefix: "".into(), after: None, limit: 1, backwards: false };
        if !asking.scan(&first).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
