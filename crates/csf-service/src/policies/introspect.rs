//! What a token says and whether it counts here now, for its holder and its issuer.

use std::sync::Arc;

use csf_access::Token;
use csf_api::{Object, Value};

use super::Policies;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::resources::must_have_access_management;
use crate::settings::Settings;

impl Policies {
    /// Refuses claims that would make no token.
    #[expect(clippy::unused_self, reason = "a build without the component refuses here")]
    #[cfg_attr(not(feature = "sensitive-functions"), expect(dead_code, reason = "a function asks"))]
    pub(crate) fn check_claims(&self, settings: &Settings, claims: &Object) -> Result<(), Refusal> {
        must_have_access_management(settings)?;
        Token::read(claims, &settings.home).map(drop).map_err(|e| Refusal::bad_request(e.to_string()))
    }

    /// What a token says: `vR` whether it counts here now for its holder, and its identifiers. Whoever is neither its
    /// holder nor its issuer, nor the administrator, is told that it does not count, and nothing else.
    #[cfg_attr(not(feature = "sensitive-functions"), expect(dead_code, reason = "a function asks"))]
    pub(crate) async fn introspect<O: Outside>(
        &self,
        call: &Call<'_, O>,
        text: &str,
    ) -> Result<Object, Refusal> {
        must_have_access_management(&call.context.settings)?;
        let wrong = || Object::new().with("vR", Value::Bool(false));
        let Ok(kept) = self.tokens.kept(call.context, call.asking, text, None).await else {
            return Ok(wrong());
        };
        let asker =
            call.caller.originator().filter(|_| call.caller.is_proven()).ok_or_else(Refusal::denied)?;
        let administrator = &call.context.settings.administrator;
        let token = kept.token();
        if ![token.holder(), token.issuer(), administrator].contains(&asker) {
            return Ok(wrong());
        }
        let counts = self.counts(call.context, call.asking, Arc::clone(&kept)).await;
        Ok(Object::new()
            .with("vR", Value::Bool(counts))
            .with("tkid", Value::text(token.id().as_str()))
            .with("tkis", Value::text(token.issuer().absolute()))
            .with("tkhd", Value::text(token.holder().absolute()))
            .with("tkna", Value::text(&token.not_after().to_string())))
    }
}
