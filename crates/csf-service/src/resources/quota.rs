//! How many resources each originator made that still exist, and no more than the node allows.
//!
//! The count is a record, changed in the batch that places or takes away what it counts: by a step, so that those who
//! create at the same time do not wait for each other, and the bound is checked where the step is taken. So that nothing
//! is counted off twice, that batch also depends on the state in which it saw what it takes away: see
//! [`super::draft::unplace_entry`].
//!
//! With an originator's first count a second record is written, and neither is ever taken away. So where both
//! are missing nothing was counted, and where one is missing a record was lost: then nothing is made any more.

use std::collections::BTreeMap;

use csf_api::Status;
use csf_store::{Batch, Expect, Record, RecordKey, Step, StoreError};
use csf_tree::schema::{AE, REMOTE_CSE};
use csf_tree::{NOBODY, Resource, count_key, counted_key};

use crate::call::Call;
use crate::gate::{Effect, Grant};
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;

/// How often a batch is written again because counts changed since they were read.
const MAX_ROUNDS: usize = 32;

/// What a batch means for the counts, by originator.
type Tally<'a> = BTreeMap<&'a str, Change>;

#[derive(Clone, Copy)]
enum Change {
    /// One more, which is refused beyond the bound.
    Bounded,
    /// One more, which is not: there is one registration per identity, and who could not register could not
    /// delete anything either.
    Registration,
    Fewer(u64),
}

/// How a batch is committed.
#[derive(Clone, Copy)]
enum Commit {
    AsPermitted(Effect),
    FollowUp,
}

/// As whose the resources of this caller are recorded and counted. Callers without identity share one count.
pub(crate) fn maker<O: Outside>(call: &Call<'_, O>) -> Box<str> {
    call.caller.originator().map_or(NOBODY, |id| id.absolute()).into()
}

/// Commits the batch that places a resource, with one more for its originator; refuses what is too many.
pub(crate) async fn commit_made<O: Outside>(
    call: &Call<'_, O>,
    batch: Batch,
    resource: &Resource,
    effect: Effect,
) -> Result<(), Refusal> {
    let registers = *resource.schema == AE || *resource.schema == REMOTE_CSE;
    let change = if registers { Change::Registration } else { Change::Bounded };
    let tally = resource.counts_for().map(|originator| (originator, change)).into_iter().collect();
    commit(call, batch, &tally, Commit::AsPermitted(effect)).await
}

/// Commits a batch that takes resources away, with as many less for those among whose they counted.
pub(crate) async fn commit_gone<O: Outside>(
    call: &Call<'_, O>,
    batch: Batch,
    gone: impl Iterator<Item = &str>,
    effect: Effect,
) -> Result<(), Refusal> {
    commit(call, batch, &fewer(gone), Commit::AsPermitted(effect)).await
}

/// The same where it follows from what was committed already.
pub(crate) async fn follow_up_gone<O: Outside>(
    call: &Call<'_, O>,
    batch: Batch,
    gone: impl Iterator<Item = &str>,
) -> Result<(), Refusal> {
    commit(call, batch, &fewer(gone), Commit::FollowUp).await
}

/// Adds to a batch of the start, when nobody else writes, that a resource is gone.
pub(crate) async fn discount<O: Outside>(
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    gone: &Resource,
) -> Result<(), Refusal> {
    match gone.counts_for() {
        Some(originator) => count_off(asking, batch, originator, 1).await,
        None => Ok(()),
    }
}

/// Adds to a batch of the start that there is a resource more, whatever the bound: it was there before. A count that
/// was lost stays lost.
pub(crate) async fn count_found<O: Outside>(
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    found: &Resource,
) -> Result<(), Refusal> {
    let Some(originator) = found.counts_for() else { return Ok(()) };
    let counts = asking.load(&[count_key(originator), counted_key(originator)]).await?;
    if counts.iter().any(Option::is_some) && !counts.iter().all(Option::is_some) {
        return Ok(());
    }
    count_on(asking, batch, (originator, u64::MAX), Looked::Yes).await
}

fn fewer<'a>(gone: impl Iterator<Item = &'a str>) -> Tally<'a> {
    let mut tally = Tally::new();
    for originator in gone {
        let number = match tally.get(originator) {
            Some(Change::Fewer(number)) => number.saturating_add(1),
            _ => 1,
        };
        tally.insert(originator, Change::Fewer(number));
    }
    tally
}

async fn commit<O: Outside>(
    call: &Call<'_, O>,
    batch: Batch,
    tally: &Tally<'_>,
    how: Commit,
) -> Result<(), Refusal> {
    let reading = match how {
        Commit::AsPermitted(_) => Asking { ..*call.asking },
        Commit::FollowUp => Grant::later(call.asking),
    };
    let most = call.context.settings.limits.resources_per_originator;
    // A step is taken first. Only where it leads nowhere the counts are looked at.
    let mut looked = Looked::No;
    for _ in 0..MAX_ROUNDS {
        let mut whole = batch.clone();
        for (originator, change) in tally {
            add(&reading, &mut whole, (originator, *change, most), looked).await?;
        }
        let sent = match how {
            Commit::AsPermitted(effect) => call.grant.try_commit(call.asking, whole, effect).await,
            Commit::FollowUp => call.grant.try_follow_up(call.asking, whole).await,
        };
        match sent {
            // What else the request was decided on may be as it was.
            Err(StoreError::Conflict(key)) if is_count(&key, tally) => looked = Looked::Yes,
            done => return Ok(done?),
        }
    }
    Err(Refusal::stale())
}

/// Whether counts are looked at before they are changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looked {
    No,
    Yes,
}

fn is_count(key: &RecordKey, tally: &Tally<'_>) -> bool {
    tally.keys().any(|originator| *key == count_key(originator) || *key == counted_key(originator))
}

/// Adds a change of a count to a batch.
async fn add<O: Outside>(
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    (originator, change, most): (&str, Change, u64),
    looked: Looked,
) -> Result<(), Refusal> {
    match change {
        Change::Bounded => count_on(asking, batch, (originator, most), looked).await,
        Change::Registration => count_on(asking, batch, (originator, u64::MAX), looked).await,
        Change::Fewer(by) if looked == Looked::No => {
            batch.count(count_key(originator), Step::Down { by });
            Ok(())
        }
        Change::Fewer(by) => count_off(asking, batch, originator, by).await,
    }
}

async fn count_on<O: Outside>(
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    (originator, most): (&str, u64),
    looked: Looked,
) -> Result<(), Refusal> {
    let (key, mark) = (count_key(originator), counted_key(originator));
    if looked == Looked::No && asking.load_one(mark.clone()).await?.is_some() {
        batch.count(key, Step::Up { most });
        return Ok(());
    }
    // Both at one moment: another request may just be writing them.
    let records = asking.load(&[key.clone(), mark.clone()]).await?;
    let before = match records.as_slice() {
        [Some(record), Some(_)] => read(record)?,
        [None, None] => {
            batch.put(mark, Expect::Absent, Vec::new());
            batch.put(key, Expect::Absent, 1_u64.to_be_bytes().to_vec());
            return Ok(());
        }
        _ => return Err(Refusal::internal()),
    };
    if before >= most {
        let text =
            format!("an originator has at most {most} resources here, instances and sensitive data aside");
        return Err(Refusal::new(Status::NotAcceptable, text));
    }
    batch.count(key, Step::Up { most });
    Ok(())
}

/// Adds that there are fewer, whatever became of the count: one that was lost keeps nobody from deleting, only from
/// making more.
async fn count_off<O: Outside>(
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    originator: &str,
    by: u64,
) -> Result<(), Refusal> {
    let key = count_key(originator);
    let Some(record) = asking.load_one(key.clone()).await? else { return Ok(()) };
    match read(&record) {
        // One that comes to nothing stays: where there is none, it was lost.
        Ok(before) if before >= by => batch.count(key, Step::Down { by }),
        // It cannot be right, so it counts as lost.
        _ => batch.delete(key, Expect::Version(record.version())),
    }
    Ok(())
}

fn read(record: &Record) -> Result<u64, Refusal> {
    record.bytes().try_into().map(u64::from_be_bytes).map_err(|_| Refusal::internal())
}
