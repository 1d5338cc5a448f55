//! What a request brings along, judged before anything is decided (TS-0003 7.3.2.4, 7.4; requirement ACC-8).
//!
//! ```text
//!   rids ──▶ <role>: issuer, holder, times, subscription ──▶ counts, or is passed over
//!   tkns ─────────────────┐
//!   tids ──▶ <token> ─────┼─▶ authentic? ─▶ claims ─▶ issuer, holder, times, audience ─▶ counts, or 4103
//!   ltids ─▶ kept earlier ┘
//! ```
//!
//! A role that does not count is passed over: the request may be permitted without it. A token that does not count
//! refuses the request, whatever else would permit it.

use csf_access::{Permission, RoleId, TokenId};
use csf_api::{
    AssignedTokenId, Credentials, EntityId, MAX_CREDENTIAL_IDS, MAX_TOKENS, Object, ResourceId, Status,
    UtcTime, Value,
};
use csf_tree::schema::TOKEN;
use csf_tree::{Resource, resource_key};

use super::Policies;
use super::held::{Held, HeldToken};
use super::listed;
use super::tokens::Kept;
use crate::authentication::Caller;
use crate::context::Context;
use crate::gate::epoch_of;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::{restored, target};

/// The most resources that all tokens of one request name.
const MAX_RESOURCES: usize = 256;

/// Why a token that is brought along refuses the request.
fn bad_token(why: &str) -> Refusal {
    Refusal::new(Status::OriginatorHasNoPrivilege, format!("a token of the request does not count: {why}"))
}

impl Policies {
    /// The caller, with the roles and tokens of the request that hold.
    pub(crate) async fn present<O: Outside>(
        &self,
        context: &Context,
        asking: &Asking<'_, O>,
        caller: Caller,
        credentials: &Credentials,
    ) -> Result<Caller, Refusal> {
        if credentials.is_empty() {
            return Ok(caller);
        }
        let Credentials { roles, tokens, token_ids, local_token_ids, .. } = credentials;
        let ids = [roles, token_ids, local_token_ids].iter().any(|list| list.len() > MAX_CREDENTIAL_IDS);
        if ids || tokens.len() > MAX_TOKENS {
            return Err(Refusal::bad_request("the request brings too many roles or tokens"));
        }
        // Nobody who is nobody holds anything, and a name that nothing proves is nobody's.
        let Some(holder) = caller.subject().name().cloned() else {
            return if credentials.has_tokens() {
                Err(bad_token("nothing proves who calls"))
            } else {
                Ok(caller)
            };
        };
        let epoch = epoch_of(asking).await?;
        let presented = Presented { context, asking, holder: &holder, now: asking.now() };
        let roles = presented.roles(&credentials.roles).await?;
        let mut left = MAX_RESOURCES;
        let mut held = Held { epoch: Some(epoch), roles, ..Held::new() };
        for text in &credentials.tokens {
            let kept = self.tokens.kept(context, asking, text, None).await.map_err(|e| bad_token(&e))?;
            presented.take(&mut held, kept, &mut left).await?;
        }
        for id in &credentials.token_ids {
            let (resource, text) = presented.stored(id).await?;
            let kept = self.tokens.kept(context, asking, &text, Some(&resource)).await;
            let kept = kept.map_err(|e| bad_token(&e))?;
            if kept.token().id().as_str() != &**id {
                return Err(bad_token("it has another Token-ID than it is kept under"));
            }
            presented.take(&mut held, kept, &mut left).await?;
        }
        for name in &credentials.local_token_ids {
            let kept =
                self.tokens.by_local(name).ok_or_else(|| bad_token("its local name is unknown here"))?;
            presented.take(&mut held, kept, &mut left).await?;
        }
        Ok(caller.holding(held))
    }
}

impl Policies {
    /// Whether a token that is authentic counts for its holder, here and now.
    pub(super) async fn counts<O: Outside>(
        &self,
        context: &Context,
        asking: &Asking<'_, O>,
        kept: Kept,
    ) -> bool {
        let holder = kept.token().holder().clone();
        let presented = Presented { context, asking, holder: &holder, now: asking.now() };
        let mut left = MAX_RESOURCES;
        presented.take(&mut Held::new(), kept, &mut left).await.is_ok()
    }
}

/// One originator's credentials under examination.
struct Presented<'a, O> {
    context: &'a Context,
    asking: &'a Asking<'a, O>,
    holder: &'a EntityId,
    now: UtcTime,
}

impl<O: Outside> Presented<'_, O> {
    /// Adds a token that is authentic, if it holds for this originator now.
    async fn take(&self, held: &mut Held, kept: Kept, resources_left: &mut usize) -> Result<(), Refusal> {
        let token = kept.token();
        let home = &self.context.settings.home;
        token.hold_for(self.holder, self.now, home).map_err(|error| bad_token(&error.to_string()))?;
        // What was issued here counts as long as it is kept here: deleting it revokes it, however it is brought.
        if self.is_own(token.issuer()) {
            let (_, text) = self.stored(token.id().as_str()).await?;
            if !kept.is_of(&text) {
                return Err(bad_token("another token is kept under its Token-ID"));
            }
        }
        // So does what was read from a resource.
        if let Some(resource) = kept.resource() {
            let record = self.asking.load_one(resource_key(resource)).await?;
            let there = record.map(|r| Resource::decode(r.bytes())).transpose()?;
            if !there.is_some_and(|r| *r.schema == TOKEN && !r.is_expired(self.now)) {
                return Err(bad_token("it was revoked"));
            }
        }
        held.assigned.push(AssignedTokenId { local: kept.local().into(), token: token.id().as_str().into() });
        let token = kept.into_token();
        let mut covered = Vec::with_capacity(token.permissions().len());
        for permission in token.permissions() {
            covered.push(self.resources(permission, resources_left).await?);
        }
        held.tokens.push(HeldToken { token, covered: covered.into() });
        Ok(())
    }

    /// The resources here that a permission is about, as they are now. Those of other CSEs, and those that are not
    /// there, are none.
    async fn resources(
        &self,
        permission: &Permission,
        resources_left: &mut usize,
    ) -> Result<Option<Vec<ResourceId>>, Refusal> {
        let Some(addresses) = permission.resources() else { return Ok(None) };
        *resources_left = resources_left
            .checked_sub(addresses.len())
            .ok_or_else(|| bad_token("the tokens of the request name too many resources"))?;
        let mut ids = Vec::with_capacity(addresses.len());
        for address in addresses {
            if let Ok(found) = target::find(self.asking, &self.context.settings, address).await {
                ids.push(found.resource.id);
            }
        }
        Ok(Some(ids))
    }

    /// Whether an issuer is this CSE or its administrator.
    fn is_own(&self, issuer: &EntityId) -> bool {
        let settings = &self.context.settings;
        *issuer == settings.administrator
            || EntityId::parse(settings.home.cse(), &settings.home).as_ref() == Ok(issuer)
    }

    /// The token that is kept here under this Token-ID.
    async fn stored(&self, id: &str) -> Result<(ResourceId, Box<str>), Refusal> {
        TokenId::parse(id).map_err(|e| bad_token(&e.to_string()))?;
        let wanted = |token: &Resource| is_text(&token.attributes, "tkid", id) && !self.is_void(token);
        let found = listed::first_token(self.asking, id, wanted).await?;
        let found = found.and_then(|token| {
            let object = token.attributes.get("tkob").and_then(Value::as_text)?;
            Some((token.id.clone(), object.into()))
        });
        found.ok_or_else(|| bad_token("its Token-ID is unknown here"))
    }

    /// Those of these Role-IDs that the originator has.
    async fn roles(&self, ids: &[Box<str>]) -> Result<Vec<RoleId>, Refusal> {
        let mut wanted: Vec<RoleId> = ids.iter().filter_map(|id| RoleId::parse(id).ok()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut given = Vec::with_capacity(wanted.len());
        for id in wanted {
            let counts =
                |role: &Resource| is_text(&role.attributes, "rlid", id.as_str()) && self.counts(role);
            if listed::first_role(self.asking, self.holder, &id, counts).await?.is_some() {
                given.push(id);
            }
        }
        super::admission::allowed_roles(self.context, self.asking, self.holder, given).await
    }

    /// Whether a role was given to the originator by somebody who may, and holds now.
    ///
    /// No signature protects a role, so it must have been put here by its issuer, or by an administrator.
    fn counts(&self, role: &Resource) -> bool {
        let settings = &self.context.settings;
        let entity = |text: &str| EntityId::parse(text, &settings.home).ok();
        let named = |name| role.attributes.get(name).and_then(Value::as_text).and_then(entity);
        let time = |name| {
            let text = role.attributes.get(name).and_then(Value::as_text);
            text.and_then(|text| UtcTime::parse(text).ok())
        };
        let Some(issuer) = named("tkis") else { return false };
        let valid = Some(&issuer) == entity(settings.home.cse()).as_ref()
            || settings.token_issuers.iter().any(|known| known.id == issuer);
        let maker = role.creator.as_deref().and_then(entity);
        let by_issuer = maker.is_some_and(|maker| maker == settings.administrator || maker == issuer);
        valid
            && by_issuer
            && !self.is_void(role)
            && named("tkhd").as_ref() == Some(self.holder)
            && time("tknb").is_some_and(|begin| begin <= self.now)
            && time("tkna").is_some_and(|end| self.now < end.plus_seconds(1))
    }

    /// Whether it was issued before the last restore: nobody knows whether it was revoked after the backup (decision
    /// 0066).
    fn is_void(&self, issued: &Resource) -> bool {
        let floor = self.context.restored_after();
        floor.is_some_and(|floor| restored::is_before(&issued.id, issued.schema, floor))
    }
}

fn is_text(attributes: &Object, name: &str, text: &str) -> bool {
    attributes.get(name).and_then(Value::as_text) == Some(text)
}
