//! How many resources each originator made that still exist, and no more than the node allows.
//!
//! The count is a record, changed in the batch that places or takes away what it counts. So that nothing is
//! counted off twice, that batch also depends on the state in which it saw what it takes away: see
//! [`super::draft::unplace_entry`].
//!
//! With an originator's first count a second record is written, and neither is ever taken away. So where both
//! are missing nothing was counted, and where one is missing a record was lost: then nothing is made any more.

use std::collections::BTreeMap;

use csf_api::Status;
use csf_store::{Batch, Expect, Record, RecordKey, Version};
use csf_tree::schema::{AE, REMOTE_CSE};
use csf_tree::{NOBODY, Resource, count_key, counted_key};

use crate::call::Call;
use crate::gate::{Effect, Grant};
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;

/// How often a batch is written again because counts changed since they were read.
const MAX_ROUNDS: usize = 32;

/// What a batch means for the counts, by originator. Turns are taken in this order.
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
    count_off(asking, batch, &fewer(gone.counts_for().into_iter())).await.map(drop)
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
    count_on(asking, batch, originator, u64::MAX).await.map(drop)
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
    if tally.is_empty() {
        return send(call, batch, how).await;
    }
    let reading = match how {
        Commit::AsPermitted(_) => Asking { ..*call.asking },
        Commit::FollowUp => Grant::later(call.asking),
    };
    let turns = &call.context.counting;
    let mut in_turn = tally.keys().any(|originator| turns.is_taken(originator));
    let mut held = Vec::new();
    for _ in 0..MAX_ROUNDS {
        if in_turn && held.is_empty() {
            for originator in tally.keys() {
                held.push(turns.take(originator).await?);
            }
        }
        let mut whole = batch.clone();
        let seen = add(call, &reading, &mut whole, tally).await?;
        match send(call, whole, how).await {
            // Only the counts are read again: what else the request was decided on may be as it was.
            Err(refusal) if refusal.stale && changed(&reading, &seen).await? => in_turn = true,
            done => return done,
        }
    }
    Err(Refusal::stale())
}

async fn send<O: Outside>(call: &Call<'_, O>, batch: Batch, how: Commit) -> Result<(), Refusal> {
    match how {
        Commit::AsPermitted(effect) => call.grant.commit(call.asking, batch, effect).await,
        Commit::FollowUp => call.grant.follow_up(call.asking, batch).await,
    }
}

/// A count as it was read.
type Seen = (RecordKey, Option<Version>);

/// Adds the counts to a batch.
async fn add<O: Outside>(
    call: &Call<'_, O>,
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    tally: &Tally<'_>,
) -> Result<Vec<Seen>, Refusal> {
    match tally.first_key_value() {
        Some((_, Change::Fewer(_))) | None => count_off(asking, batch, tally).await,
        Some((originator, change)) => {
            let most = call.context.settings.limits.resources_per_originator;
            let most = if matches!(change, Change::Registration) { u64::MAX } else { most };
            count_on(asking, batch, originator, most).await.map(|seen| vec![seen])
        }
    }
}

async fn count_on<O: Outside>(
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    originator: &str,
    most: u64,
) -> Result<Seen, Refusal> {
    let (key, mark) = (count_key(originator), counted_key(originator));
    // Both at one moment: another request may just be writing them.
    let records = asking.load(&[key.clone(), mark.clone()]).await?;
    let (before, expect) = match records.as_slice() {
        [Some(record), Some(_)] => (read(record)?, Expect::Version(record.version())),
        [None, None] => {
            batch.put(mark, Expect::Absent, Vec::new());
            (0, Expect::Absent)
        }
        _ => return Err(Refusal::internal()),
    };
    if before >= most {
        let text =
            format!("an originator has at most {most} resources here, instances and sensitive data aside");
        return Err(Refusal::new(Status::NotAcceptable, text));
    }
    batch.put(key.clone(), expect, write(before.saturating_add(1)));
    Ok((key, version(records.first())))
}

async fn count_off<O: Outside>(
    asking: &Asking<'_, O>,
    batch: &mut Batch,
    tally: &Tally<'_>,
) -> Result<Vec<Seen>, Refusal> {
    let keys: Vec<_> = tally.keys().map(|originator| count_key(originator)).collect();
    let records = if keys.is_empty() { Vec::new() } else { asking.load(&keys).await? };
    let mut seen = Vec::with_capacity(keys.len());
    for ((key, change), record) in keys.into_iter().zip(tally.values()).zip(records) {
        seen.push((key.clone(), version(Some(&record))));
        // A count that was lost keeps nobody from deleting, only from making more.
        let (Some(record), Change::Fewer(number)) = (record, change) else { continue };
        let expect = Expect::Version(record.version());
        match read(&record).ok().and_then(|before| before.checked_sub(*number)) {
            // One that comes to nothing stays: where there is none, it was lost.
            Some(left) => batch.put(key, expect, write(left)),
            // It cannot be right, so it counts as lost.
            None => batch.delete(key, expect),
        }
    }
    Ok(seen)
}

/// Whether a count is another than it was.
async fn changed<O: Outside>(asking: &Asking<'_, O>, seen: &[Seen]) -> Result<bool, Refusal> {
    let keys: Vec<_> = seen.iter().map(|(key, _)| key.clone()).collect();
    let now = asking.load(&keys).await?;
    Ok(seen.iter().zip(&now).any(|((_, before), record)| *before != version(Some(record))))
}

fn version(record: Option<&Option<Record>>) -> Option<Version> {
    record.and_then(Option::as_ref).map(Record::version)
}

fn read(record: &Record) -> Result<u64, Refusal> {
    record.bytes().try_into().map(u64::from_be_bytes).map_err(|_| Refusal::internal())
}

fn write(count: u64) -> Vec<u8> {
    count.to_be_bytes().to_vec()
}
