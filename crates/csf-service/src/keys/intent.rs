//! Intents: what was about to happen to a key in a secure environment, noted before it happened.

use csf_api::{ResourceId, Status};
use csf_store::{Batch, Expect, Range, RecordKey, Space, Version};
use csf_transport::{Command, Reply as SeReply, SeError};
use csf_tree::{Child, Resource, resource_key};

use super::key_object::{activate, environment_of, key_id, owner_of};
use crate::call::Call;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::resources::{self, quota};

const INTENTS: Space = Space::sealed("intent");
/// What a note says.
const CREATE: &[u8] = b"create";
/// See [`CREATE`].
const DESTROY: &[u8] = b"destroy";
/// How many intents are settled at once; there are never more than requests in flight at a crash.
const PAGE: usize = 256;
/// How often an outcome is written again because the object changed meanwhile.
pub(super) const MAX_ROUNDS: usize = 8;

/// What was about to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    Create,
    Destroy,
}

fn intent_key(resource: &Resource) -> RecordKey {
    INTENTS.key(resource.id.as_str())
}

/// Adds the note to the batch that makes the intent durable, if there is a note like this.
pub(super) fn note(batch: &mut Batch, resource: &Resource, intent: Intent, expect: Expect) {
    let word = match intent {
        Intent::Create => CREATE,
        Intent::Destroy => DESTROY,
    };
    batch.put(intent_key(resource), expect, word.to_vec());
}

/// The note about a key object, and in which state it must still be for its key not to be destroyed meanwhile: the
/// object would go whatever it became, and what changed it with it.
///
/// # Errors
///
/// 4105 where the key is being destroyed already.
pub(crate) async fn must_stay<O: Outside>(
    call: &Call<'_, O>,
    resource: &Resource,
) -> Result<(RecordKey, Expect), Refusal> {
    let key = intent_key(resource);
    let noted = call.asking.load_one(key.clone()).await?;
    if noted.as_ref().is_some_and(|record| record.bytes() == DESTROY) {
        return Err(Refusal::new(Status::Conflict, "the key is being destroyed"));
    }
    Ok((key, noted.map_or(Expect::Absent, |record| Expect::Version(record.version()))))
}

/// Adds the removal of the note to the batch that makes the outcome durable.
pub(super) fn settle(batch: &mut Batch, resource: &Resource) {
    batch.delete(intent_key(resource), Expect::Any);
}

/// Whether a command that failed so left everything as it was.
pub(super) const fn nothing_was_done(error: SeError) -> bool {
    !matches!(error, SeError::OutcomeUnknown | SeError::Storage | SeError::Fault)
}

/// Removes a key object and its note, whatever became of it since it had this version. One that is gone already
/// is let be: its name may be another's by now.
pub(super) async fn remove<O: Outside>(
    call: &Call<'_, O>,
    resource: &Resource,
    mut version: Version,
) -> Result<(), Refusal> {
    for _ in 0..MAX_ROUNDS {
        let mut batch = Batch::new();
        unplace(&mut batch, resource, version);
        match quota::follow_up_gone(call, batch, resource.counts_for().into_iter()).await {
            Err(refusal) if refusal.stale => {}
            done => return done,
        }
        let Some(record) = call.asking.load_one(resource_key(&resource.id)).await? else { return Ok(()) };
        version = record.version();
    }
    Err(Refusal::internal())
}

/// Adds the removal of a key object in this version and of its note.
fn unplace(batch: &mut Batch, resource: &Resource, version: Version) {
    if let Some(parent) = &resource.parent {
        resources::unplace(batch, parent, &Child::of(resource), Expect::Version(version));
    }
    settle(batch, resource);
}

/// Brings to an end what a crash interrupted: a key that was made is activated, one that was not is
/// forgotten, one that was to be destroyed is destroyed. How many intents were settled, and how many had
/// to be left because their secure environment is absent: nothing is ever given up for that reason.
pub(crate) async fn reconcile<O: Outside>(asking: &Asking<'_, O>) -> Result<(usize, usize), Refusal> {
    let (mut settled, mut left) = (0_usize, 0_usize);
    let mut after: Option<Box<str>> = None;
    loop {
        let range =
            Range { space: INTENTS, prefix: "".into(), after: after.take(), limit: PAGE, backwards: false };
        let entries = asking.scan(&range).await?;
        let Some((last, _)) = entries.last() else { return Ok((settled, left)) };
        after = Some(last.path().into());
        for (key, record) in &entries {
            let done = match record.bytes() {
                CREATE => finish(asking, key, Intent::Create).await?,
                DESTROY => finish(asking, key, Intent::Destroy).await?,
                _ => return Err(Refusal::internal()),
            };
            if done {
                settled = settled.saturating_add(1);
            } else {
                left = left.saturating_add(1);
            }
        }
    }
}

async fn finish<O: Outside>(
    asking: &Asking<'_, O>,
    key: &RecordKey,
    intent: Intent,
) -> Result<bool, Refusal> {
    let id = ResourceId::parse(key.path()).map_err(|_| Refusal::internal())?;
    let mut batch = Batch::new();
    let Some(record) = asking.load_one(resource_key(&id)).await? else {
        batch.delete(key.clone(), Expect::Any);
        asking.commit(batch).await?;
        return Ok(true);
    };
    let mut resource = Resource::decode(record.bytes())?;
    let (key, owner, environment) = (key_id(&resource)?, owner_of(&resource)?, environment_of(&resource)?);
    let command = match intent {
        Intent::Create => Command::KeyInfo { key, owner },
        Intent::Destroy => Command::DestroyKey { key, owner },
    };
    match (intent, asking.execute(&environment, command).await) {
        (Intent::Create, Ok(SeReply::Key(info))) => {
            activate(&mut resource, &info);
            batch.put(resource_key(&id), Expect::Version(record.version()), resource.encode());
            settle(&mut batch, &resource);
        }
        (Intent::Create, Err(SeError::NoSuchKey)) | (Intent::Destroy, Ok(SeReply::Done)) => {
            unplace(&mut batch, &resource, record.version());
            quota::discount(asking, &mut batch, &resource).await?;
        }
        _ => return Ok(false),
    }
    asking.commit(batch).await?;
    Ok(true)
}
