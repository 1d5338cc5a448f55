//! Registration of an AE (TS-0001 10.2.2.2, TS-0004 7.4.5).

use csf_api::{EntityId, Object, Release, ResourceId, Status, Value};
use csf_store::{Batch, Expect};
use csf_transport::{Command, Reply as SeReply};
use csf_tree::resource_key;
use csf_tree::schema::{AE, CSE_BASE};

use super::content::body;
use super::delete::remove_ended;
use super::draft::{Placement, draft_free as draft_of, place};
use super::identity;
use super::quota;
use super::result::{OF_CREATE, created, must_support};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::gate::Effect;
use crate::names::RELEASE_1;
use crate::outside::Outside;
use crate::policies;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::Found;

/// Random bytes in an assigned stem.
const STEM_BYTES: u16 = 8;

/// Registers an AE below the CSEBase.
pub(crate) async fn register<O: Outside>(call: &Call<'_, O>, base: &Found) -> Result<Reply, Refusal> {
    if *base.resource.schema != CSE_BASE {
        return Err(Refusal::new(Status::InvalidChildResourceType, "an AE registers below the CSEBase"));
    }
    let content =
        call.request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    if *content.root != *AE.root {
        return Err(Refusal::bad_request("the content of an AE is 'm2m:ae'"));
    }
    must_support(call.request, OF_CREATE)?;
    let body = body(call.request)?;
    let told = with_release(call.request.release, body);
    let body = told.as_ref().unwrap_or(body);
    // Wrong attributes cost no identity.
    csf_tree::schema::check_create(&AE, body)?;
    let app_id = body.get("api").and_then(Value::as_text).unwrap_or_default();
    check_app_id(app_id, call.request.release)?;
    let entity = wanted(call).await?;
    policies::admit_application(call, app_id, &entity).await?;
    let id = entity.stem().and_then(|stem| ResourceId::parse(stem).ok()).ok_or_else(Refusal::internal)?;
    if !remove_ended(call, &id).await? {
        return Err(Refusal::new(Status::OriginatorHasAlreadyRegistered, "this identity is registered"));
    }
    let creator = Some(entity.absolute().into());
    let placement = Placement { parent: base, schema: &AE, id, creator };
    let mut resource = draft_of(call, placement, body).await?;
    resource.attributes.set("aei", Value::text(resource.id.as_str()));
    resource.registrant = call.caller.registrant();
    let mut batch = Batch::new();
    identity::bind(call, &resource.id, &mut batch).await?;
    batch.check(resource_key(&base.resource.id), Expect::Version(base.version));
    place(&mut batch, &resource);
    quota::commit_made(call, batch, &resource, Effect::Ordinary).await?;
    call.context.note_end(resource.expires);
    Ok(created(call, &resource).await?.audited(AuditKind::Registration))
}

/// The identity that the AE gets: the one it asks for, or a new one.
async fn wanted<O: Outside>(call: &Call<'_, O>) -> Result<EntityId, Refusal> {
    let home = &call.context.settings.home;
    let wants_provider = call.request.from.as_deref() == Some("S");
    let by_provider = |entity: &EntityId| entity.kind() == csf_api::EntityKind::ProviderAssignedAe;
    if wants_provider || call.caller.originator().is_some_and(by_provider) {
        // Elsewhere the IN-CSE would have to announce the AE, and there is no link to one yet.
        if !call.context.settings.is_infrastructure_node() {
            let text = "an S-type AE-ID needs a link to an IN-CSE, which this node does not have";
            return Err(Refusal::new(Status::NotImplemented, text));
        }
    }
    if let Some(asked) = call.caller.originator() {
        let of_this_cse = EntityId::parse(asked.stem().unwrap_or_default(), home).as_ref() == Ok(asked);
        return if of_this_cse {
            Ok(asked.clone())
        } else {
            Err(Refusal::bad_request("From is no AE-ID of this CSE"))
        };
    }
    let stem = random_stem(call, if wants_provider { 'S' } else { 'C' }).await?;
    EntityId::parse(&stem, home).map_err(|_| Refusal::internal())
}

async fn random_stem<O: Outside>(call: &Call<'_, O>, letter: char) -> Result<String, Refusal> {
    let at = call.context.first_environment();
    let SeReply::Random(bytes) = call.asking.execute(at, Command::Random { length: STEM_BYTES }).await?
    else {
        return Err(Refusal::internal());
    };
    Ok(bytes.expose().iter().fold(String::from(letter), |stem, byte| format!("{stem}{byte:02x}")))
}

/// The body of an AE of release 1 with the releases that it speaks: where it does not say, that one.
fn with_release(release: Release, body: &Object) -> Option<Object> {
    let silent = release == Release::R1 && body.get("srv").is_none();
    silent.then(|| body.clone().with("srv", Value::texts([RELEASE_1])))
}

/// App-IDs begin with `R` (registered), `r` (registered, up to Release 3) or `N`.
fn check_app_id(api: &str, release: Release) -> Result<(), Refusal> {
    let small = release <= Release::R3 && api.starts_with('r');
    if api.len() > 1 && (small || api.starts_with(['R', 'N'])) {
        Ok(())
    } else {
        Err(Refusal::bad_request("an App-ID begins with 'R' or 'N'"))
    }
}
