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

use std::sync::Arc;

use csf_access::{Permission, RoleId, TokenId};
use csf_api::{Credentials, EntityId, MAX_CREDENTIAL_IDS, MAX_TOKENS, Object, Status, UtcTime, Value};
use csf_store::Version;
use csf_tree::schema::TOKEN;
use csf_tree::{Resource, resource_key};

use super::Policies;
use super::admission::allowed_roles;
use super::held::{Held, HeldToken};
use super::listed::{self, is_issuer, is_this_cse};
use super::tokens::{Kept, Seen};
use crate::authentication::Caller;
use crate::context::Context;
use crate::gate::epoch_of;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::restored;
use crate::settings::Admission;

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
        let Some(holder) = caller.subject().name() else {
            return if credentials.has_tokens() {
                Err(bad_token("nothing proves who calls"))
            } else {
                Ok(caller)
            };
        };
        let mut presented = Presented::by(context, asking, holder);
        if !roles.is_empty() {
            presented.settle().await?;
            presented.held.roles = presented.roles(roles).await?;
        }
        presented.held.tokens.reserve_exact(tokens.len());
        for text in tokens {
            let kept = self.tokens.kept(context, asking, text, None).await.map_err(|e| bad_token(&e))?;
            presented.take(kept).await?;
        }
        for id in token_ids {
            presented.settle().await?;
            let stored = presented.stored(id, |_, _| true).await?;
            let text = text_of(&stored).unwrap_or_default();
            let kept = self.tokens.kept(context, asking, text, Some(&stored.id)).await;
            let kept = kept.map_err(|e| bad_token(&e))?;
            if kept.token().id().as_str() != &**id {
                return Err(bad_token("it has another Token-ID than it is kept under"));
            }
            presented.take(kept).await?;
        }
        for name in local_token_ids {
            let kept = self.tokens.by_local(context, asking, name).await;
            presented.take(kept.ok_or_else(|| bad_token("its local name is unknown here"))?).await?;
        }
        presented.allow_roles().await?;
        let held = presented.held;
        Ok(caller.holding(held))
    }

    /// Whether a token that is authentic counts for its holder, here and now.
    pub(super) async fn counts<O: Outside>(
        &self,
        context: &Context,
        asking: &Asking<'_, O>,
        kept: Arc<Kept>,
    ) -> bool {
        let token = Arc::clone(kept.token());
        Presented::by(context, asking, token.holder()).take(kept).await.is_ok()
    }
}

/// One originator's credentials under examination.
struct Presented<'a, O> {
    context: &'a Context,
    asking: &'a Asking<'a, O>,
    holder: &'a EntityId,
    now: UtcTime,
    /// What was found to hold.
    held: Held,
    resources_left: usize,
}

impl<'a, O: Outside> Presented<'a, O> {
    fn by(context: &'a Context, asking: &'a Asking<'a, O>, holder: &'a EntityId) -> Self {
        let now = asking.now();
        Self { context, asking, holder, now, held: Held::new(), resources_left: MAX_RESOURCES }
    }

    /// To be called before anything is looked up here that says whether a role or token counts: a decision may build on
    /// it in the policy epoch of now alone.
    async fn settle(&mut self) -> Result<Version, Refusal> {
        if let Some(epoch) = self.held.epoch {
            return Ok(epoch);
        }
        let epoch = epoch_of(self.asking).await?;
        self.held.epoch = Some(epoch);
        Ok(epoch)
    }

    /// Adds a token that is authentic, if it holds for this originator now.
    async fn take(&mut self, kept: Arc<Kept>) -> Result<(), Refusal> {
        let token = kept.token();
        let settings = &self.context.settings;
        // Verifying takes time.
        let now = self.asking.now();
        token.hold_for(self.holder, now, &settings.home).map_err(|error| bad_token(&error.to_string()))?;
        let resources = token.permissions().iter().filter_map(Permission::resources);
        let named = resources.fold(0_usize, |sum, list| sum.saturating_add(list.len()));
        self.resources_left = self
            .resources_left
            .checked_sub(named)
            .ok_or_else(|| bad_token("the tokens of the request name too many resources"))?;
        // What was issued here counts as long as its issuer keeps it here: deleting it revokes it, however it is
        // brought, and whoever else keeps a copy.
        if *token.issuer() == settings.administrator || is_this_cse(settings, token.issuer()) {
            let epoch = self.settle().await?;
            if !self.is_still_there(kept.keeper(), epoch).await? {
                let by_issuer = |resource: &Resource, text: &str| {
                    kept.is_of(text) && self.is_by(resource, token.issuer())
                };
                let keeper = self.stored(token.id().as_str(), by_issuer).await?;
                kept.keeper().note(epoch, keeper);
            }
        }
        // So does what was read from a resource.
        if let Some(resource) = kept.resource() {
            let epoch = self.settle().await?;
            if !self.is_still_there(kept.source(), epoch).await? {
                let record = self.asking.load_one(resource_key(resource)).await?;
                let source = record.map(|r| Resource::decode(r.bytes())).transpose()?;
                let source = source.filter(|resource| *resource.schema == TOKEN);
                let source = source.ok_or_else(|| bad_token("it was revoked"))?;
                if !listed::is_there(self.asking, settings, &source).await? {
                    return Err(bad_token("it was revoked"));
                }
                kept.source().note(epoch, source);
            }
        }
        self.held.tokens.push(HeldToken::new(kept));
        Ok(())
    }

    /// Whether a `<token>` was found in this epoch and has not ended, nor what it lies in.
    async fn is_still_there(&self, seen: &Seen, epoch: Version) -> Result<bool, Refusal> {
        match seen.within(epoch) {
            Some(token) => listed::is_there(self.asking, &self.context.settings, &token).await,
            None => Ok(false),
        }
    }

    /// Finds out which roles of the tokens the originator may use: a role is no less one of the service subscription
    /// because a token gives it (TS-0001 7.1.14).
    async fn allow_roles(&mut self) -> Result<(), Refusal> {
        let settings = &self.context.settings;
        if settings.admission == Admission::Open {
            return Ok(());
        }
        let permissions = self.held.tokens.iter().flat_map(|held| held.token().permissions());
        let mut roles: Vec<RoleId> = permissions.flat_map(Permission::roles).cloned().collect();
        roles.sort_unstable();
        roles.dedup();
        if !roles.is_empty() {
            self.settle().await?;
        }
        self.held.allowed = Some(allowed_roles(settings, self.asking, self.holder, roles).await?);
        Ok(())
    }

    /// Whether an administrator made this resource, or this issuer.
    fn is_by(&self, resource: &Resource, issuer: &EntityId) -> bool {
        let maker =
            resource.creator.as_deref().and_then(|id| EntityId::parse(id, &self.context.settings.home).ok());
        maker.is_some_and(|maker| maker == self.context.settings.administrator || maker == *issuer)
    }

    /// The token that is kept here under this Token-ID, and wanted for who made it and what its text is.
    async fn stored(&self, id: &str, wanted: impl Fn(&Resource, &str) -> bool) -> Result<Resource, Refusal> {
        TokenId::parse(id).map_err(|e| bad_token(&e.to_string()))?;
        let fits = |token: &Resource| {
            is_text(&token.attributes, "tkid", id)
                && !self.is_void(token)
                && text_of(token).is_some_and(|text| wanted(token, text))
        };
        let found = listed::first_token(self.asking, &self.context.settings, id, fits).await?;
        found.ok_or_else(|| bad_token("its Token-ID is unknown here"))
    }

    /// Those of these Role-IDs that the originator has.
    async fn roles(&self, ids: &[Box<str>]) -> Result<Vec<RoleId>, Refusal> {
        let settings = &self.context.settings;
        let mut wanted: Vec<RoleId> = ids.iter().filter_map(|id| RoleId::parse(id).ok()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut given = Vec::with_capacity(wanted.len());
        for id in wanted {
            let counts =
                |role: &Resource| is_text(&role.attributes, "rlid", id.as_str()) && self.counts(role);
            if listed::first_role(self.asking, settings, (self.holder, &id), counts).await?.is_some() {
                given.push(id);
            }
        }
        allowed_roles(settings, self.asking, self.holder, given).await
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
        is_issuer(settings, &issuer)
            && self.is_by(role, &issuer)
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

/// The text of the token that a `<token>` holds.
fn text_of(token: &Resource) -> Option<&str> {
    token.attributes.get("tkob").and_then(Value::as_text)
}
