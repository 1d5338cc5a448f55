//! The registry: which entities, owners, associations, secure environments and functions this node manages (ARC-14).

use csf_api::{Object, ResourceId, UtcTime, Value};
use csf_store::{Range, Space};
use csf_transport::Description;
use csf_tree::schema::{AE, REMOTE_CSE};
use csf_tree::{Child, NOBODY, Resource, child_range, resource_key, spaces};

use super::associations::associations;
use crate::call::Call;
use crate::functions;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::base_id;

/// The most entities, owners and associations that are listed, of each.
pub(super) const MAX_LISTED: usize = 1000;
/// The most that are counted; where there are more, the count stops here.
const MAX_COUNTED: usize = 10_000;
/// How many are read together.
pub(super) const PAGE: usize = 500;

/// What AE-IDs begin with: assigned here, or by the service provider.
const AE_PREFIXES: [&str; 2] = ["C", "S"];

/// A list with an end, and how many there are.
#[derive(Default)]
pub(super) struct Listing {
    listed: Vec<Value>,
    pub(super) count: usize,
}

impl Listing {
    pub(super) fn add(&mut self, entry: impl FnOnce() -> Object) {
        self.count = self.count.saturating_add(1);
        if self.listed.len() < MAX_LISTED {
            self.listed.push(Value::Object(entry()));
        }
    }

    fn is_full(&self) -> bool {
        self.count >= MAX_COUNTED
    }

    fn count(&self) -> Value {
        Value::Integer(i64::try_from(self.count).unwrap_or(i64::MAX))
    }

    fn is_cut(&self) -> bool {
        self.count > self.listed.len() || self.is_full()
    }
}

/// The attributes of the registry resource.
pub(crate) async fn listed<O: Outside>(call: &Call<'_, O>) -> Result<Object, Refusal> {
    let mut aes = Vec::new();
    let (entities, owners) = (entities(call, &mut aes).await?, owners(call).await?);
    let associations = associations(call, &aes).await?;
    let carried = call.context.settings.components.sensitive_functions;
    let functions = functions::offered(&call.context.environments).filter(|_| carried);
    let cut = [&entities, &owners, &associations].into_iter().any(Listing::is_cut);
    Ok(Object::new()
        .with("enC", entities.count())
        .with("ent", Value::List(entities.listed))
        .with("owC", owners.count())
        .with("own", Value::List(owners.listed))
        .with("asC", associations.count())
        .with("ass", Value::List(associations.listed))
        .with("ses", Value::List(call.context.environments.iter().map(environment).collect()))
        .with("fns", Value::texts(functions))
        .with("cut", Value::Bool(cut)))
}

/// The AEs and CSEs that are registered here; the AEs that are listed also by their identifiers.
async fn entities<O: Outside>(call: &Call<'_, O>, aes: &mut Vec<ResourceId>) -> Result<Listing, Refusal> {
    let base = base_id(&call.context.settings).ok_or_else(Refusal::internal)?;
    let mut listing = Listing::default();
    for prefix in AE_PREFIXES {
        for child in children(call, &base, prefix, &listing).await? {
            if child.resource_type == AE.resource_type {
                listing.add(|| entity(child.id.as_str(), "AE", &child));
                if aes.len() < MAX_LISTED {
                    aes.push(child.id);
                }
            }
        }
    }
    for child in children(call, &base, REMOTE_CSE.id_prefix, &listing).await? {
        if child.resource_type != REMOTE_CSE.resource_type {
            continue;
        }
        let id = match listing.listed.len() {
            ..MAX_LISTED => cse_id(call, &child.id).await?,
            _ => None,
        };
        listing.add(|| entity(id.as_deref().unwrap_or_default(), "CSE", &child));
    }
    Ok(listing)
}

fn entity(id: &str, kind: &str, child: &Child) -> Object {
    Object::new()
        .with("eid", Value::text(id))
        .with("ety", Value::text(kind))
        .with("rn", Value::text(child.name.as_str()))
}

/// The CSE-ID that a registration of a CSE is about.
async fn cse_id<O: Outside>(call: &Call<'_, O>, id: &ResourceId) -> Result<Option<String>, Refusal> {
    let Some(record) = call.asking.load_one(resource_key(id)).await? else { return Ok(None) };
    let resource = Resource::decode_as(id, record.bytes())?;
    Ok(resource.attributes.get("csi").and_then(Value::as_text).map(str::to_owned))
}

/// The children of the CSEBase that begin so and have not ended, as many as are still counted.
async fn children<O: Outside>(
    call: &Call<'_, O>,
    base: &ResourceId,
    prefix: &str,
    listing: &Listing,
) -> Result<Vec<Child>, Refusal> {
    let now = call.asking.now();
    let (mut found, mut after): (Vec<Child>, Option<String>) = (Vec::new(), None);
    while listing.count.saturating_add(found.len()) < MAX_COUNTED {
        let entries = call.asking.scan(&child_range(base, prefix, after.as_deref(), PAGE, false)).await?;
        let is_last = entries.len() < PAGE;
        for (_, record) in entries {
            let child = Child::decode(record.bytes())?;
            after = Some(child.id.as_str().to_owned());
            if !has_ended(&child, now) {
                found.push(child);
            }
        }
        if is_last {
            break;
        }
    }
    Ok(found)
}

fn has_ended(child: &Child, now: UtcTime) -> bool {
    child.expires.is_some_and(|end| end <= now)
}

/// Who made resources that still exist, with how many; instances and sensitive data are not counted.
async fn owners<O: Outside>(call: &Call<'_, O>) -> Result<Listing, Refusal> {
    let mut listing = Listing::default();
    let mut after = None;
    while !listing.is_full() {
        let entries = call.asking.scan(&page(spaces::COUNTS, after.take())).await?;
        let is_last = entries.len() < PAGE;
        for (key, record) in entries {
            after = Some(key.path().into());
            let number =
                record.bytes().try_into().map(u64::from_be_bytes).map_err(|_| Refusal::internal())?;
            if number > 0 && key.path() != NOBODY {
                let number = Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
                listing.add(|| Object::new().with("eid", Value::text(key.path())).with("rsC", number));
            }
        }
        if is_last {
            break;
        }
    }
    Ok(listing)
}

fn page(space: Space, after: Option<Box<str>>) -> Range {
    Range { space, prefix: "".into(), after, limit: PAGE, backwards: false }
}

fn environment(d: &Description) -> Value {
    let entry = Object::new()
        .with("env", Value::text(d.id.as_str()))
        .with("sID", Value::text(&d.m2m_se_id))
        .with("seT", Value::Integer(i64::from(d.kind as u8)))
        .with("seL", Value::Integer(i64::from(d.level.number())));
    Value::Object(entry)
}
