//! After a restore: comparing key objects with keys, both ways.
//!
//! ```text
//!   object and key         ─▶ as it was
//!   object without its key ─▶ the object is `missing`: nobody can use it, its owner may delete it
//!   key of another owner   ─▶ it was handed over after the object was copied: the object is that owner's
//!   key without an object  ─▶ an object `quarantined` is made for it: nobody can use it, its owner or the
//!                             administrator may delete it, and the key with it
//! ```
//!
//! Nothing is deleted here. An environment that is absent or does not answer is asked again at the next start.

use csf_api::{EntityId, Home, Object, ResourceId, ResourceName, SecurityLevel, Value};
use csf_store::{Batch, Expect, Range, Record, RecordKey, StoreError, Version};
use csf_transport::{Command, Description, KeyInfo, Refusal as KeyRefusal, Reply as SeReply, SeError};
use csf_tree::schema::KEY_OBJECT;
use csf_tree::{Resource, resource_key, spaces};

use super::hand_over;
use super::key_object::{MISSING, QUARANTINED, activate, environment_of, key_id, owner_of};
use crate::context::Context;
use crate::names::STORAGE_PREFIX;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::resources::{place, quota};
use crate::restored::uncompared_key;

/// Key objects that are looked at in one step.
const PAGE: usize = 256;
/// The most keys of one environment that are gone through; more than one holds.
const MAX_KEYS: usize = 100_000;

/// What the comparison found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Key objects whose key is not there.
    pub missing: usize,
    /// Keys that had no object.
    pub quarantined: usize,
    /// How often something could not be compared: an object of an absent environment, an environment that does not
    /// answer, records that are not authentic.
    pub left: usize,
}

/// Compares, if the store was restored and not compared since.
pub(crate) async fn compare<O: Outside>(
    asking: &Asking<'_, O>,
    context: &Context,
) -> Result<Option<Compared>, Refusal> {
    let Some(mark) = asking.load_one(uncompared_key()).await? else { return Ok(None) };
    let mut compared = Compared::default();
    look_for_keys(asking, context, &mut compared).await?;
    for environment in &context.environments {
        look_for_objects(asking, context, environment, &mut compared).await?;
    }
    if compared.left == 0 {
        let mut batch = Batch::new();
        batch.delete(uncompared_key(), Expect::Version(mark.version()));
        asking.commit(batch).await?;
    }
    Ok(Some(compared))
}

/// Goes through the key objects and asks for the key of each.
async fn look_for_keys<O: Outside>(
    asking: &Asking<'_, O>,
    context: &Context,
    compared: &mut Compared,
) -> Result<(), Refusal> {
    let mut after: Option<Box<str>> = None;
    loop {
        let prefix = KEY_OBJECT.id_prefix.into();
        let range =
            Range { space: spaces::SEALED, prefix, after: after.take(), limit: PAGE, backwards: false };
        let page = match asking.scan(&range).await {
            Ok(page) => page,
            // Whoever reads it is refused; that is no reason to serve nobody.
            Err(StoreError::NotAuthentic(_)) => {
                compared.left = compared.left.saturating_add(1);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.path().into());
        for (key, record) in &page {
            look_for_key(asking, context, (key, record), compared).await?;
        }
    }
}

async fn look_for_key<O: Outside>(
    asking: &Asking<'_, O>,
    context: &Context,
    (place, record): (&RecordKey, &Record),
    compared: &mut Compared,
) -> Result<(), Refusal> {
    let mut resource = Resource::decode(record.bytes())?;
    let (key, owner, environment) = (key_id(&resource)?, owner_of(&resource)?, environment_of(&resource)?);
    let was_missing = state(&resource) == Some(MISSING);
    let found = if context.environments.iter().any(|described| described.id == environment) {
        asking.execute(&environment, Command::KeyInfo { key, owner }).await
    } else {
        Err(SeError::Unavailable)
    };
    match found {
        Ok(SeReply::Key(info)) if was_missing => activate(&mut resource, &info),
        // Whose it is, the way through the keys shows.
        Ok(SeReply::Key(_)) | Err(SeError::Refused(KeyRefusal::Owner)) => return Ok(()),
        Err(SeError::NoSuchKey) => {
            compared.missing = compared.missing.saturating_add(1);
            if was_missing {
                return Ok(());
            }
            resource.attributes.set("stt", Value::text(MISSING));
        }
        _ => {
            compared.left = compared.left.saturating_add(1);
            return Ok(());
        }
    }
    let mut batch = Batch::new();
    batch.put(place.clone(), Expect::Version(record.version()), resource.encode());
    Ok(asking.commit(batch).await?)
}

fn state(resource: &Resource) -> Option<&str> {
    resource.attributes.get("stt").and_then(Value::as_text)
}

/// Goes through the keys of an environment and asks for the object of each.
async fn look_for_objects<O: Outside>(
    asking: &Asking<'_, O>,
    context: &Context,
    environment: &Description,
    compared: &mut Compared,
) -> Result<(), Refusal> {
    let mut after = None;
    for _ in 0..MAX_KEYS {
        let info = match asking.execute(&environment.id, Command::NextKey { after }).await {
            Ok(SeReply::Key(info)) => info,
            Err(SeError::NoSuchKey) => return Ok(()),
            _ => break,
        };
        after = Some(info.spec.id);
        let id = format!("{}{}", KEY_OBJECT.id_prefix, info.spec.id);
        let id = ResourceId::parse(&id).map_err(|_| Refusal::internal())?;
        match asking.load_one(resource_key(&id)).await {
            Ok(Some(record)) => {
                let resource = Resource::decode(record.bytes())?;
                if state(&resource) == Some(QUARANTINED) {
                    compared.quarantined = compared.quarantined.saturating_add(1);
                }
                if resource.creator.as_deref() != Some(info.spec.owner.as_str()) {
                    follow(asking, context, (resource, record.version()), &info).await?;
                }
            }
            Ok(None) => {
                let mut batch = Batch::new();
                let object = quarantined(asking, context, environment, id, &info)?;
                place(&mut batch, &object);
                quota::count_found(asking, &mut batch, &object).await?;
                asking.commit(batch).await?;
                compared.quarantined = compared.quarantined.saturating_add(1);
            }
            // It was counted where the objects were gone through.
            Err(StoreError::NotAuthentic(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    compared.left = compared.left.saturating_add(1);
    Ok(())
}

/// Makes an object its key's owner's.
async fn follow<O: Outside>(
    asking: &Asking<'_, O>,
    context: &Context,
    (before, version): (Resource, Version),
    info: &KeyInfo,
) -> Result<(), Refusal> {
    let mut after = before.clone();
    hand_over::give(&context.settings, &mut after, info, asking.now())?;
    let mut batch = Batch::new();
    hand_over::replace(&mut batch, &after, version);
    quota::discount(asking, &mut batch, &before).await?;
    quota::count_found(asking, &mut batch, &after).await?;
    Ok(asking.commit(batch).await?)
}

/// The object that is made for a key without one. It has no end: it stays until somebody decides about it.
fn quarantined<O: Outside>(
    asking: &Asking<'_, O>,
    context: &Context,
    environment: &Description,
    id: ResourceId,
    info: &KeyInfo,
) -> Result<Resource, Refusal> {
    let storage = format!("{STORAGE_PREFIX}{}", environment.id);
    let mut resource = Resource {
        parent: Some(ResourceId::parse(&storage).map_err(|_| Refusal::internal())?),
        name: ResourceName::parse(id.as_str()).map_err(|_| Refusal::internal())?,
        id,
        schema: &KEY_OBJECT,
        created: asking.now(),
        modified: asking.now(),
        expires: None,
        creator: Some(info.spec.owner.as_str().into()),
        registrant: None,
        listed_as: None,
        attributes: Object::new()
            .with("kAl", Value::text(info.spec.algorithm.name()))
            .with("kUs", Value::texts(info.spec.uses.iter().map(|one| one.name())))
            .with("own", Value::text(&owner_here(info, &context.settings.home)))
            .with("exp", Value::Bool(info.spec.exportable))
            // Whether it was imported is not known, so it counts as if.
            .with("seL", Value::Integer(i64::from(environment.level.min(SecurityLevel::Low).number()))),
    };
    activate(&mut resource, info);
    resource.attributes.set("stt", Value::text(QUARANTINED));
    Ok(resource)
}

/// The owner as one of this node's representations names it.
fn owner_here(info: &KeyInfo, home: &Home) -> String {
    let owner = info.spec.owner.as_str();
    EntityId::parse(owner, home).map_or_else(|_| owner.to_owned(), |id| id.relative_to(home).to_owned())
}
