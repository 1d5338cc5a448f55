//! Whether a token is authentic, and what it says: class, algorithm and key as the settings allow them to its issuer
//! (TS-0003 7.3.2.5 step 1, 7.3.2.6.3; requirements ACC-7 and ACC-8).

use csf_access::{Token, TokenError};
use csf_api::Object;
use proto_object::{Claims as _, Jws, ObjectError, Protection, Token as Protected, TokenClass, Unopened};

use super::kept::Proof;
use super::keys::{IssuerKey, Lent, OpeningKey};
use crate::context::Context;
use crate::outside::{Asking, Outside};
use crate::settings::TokenIssuer;

/// The claims of an authentic token of an issuer that may issue such tokens, and what shows that it is authentic.
pub(super) async fn verify<O: Outside>(
    context: &Context,
    asking: &Asking<'_, O>,
    text: &str,
) -> Result<(Token, Proof), String> {
    let protected = Protected::parse(text).map_err(|e| e.to_string())?;
    let class = protected.class();
    let verification = Verification { context, asking, class };
    let mut lent = Vec::new();
    let (issuer, claims) = match protected {
        Protected::Signed(jws) => verification.signed(jws, None, &mut lent).await?,
        Protected::Encrypted(jwe) => {
            let key = OpeningKey::find(&context.settings.token_issuers, jwe.header())?;
            let issuer = key.issuer();
            must_permit(issuer, class)?;
            let key = key.at(context, asking).await?;
            let opened = jwe.opened_by(&key).await.map_err(unopened)?;
            lent.extend(key.into_lent());
            if class == TokenClass::Nested {
                let inner = opened.nested().map_err(|e| e.to_string())?;
                verification.signed(inner, Some(issuer), &mut lent).await?
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
    Ok((token, Proof { edition: context.edition(), lent }))
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
        lent: &mut Vec<Lent>,
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
        let key = key.at(self.context, self.asking).await?;
        let verified = jws.verified_by(&key).await.map_err(unopened)?;
        lent.extend(key.into_lent());
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
