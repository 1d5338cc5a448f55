//! Tokens that were found authentic, kept for as long as they last (TS-0003 7.3.2.5; requirement ACC-8).
//!
//! A token that is brought again costs a digest and no signature. What is kept says nothing about the originator or
//! the time: that is asked with every request.

mod keys;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use csf_access::{Token, TokenError};
use csf_api::{Object, ResourceId};
use proto_object::{Claims as _, Jws, ObjectError, Protection, Token as Protected, TokenClass, Unopened};
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::outside::{Asking, Outside};
use crate::settings::TokenIssuer;

use keys::{IssuerKey, OpeningKey};

/// The most tokens that are kept. Beyond it those that ended go, and if none did, all: whoever brings one again pays
/// for its verification again.
const MAX_KEPT: usize = 1024;
/// How much of a token's digest names it: enough that nobody finds two tokens of one name.
const LOCAL_BYTES: usize = 20;

/// A token that is authentic.
#[derive(Clone)]
pub(crate) struct Kept {
    token: Arc<Token>,
    local: Arc<str>,
    digest: Arc<str>,
    resource: Option<ResourceId>,
}

impl Kept {
    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    pub(super) fn into_token(self) -> Arc<Token> {
        self.token
    }

    /// The name by which it may be brought again.
    pub(super) fn local(&self) -> &str {
        &self.local
    }

    /// Whether it is the token of this very text.
    pub(super) fn is_of(&self, text: &str) -> bool {
        *self.digest == *local_name(text, None)
    }

    /// The `<token>` that it ends with.
    pub(super) const fn resource(&self) -> Option<&ResourceId> {
        self.resource.as_ref()
    }
}

/// The tokens that are kept, by their local name.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<Arc<str>, Kept>>);

impl Tokens {
    /// The token of this local name.
    pub(super) fn by_local(&self, name: &str) -> Option<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The token of this text, verified now or earlier. `from` is the `<token>` that it was read from.
    pub(super) async fn kept<O: Outside>(
        &self,
        context: &Context,
        asking: &Asking<'_, O>,
        text: &str,
        from: Option<&ResourceId>,
    ) -> Result<Kept, String> {
        let (local, digest) = (local_name(text, from), local_name(text, None));
        if let Some(kept) = self.by_local(&local) {
            return Ok(kept);
        }
        // Brought whole before, it is as authentic as it was then.
        let token = match self.by_local(&digest) {
            Some(kept) => kept.token,
            None => Arc::new(verify(context, asking, text).await?),
        };
        let kept = Kept { token, local: local.into(), digest: digest.into(), resource: from.cloned() };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_KEPT {
            let now = asking.now();
            all.retain(|_, kept| kept.token.not_after() > now);
            if all.len() >= MAX_KEPT {
                all.clear();
            }
        }
        all.insert(Arc::clone(&kept.local), kept.clone());
        Ok(kept)
    }
}

/// A name that begins with a letter, says nothing of the token, and is that of no other. A token has another name for
/// each `<token>` that it is read from, since each of these names ends with its resource, and that of a token which is
/// brought whole with the token alone.
fn local_name(text: &str, from: Option<&ResourceId>) -> String {
    let mut hasher = Sha256::new();
    if let Some(resource) = from {
        // No token begins with an identifier and a line break.
        hasher.update(resource.as_str());
        hasher.update("\n");
    }
    hasher.update(text);
    let digest = hasher.finalize();
    let mut name = String::from("t");
    for byte in digest.iter().take(LOCAL_BYTES) {
        let written = write!(name, "{byte:02x}");
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    name
}

/// The claims of an authentic token of an issuer that may issue such tokens.
async fn verify<O: Outside>(context: &Context, asking: &Asking<'_, O>, text: &str) -> Result<Token, String> {
    let protected = Protected::parse(text).map_err(|e| e.to_string())?;
    let class = protected.class();
    let verification = Verification { context, asking, class };
    let (issuer, claims) = match protected {
        Protected::Signed(jws) => verification.signed(jws, None).await?,
        Protected::Encrypted(jwe) => {
            let key = OpeningKey::find(&context.settings.token_issuers, jwe.header())?;
            let issuer = key.issuer();
            must_permit(issuer, class)?;
            let opened = jwe.opened_by(&key.at(context, asking)).await.map_err(unopened)?;
            if class == TokenClass::Nested {
                let inner = opened.nested().map_err(|e| e.to_string())?;
                verification.signed(inner, Some(issuer)).await?
            } else {
                (issuer, opened.claims().map_err(|e: ObjectError| e.to_string())?)
            }
        }
    };
    let token = Token::read(&claims, &context.settings.home).map_err(|e: TokenError| e.to_string())?;
    // Whose keys they were, not who the claims say it was, makes the issuer.
    if *token.issuer() != issuer.id {
        return Err("it was not protected by its issuer".to_owned());
    }
    Ok(token)
}

struct Verification<'a, O> {
    context: &'a Context,
    asking: &'a Asking<'a, O>,
    class: TokenClass,
}

impl<'a, O: Outside> Verification<'a, O> {
    /// The issuer whose signature it is, and what it signed.
    async fn signed(
        &self,
        jws: Jws<'_>,
        outer: Option<&TokenIssuer>,
    ) -> Result<(&'a TokenIssuer, Object), String> {
        let settings = &self.context.settings;
        let claimed = jws.claimed_issuer().ok_or("it names no issuer")?;
        let known = settings.token_issuers.iter().find(|issuer| *issuer.id.absolute() == *claimed);
        let issuer = known.ok_or("its issuer is unknown here")?;
        if outer.is_some_and(|outer| outer.id != issuer.id) {
            return Err("one issuer sealed what another signed".to_owned());
        }
        must_permit(issuer, self.class)?;
        let Protection::Signed(algorithm) = jws.header().protection() else {
            return Err("it is not signed".to_owned());
        };
        let key = IssuerKey::find(issuer, algorithm, jws.header().key_id())?;
        let verified = jws.verified_by(&key.at(self.context, self.asking)).await.map_err(unopened)?;
        Ok((issuer, verified.claims().map_err(|e: ObjectError| e.to_string())?))
    }
}

fn must_permit(issuer: &TokenIssuer, class: TokenClass) -> Result<(), String> {
    if issuer.classes.contains(&class) {
        return Ok(());
    }
    Err(format!("its issuer may not issue {} tokens", class.name()))
}

fn unopened(error: Unopened<String>) -> String {
    error.to_string()
}
