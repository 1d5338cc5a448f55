//! Where roles and tokens are found, however many a node has: roles by holder and Role-ID, tokens by Token-ID.
//!
//! ```text
//!   credential/role/<digest of holder and Role-ID>/<who put it there>/<identifier>
//!   credential/token/<digest of Token-ID>/<identifier>     put there by anybody
//!   credential/token/<digest of Token-ID>/0/<identifier>   put there by who issues tokens
//! ```
//!
//! So nobody hides what counts behind what does not, however much of it there is. A role or token says the same from when it is made until it is gone, so its entry comes and goes with it. What an
//! entry leads to is looked at before it counts.

use csf_access::RoleId;
use csf_api::{EntityId, Value};
use csf_store::RecordKey;
use csf_tree::schema::{ROLE, TOKEN};
use csf_tree::{Head, Resource, listed_of, listed_range, resource_key};
use sha2::{Digest, Sha256};

use super::hex::push_hex;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::target::MAX_DEPTH;

/// How many entries are read together.
const PAGE: usize = 32;
/// The most roles of one holder and Role-ID, and the most tokens of one Token-ID, that are looked at.
const MAX_ALIKE: usize = 256;
/// What sorts first among roles: those that somebody put there who could not give them.
const BY_OTHERS: &str = "0";
/// What sorts last, and so is looked at first: those that their issuer or an administrator put there.
const BY_ISSUER: &str = "1";
/// What sorts first among tokens, and so is looked at first: those that an issuer or an administrator put there.
const TOKEN_BY_ISSUER: &str = "0";

/// Under what a new resource is listed, if it is a role or a token that says for whom it is.
pub(crate) fn listed_as(settings: &Settings, resource: &Resource) -> Option<Box<str>> {
    let text = |name| resource.attributes.get(name).and_then(Value::as_text);
    let entity = |text: &str| EntityId::parse(text, &settings.home).ok();
    let maker = resource.creator.as_deref().and_then(entity);
    let by_administrator = maker.as_ref() == Some(&settings.administrator);
    if *resource.schema == TOKEN {
        let by_issuer = by_administrator || maker.is_some_and(|maker| is_issuer(settings, &maker));
        let under = under_token(text("tkid")?);
        return Some(if by_issuer { format!("{under}/{TOKEN_BY_ISSUER}").into() } else { under.into() });
    }
    if *resource.schema != ROLE {
        return None;
    }
    let (holder, role) = (entity(text("tkhd")?)?, RoleId::parse(text("rlid")?).ok()?);
    // Who says that he is the issuer is one only if this node knows him as one.
    let its_own = maker.filter(|maker| Some(maker) == text("tkis").and_then(entity).as_ref());
    let by_issuer = by_administrator || its_own.is_some_and(|maker| is_issuer(settings, &maker));
    let class = if by_issuer { BY_ISSUER } else { BY_OTHERS };
    Some(format!("{}/{class}", under_role(&holder, &role)).into())
}

/// Whether roles and tokens of this entity count here: it is this CSE, or configuration lists it.
pub(super) fn is_issuer(settings: &Settings, entity: &EntityId) -> bool {
    is_this_cse(settings, entity) || settings.token_issuers.iter().any(|known| known.id == *entity)
}

/// Whether an entity is this CSE.
pub(super) fn is_this_cse(settings: &Settings, entity: &EntityId) -> bool {
    let home = &settings.home;
    entity.absolute().strip_prefix(home.service_provider()).is_some_and(|rest| rest == home.cse())
}

fn under_token(id: &str) -> String {
    format!("token/{}", digest(&[id]))
}

fn under_role(holder: &EntityId, role: &RoleId) -> String {
    // Neither holds a line break, so no two pairs are written alike.
    format!("role/{}", digest(&[holder.absolute(), "\n", role.as_str()]))
}

fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    let mut text = String::new();
    push_hex(&mut text, &hasher.finalize());
    text
}

/// The first token of this Token-ID, from the oldest on, and first of those that an issuer or an administrator put there.
pub(super) async fn first_token<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    id: &str,
    mut wanted: impl FnMut(&Resource) -> bool,
) -> Result<Option<Resource>, Refusal> {
    let wanted = |token: &Resource| *token.schema == TOKEN && wanted(token);
    first(asking, settings, (&under_token(id), false), wanted).await
}

/// The first role of this holder and Role-ID, from the newest on, and first of those that its issuer or an administrator
/// put there.
pub(super) async fn first_role<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    (holder, role): (&EntityId, &RoleId),
    mut wanted: impl FnMut(&Resource) -> bool,
) -> Result<Option<Resource>, Refusal> {
    let wanted = |found: &Resource| *found.schema == ROLE && wanted(found);
    first(asking, settings, (&under_role(holder, role), true), wanted).await
}

/// Whether a role or token has not ended, nor what it lies in.
pub(super) async fn is_there<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    resource: &Resource,
) -> Result<bool, Refusal> {
    let now = asking.now();
    if resource.is_expired(now) {
        return Ok(false);
    }
    let base = settings.home.cse().trim_start_matches('/');
    let mut above = resource.parent.clone();
    for _ in 0..=MAX_DEPTH {
        // The CSEBase does not end.
        let Some(id) = above.filter(|id| id.as_str() != base) else { return Ok(true) };
        let Some(record) = asking.load_one(resource_key(&id)).await? else { return Ok(false) };
        let head = Head::read_as(&id, record.bytes())?;
        if head.is_expired(now) {
            return Ok(false);
        }
        above = head.parent;
    }
    Err(Refusal::internal())
}

async fn first<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    (under, backwards): (&str, bool),
    mut wanted: impl FnMut(&Resource) -> bool,
) -> Result<Option<Resource>, Refusal> {
    let mut after: Option<Box<str>> = None;
    for _ in 0..MAX_ALIKE.div_euclid(PAGE) {
        let entries = asking.scan(&listed_range(under, after.as_deref(), PAGE, backwards)).await?;
        let ids: Vec<_> = entries.iter().filter_map(|(key, _)| listed_of(key)).collect();
        let keys: Vec<RecordKey> = ids.iter().map(resource_key).collect();
        if !keys.is_empty() {
            for record in asking.load(&keys).await?.into_iter().flatten() {
                let resource = Resource::decode(record.bytes())?;
                if wanted(&resource) && is_there(asking, settings, &resource).await? {
                    return Ok(Some(resource));
                }
            }
        }
        match entries.last() {
            Some((key, _)) if entries.len() >= PAGE => after = Some(key.path().into()),
            _ => break,
        }
    }
    Ok(None)
}
