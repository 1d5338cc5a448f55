//! The associations in the registry: each with whom it proves (ARC-14).

use std::collections::BTreeMap;

use csf_api::{EntityId, Object, ResourceId, Value};
use csf_tree::{Registrant, Resource, resource_key};

use super::registry::{Listing, MAX_LISTED, PAGE};
use crate::association::{Association, AssociationKind};
use crate::authentication::is_reserved;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// The most originators that are listed for one association; `orC` counts the others too.
const MAX_ORIGINATORS: usize = 32;

/// The associations that are open now. `entities` are the AEs that the registry lists.
pub(super) async fn associations<O: Outside>(
    call: &Call<'_, O>,
    entities: &[ResourceId],
) -> Result<Listing, Refusal> {
    let open = call.asking.associations(MAX_LISTED).await?;
    let registered = registered_by_users(call, &open.listed, entities).await?;
    let mut listing = Listing::default();
    for association in &open.listed {
        listing.add(|| entry(call, association, &registered));
    }
    listing.count = open.count.max(listing.count);
    Ok(listing)
}

/// Which of the AEs each user registered that is at the local socket now.
async fn registered_by_users<O: Outside>(
    call: &Call<'_, O>,
    open: &[Association],
    entities: &[ResourceId],
) -> Result<BTreeMap<u32, Vec<String>>, Refusal> {
    let settings = &call.context.settings;
    let local = open.iter().filter(|association| association.kind == AssociationKind::LocalSocket);
    let mut by_user: BTreeMap<u32, Vec<String>> =
        local.map(|association| (association.user, Vec::new())).collect();
    if by_user.is_empty() {
        return Ok(by_user);
    }
    for some in entities.chunks(PAGE) {
        let keys: Vec<_> = some.iter().map(resource_key).collect();
        for record in call.asking.load(&keys).await?.into_iter().flatten() {
            let resource = Resource::decode(record.bytes())?;
            if let Some(Registrant::LocalUser(user)) = resource.registrant
                && let Some(own) = by_user.get_mut(&user)
            {
                // What configuration gives to somebody is no longer who registered it.
                let id = EntityId::parse(resource.id.as_str(), &settings.home);
                if !id.is_ok_and(|id| is_reserved(settings, &id)) {
                    own.push(resource.id.as_str().to_owned());
                }
            }
        }
    }
    Ok(by_user)
}

fn entry<O>(
    call: &Call<'_, O>,
    association: &Association,
    registered: &BTreeMap<u32, Vec<String>>,
) -> Object {
    let settings = &call.context.settings;
    let user = association.user;
    let (mut named, own): (Vec<&str>, &[String]) = match association.kind {
        AssociationKind::AdministrationSocket => {
            (vec![settings.administrator.relative_to(&settings.home)], &[])
        }
        AssociationKind::LocalSocket => {
            let given = settings.local_users.get(&user).into_iter().flatten();
            let csfs = settings.local_csfs.iter().filter(|(_, runs_as)| **runs_as == user).map(|(id, _)| id);
            let given = given.chain(csfs).map(|id| id.relative_to(&settings.home));
            (given.collect(), registered.get(&user).map_or(&[], Vec::as_slice))
        }
    };
    named.extend(own.iter().map(String::as_str));
    named.sort_unstable();
    named.dedup();
    let requests = i64::try_from(association.requests).unwrap_or(i64::MAX);
    Object::new()
        .with("akd", Value::text(association.kind.name()))
        .with("usr", Value::Integer(i64::from(user)))
        .with("sin", Value::text(&association.since.to_string()))
        .with("rqC", Value::Integer(requests))
        .with("orC", Value::Integer(i64::try_from(named.len()).unwrap_or(i64::MAX)))
        .with("ori", Value::texts(named.into_iter().take(MAX_ORIGINATORS)))
}
