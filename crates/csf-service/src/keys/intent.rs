//! Intents: what was about to happen to a key in a secure environment, noted before it happened.

use csf_api::{ResourceId, Status};
use csf_store::{Batch, Expect, Range, RecordKey, Space, Version};
use csf_transport::{Command, Owner, Refusal as KeyRefusal, Reply as SeReply, SeError};
use csf_tree::{Child, Resource, resource_key};

use super::hand_over;
use super::key_object::{activate, environment_of, key_id, owner_of};
use crate::call::Call;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::resources::{self, quota};
use crate::settings::Settings;

const INTENTS: Space = Space::sealed("intent");
/// What a note says.
const CREATE: &[u8] = b"create";
/// See [`CREATE`].
const DESTROY: &[u8] = b"destroy";
const ROTATE: &[u8] = b"rotate";
/// What a note begins with whose rest says to whom the key goes.
const HAND_OVER: &[u8] = b"hand-over ";
/// How many intents are settled at once; there are never more than requests in flight at a crash.
const PAGE: usize = 256;
/// How often an outcome is written again because the object changed meanwhile.
pub(super) const MAX_ROUNDS: usize = 8;

/// What was about to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    Create,
    Destroy,
    Rotate,
    /// To whom.
    HandOver(Owner),
}

impl Intent {
    fn read(note: &[u8]) -> Option<Self> {
        match note {
            CREATE => Some(Self::Create),
            DESTROY => Some(Self::Destroy),
            ROTATE => Some(Self::Rotate),
            _ => {
                let to = std::str::from_utf8(note.strip_prefix(HAND_OVER)?).ok()?;
                Owner::new(to).map(Self::HandOver)
            }
        }
    }

    fn words(&self) -> Vec<u8> {
        match self {
            Self::Create => CREATE.to_vec(),
            Self::Destroy => DESTROY.to_vec(),
            Self::Rotate => ROTATE.to_vec(),
            Self::HandOver(to) => [HAND_OVER, to.as_str().as_bytes()].concat(),
        }
    }
}

fn intent_key(resource: &Resource) -> RecordKey {
    INTENTS.key(resource.id.as_str())
}

/// Adds the note to the batch that makes the intent durable, if there is a note like this.
pub(super) fn note(batch: &mut Batch, resource: &Resource, intent: &Intent, expect: Expect) {
    batch.put(intent_key(resource), expect, intent.words());
}

/// What is noted about a key object, and in which state the note is.
pub(super) async fn noted<O: Outside>(
    call: &Call<'_, O>,
    resource: &Resource,
) -> Result<(Option<Intent>, Expect), Refusal> {
    let Some(record) = call.asking.load_one(intent_key(resource)).await? else {
        return Ok((None, Expect::Absent));
    };
    let intent = Intent::read(record.bytes()).ok_or_else(Refusal::internal)?;
    Ok((Some(intent), Expect::Version(record.version())))
}

/// The note about a key object, and in which state it must still be for its key not to be destroyed meanwhile: the
/// object would go whatever it became, and what changed it with it.
///
/// # Errors
///
/// 4105 where the key is being destroyed already, or handed over.
pub(crate) async fn must_stay<O: Outside>(
    call: &Call<'_, O>,
    resource: &Resource,
) -> Result<(RecordKey, Expect), Refusal> {
    let key = intent_key(resource);
    match noted(call, resource).await? {
        (Some(Intent::Destroy), _) => Err(being_destroyed()),
        (Some(Intent::HandOver(_)), _) => Err(being_handed_over()),
        (_, expect) => Ok((key, expect)),
    }
}

/// Adds the removal of the note to the batch that makes the outcome durable.
pub(super) fn settle(batch: &mut Batch, resource: &Resource) {
    batch.delete(intent_key(resource), Expect::Any);
}

/// The same if nobody has written it since this request did, as the first.
pub(super) fn take_back(batch: &mut Batch, resource: &Resource) {
    batch.delete(intent_key(resource), Expect::Version(Version::FIRST));
}

/// Adds the removal of the note about a rotation, if that is what is noted: a note about something else is not its.
///
/// # Errors
///
/// 4105 where the key is being destroyed.
pub(super) async fn settle_rotation<O: Outside>(
    call: &Call<'_, O>,
    batch: &mut Batch,
    resource: &Resource,
) -> Result<(), Refusal> {
    let key = intent_key(resource);
    match call.asking.load_one(key.clone()).await? {
        Some(record) if record.bytes() == ROTATE => {
            batch.delete(key, Expect::Version(record.version()));
            Ok(())
        }
        Some(record) if record.bytes() == DESTROY => Err(being_destroyed()),
        _ => Ok(()),
    }
}

/// Refuses what would replace the note about a hand-over, which says whose the key is to be.
pub(super) fn being_handed_over() -> Refusal {
    Refusal::new(Status::Conflict, "the key is being handed over; its next owner takes it by asking again")
}

pub(super) fn being_destroyed() -> Refusal {
    Refusal::new(Status::Conflict, "the key is being destroyed")
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

/// The key object as it became meanwhile, where it is still there.
pub(super) async fn reread<O: Outside>(
    call: &Call<'_, O>,
    id: &ResourceId,
) -> Result<Option<(Resource, Version)>, Refusal> {
    let Some(record) = call.asking.load_one(resource_key(id)).await? else { return Ok(None) };
    Ok(Some((Resource::decode(record.bytes())?, record.version())))
}

/// Adds the removal of a key object in this version and of its note.
fn unplace(batch: &mut Batch, resource: &Resource, version: Version) {
    if let Some(parent) = &resource.parent {
        resources::unplace(batch, parent, &Child::of(resource), Expect::Version(version));
    }
    settle(batch, resource);
}

/// Brings to an end what a crash interrupted: a key that was made is activated, one that was not is
/// forgotten, one that was to be destroyed is destroyed, of one that was rotated the object says the generation, and of
/// one that was handed over whose it is. How many intents were settled, and how many had to be left because their secure environment is absent: nothing is ever given up for that reason.
pub(crate) async fn reconcile<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
) -> Result<(usize, usize), Refusal> {
    let (mut settled, mut left) = (0_usize, 0_usize);
    let mut after: Option<Box<str>> = None;
    loop {
        let range =
            Range { space: INTENTS, prefix: "".into(), after: after.take(), limit: PAGE, backwards: false };
        let entries = asking.scan(&range).await?;
        let Some((last, _)) = entries.last() else { return Ok((settled, left)) };
        after = Some(last.path().into());
        for (key, record) in &entries {
            let intent = Intent::read(record.bytes()).ok_or_else(Refusal::internal)?;
            if finish(asking, settings, key, intent).await? {
                settled = settled.saturating_add(1);
            } else {
                left = left.saturating_add(1);
            }
        }
    }
}

async fn finish<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
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
    let command = match &intent {
        Intent::Create | Intent::Rotate => Command::KeyInfo { key, owner },
        Intent::HandOver(to) => Command::KeyInfo { key, owner: to.clone() },
        Intent::Destroy => Command::DestroyKey { key, owner },
    };
    match (intent, asking.execute(&environment, command).await) {
        // Whether the next generation was made or not, the key is usable, and the object says which it is.
        (Intent::Create | Intent::Rotate, Ok(SeReply::Key(info))) => {
            activate(&mut resource, &info);
            batch.put(resource_key(&id), Expect::Version(record.version()), resource.encode());
            settle(&mut batch, &resource);
        }
        (Intent::HandOver(_), Ok(SeReply::Key(info))) => {
            let before = resource.clone();
            hand_over::give(settings, &mut resource, &info, asking.now())?;
            hand_over::replace(&mut batch, &resource, record.version());
            settle(&mut batch, &resource);
            quota::discount(asking, &mut batch, &before).await?;
        }
        // It was not handed over: it counted for the other already, and does so no more.
        (Intent::HandOver(to), Err(SeError::Refused(KeyRefusal::Owner))) => {
            settle(&mut batch, &resource);
            let counted = Resource { creator: Some(to.as_str().into()), ..resource };
            quota::discount(asking, &mut batch, &counted).await?;
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
