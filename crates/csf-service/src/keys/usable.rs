//! The key that something is to be done with, if the caller may use it.

use csf_api::{Address, SecurityLevel, Status, Value};
use csf_transport::{KeyId, Owner, SeId};
use csf_tree::schema::KEY_OBJECT;

use super::key_object::{ACTIVE, IMPORTED, absent_environment, environment_of, key_id, level_in, owner_of};
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target;

/// A key that the caller may use.
pub(crate) struct UsableKey {
    pub(crate) key: KeyId,
    #[cfg_attr(
        not(any(feature = "access-management", feature = "sensitive-functions")),
        expect(dead_code, reason = "only whoever uses the key names the owner again")
    )]
    pub(crate) owner: Owner,
    pub(crate) environment: SeId,
    pub(crate) level: SecurityLevel,
    /// Whether the key was made elsewhere, or from one that was.
    pub(crate) imported: bool,
}

/// The key that this member names, if it is the caller's own.
pub(crate) async fn usable<O: Outside>(
    call: &Call<'_, O>,
    member: &str,
    named: &str,
) -> Result<UsableKey, Refusal> {
    let address = Address::parse(named).map_err(|e| Refusal::bad_request(format!("'{member}': {e}")))?;
    let found = target::find(call.asking, &call.context.settings, &address).await?;
    let resource = &found.resource;
    if *resource.schema != KEY_OBJECT {
        return Err(Refusal::bad_request(format!("'{member}' names no key object")));
    }
    let owner = owner_of(resource)?;
    // A key works for its owner only, whoever may read the key object; and a name that nothing proves owns nothing.
    if !call.caller.is_proven() || call.caller.originator().map(|id| id.absolute()) != Some(owner.as_str()) {
        return Err(Refusal::denied());
    }
    if resource.attributes.get("stt").and_then(Value::as_text) != Some(ACTIVE) {
        return Err(Refusal::new(Status::NotAcceptable, "the key is not active"));
    }
    let (key, environment) = (key_id(resource)?, environment_of(resource)?);
    let described = call.context.environments.iter().find(|d| d.id == environment);
    let level = described.map(|d| level_in(d.level, resource)).ok_or_else(absent_environment)?;
    let imported = resource.attributes.get(IMPORTED) == Some(&Value::Bool(true));
    Ok(UsableKey { key, owner, environment, level, imported })
}
